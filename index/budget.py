"""How long searches may look: a stopwatch that runs while words are looked up, shared by all searches of one request.

What there is no time for is left out, and that is remembered, so that a partial answer is never taken for a whole one.
Given to an engine by whoever answers strangers (`Engine.within`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 10


class Budget:
    """So many seconds of a processor, by default any number. Of one thread, where they are limited.

    What waits for others to be answered loses none: how much is found depends on what is asked, not on who else asks.
    By the clock, it may take PATIENCE times as long: on a disk that hardly answers, nobody waits for ever.
    """

    def __init__(
        self,
        seconds: float = math.inf,
        clock: Callable[[], float] = time.thread_time,
        wall: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the seconds that all searches may look together, and what tells the time of both kinds in seconds."""
        self._clocks = clock, wall
        self._left = [seconds, seconds * PATIENCE]
        self._ends = [math.inf, math.inf]
        self.is_exceeded = False
        """Whether anything had to be left out."""

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let the time within the block count."""
        starts = [clock() for clock in self._clocks]
        self._ends = [start + left for start, left in zip(starts, self._left, strict=True)]
        try:
            yield
        finally:
            ends = [clock() for clock in self._clocks]
            self._left = [left - end + start for left, end, start in zip(self._left, ends, starts, strict=True)]

    def spend(self, find: Callable[[], T], otherwise: T) -> T:
        """Give what `find` finds, in time that counts; where there is none left, what is to be given otherwise."""
        with self.running():
            return find() if self.allows_more() else otherwise

    def allows_more(self) -> bool:
        """Say whether there is time to look for more. Where not, the caller has to leave it out."""
        clock, wall = self._clocks
        if clock() < self._ends[0] and wall() < self._ends[1]:
            return True
        self.is_exceeded = True
        return False
