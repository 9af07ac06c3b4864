"""Feed bytes in, pages of results out. Knows nothing of HTTP serving or HTML pages.

These names are all that the rest of the project may import.
"""

from index.advice import Alternative
from index.advice import Kind as AlternativeKind
from index.aliases import read as read_aliases
from index.aliases import written as alias_line
from index.analysis import fold as folded
from index.budget import Budget
from index.engine import Answer, Choice, Document, Engine, FacetValue, Snippet
from index.entries import (
    NAMESPACE,
    Attempt,
    Enclosure,
    Entry,
    Feed,
    FoundFeed,
    Intake,
    Revision,
    SkippedEntry,
    Standing,
    Tag,
    Version,
)
from index.errors import (
    AliasError,
    FeedNotFoundError,
    FeedsiftError,
    IndexMissingError,
    IndexReadError,
    IndexWriteError,
    LibraryBusyError,
    SearchTimeError,
    SeveralFeedsError,
    SourceError,
    StoreError,
)
from index.hubs import Callbacks
from index.library import FACET_VALUES, Library
from index.query import ALIASES, DEFAULT_SIZE, LARGEST_SIZE, LONGEST_TEXT, Query, Sort, as_value, from_pairs, sound
from index.results import Difference, Facet, Findings, Hit, Page, Repair
from index.rewriting import lifted, written
from index.rules import MEGABYTE, Limits, Rules
from index.sanitize import plain
from index.similar import Similar
from index.similar import similar as similar_tags
from index.suggestions import Suggestion
from index.syntax import notes_on
from index.tracing import Trace, recorded, stage

__all__ = [
    "ALIASES",
    "DEFAULT_SIZE",
    "FACET_VALUES",
    "LARGEST_SIZE",
    "LONGEST_TEXT",
    "MEGABYTE",
    "NAMESPACE",
    "AliasError",
    "Alternative",
    "AlternativeKind",
    "Answer",
    "Attempt",
    "Budget",
    "Callbacks",
    "Choice",
    "Difference",
    "Document",
    "Enclosure",
    "Engine",
    "Entry",
    "Facet",
    "FacetValue",
    "Feed",
    "FeedNotFoundError",
    "FeedsiftError",
    "Findings",
    "FoundFeed",
    "Hit",
    "IndexMissingError",
    "IndexReadError",
    "IndexWriteError",
    "Intake",
    "Library",
    "LibraryBusyError",
    "Limits",
    "Page",
    "Query",
    "Repair",
    "Revision",
    "Rules",
    "SearchTimeError",
    "SeveralFeedsError",
    "Similar",
    "SkippedEntry",
    "Snippet",
    "Sort",
    "SourceError",
    "Standing",
    "StoreError",
    "Suggestion",
    "Tag",
    "Trace",
    "Version",
    "alias_line",
    "as_value",
    "folded",
    "from_pairs",
    "lifted",
    "notes_on",
    "plain",
    "read_aliases",
    "recorded",
    "similar_tags",
    "sound",
    "stage",
    "written",
]
