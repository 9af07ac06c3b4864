"""How this process comes by children that read: starts the one that has them, and ends it. Called by
index.reading.process.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress

from index.errors import ReadingError

ENDING_SECONDS = 5
"""For a process that has nothing more to do."""

# It gets the modules from where this process has them, not from what the environment or the current folder say.
_PROGRAM = "import sys; sys.path[:] = {path!r}; from index.reading import nursery; nursery.serve({control})"


class Children:
    """Children that read, from a process that is started when the first is asked for."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def child(self, request: int, results: int) -> socket.socket:
        """Have a child read one file and write to the other; gives the socket over which it talks.

        To shut that down for writing ends the child; whoever has it tells how it ended as its last word.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            for _ in range(2):  # the process may have been killed since the last time
                with self._lock:
                    if self._is_asked([theirs.fileno(), request, results]):
                        return ours
        ours.close()
        raise ReadingError("no process could be started to read it")

    def close(self) -> None:
        """End the process, and with it all children."""
        with self._lock:
            self._forget()

    def _is_asked(self, files: list[int]) -> bool:
        try:
            socket.send_fds(self._running(), [b"x"], files)
        except OSError:
            self._forget()
            return False
        return True

    def _running(self) -> socket.socket:
        is_alive = self._owner == os.getpid() and self._process is not None and self._process.poll() is None
        if self._control is None or not is_alive:
            self._forget()
            self._control = self._start()
        return self._control

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        path = [os.path.abspath(place) for place in sys.path]  # noqa: PTH100
        with theirs:
            program = _PROGRAM.format(path=path, control=theirs.fileno())
            # In a session of its own, as the signals of a terminal are for this process; and with a library
            # for numbers that starts no threads, which a process that forks must not have.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        if not self._owner:
            atexit.register(self.close)
        self._owner = os.getpid()
        return ours

    def _forget(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None and self._owner == os.getpid():  # else it is the parent's, which was forked
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(ENDING_SECONDS)
        self._process = None
