"""What was found out once and is asked for often: a bounded cache that threads share. Called by a generation."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps the values that were asked for last, as long as their sizes add up to no more than `largest`."""

    def __init__(
        self, largest: int, size: Callable[[T], int] = lambda _: 1, is_kept: Callable[[T], bool] = lambda _: True
    ) -> None:
        """Take what all values together may be large, how large one is, and whether it is to be kept at all."""
        self._values: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        """With the size of each, those that were asked for longest ago first."""
        self._left = largest
        self._largest, self._size, self._is_kept = largest, size, is_kept
        self._guard = threading.Lock()

    def get(self, key: Hashable, find: Callable[[], T]) -> T:
        """Give the value of a key, found by `find` where it is not kept; two threads may find it at once."""
        with self._guard:
            if known := self._values.get(key):
                self._values.move_to_end(key)
                return known[0]
        value = find()
        if self._is_kept(value) and (size := self._size(value)) <= self._largest:
            with self._guard:
                self._keep(key, value, size)
        return value

    def _keep(self, key: Hashable, value: T, size: int) -> None:
        if known := self._values.pop(key, None):
            self._left += known[1]
        self._values[key] = value, size
        self._left -= size
        while self._left < 0:
            _, (_, freed) = self._values.popitem(last=False)
            self._left += freed
