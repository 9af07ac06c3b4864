"""The seam between the library and whatever answers queries: Whoosh here, something distributed elsewhere.

An engine is fed documents and knows nothing of the store. It answers with ids, counts and snippets; the rows
that a reader sees come from the store. Readers and the one writer may be different processes.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from index.budget import Budget
from index.query import Query

FACETS = ("tag", "year", "month", "author", "feed")


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as an engine takes it in.

    Text fields are the forms of their words (index.analysis) in order; an empty one keeps what stands beside it apart.
    """

    id: int
    title: Sequence[str]
    body: Sequence[str]
    tag_words: Sequence[str]
    author_words: Sequence[str]
    url: Sequence[str]
    tags: Sequence[str]
    """Tag keys, as queries name them."""
    author: str
    feeds: Sequence[int]
    time: int
    """What sorts by date: seconds since 1970 in UTC."""
    is_dated: bool
    """False where `time` is only when the entry was first seen: then no year and no date range finds it."""
    language: str
    """As `analysis.primary` gives it: whose stems its words have."""


class Choice(StrEnum):
    """What a query asks of a value of a facet."""

    NONE = ""
    MUST = "must"
    ANY = "any"
    NOT = "not"


class FacetValue(NamedTuple):
    """A value of a facet, and how many hits a reader gets by each thing that can be done with it."""

    value: str
    total: int
    """By `Query.choosing` it."""
    choice: Choice = Choice.NONE
    without: int | None = None
    """Where it is chosen: by `Query.releasing` it."""
    any: int | None = None
    """Of a tag, where there are others to be an alternative to: by `Query.with_any_tag`."""
    none: int | None = None
    """Of a tag: by `Query.excluding_tag`."""

    @property
    def is_selected(self) -> bool:
        """True where the query asks for it, or against it."""
        return self.choice is not Choice.NONE


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says to a query: one run of ids, and counts over all hits."""

    ids: tuple[int, ...]
    first: int
    """How many hits stand before the first id of this run."""
    total: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    cursor: str
    """What `Query.after` takes to go on behind the last id; empty where nothing is left."""
    next_id: int | None
    """The id that follows; None where nothing is left."""
    generation: str
    newest_id: int
    """The largest id that is known, hit or not: one that is larger came later. 0 where nothing is known."""
    notes: tuple[str, ...] = ()
    """What a reader should be told about how it was answered."""
    is_partial: bool = False
    """Whether something was left out for want of time: the next answer may be another, so it has no cursor."""


class Source(NamedTuple):
    """A text to choose a passage from, and its language as `analysis.primary` gives it."""

    text: str
    language: str


class Snippet(NamedTuple):
    """A passage of plain text, as runs of it; marked runs are what the query found. Never HTML."""

    runs: tuple[tuple[str, bool], ...]
    is_cut_before: bool = False
    is_cut_after: bool = False

    @property
    def text(self) -> str:
        """The passage without its marks."""
        return "".join(run for run, _ in self.runs)


class Engine(Protocol):
    """Answers queries from the newest complete generation. Safe to call from any thread."""

    def within(self, budget: Budget) -> Engine:
        """Give the same engine for one thread: what it has no time for, it leaves out, and the budget knows."""

    def search(self, query: Query, *, limit: int, facet_values: int | None) -> Answer:
        """Give at most `limit` ids behind `query.after`, and at most `facet_values` of each facet (None: all;
        years and months are always all, but for 0).

        `query.page` and `query.size` are the caller's affair. Values that would give nothing come after all others.
        Raises IndexMissingError where there is no index.
        """

    def count(self, query: Query) -> int:
        """Give the number of hits."""

    def words(self, start: str, most: int) -> list[tuple[str, int]]:
        """Give the most frequent words that begin so, with how many entries hold each."""

    def tags(self, start: str, most: int) -> list[tuple[str, int]]:
        """Give the most frequent tags of which a word begins so, by key, with their numbers of entries."""

    def spellings(self, word: str, most: int) -> list[str]:
        """Give words of the index that differ from `word` by a letter or two, likeliest first."""

    def tag_spellings(self, key: str, most: int) -> list[str]:
        """Give tags that differ from `key` by a letter or two, likeliest first."""

    def related(self, document: Document, most: int) -> tuple[int, ...]:
        """Give the entries that share most of what is particular to this one, by tags and words, best first."""

    def snippets(self, query: Query, texts: Mapping[int, Source]) -> dict[int, Snippet]:
        """Choose from each text the passage that fits the query best; texts come from the store."""

    def marked(self, query: Query, texts: Mapping[int, Source]) -> dict[int, Snippet]:
        """Mark what the query finds in each whole text (a title)."""

    def sequence(self) -> int | None:
        """Give the store's change number that the newest generation holds; None where it can't be used."""

    def published(self) -> int | None:
        """Give when the newest generation was put in force, in seconds since 1970; None where there is none."""

    def edition(self) -> Hashable:
        """Give what differs after each generation that is put in force; None where there is none."""

    def plan(self, changed: Collection[int]) -> Collection[int] | None:
        """Say which ids `update` wants to be told about: those changed, and any it would tidy up; None: rebuild."""

    def update(
        self, documents: Iterable[Document], gone: Collection[int], sequence: int, total: int | None = None
    ) -> None:
        """Publish a generation with these documents new or changed, and those ids gone. One writer at a time.

        `total` is how many documents there have to be then, where that is known. What does not hold the right ones,
        each once, or does not find them, is not put in force: raises IndexUnfitError.
        """

    def rebuild(self, documents: Iterable[Document], sequence: int, total: int | None = None) -> None:
        """Publish a generation of these documents alone, with the same care. One writer at a time."""

    def times(self) -> dict[int, int]:
        """Give every id that the newest generation holds, with its time: what `check` compares."""

    def doubled(self) -> tuple[int, ...]:
        """Give the ids that the newest generation holds more than once, in order: none, unless it is wrong."""

    def verify(self) -> None:
        """Look at all of the newest generation. Raises IndexMissingError where it is not as it was written.

        For all processes there is no index then.
        """

    def tidy(self) -> list[str]:
        """Remove what builds that were killed have left behind, and give the names of that. One writer at a time."""
