"""Feed bytes in, pages of results out. Knows nothing of HTTP serving or HTML pages.

These names are all that the rest of the project may import.
"""

from index.advice import Alternative
from index.advice import Kind as AlternativeKind
from index.analysis import fold as folded
from index.engine import Answer, Choice, Document, Engine, FacetValue, Snippet
from index.entries import Attempt, Entry, Feed, Intake, Revision, SkippedEntry, Standing, Tag
from index.errors import (
    FeedNotFoundError,
    FeedsiftError,
    IndexMissingError,
    LibraryBusyError,
    SeveralFeedsError,
    SourceError,
    StoreError,
)
from index.hubs import Callbacks
from index.library import Difference, Facet, Hit, Library, Page
from index.query import ALIASES, DEFAULT_SIZE, LARGEST_SIZE, LONGEST_TEXT, Query, Sort, as_value, from_pairs, sound
from index.reading.feeds import NAMESPACE
from index.rewriting import lifted, written
from index.sanitize import plain
from index.suggestions import Suggestion
from index.syntax import notes_on

__all__ = [
    "ALIASES",
    "DEFAULT_SIZE",
    "LARGEST_SIZE",
    "LONGEST_TEXT",
    "NAMESPACE",
    "Alternative",
    "AlternativeKind",
    "Answer",
    "Attempt",
    "Callbacks",
    "Choice",
    "Difference",
    "Document",
    "Engine",
    "Entry",
    "Facet",
    "FacetValue",
    "Feed",
    "FeedNotFoundError",
    "FeedsiftError",
    "Hit",
    "IndexMissingError",
    "Intake",
    "Library",
    "LibraryBusyError",
    "Page",
    "Query",
    "Revision",
    "SeveralFeedsError",
    "SkippedEntry",
    "Snippet",
    "Sort",
    "SourceError",
    "Standing",
    "StoreError",
    "Suggestion",
    "Tag",
    "as_value",
    "folded",
    "from_pairs",
    "lifted",
    "notes_on",
    "plain",
    "sound",
    "written",
]
