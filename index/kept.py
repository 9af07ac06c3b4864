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

    def __init__(
        self, largest: int, size: Callable[[T], int] = lambda _: 1, is_kept: Callable[[T], bool] = lambda _: True
    ) -> None:
        """Take what all values together may be large, how large one is, and whether it is to be kept at all."""
        self._values: LRUCache[Hashable, T] = LRUCache(largest, size)
        self._is_kept = is_kept
        self._guard = threading.Lock()

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """Give the value of a key, found by `find` where it is not kept; two threads may find it at once."""
        with self._guard:
            if key in self._values:
                return self._values[key]
        value = find()
        if self._is_kept(value):
            with self._guard, suppress(ValueError):  # larger than all that may be kept
                self._values[key] = value
        return value
