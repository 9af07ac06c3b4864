"""Work for many hosts at the same time, and for each host one piece after the other. Called by index.arrivals."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Round(Generic[Item, Result]):
    """Pieces of work that are done in threads; the results come as they are there, in the thread that asks for them.

    The threads are daemons: a program that is told to end does not wait for a server that takes its time.
    """

    def __init__(self, work: Callable[[Item], Result], most: int) -> None:
        """Take what is to be done with an item, and the number of threads at the most."""
        self._work = work
        self._most = most
        self._waiting: dict[str, deque[Item]] = {}
        self._busy: set[str] = set()
        self._done: queue.SimpleQueue[tuple[str, Item, Result | BaseException]] = queue.SimpleQueue()

    def put(self, host: str, item: Item) -> None:
        """Add a piece of work, also while results are being read. An empty host is nobody's: it never waits."""
        self._waiting.setdefault(host or f"\0{id(item)}", deque()).append(item)

    def __iter__(self) -> Iterator[tuple[Item, Result]]:
        """Do all that was put here, and what is put meanwhile; what is raised in a thread is raised here too."""
        while self._start():
            host, item, result = self._done.get()
            self._busy.remove(host)
            if isinstance(result, BaseException):
                raise result
            yield item, result

    def _start(self) -> bool:
        """Start what can be started; False where nothing is left."""
        for host in [host for host in self._waiting if host not in self._busy]:
            if len(self._busy) >= self._most:
                break
            item = self._waiting[host].popleft()
            if not self._waiting[host]:
                del self._waiting[host]
            self._busy.add(host)
            threading.Thread(target=self._run, args=(host, item), daemon=True).start()
        return bool(self._busy)

    def _run(self, host: str, item: Item) -> None:
        try:
            self._done.put((host, item, self._work(item)))
        except BaseException as error:  # or somebody would wait for ever
            self._done.put((host, item, error))
