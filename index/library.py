"""A library: a store, an engine, and the way from the one to the other. What everything outside this package calls.

Any number of processes may read. Writing (taking in, removing, indexing) is done by one at a time, which holds the
lock file `write.lock`; the operating system lets it go when its holder dies. The order is: one transaction for each
feed in the store, then one generation of the index. Killed in between, the library answers from the old generation
and the next writer catches up, as the store remembers what has changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from copy import copy
from pathlib import Path

from index import advice, analysis, meanings, publishing, ranking, suggestions, syntax
from index.advice import Alternative
from index.budget import Budget
from index.engine import Answer, Engine, FacetValue, Snippet, Source
from index.entries import Attempt, Entry, Feed, Revision, Tag, Version
from index.errors import FeedNotFoundError, SearchTimeError
from index.lock import WriteLock
from index.metering import Told, metered
from index.query import Query
from index.remembering import Remembered
from index.results import Facet, Hit, Page
from index.rules import Rules
from index.storage.store import Store
from index.storage.watching import Watch
from index.suggestions import Suggestion
from index.tracing import stage
from index.whoosh_engine import WhooshEngine
from index.writing import Writing

EVERYTHING = 2**31
"""More than any index holds."""
FACET_VALUES = 40
STORE = "library.db"


class Library(Writing):
    """The feeds and entries in one folder, and what can be asked of them."""

    def __init__(
        self,
        folder: Path,
        engine: Engine | None = None,
        on_wait: Callable[[], None] = lambda: None,
        prefers_newer: bool = True,
        rules: Rules = Rules(),  # noqa: B008 - a frozen value
        clock: Callable[[], float] = lambda: time.time(),
        on_answer: Told | None = None,
    ) -> None:
        """Open the library in `folder`, or make one. Raises StoreError where that cannot be.

        `on_wait` is called when writing has to wait for another process; `prefers_newer`: whether of two entries that
        fit equally well the newer one comes first (index.ranking); `rules`: how feeds are taken in; `clock`: seconds
        since 1970; `on_answer` is told what each question to the engine has taken (index.metering).
        """
        self.folder = folder
        self.store = Store(folder / STORE)
        self._watch = Watch(folder / STORE)
        self._remembered = Remembered(self.store, self._watch.mark)
        engine = engine or WhooshEngine(folder / "index", ranking.PREFERENCE if prefers_newer else 0)
        self.engine: Engine = metered(engine, on_answer) if on_answer else engine
        self.rules = rules
        self._lock = WriteLock(folder / "write.lock", on_wait)
        self._clock = clock
        self._budget = Budget()

    def within(self, budget: Budget) -> Library:
        """Give the same library for one thread, whose searches all together take no longer than the budget says."""
        library = copy(self)
        library.engine = self.engine.within(budget)
        library._remembered = self._remembered.held()
        library._budget = budget
        return library

    @staticmethod
    def is_in(folder: Path) -> bool:
        """Say whether there is a library in a folder already."""
        return (folder / STORE).exists()

    # --- asking -------------------------------------------------------------------------------------------------

    def search(
        self, query: Query, *, first: int = 0, limit: int | None = None, facet_values: int | None = FACET_VALUES
    ) -> Page:
        """Answer a query: `limit` hits (by default a page of its size) behind the first `first` ones."""
        query, limit = self.meant(query), query.size if limit is None else limit
        answer = self.engine.search(query, limit=first + limit, facet_values=facet_values)
        shown = answer.ids[first : first + limit]
        has_words = syntax.has_words(query.text)
        with stage("rows"):
            rows, texts = self.store.entries_and_texts(shown) if has_words else (self.store.entries(shown), None)
        found = [(rows[id], position) for position, id in enumerate(shown, answer.first + first + 1) if id in rows]
        return Page(
            query=query,
            hits=self._hits(query, found, texts),
            total=answer.total,
            facets=self._facets(answer, query),
            cursor=answer.cursor,
            next_id=answer.next_id,
            notes=(*syntax.parse(query.text).notes, *answer.notes),
            newest_id=answer.newest_id,
            is_partial=answer.is_partial,
        )

    def ids(self, query: Query, *, first: int = 0, limit: int | None = None) -> tuple[int, ...]:
        """Give the ids of the hits in the query's order: `limit` of them (by default all) behind the `first` ones.

        Raises SearchTimeError where there is no time to find all.
        """
        query = self.meant(query)
        end = EVERYTHING if limit is None else first + limit
        found = self.engine.search(query.with_(), limit=end, facet_values=0)
        if found.is_partial:
            raise SearchTimeError("This search takes too long; asked again, it goes on.")
        return found.ids[first:]

    def meant(self, query: Query) -> Query:
        """Give the query with each tag as the one that it means: the state that is shown, and has an address."""
        with stage("tags"):
            return meanings.meant(self.store, query)

    def tags(self) -> list[tuple[Tag, int]]:
        """Give every tag with its number of entries, the most used first."""
        facet = self.search(Query(), limit=0, facet_values=None).facets["tag"]
        return [(Tag(value.value, facet.labels.get(value.value, value.value)), value.total) for value in facet.values]

    def entries(self, ids: Iterable[int]) -> Iterator[Entry]:
        """Give the entries that are there in the order of `ids`, whole; few of them are in memory at a time."""
        return self.store.complete(ids)

    def revisions(self, ids: Iterable[int]) -> list[Revision]:
        """Give the state of the entries that are there, in the order of `ids`: what changes when one of them does."""
        return self.store.revisions(ids)

    def newest(self, ids: Iterable[int]) -> int:
        """Give when the newest of these entries was written or updated: seconds since 1970, 0 without any."""
        return self.store.newest(ids)

    @property
    def identity(self) -> str:
        """What tells this library from any other."""
        return self.store.identity()

    @property
    def edition(self) -> Hashable:
        """What differs after each change of store or index, whoever makes it; None where that cannot be told."""
        store, index = self._watch.mark(), self.engine.edition()
        return None if store is None or index is None else (store, index)

    @property
    def is_indexed(self) -> bool:
        """Whether there is an index, of this version; entries may have come since."""
        return self.engine.sequence() is not None

    @property
    def behind(self) -> int | None:
        """How many changes in the store the index does not hold yet; None where there is no index."""
        had, sequence = self.engine.sequence(), self.store.sequence()
        if had is None:
            return None
        return sequence - had if had <= sequence else sequence  # else it was made of another store

    @property
    def published(self) -> int | None:
        """When the index was last changed: seconds since 1970; None where there is none."""
        return self.engine.published()

    @property
    def fetched(self) -> int | None:
        """When a feed was last fetched with success: seconds since 1970; None where that never was."""
        return self.store.fetched()

    @property
    def altered(self) -> int:
        """When anything changed or went that was there before: seconds since 1970."""
        return self.store.altered()

    def correction(self, query: Query, total: int) -> Alternative | None:
        """Give another spelling of a query that finds only `total` entries, where one finds many more."""
        with stage("spelling"):
            found = advice.corrected(self.engine, self.meant(query), total)
        return None if self._budget.is_exceeded else found

    def alternatives(self, query: Query, correction: Alternative | None) -> list[Alternative]:
        """Give what finds something where the query finds nothing, each with its exact number of hits.

        `correction` is what the method of that name gives for the query.
        """
        with stage("advice"):
            found = advice.relaxed(self.engine, self.meant(query), correction)
        return [] if self._budget.is_exceeded else found

    def suggestions(self, query: Query) -> list[Suggestion]:
        """Give ways to go on typing the query's text, by tags, titles and words."""
        found = suggestions.suggestions(self.engine, self.store, query)
        return [] if self._budget.is_exceeded else found

    def related(self, entry: Entry, most: int) -> list[Entry]:
        """Give the entries that share most with this one by tags and words, best first."""
        ids = self.engine.related(publishing.document(entry), most)
        rows = self.store.entries(ids)
        return [rows[id] for id in ids if id in rows]

    def entry(self, id: int) -> Entry | None:
        """Give one entry, whole; None where it is not there."""
        return self.store.entry(id)

    def versions(self, entry: Entry) -> list[Version]:
        """Give what an entry was before it was edited, oldest first: the first version and the latest others."""
        return self.store.versions(entry.id)

    def neighbours(self, entry: Entry) -> tuple[Entry | None, Entry | None]:
        """Give the entries before and after this one in time."""
        return self.store.neighbours(entry)

    def feeds(self) -> list[Feed]:
        """Give every feed, in the order of their titles."""
        return self._remembered.feeds()

    def feed(self, name: str) -> Feed:
        """Give the feed with this number, address or file name. Raises FeedNotFoundError."""
        found = self.store.feed(name)
        if found is None and Path(name).exists():
            found = self.store.feed(Path(name).resolve().as_uri())
        if found is None:
            raise FeedNotFoundError(f"There is no feed {name}; `feedsift feeds` lists them.")
        return found

    def attempts(self, feed: Feed) -> list[Attempt]:
        """Give the last attempts to fetch a feed, newest first."""
        return self.store.attempts(feed.id)

    def close(self) -> None:
        """Close the store's files."""
        self._watch.close()
        self.store.close()

    # --- private ------------------------------------------------------------------------------------------------

    def _hits(self, query: Query, found: list[tuple[Entry, int]], texts: Mapping[int, str] | None) -> tuple[Hit, ...]:
        """Give entries as hits; `texts` are theirs, where passages are to be chosen from them."""
        languages = {entry.id: analysis.primary(entry.language) for entry, _ in found}
        with stage("snippets"):
            titles = self.engine.marked(query, {e.id: Source(e.title, languages[e.id]) for e, _ in found})
            if texts is None:
                passages = {entry.id: Snippet(((entry.excerpt, False),)) for entry, _ in found}
            else:
                passages = self.engine.snippets(query, {id: Source(texts[id], languages[id]) for id in texts})
        return tuple(
            Hit(entry, titles[entry.id], passages.get(entry.id, Snippet(())), position) for entry, position in found
        )

    def _facets(self, answer: Answer, query: Query) -> dict[str, Facet]:
        with stage("labels"):
            return {name: self._facet(name, values, query) for name, values in answer.facets.items()}

    def _facet(self, name: str, values: tuple[FacetValue, ...], query: Query) -> Facet:
        if name == "tag":
            labels = self._remembered.tag_names([*(value.value for value in values), *query.excluded_tags])
        elif name == "feed":
            labels = {str(feed.id): feed.title or f"Feed {feed.id}" for feed in self.feeds()}
        else:
            labels = {}
        return Facet(name, values, labels)
