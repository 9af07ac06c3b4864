"""A process of our own that has children, one for each foreign document. Started by index.reading.process.

It has imported everything that reading takes, has no threads, and forks whenever it is asked to: a child then costs
milliseconds. The multiprocessing module has such a server too, but its children first run the main module of the
program again (here: the whole command line), and outlive a parent that was killed for as long as they like.

Each child has a socket to the one who asked for it. The end of that socket ends the child, be it that the
parent has had enough, or is gone; the end of the socket that children are asked for by ends everything. So nothing is
left behind, and signals are ignored: those of a terminal mean the parent.
"""

from __future__ import annotations

import fcntl
import gc
import json
import os
import selectors
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass, field

from index.reading import worker

TALK, REQUEST, RESULTS = 3, 4, 5
"""The numbers of a child's open files, in the order in which they are sent."""
_OUT_OF_THE_WAY = 16


def serve(control: int) -> None:
    """Have children until the socket with this number ends."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    worker.warm_up()
    gc.freeze()  # so that a child's collections do not copy every page
    with socket.socket(fileno=control) as asked, selectors.DefaultSelector() as selector:
        _Nursery(asked, selector).run()


@dataclass(slots=True)
class _Nursery:
    asked: socket.socket
    selector: selectors.BaseSelector
    children: dict[int, socket.socket] = field(default_factory=dict)
    """By the numbers of their processes: where to tell how each ended."""

    def run(self) -> None:
        woken = self._wake_up_when_a_child_ends()
        self.selector.register(self.asked, selectors.EVENT_READ)
        self.selector.register(woken, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in self.selector.select():
                    if key.fileobj is self.asked and not self._have_child():
                        return
                    if key.fileobj == woken:
                        os.read(woken, 4_096)
                    elif key.data:
                        self._end(key.data)
                self._bury()
        finally:
            for child in self.children:
                os.kill(child, signal.SIGKILL)

    def _wake_up_when_a_child_ends(self) -> int:
        read, write = os.pipe()
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        return read

    def _have_child(self) -> bool:
        """Fork as asked; False where nobody can ask any more."""
        message, files, _, _ = socket.recv_fds(self.asked, 1, 3)
        if not message:
            return False
        child = os.fork()
        if child == 0:
            _be_child(files)
        talk, request, results = files
        os.close(request)
        os.close(results)
        self.children[child] = socket.socket(fileno=talk)
        self.selector.register(talk, selectors.EVENT_READ, child)
        return True

    def _end(self, child: int) -> None:
        """End a child whose parent has had enough."""
        with suppress(KeyError):  # it has ended in the meantime
            self.selector.unregister(self.children[child])
            os.kill(child, signal.SIGKILL)

    def _bury(self) -> None:
        """Tell of each child that has ended how it did."""
        while self.children:
            child, status, usage = os.wait4(-1, os.WNOHANG)
            if not child:
                return
            with self.children.pop(child) as talk:
                with suppress(KeyError):
                    self.selector.unregister(talk)
                words = {
                    "exit": os.waitstatus_to_exitcode(status),
                    "seconds": usage.ru_utime + usage.ru_stime,
                    "memory": usage.ru_maxrss * 1_024,
                }
                with suppress(OSError):  # a parent that does not listen
                    talk.send(b"\n" + json.dumps(words).encode() + b"\n", socket.MSG_DONTWAIT)


def _be_child(files: list[int]) -> None:
    """Keep the three files, forget all others, and read; never comes back."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        # First out of the way, so that none is written over before it is copied.
        kept = [fcntl.fcntl(file, fcntl.F_DUPFD, _OUT_OF_THE_WAY) for file in (nothing, nothing, nothing, *files)]
        for number, file in enumerate(kept):
            os.dup2(file, number, inheritable=False)
        os.closerange(len(kept), os.sysconf("SC_OPEN_MAX"))
        worker.work(REQUEST, RESULTS, TALK)
        code = 0
    finally:
        os._exit(code)
