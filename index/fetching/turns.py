"""Whose turn it is at a host: one request at a time over all threads, and a pause between two. Called by the client."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Queue:
    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    free_at: float = 0.0


class Turns:
    """The queues at all hosts that somebody asks, or has just asked."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._queues: dict[str, _Queue] = {}

    @contextlib.contextmanager
    def taken(self, host: str, pause: float) -> Iterator[None]:
        """Wait for the turn, keep it as long as the context lasts, and the host in peace for `pause` seconds after."""
        queue = self._joined(host)
        try:
            with queue.lock:
                if (wait := queue.free_at - self._clock()) > 0:
                    self._sleep(wait)
                try:
                    yield
                finally:
                    queue.free_at = self._clock() + pause
        finally:
            with self._lock:
                queue.users -= 1

    def _joined(self, host: str) -> _Queue:
        with self._lock:
            now = self._clock()
            self._queues = {name: queue for name, queue in self._queues.items() if queue.users or queue.free_at > now}
            queue = self._queues.setdefault(host, _Queue())
            queue.users += 1
            return queue
