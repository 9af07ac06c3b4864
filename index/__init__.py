"""Feed bytes in, pages of results out. Knows nothing of HTTP serving or HTML pages.

These names are all that the rest of the project may import.
"""

from index.engine import Answer, Document, Engine, FacetValue, Snippet
from index.entries import Entry, Feed, Intake, SkippedEntry, Tag
from index.errors import (
    FeedNotFoundError,
    FeedsiftError,
    IndexMissingError,
    LibraryBusyError,
    SeveralFeedsError,
    SourceError,
    StoreError,
)
from index.library import Difference, Facet, Hit, Library, Page
from index.query import ALIASES, LONGEST_TEXT, Query, Sort, as_value, from_pairs

__all__ = [
    "ALIASES",
    "LONGEST_TEXT",
    "Answer",
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
    "SeveralFeedsError",
    "SkippedEntry",
    "Snippet",
    "Sort",
    "SourceError",
    "StoreError",
    "Tag",
    "as_value",
    "from_pairs",
]
