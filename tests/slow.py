"""Measures what slow clients do to the others: `make slow`, or `python -m tests.slow [--seconds 20]`.

Some send their request's head a byte at a time, some connect and say nothing, some ask once and then rest, some take
a large answer a few bytes at a time, some promise a body that does not come. Meanwhile a few others ask as usual, each
time over a new connection and over one that is kept. Prints how long these waited, beside how long they did in quiet in
the same run, how soon the slow ones were cut off, and what memory the workers had before and at the most, looked at
halfway through each kind and in the end. The exit code is 1 where anything failed, where p95 is over BAR (or, on a
machine that is slower than that in quiet, over twice that of the quiet), where one who holds back a head was not cut
off in time, or where the memory of a worker grew by more than GROWTH.

All on this machine; it ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import meters
from tests.load import add
from tests.meters import MEGABYTE
from tests.plenty import Plenty
from tests.visitors import Figures, Visitor
from tests.webapp.servers import running

BAR = 0.05
"""Seconds."""
CUT_OFF = 10.0
"""Seconds that somebody may take for a request's head."""
ENTRIES = 4_000
HEADS, SILENT, RESTING, READERS, BODIES = 300, 1_000, 200, 50, 100
ARRIVING = 8.0
"""Seconds in which they come: what is measured is that they stay, not what their answers take to make."""
USUAL = 2
"""Clients of each kind that ask as usual, and rest a moment after each answer."""
ADDRESSES = ["/", "/?q={}", "/fragments/entries?q={}", "/suggest?q={}", "/entries.json?q={}&size=10", "/healthz"]
FILES = 8_192
LARGE = itertools.cycle(["/entries.ndjson", "/entries.ndjson", "/entries.atom?size=100"])
"""Addresses of large answers; the first has all entries."""
GROWTH = 100 * MEGABYTE
"""Bytes, of a worker, from when it has answered as usual for a time."""


@dataclass
class Slow:
    """What became of the clients of a kind: how long each was borne, in seconds."""

    name: str
    have_to_go: bool = True
    lives: list[float] = field(default_factory=list)
    refused: int = 0
    left: int = 0
    """Still connected in the end."""

    def line(self) -> str:
        """Sum up."""
        longest = f"cut off after {min(self.lives):.1f} to {max(self.lives):.1f} s" if self.lives else "none cut off"
        return f"{self.name}: {len(self.lives)} {longest}, {self.left} left in the end, {self.refused} not let in"

    @property
    def is_good(self) -> bool:
        """True where nobody stayed who has to go."""
        return not self.have_to_go or (max(self.lives, default=0.0) <= CUT_OFF and not self.refused)


Kind = Callable[["Crowd", Slow], Coroutine[None, None, None]]


