"""What was found out once and is asked for often: a bounded cache that threads share. Called by a generation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps the values that were asked for last, as long as their sizes add up to no more than `largest`."""

    def __init__(self, largest: int, size: Callable[[T], int] = lambda _: 1) -> None:
        """Take what all values together may be large, and how large one is."""
        self._values: LRUCache[Hashable, T] = LRUCache(largest, size)
        self._guard = threading.Lock()

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """Give the value of a key, found by `find` where it is not kept; two threads may find it at once."""
        with self._guard:
            if key in self._values:
                return self._values[key]
        value = find()
        with self._guard, suppress(ValueError):  # larger than all that may be kept
            self._values[key] = value
        return value
