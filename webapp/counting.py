"""What Flask-Limiter counts in: each client's answers of a minute, in the memory of this process. Made by limiting.

Its own storage in memory starts a thread every ten milliseconds to look through all clients, however many there are.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from limits.storage import Storage

SCHEME = "feedsift"
MOST = 100_000
"""Clients that are counted at once; of more, those that came first are forgotten."""


@dataclass(slots=True)
class Count:
    """How often a client came, and from when until when that counts, in seconds since 1970."""

    number: int
    since: float
    until: float

    def counts(self, now: float) -> bool:
        """Say whether its time is not over; before it began, the clock was set back since."""
        return self.since <= now < self.until


class Counts(Storage):
    """Counts by key. All windows are of the same length, so the first to begin is the first to end."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as limits has it

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,
        clock: Callable[[], float] = time.time,
        **_: float | str | bool,
    ) -> None:
        """Begin with nothing; `uri` and `wrap_exceptions` are those of all storages, and mean nothing here."""
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._counts: OrderedDict[str, Count] = OrderedDict()
        self._guard = threading.Lock()
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Nothing goes wrong here."""
        return ()

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, for so many seconds from the first time on; gives the number."""
        with self._guard:
            now = self._clock()
            self._forget(now)
            count = self._counts.get(key)
            if count is None or not count.counts(now):
                self._counts.pop(key, None)
                count = self._counts[key] = Count(0, now, now + expiry)
            count.number += amount
            return count.number

    def get(self, key: str) -> int:
        """Give the number, 0 where it does not count any more."""
        with self._guard:
            count = self._counts.get(key)
            return count.number if count and count.counts(self._clock()) else 0

    def get_expiry(self, key: str) -> float:
        """Give until when a number counts; of none that is now."""
        with self._guard:
            now, count = self._clock(), self._counts.get(key)
            return count.until if count and count.counts(now) else now

    def check(self) -> bool:
        """Say that it can be used."""
        return True

    def reset(self) -> int | None:
        """Forget everything; gives the number of clients."""
        with self._guard:
            number = len(self._counts)
            self._counts.clear()
            return number

    def clear(self, key: str) -> None:
        """Forget one client."""
        with self._guard:
            self._counts.pop(key, None)

    def _forget(self, now: float) -> None:
        while self._counts:
            first = next(iter(self._counts.values()))
            if first.counts(now) and len(self._counts) < MOST:
                return
            self._counts.popitem(last=False)
