"""What every page asks the store for, and what holds until anybody changes that. Called by the library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from index.entries import Feed
from index.storage.store import Store

T = TypeVar("T")


class Remembered:
    """Feeds and names of tags, each read once until the store changes. Safe to use from any thread.

    Within a transaction of this thread nothing is remembered: it may never be committed.
    """

    def __init__(self, store: Store, mark: Callable[[], Hashable | None]) -> None:
        """Take the store, and what tells one state of it from any other; None where that cannot be told."""
        self._store = store
        self._mark = mark
        self._marked: Hashable | None = None
        self._feeds: list[Feed] | None = None
        self._names: dict[str, str] = {}
        self._guard = threading.Lock()

    def feeds(self) -> list[Feed]:
        """See Store.feeds."""
        with self._guard:
            self._forget_what_changed()
            if self._feeds is None:
                self._feeds = self._store.feeds()
            return list(self._feeds)

    def tag_names(self, keys: Iterable[str]) -> dict[str, str]:
        """See Store.tag_names."""
        wanted = list(keys)
        with self._guard:
            self._forget_what_changed()
            if missing := [key for key in wanted if key not in self._names]:
                self._names |= self._store.tag_names(missing)
            return {key: self._names[key] for key in wanted if key in self._names}

    def _forget_what_changed(self) -> None:
        # Told before anything is read, so that what is read later is at least as new.
        mark = None if self._store.connection.in_transaction else self._mark()
        if mark is None or mark != self._marked:
            self._marked, self._feeds, self._names = mark, None, {}
