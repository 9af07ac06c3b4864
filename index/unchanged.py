"""What files say, read once while they are as they were. Called by index.generations, at each question.

A file is taken for unchanged by its number, size and times. As times are told in steps, what was written a moment ago
may be written again within the same one: what such a file says is read each time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Look = tuple[int, int, int, int]
"""Number, size, and the times of the last change to what is in it and to anything about it, in nanoseconds."""

SETTLED = 3.0
"""Seconds after which nobody can write within the same step any more; that of FAT, the longest, is two."""


class Unchanged(Generic[T]):
    """What was found in some files the last time. Safe to use from any thread."""

    def __init__(self) -> None:
        self._known: tuple[tuple[str, ...], list[Look | None], T] | None = None

    def get(self, paths: tuple[str, ...], read: Callable[[], T]) -> T:
        """Give what `read` finds in these files or folders; it is called only where one may have changed since."""
        known, looks = self._known, list(map(_look, paths))  # before they are read, so that no change is missed
        if known and known[0] == paths and known[1] == looks:
            return known[2]
        found = read()
        if all(look and _is_settled(look) for look in looks):
            self._known = paths, looks, found
        return found


def _look(path: str) -> Look | None:
    try:
        seen = os.stat(path)  # noqa: PTH116 - with a Path, half the time would go into making it
    except OSError:  # what it means is for who reads
        return None
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _is_settled(look: Look) -> bool:
    return max(look[2:]) / 1e9 < time.time() - SETTLED
