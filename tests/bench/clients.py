"""Clients of a server on this machine, in a process of its own: python -m tests.bench.clients < job.json

A few connections that are kept, each of which asks for the next thing as soon as it has its answer. Whoever starts it
is given a `Rate` by `run`. It imports nothing of Feedsift, and looks at an answer just enough to find its end, so that
it takes as little as possible of the machine that it shares with the server.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path

CLIENTS = 4
SECONDS = 60.0
"""For one answer."""
TRIES = 20
"""To see who has a connection, a few milliseconds apart: a process that is busy does not take it at once."""
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_HOST = b"Host: 127.0.0.1\r\n"
_PARTIAL = b"Not all was looked for"


@dataclass(frozen=True)
class Job:
    """What to ask whom: pages with headers, in turn or once each, for so many seconds."""

    requests: list[tuple[list[str], dict[str, str]]]
    """The addresses that each page takes, asked one after the other."""
    servers: list[tuple[int, list[int]]]
    """Ports, and the processes that answer there; clients are divided among them all, as evenly as can be."""
    seconds: float
    is_repeated: bool = False
    clients: int = CLIENTS


@dataclass
class Rate:
    """What came of it."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    """Of the pages, in seconds."""
    statuses: dict[str, int] = field(default_factory=dict)
    """Of the answers."""
    partial: int = 0
    """Answers that say that something was left out."""

    def __add__(self, other: Rate) -> Rate:
        """Give what came of two jobs of the same kind."""
        statuses = dict(Counter(self.statuses) + Counter(other.statuses))
        return Rate(self.seconds + other.seconds, self.times + other.times, statuses, self.partial + other.partial)

    @property
    def each_second(self) -> float:
        """Pages a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0


def run(job: Job) -> Rate:
    """Do a job in a process of its own. Raises ValueError where anything but 200 and 304 came back."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.clients"],
        input=json.dumps(asdict(job)),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rate = Rate(**json.loads(done.stdout))
    if set(rate.statuses) - {"200", "304"}:
        raise ValueError(f"A server answered otherwise: {rate.statuses}")
    return rate


class Line:
    """A connection, what it has to ask for a page, and what has come over it since it last asked."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()
        self._end: int | None = None
        self._left: list[bytes] = []
        self.asked = 0.0

    def ask(self, *requests: bytes) -> None:
        """Send the first request of a page."""
        self._left = list(requests)
        self.asked = time.perf_counter()
        self.go_on()

    def go_on(self) -> bool:
        """Send the next request of the page, if it takes any more."""
        if not self._left:
            return False
        self._received.clear()
        self._end = None
        self.socket.sendall(self._left.pop(0))
        return True

    def receive(self) -> bytes | None:
        """Take what has come; gives the answer once it is whole."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("The server hung up.")
        self._received += piece
        if self._end is None:
            self._end = end(self._received)
        is_whole = self._received.endswith(b"\r\n0\r\n\r\n") if self._end == -1 else len(self._received) == self._end
        return bytes(self._received) if self._end is not None and is_whole else None


def end(received: bytes | bytearray) -> int | None:
    """Give where an answer ends: None where its head has not come yet, -1 where it comes in chunks."""
    body = received.find(b"\r\n\r\n") + 4
    if body < 4:
        return None
    if received[9:12] in (b"304", b"204"):
        return body
    if length := _LENGTH.search(received, 0, body):
        return body + int(length[1])
    if _CHUNKED.search(received, 0, body):
        return -1
    raise ValueError(f"An answer without an end: {bytes(received[:body])!r}")


def work(job: Job) -> Rate:
    """Ask until the time is over, or all was asked."""
    asked = requests(job)
    rate, statuses, selector = Rate(), Counter[str](), selectors.DefaultSelector()
    lines = connected(job)
    start = time.perf_counter()
    for line, request in zip(lines, asked, strict=False):
        selector.register(line.socket, selectors.EVENT_READ, line)
        line.ask(*request)
    while selector.get_map():
        for key, _ in selector.select():
            line = key.data
            if (answer := line.receive()) is None:
                continue
            statuses[answer[9:12].decode()] += 1
            rate.partial += _PARTIAL in answer
            if line.go_on():
                continue
            now = time.perf_counter()
            rate.times.append(now - line.asked)
            following = next(asked, None) if now - start < job.seconds else None
            if following is None:
                selector.unregister(line.socket)
            else:
                line.ask(*following)
    rate.seconds = time.perf_counter() - start
    rate.statuses = dict(statuses)
    return rate


def requests(job: Job) -> Iterator[list[bytes]]:
    """Give what is sent for each page."""
    made = [[_request(address, headers) for address in addresses] for addresses, headers in job.requests]
    return cycle(made) if job.is_repeated else iter(made)


def _request(address: str, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {address} HTTP/1.1\r\n{_HOST.decode()}{lines}\r\n".encode()


def connected(job: Job) -> list[Line]:
    """Connect the clients, so that each process of a server has as many of them as the others.

    Left to chance, three of four clients often meet the same process, and a rate says more of that than of the server.
    """
    wanted = [(port, worker) for port, workers in job.servers for worker in workers or [0]]
    places = Counter(place for place, _ in zip(cycle(wanted), range(job.clients), strict=False))
    found: list[Line] = []
    deadline = time.monotonic() + SECONDS
    while any(places.values()):
        if time.monotonic() > deadline:
            raise ValueError(f"The clients could not be divided among the processes of the server: {places}")
        for port, workers in job.servers:
            # Several at once, as the first to wake takes all that come one by one.
            for line in [Line(port) for _ in range(job.clients)]:
                place = (port, holder(line, workers))
                if places[place] > 0:
                    places[place] -= 1
                    found.append(line)
                else:
                    line.socket.close()
        time.sleep(0.02)
    return found


def holder(line: Line, workers: Sequence[int]) -> int:
    """Give the process that has the other end of a connection (Linux); 0 where there is no choice, -1 for nobody."""
    if not workers:
        return 0
    ends = f":{line.port:04X}", f":{line.socket.getsockname()[1]:04X}"
    for _ in range(TRIES):
        rows = (row.split() for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
        inodes = {row[9] for row in rows if row[1].endswith(ends[0]) and row[2].endswith(ends[1])}
        for worker in workers:
            if any(has(worker, inode) for inode in inodes):
                return worker
        time.sleep(0.005)
    return -1


def has(process: int, inode: str) -> bool:
    """Tell whether a process has a socket open."""
    for path in Path("/proc", str(process), "fd").iterdir():
        try:
            if str(path.readlink()) == f"socket:[{inode}]":
                return True
        except FileNotFoundError:
            continue
    return False


if __name__ == "__main__":
    json.dump(asdict(work(Job(**json.load(sys.stdin)))), sys.stdout)
