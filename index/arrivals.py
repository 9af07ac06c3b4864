"""From what somebody names to rows of the store: fetch, parse, merge, and go on to older parts. Called by the library.

Each document is one transaction. A feed may come in parts (RFC 5005): the one that is subscribed to names an older one,
and that the next. They are followed to their end, or to one behind which everything was taken in before: a part that
changes gets another address (section 4).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from index import sources
from index.entries import FeedHead, Intake, SkippedEntry
from index.errors import FeedsiftError, SeveralFeedsError, SourceError
from index.intake import Merger
from index.lock import WriteLock
from index.reading import feeds
from index.recognition import host_of
from index.sources import Document
from index.storage.store import Store

MOST_PARTS = 100
"""Older documents that are fetched of one feed at a time."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps of it are done, and out of how many."""


def add(store: Store, lock: WriteLock, name: str, progress: Progress | None) -> Iterator[Intake]:
    """Take in what a SOURCE names. Raises SourceError where it cannot be read as a whole."""
    found = sources.resolve(name)
    for source in found:
        yield from _Arrival(store, lock, progress).take_in(source.url, is_one_of_many=len(found) > 1)


def refresh(store: Store, lock: WriteLock, url: str, progress: Progress | None) -> Iterator[Intake]:
    """Fetch a feed again."""
    yield from _Arrival(store, lock, progress).take_in(url, is_one_of_many=True)


class _Arrival:
    """One call's way of taking in."""

    def __init__(self, store: Store, lock: WriteLock, progress: Progress | None) -> None:
        self._store = store
        self._lock = lock
        self._progress = progress

    def take_in(self, url: str, *, is_one_of_many: bool) -> Iterator[Intake]:
        """Take in a feed or, where it is named on its own, a list of feeds; one of many fails for itself."""
        try:
            document = sources.read(url, *self._store.validators(url))
            listed = sources.outlines_at(url, document.feed.body) if document.feed else []
            if listed and is_one_of_many:
                raise SourceError(f"{url} is a list of feeds, not a feed")
        except FeedsiftError as error:
            if isinstance(error, SeveralFeedsError) and not is_one_of_many:
                raise
            yield self._failed(url, error)
            return
        for source in listed:
            yield from self.take_in(source.url, is_one_of_many=True)
        if not listed:
            yield self._merged(document)

    def _merged(self, document: Document) -> Intake:
        intake = Intake(document.url)
        try:
            older = self._merge(document, intake, 0)
        except SourceError as error:
            return self._failed(document.url, error)
        feed = self._store.feed(intake.feed) if older else None
        if feed:
            self._follow(document, older, intake, feed.id)
        return intake

    def _merge(self, document: Document, intake: Intake, feed_id: int) -> str:
        """Merge a document into the feed with this number, 0 is its own; gives the address of the next older one."""
        merger, older = None, ""
        with self._lock.held(), self._store.transaction():
            if document.feed is None:
                self._store.note_fetch(document.url, "")
                intake.is_not_modified = True
                return ""
            for done, batch in enumerate(feeds.parse(document.feed), 1):
                if merger is None:
                    id = feed_id or self._put_feed(document, batch.head, intake)
                    host = host_of(intake.feed, batch.head.site)
                    merger = Merger(self._store, id, intake, now=int(time.time()), host=host)
                    older = batch.head.older
                merger.merge(batch.entries)
                intake.skipped += batch.skipped
                if self._progress:
                    self._progress("Taking in", done, batch.batches)
        return older

    def _put_feed(self, document: Document, head: FeedHead, intake: Intake) -> int:
        intake.feed = sources.lasting_name(document.url, head.identity)
        return self._store.put_feed(intake.feed, _named(head, intake.feed), document.etag, document.modified)

    def _follow(self, newest: Document, older: str, intake: Intake, feed_id: int) -> None:
        """Take in older parts; from the feed's own site alone, as the address was written by a stranger."""
        known, met, unchanged = self._store.parts(feed_id), [newest.url], 0
        while older and older not in met and _site(older) == _site(newest.url) and len(met) <= MOST_PARTS:
            # Behind a known part all is known; but where a document was all new, there may be more in between.
            if older in known and intake.unchanged > unchanged:
                break
            met.append(older)
            unchanged = intake.unchanged
            try:
                older = self._merge(_of(newest, sources.read(older)), intake, feed_id)
            except FeedsiftError as error:
                intake.skipped.append(SkippedEntry(0, f"an older part cannot be read: {error}"))
                self._note(lambda: self._store.forget_validators(feed_id))
                return
        self._note(lambda: self._store.note_parts(feed_id, met[1:]))

    def _note(self, write: Callable[[], None]) -> None:
        with self._lock.held(), self._store.transaction():
            write()

    def _failed(self, url: str, error: Exception) -> Intake:
        with self._lock.held(), self._store.transaction():
            self._store.note_fetch(url, str(error))
        return Intake(url, error=str(error))


def _named(head: FeedHead, url: str) -> FeedHead:
    return head if head.title else replace(head, title=sources.public_name(url))


def _of(newest: Document, older: Document) -> Document:
    """Give an older part as one of its feed: relative links in both mean the same."""
    return replace(older, feed=replace(older.feed, url=newest.feed.url)) if older.feed and newest.feed else older


def _site(url: str) -> tuple[str, str] | None:
    """Give scheme and host of an address on the web."""
    parts = urlsplit(url)
    return (parts.scheme, parts.netloc) if parts.scheme in ("http", "https") else None
