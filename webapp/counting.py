"""Counts that end by themselves: how often each client came within a minute. Called by limiting."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST = 100_000
"""Keys that are counted at once; of more, those that came first are forgotten."""


@dataclass(slots=True)
class Count:
    """How often something came, and from when until when that counts, in seconds since 1970."""

    number: int
    since: float
    until: float

    def counts(self, now: float) -> bool:
        """Say whether its time is not over; before it began, the clock was set back since."""
        return self.since <= now < self.until


class Counts:
    """Counts by key. All windows are of the same length, so the first to begin is the first to end.

    Safe to use from any thread.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.time) -> None:
        """Begin with nothing; take for how many `seconds` from its first time on a key counts.

        `clock` gives seconds since 1970.
        """
        self._seconds = seconds
        self._counts: OrderedDict[Hashable, Count] = OrderedDict()
        self._guard = threading.Lock()
        self._clock = clock

    def __len__(self) -> int:
        """Give the number of keys that are counted, or that nobody has come to forget."""
        return len(self._counts)

    def count(self, key: Hashable) -> int:
        """Count a key; gives the number."""
        with self._guard:
            now = self._clock()
            self._forget(now)
            count = self._counts.get(key)
            if count is None or not count.counts(now):
                self._counts.pop(key, None)
                count = self._counts[key] = Count(0, now, now + self._seconds)
            count.number += 1
            return count.number

    def number(self, key: Hashable) -> int:
        """Give the number, 0 where it does not count any more."""
        with self._guard:
            count = self._counts.get(key)
            return count.number if count and count.counts(self._clock()) else 0

    def end(self, key: Hashable) -> float:
        """Give until when a number counts; of none that is now."""
        with self._guard:
            now, count = self._clock(), self._counts.get(key)
            return count.until if count and count.counts(now) else now

    def _forget(self, now: float) -> None:
        while self._counts:
            first = next(iter(self._counts.values()))
            if first.counts(now) and len(self._counts) < MOST:
                return
            self._counts.popitem(last=False)
