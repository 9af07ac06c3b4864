"""A library: a store, an engine, and the way from the one to the other. What everything outside this package calls.

Any number of processes may read. Writing (taking in, removing, indexing) is done by one at a time, which holds the
lock file `write.lock`; the operating system lets it go when its holder dies. The order is: one transaction for each
feed in the store, then one generation of the index. Killed in between, the library answers from the old generation
and the next writer catches up, as the store remembers what has changed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from index import advice, analysis, hubs, meanings, ranking, recleaning, sources, suggestions, syntax, upkeep
from index.advice import Alternative
from index.aliases import Aliases
from index.arrivals import Arrivals
from index.bringing import Bringer, Progress
from index.budget import Budget
from index.engine import Document, Engine, FacetValue, Snippet, Source
from index.entries import Attempt, Entry, Feed, Intake, Revision, Tag, Version
from index.errors import FeedNotFoundError, IndexUnfitError, SearchTimeError
from index.fetching.client import Client
from index.lock import WriteLock
from index.metering import Told, metered
from index.query import Query
from index.results import Difference, Facet, Findings, Hit, Page, Repair
from index.rules import Rules
from index.storage.store import Store
from index.suggestions import Suggestion
from index.whoosh_engine import WhooshEngine

EVERYTHING = 2**31
"""More than any index holds."""
FACET_VALUES = 40
REFRESHING = "refreshing"
STORE = "library.db"
TURN = 300
"""Seconds."""
T = TypeVar("T")
_log = logging.getLogger(__name__)


class Library:
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
        rows = self.store.entries(shown)
        found = [(rows[id], position) for position, id in enumerate(shown, answer.first + first + 1) if id in rows]
        return Page(
            query=query,
            hits=self._hits(query, found),
            total=answer.total,
            facets={name: self._facet(name, values, query) for name, values in answer.facets.items()},
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
        return meanings.meant(self.store, query)

    def tags(self) -> list[tuple[Tag, int]]:
        """Give every tag with its number of entries, the most used first."""
        facet = self.search(Query(), limit=0, facet_values=None).facets["tag"]
        return [(Tag(value.value, facet.labels.get(value.value, value.value)), value.count) for value in facet.values]

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
        found = advice.corrected(self.engine, self.meant(query), total)
        return None if self._budget.is_exceeded else found

    def alternatives(self, query: Query, correction: Alternative | None) -> list[Alternative]:
        """Give what finds something where the query finds nothing, each with its exact number of hits.

        `correction` is what the method of that name gives for the query.
        """
        found = advice.relaxed(self.engine, self.meant(query), correction)
        return [] if self._budget.is_exceeded else found

    def suggestions(self, query: Query) -> list[Suggestion]:
        """Give ways to go on typing the query's text, by tags, titles and words."""
        found = suggestions.suggestions(self.engine, self.store, query)
        return [] if self._budget.is_exceeded else found

    def related(self, entry: Entry, most: int) -> list[Entry]:
        """Give the entries that share most with this one by tags and words, best first."""
        ids = self.engine.related(_document(entry), most)
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
        return self.store.feeds()

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

    # --- writing ------------------------------------------------------------------------------------------------

    def add(self, name: str, progress: Progress | None = None, *, is_start: bool = False) -> Iterator[Intake]:
        """Take in what a SOURCE names, feed by feed. A feed that fails gives an Intake with its `error`.

        With `is_start`, a known feed on the web is not asked before its time: starting again is no reason.
        Raises SourceError where the source as a whole cannot be read. The index follows with `publish`.
        """
        yield from self._arrivals.add(sources.address(name), progress, is_start=is_start)

    def refresh(self, *feeds: Feed, progress: Progress | None = None) -> Iterator[Intake]:
        """Fetch feeds again, many at the same time, and take in what is new; they come as they are done."""
        yield from self._arrivals.refresh(feeds, progress)

    def due(self, *, is_asked_for: bool = False) -> list[Feed]:
        """Give the feeds that it is time to fetch; where somebody asks for that, files are always due."""
        interval, now = 0 if is_asked_for else self.rules.interval, self._now()
        return [feed for feed in self.feeds() if (at := feed.due(interval, now)) is not None and at <= now]

    def seconds_to_wait(self) -> float | None:
        """Give the seconds until a feed is due, less than 0 where one is; None where none ever will be."""
        times = [feed.due(self.rules.interval, self._now()) for feed in self.feeds()]
        return min((at - self._clock() for at in times if at is not None), default=None)

    def take_turn(self, holder: str) -> bool:
        """Say whether `holder` is the one who keeps feeds fresh, of all who share this library, on any machine.

        It stays so for TURN seconds, and longer where it is said again; others then have to wait.
        """
        with self.store.transaction():
            return self.store.take_lease(REFRESHING, holder, self._now(), TURN)

    def end_turn(self, holder: str) -> None:
        """Leave keeping feeds fresh to others."""
        with self.store.transaction():
            self.store.end_lease(REFRESHING, holder)

    def renew_hubs(self) -> None:
        """Ask the hubs that feeds name to tell of news, where that is not agreed yet, or not for long any more."""
        hubs.renew(self.store, self._lock, self._client, self.rules, self._now())

    def expect(self, feed_id: int) -> None:
        """Have the next round of fetching fetch this feed, as there is news in it."""
        with self.store.transaction():
            self.store.expect(feed_id, self._now(), "its hub says that there is news")

    def remove(self, feed: Feed) -> int:
        """Remove a feed, and the entries that belong to no other; gives their number. Publish afterwards."""
        with self._lock.held(), self.store.transaction():
            return self.store.remove_feed(feed.id)

    def reclean(self, progress: Progress | None = None) -> int:
        """Clean anew what an older sanitiser made, before it is shown; gives the number of entries. Publish afterwards.

        Costs one look where there is nothing to do.
        """
        return recleaning.reclean(self.store, self._lock, progress)

    def use_aliases(self, aliases: Aliases) -> bool:
        """Have tags mean what `aliases.read` gives, instead of all before. Publish afterwards. Says if that is new."""
        wanted = {tag.key: tag for tag in aliases.values()} | dict(aliases)
        if self.store.aliases() == wanted:
            return False
        with self._lock.held(), self.store.transaction():
            self.store.set_aliases(wanted)
        return True

    def publish(self, progress: Progress | None = None, *, is_whole: bool = False) -> bool:
        """Bring the index up to date with the store; `is_whole` builds it from nothing. Says if there was a change.

        Raises IndexWriteError where what was written cannot be put in force; the former index stays.
        """
        with self._lock.held():
            sequence, had = self.store.sequence(), self.engine.sequence()
            changed = None if is_whole or had is None else self.store.changed(had)
            if changed is not None and not changed:
                return False
            wanted = None if changed is None else self.engine.plan(changed)
            if wanted is None or not self._updated(wanted, sequence, progress):
                documents, total = map(_document, self.store.whole()), self.store.count()
                self.engine.rebuild(_counted(documents, "Indexing", total, progress), sequence, total)
            with self.store.transaction():
                self.store.forget_changes()
            return True

    def _updated(self, wanted: Collection[int], sequence: int, progress: Progress | None) -> bool:
        """Change the index in these entries; False where what comes of it does not fit the store."""
        documents = map(_document, self.store.whole(list(wanted)))
        try:
            total = self.store.count()
            self.engine.update(_counted(documents, "Indexing", len(wanted), progress), wanted, sequence, total)
        except IndexUnfitError as error:
            _log.warning("the index is built anew: %s", error)
            return False
        return True

    def backup(self, target: Path) -> None:
        """Write all that counts to one new file, while others read and write: the index can be made of it again.

        What was there under that name is replaced once the copy is whole and sound. Raises StoreError.
        """
        self.store.copy(target, is_checked=True)

    def check(self) -> Difference:
        """Compare the store with what the index says it holds."""
        return upkeep.compared(self.store, self.engine)

    def verify(self) -> None:
        """Look at all files of the index. Raises IndexMissingError where they are not as they were written."""
        self.engine.verify()

    def examine(self) -> Findings:
        """Look for damage in store and index, and compare the two; reads all of both. Raises StoreError."""
        return upkeep.examined(self.store, self.engine)

    def repair(self, progress: Progress | None = None) -> Repair:
        """Bring the index into agreement with the store, and remove what builds that were killed have left behind.

        Raises StoreError where the store itself is damaged: nothing is made of that.
        """
        with self._lock.held():
            return upkeep.repaired(self.store, self.engine, lambda is_whole: self.publish(progress, is_whole=is_whole))

    def close(self) -> None:
        """Close the store's files."""
        self.store.close()

    # --- private ------------------------------------------------------------------------------------------------

    @cached_property
    def _client(self) -> Client:
        return Client(self.rules)

    @cached_property
    def _arrivals(self) -> Arrivals:
        bringer = Bringer(self._client, self.rules.limits)
        return Arrivals(self.store, self._lock, bringer, self.rules, self._clock)

    def _now(self) -> int:
        return int(self._clock())

    def _hits(self, query: Query, found: list[tuple[Entry, int]]) -> tuple[Hit, ...]:
        languages = {entry.id: analysis.primary(entry.language) for entry, _ in found}
        titles = self.engine.marked(query, {e.id: Source(e.title, languages[e.id]) for e, _ in found})
        if syntax.parse(query.text).has_words:
            texts = self.store.texts(languages)
            passages = self.engine.snippets(query, {id: Source(texts[id], languages[id]) for id in texts})
        else:
            passages = {entry.id: Snippet(((entry.excerpt, False),)) for entry, _ in found}
        return tuple(
            Hit(entry, titles[entry.id], passages.get(entry.id, Snippet(())), position) for entry, position in found
        )

    def _facet(self, name: str, values: tuple[FacetValue, ...], query: Query) -> Facet:
        if name == "tag":
            labels = self.store.tag_names([*(value.value for value in values), *query.excluded_tags])
        elif name == "feed":
            labels = {str(feed.id): feed.title or f"Feed {feed.id}" for feed in self.store.feeds()}
        else:
            labels = {}
        return Facet(name, values, labels)


def _document(entry: Entry) -> Document:
    """Analyse an entry: text to words, once, for any engine."""
    return Document(
        id=entry.id,
        title=analysis.forms(entry.title),
        body=analysis.forms(entry.text),
        tag_words=_apart(tag.name for tag in entry.tags),
        author_words=analysis.forms(entry.author),
        url=analysis.forms(entry.link),
        tags=[tag.key for tag in entry.tags],
        author=entry.author,
        feeds=entry.feeds,
        time=entry.time,
        is_dated=entry.is_dated,
        language=analysis.primary(entry.language),
    )


def _apart(names: Iterable[str]) -> list[str]:
    """Give the words of several names, with a gap between two that no phrase crosses."""
    return [form for name in names for form in ("", *analysis.forms(name))][1:]


def _counted(items: Iterable[T], what: str, total: int, progress: Progress | None) -> Iterator[T]:
    for done, item in enumerate(items, 1):
        yield item
        if progress and (done % 100 == 0 or done == total):
            progress(what, done, total)
