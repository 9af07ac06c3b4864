"""What a library answers: pages of hits with their facets, and what a check of the index found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from index.engine import FacetValue, Snippet
from index.entries import Entry
from index.query import Query


class Hit(NamedTuple):
    """An entry that a query found, with the passage that shows why."""

    entry: Entry
    title: Snippet
    snippet: Snippet
    position: int
    """Its place among all hits, from 1."""


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one property of entries, each with the number of hits that choosing it gives."""

    name: str
    values: tuple[FacetValue, ...]
    labels: dict[str, str]
    """What readers see for a value."""


@dataclass(frozen=True, slots=True)
class Page:
    """A run of hits, and what is known of all of them."""

    query: Query
    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, Facet]
    cursor: str
    """What `Query.after` takes to get the next run; empty where there is none."""
    next_id: int | None
    """The entry that the next run begins with."""
    notes: tuple[str, ...]
    newest_id: int = 0
    """The largest id that the index knew, hit or not: an entry whose id is larger came later."""
    is_partial: bool = False
    """Whether something was left out for want of time, which the notes tell; such a page has no next run."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What `check` found: ids that only one side has, that the two date differently, or that the index doubles."""

    not_indexed: tuple[int, ...]
    not_stored: tuple[int, ...]
    differing: tuple[int, ...]
    doubled: tuple[int, ...] = ()
    """In the index more than once."""

    def __bool__(self) -> bool:
        """True where there is any difference."""
        return bool(self.not_indexed or self.not_stored or self.differing or self.doubled)


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at all of a library has found."""

    store: tuple[str, ...] = ()
    """What SQLite says is wrong in the store, of which the first things are named; then nothing else was looked at."""
    index: str = ""
    """Why there is no index that could be compared, as a sentence."""
    difference: Difference = Difference((), (), ())

    def __bool__(self) -> bool:
        """True where anything is wrong."""
        return bool(self.store or self.index or self.difference)


@dataclass(frozen=True, slots=True)
class Repair:
    """What mending an index has done."""

    is_updated: bool = False
    """Whether what it lacked was added, on top of what it had."""
    is_rebuilt: bool = False
    """Whether all of it was built anew."""
    removed: tuple[str, ...] = ()
    """What builds that were killed had left behind, by name."""
