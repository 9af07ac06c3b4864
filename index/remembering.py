"""What every page asks the store for, and what holds until anybody changes that. Called by the library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable
from copy import copy
from dataclasses import dataclass, field

from index.entries import Feed
from index.storage.store import Store


@dataclass(slots=True)
class _Known:
    """What was read in one state of the store, or later: nobody looks there any more once that is told."""

    mark: Hashable | None = None
    feeds: list[Feed] | None = None
    names: dict[str, str] = field(default_factory=dict)


class Remembered:
    """Feeds and names of tags, each read once until the store changes. Safe to use from any thread.

    Within a transaction of this thread nothing is remembered: it may never be committed.
    """

    def __init__(self, store: Store, mark: Callable[[], Hashable | None]) -> None:
        """Take the store, and what tells one state of it from any other; None where that cannot be told."""
        self._store = store
        self._mark = mark
        self._newest = [_Known()]
        """In a list, as it is shared by all copies."""
        self._held: _Known | None = None
        self._is_held = False
        self._guard = threading.Lock()

    def held(self) -> Remembered:
        """Give the same for one request, which asks but once whether anything has changed."""
        held = copy(self)
        held._is_held = True
        return held

    def feeds(self) -> list[Feed]:
        """See Store.feeds."""
        with self._guard:
            known = self._known()
            if known.feeds is None:
                known.feeds = self._store.feeds()
            return list(known.feeds)

    def tag_names(self, keys: Iterable[str]) -> dict[str, str]:
        """See Store.tag_names."""
        wanted = list(keys)
        with self._guard:
            names = self._known().names
            if missing := [key for key in wanted if key not in names]:
                names |= self._store.tag_names(missing)
            return {key: names[key] for key in wanted if key in names}

    def _known(self) -> _Known:
        if self._held:
            return self._held
        # Told before anything is read, so that what is read later is at least as new.
        mark = None if self._store.connection.in_transaction else self._mark()
        known = self._newest[0]
        if mark is None or mark != known.mark:
            known = self._newest[0] = _Known(mark)
        self._held = known if self._is_held else None
        return known
