"""The half of a library that changes it: taking in, removing, indexing, looking after. Part of `index.library.Library`.

One process at a time does so, under the library's lock; but for short notes, which take SQLite's own lock alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from index import hubs, publishing, recleaning, sources, upkeep
from index.aliases import Aliases
from index.arrivals import Arrivals
from index.bringing import Bringer, Progress
from index.engine import Engine
from index.entries import Feed, Intake
from index.fetching.client import Client
from index.lock import WriteLock
from index.results import Difference, Findings, Repair
from index.rules import Rules
from index.storage.store import Store

REFRESHING = "refreshing"
TURN = 300
"""Seconds."""


class Writing:
    """What can be done to a library, whose parts the class that inherits this puts together."""

    store: Store
    engine: Engine
    rules: Rules
    _lock: WriteLock
    _clock: Callable[[], float]

    # --- taking in ----------------------------------------------------------------------------------------------

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
        return [feed for feed in self.store.feeds() if (at := feed.due(interval, now)) is not None and at <= now]

    def seconds_to_wait(self) -> float | None:
        """Give the seconds until a feed is due, less than 0 where one is; None where none ever will be."""
        times = [feed.due(self.rules.interval, self._now()) for feed in self.store.feeds()]
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

    # --- looking after ------------------------------------------------------------------------------------------

    def publish(self, progress: Progress | None = None, *, is_whole: bool = False) -> bool:
        """Bring the index up to date with the store; `is_whole` builds it from nothing. Says if there was a change.

        Raises IndexWriteError where what was written cannot be put in force; the former index stays.
        """
        with self._lock.held():
            return publishing.publish(self.store, self.engine, progress, is_whole=is_whole)

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