@dataclass
class Crowd:
    """Many clients of one kind, until the time is over."""

    port: int
    deadline: float

    async def hold(self, kind: Kind, slow: Slow, number: int) -> None:
        """Have so many of a kind; one that is cut off comes again."""

        async def one(place: int) -> None:
            await asyncio.sleep(ARRIVING * place / number)  # not all in the same moment
            while time.monotonic() < self.deadline:
                await kind(self, slow)
                await asyncio.sleep(min(1.0, max(0.0, self.deadline - time.monotonic())))

        await asyncio.gather(*(one(place) for place in range(number)))

    async def connected(self, slow: Slow) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Connect, and say so where that cannot be."""
        try:
            async with asyncio.timeout(CUT_OFF):
                return await asyncio.open_connection(sock=await _socket(self.port), limit=1_024)
        except (OSError, TimeoutError):
            slow.refused += 1
            await asyncio.sleep(1)
            return None

    async def borne(
        self, slow: Slow, say: bytes, again: bytes = b"", pause: float = 2.0, take: int = 0, size: int = 65_536
    ) -> None:
        """Connect, say something, then go on with `again` a byte at a time, until the server has had enough.

        `take`: bytes to read at a time, or all that comes.
        """
        if (line := await self.connected(slow)) is None:
            return
        reader, writer = line
        start = time.monotonic()
        more = itertools.cycle(again[place : place + 1] for place in range(len(again))) if again else None
        try:
            writer.write(say)
            while time.monotonic() < self.deadline:
                if more:
                    writer.write(next(more))
                if not await _is_open(reader, pause, take or size):
                    slow.lives.append(time.monotonic() - start)
                    return
            slow.left += 1
            if slow.have_to_go and time.monotonic() - start > CUT_OFF:
                slow.lives.append(time.monotonic() - start)
        except OSError:
            slow.lives.append(time.monotonic() - start)
        finally:
            writer.close()


async def heads(crowd: Crowd, slow: Slow) -> None:
    """Send a head that does not end."""
    await crowd.borne(slow, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ", b"a")


async def silent(crowd: Crowd, slow: Slow) -> None:
    """Say nothing."""
    await crowd.borne(slow, b"")


async def resting(crowd: Crowd, slow: Slow) -> None:
    """Ask once, then nothing more."""
    await crowd.borne(slow, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")


async def readers(crowd: Crowd, slow: Slow) -> None:
    """Take a large answer a few bytes at a time."""
    await crowd.borne(slow, f"GET {next(LARGE)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode(), pause=0.5, take=64)


async def bodies(crowd: Crowd, slow: Slow) -> None:
    """Promise a body, and send a byte of it now and then."""
    head = b"POST /websub/none/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n"
    await crowd.borne(slow, head, b"a")


KINDS: list[tuple[str, Kind, int, bool]] = [
    ("heads a byte at a time", heads, HEADS, True),
    ("silence", silent, SILENT, True),
    ("rest after one answer", resting, RESTING, False),
    ("answers a few bytes at a time", readers, READERS, False),
    ("bodies a byte at a time", bodies, BODIES, False),
]


def main(arguments: Sequence[str]) -> int:
    """Make a library, serve it, measure; gives the exit code."""
    options = _options(arguments)
    meters.room_for_files(FILES)
    plenty = Plenty(ENTRIES, 1)
    with tempfile.TemporaryDirectory(prefix="feedsift-") as name:
        folder = Path(name)
        (folder / "plenty.atom").write_bytes(plenty.document())
        add(folder / "data", folder / "plenty.atom")
        with running(folder / "data", "--workers", "2", is_as_shipped=True, FEEDSIFT_RATE_LIMIT="0") as server:
            return asyncio.run(_measured(server.port, server.process.pid, plenty, options.seconds))


async def _measured(port: int, server: int, plenty: Plenty, seconds: float) -> int:
    await usual(port, plenty, min(3.0, seconds))  # what is found out once
    quiet = await usual(port, plenty, seconds)
    print(f"{'in quiet':>32}: {quiet.line(seconds)}", flush=True)
    bar, code = max(BAR, 2 * quiet.quantiles()["p95"]), int(bool(quiet.errors))
    quiet.tell()
    memory = [_memory(server)]
    for kinds in (*([kind] for kind in KINDS), KINDS):
        crowd = Crowd(port, time.monotonic() + seconds)
        slow = [Slow(f"{number} of {name}", have_to_go) for name, _, number, have_to_go in kinds]
        crowds = [
            asyncio.create_task(crowd.hold(kind, each, number))
            for (_, kind, number, _), each in zip(kinds, slow, strict=True)
        ]
        looking = asyncio.create_task(_halfway(server, seconds / 2, memory))
        figures = await usual(port, plenty, seconds)
        await asyncio.gather(*crowds)
        print(f"{slow[0].name if len(slow) == 1 else 'all of these':>32}: {figures.line(seconds)}")
        print(f"{'':>34}{'; '.join(each.line() for each in slow)}; open files halfway {await looking}", flush=True)
        figures.tell()
        is_quick = figures.quantiles()["p95"] <= bar
        code |= int(bool(figures.errors) or not is_quick or not all(each.is_good for each in slow))
    memory.append(_memory(server))
    code |= _has_grown(memory)
    print(f"the bar was {bar * 1000:.0f} ms and {CUT_OFF:.0f} s: {'missed' if code else 'held'}")
    return code


def _memory(server: int) -> list[int]:
    """Give the bytes that each worker has in memory."""
    return [meters.taken(worker).memory for worker in meters.workers(server)]


def _has_grown(memory: Sequence[Sequence[int]]) -> int:
    """Say what memory the workers had first and at the most; gives the exit code."""
    workers = [(had, max(had, *later)) for had, *later in zip(*memory, strict=True)]
    pairs = ", ".join(f"{had / MEGABYTE:.0f} MB, then up to {most / MEGABYTE:.0f} MB" for had, most in workers)
    print(f"memory of the workers: {pairs}; {GROWTH / MEGABYTE:.0f} MB more may be")
    return int(any(most - had > GROWTH for had, most in workers))


async def _halfway(server: int, seconds: float, memory: list[list[int]]) -> str:
    """Note, after so long, the memory of the workers, and say how many files and connections each has open."""
    await asyncio.sleep(seconds)
    memory.append(_memory(server))
    return ", ".join(str(meters.taken(worker).files) for worker in meters.workers(server))


async def usual(port: int, plenty: Plenty, seconds: float) -> Figures:
    """Ask as usual for a time."""
    figures, deadline = Figures(), time.monotonic() + seconds

    async def one(visitor: Visitor, place: int) -> None:
        for number in itertools.count(place):
            if time.monotonic() > deadline:
                break
            await visitor.ask(ADDRESSES[number % len(ADDRESSES)].format(plenty.words[number % 300]))
            await asyncio.sleep(0.05)
        visitor.close()

    visitors = [Visitor(port, figures, is_kept=is_kept) for is_kept in (True, False) for _ in range(USUAL)]
    await asyncio.gather(*(one(visitor, 71 * place) for place, visitor in enumerate(visitors)))
    return figures


async def _is_open(reader: asyncio.StreamReader, seconds: float, size: int) -> bool:
    """Read for so long; False where the server hangs up meanwhile."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            async with asyncio.timeout(left):
                if not await reader.read(size):
                    return False
        except TimeoutError:
            return True
        if size < 1_024:
            await asyncio.sleep(max(0.0, end - time.monotonic()))
    return True


async def _socket(port: int) -> socket.socket:
    """Connect with little room for what comes, so that who does not read is noticed."""
    line = socket.socket()
    line.setblocking(False)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    try:
        await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
    except BaseException:
        line.close()
        raise
    return line


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what slow clients do to the others.")
    parser.add_argument("--seconds", type=float, default=20, help="for each kind of slow clients")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
