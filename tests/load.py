"""Asks a server with two workers from many clients at once, while entries arrive: `make load`.

    python -m tests.load [--seconds 60] [--clients 200] [--entries 12000] [--seed 1]
    python -m tests.load --requests 100000

The server is as it is shipped, but for the limit of answers a minute. Every answer is compared with the one that was
given in quiet, before (tests.errands), but for those that say themselves that they are in part, for want of time
(FEEDSIFT_QUERY_SECONDS): these are counted. Prints requests, times, errors and wrong answers, and what memory and open
files the workers had at the start, after a while and in the end; the exit code is 1 where anything failed or was wrong,
or more than PARTIAL_IN_A_CROWD of the searches were answered in part. With `--requests`, hardly any request is asked
twice, 20 clients ask, of whose searches PARTIAL may be answered in part, and the exit code is 1 too where the memory of
a worker has grown by more than a tenth after the first fifth of them.

All on this machine; it ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import errands, meters
from tests.errands import Errand
from tests.meters import MEGABYTE
from tests.plenty import Plenty, latecomers
from tests.visitors import Answer, Figures, Visitor
from tests.webapp.servers import FEEDSIFT, Server, running

WORKERS = 2
PAUSE = 3.0
"""Seconds between two times that entries arrive."""
ARRIVING = 5
"""Entries at a time."""
GROWING = 0.1
"""Part of the requests that ask for what arrives."""
CONDITIONAL = 0.3
"""Part of the requests that ask whether what is had still holds."""
LONGEST = 3_600
"""Seconds, for a number of requests."""
GROWTH = 0.1
"""Part by which memory may grow after the first requests."""
FIRST = 0.2
"""Part of a number of requests after which memory is looked at."""
AGAIN = 20
"""Times that a search is made until all is looked for."""
PARTIAL = 0.05
"""Part of the searches of a few clients that may be answered in part."""
PARTIAL_IN_A_CROWD = 0.25
FILES = 4_096


@dataclass
class Known:
    """What was answered so far: what each errand has to give, and what each client may ask about again."""

    expected: dict[str, object] = field(default_factory=dict)
    """By address; of what grows, the most that was seen."""
    tags: dict[str, tuple[str, object]] = field(default_factory=dict)
    """ETag and reading of the last whole answer, by address."""

    def fault(self, errand: Errand, said: object, least: object) -> str:
        """Say what is wrong with an answer; `least` is what was known when it was asked for."""
        if errand.grows and isinstance(said, int) and isinstance(least, int):
            self.expected[errand.address] = max(said, least, self.expected[errand.address])  # type: ignore[type-var]
            return f"{errand.address}: {said} after {least} before" if said < least else ""
        return "" if said == least else f"{errand.address}: {_short(said)} instead of {_short(least)}"


@dataclass
class Load:
    """A run: a server that is asked."""

    port: int
    figures: Figures
    known: Known
    arrivals: int = 0
    """Entries that have arrived since the start."""

    async def quiet(self, asked: Sequence[Errand]) -> None:
        """Ask for each once, one after the other, and keep what comes."""
        visitor = Visitor(self.port, self.figures)
        for errand in asked:
            answer = await self._whole(visitor, errand)
            if answer is None or answer.status != errand.status:
                self.figures.wrong.append(f"{errand.address}: {answer and answer.status} instead of {errand.status}")
                continue
            self.known.expected[errand.address] = said = errand.read(answer)
            if tag := answer.headers.get("etag"):
                self.known.tags[errand.address] = tag, said
        visitor.close()

    async def _whole(self, visitor: Visitor, errand: Errand) -> Answer | None:
        """Ask until all was looked for: each time goes on where the last one stopped."""
        for _ in range(AGAIN):
            answer = await visitor.ask(errand.address)
            if answer is None or not answer.is_partial:
                return answer
        return answer

    async def visit(self, asked: Iterator[Errand], dice: random.Random, deadline: float) -> None:
        """Ask for one thing after the other until the time is over, as one client does."""
        visitor = Visitor(self.port, self.figures)
        for errand in asked:
            if time.monotonic() > deadline:
                break
            await self._run(visitor, errand, dice)
        visitor.close()

    async def arrive(self, data: Path, file: Path, deadline: float) -> None:
        """Have entries arrive: their feed changes, and another process refreshes it."""
        while time.monotonic() < deadline:
            file.write_bytes(latecomers(self.arrivals + ARRIVING))
            command = await asyncio.create_subprocess_exec(
                FEEDSIFT,
                "--data",
                data,
                "refresh",
                file,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            said, _ = await command.communicate()
            self.arrivals += ARRIVING
            if command.returncode:
                self.figures.errors.append(f"feedsift refresh: {command.returncode}, {said.decode()[-300:]}")
            await asyncio.sleep(PAUSE)

    async def _run(self, visitor: Visitor, errand: Errand, dice: random.Random) -> None:
        least, headers = self.known.expected.get(errand.address), {}
        tag, had = self.known.tags.get(errand.address, ("", None))
        if tag and dice.random() < CONDITIONAL:
            headers["If-None-Match"] = tag
        if dice.random() < 0.5:
            headers["Accept-Encoding"] = "gzip"
        answer = await visitor.ask(errand.address, headers)
        if answer is None or answer.is_partial or answer.status >= 500:
            return
        is_same = answer.status == 304 and "If-None-Match" in headers
        if answer.status != errand.status and not is_same:
            self.figures.wrong.append(f"{errand.address}: {answer.status} instead of {errand.status}")
        elif errand.address in self.known.expected:
            said = had if is_same else _read(errand, answer)
            if fault := self.known.fault(errand, said, least):
                self.figures.wrong.append(fault)
            elif not is_same and "etag" in answer.headers:
                self.known.tags[errand.address] = answer.headers["etag"], said


def main(arguments: Sequence[str]) -> int:
    """Make a library, serve it, ask; gives the exit code."""
    options = _options(arguments)
    meters.room_for_files(FILES)
    plenty = Plenty(options.entries, options.seed)
    with tempfile.TemporaryDirectory(prefix="feedsift-") as name:
        folder = Path(name)
        late = folder / "late.atom"
        late.write_bytes(latecomers(ARRIVING))
        (folder / "plenty.atom").write_bytes(plenty.document())
        add(folder / "data", folder / "plenty.atom", late)
        with running(folder / "data", "--workers", str(WORKERS), is_as_shipped=True, FEEDSIFT_RATE_LIMIT="0") as server:
            run = _flat if options.requests else _busy
            code = asyncio.run(run(server, plenty, options, late))
            if "Traceback" in server.printed:
                print(server.printed[-3_000:])
                code = 1
        return code | subprocess.run([FEEDSIFT, "--data", folder / "data", "check"], check=False).returncode


def add(data: Path, *sources: Path) -> None:
    """Take feeds in."""
    subprocess.run([FEEDSIFT, "--data", data, "add", *sources], check=True)


async def _busy(server: Server, plenty: Plenty, options: argparse.Namespace, late: Path) -> int:
    """Ask from many clients while entries arrive."""
    dice, quiet = random.Random(options.seed), Figures()
    steady, growing = list(errands.steady(plenty, dice)), errands.growing()
    load = Load(server.port, quiet, Known(), ARRIVING)
    usage = Usage(server.process.pid)
    usage.note("at the start")
    start = time.monotonic()
    await load.quiet([*steady, *growing])
    entries = errands.followed(steady, load.known.expected)
    await load.quiet(entries)
    steady += entries
    print(f"quiet: {quiet.line(time.monotonic() - start)}", flush=True)
    usage.note("after each was asked once")

    load.figures, start = Figures(), time.monotonic()
    deadline = start + options.seconds
    visits = [
        load.visit(_mixed(steady, growing, die), die, deadline)
        for die in (random.Random(f"{options.seed} {number}") for number in range(options.clients))
    ]
    arriving = asyncio.create_task(load.arrive(late.parent / "data", late, deadline))
    noting = asyncio.create_task(usage.note_after("halfway", options.seconds / 2))
    await asyncio.gather(*visits)
    over = time.monotonic() - start
    await asyncio.gather(arriving, noting)
    usage.note("in the end")
    print(f"{options.clients} clients, {load.arrivals} entries arriving: {load.figures.line(over)}")
    usage.tell()
    for figures in (quiet, load.figures):
        figures.tell()
    return int(any((quiet.errors, quiet.wrong, load.figures.errors, load.figures.wrong))) | _too_partial(
        load.figures, PARTIAL_IN_A_CROWD
    )


async def _flat(server: Server, plenty: Plenty, options: argparse.Namespace, _: Path) -> int:
    """Ask for a number of different things, and look at the memory meanwhile."""
    figures, asked = Figures(), errands.distinct(plenty, random.Random(options.seed))
    load, usage, clients = Load(server.port, figures, Known()), Usage(server.process.pid), min(options.clients, 20)
    step, start = max(1, options.requests // 10), time.monotonic()
    usage.note("at the start")
    for number in range(1, 11):
        run = itertools.islice(asked, step)  # from which each client takes the next
        await asyncio.gather(
            *(load.visit(run, random.Random(f"{number} {client}"), start + LONGEST) for client in range(clients))
        )
        usage.note(f"{number * step} requests")
        print(usage.lines[-1], flush=True)
    print(figures.line(time.monotonic() - start))
    figures.tell()
    growth = usage.growth(since=f"{round(10 * FIRST) * step} requests")
    print(f"memory of the worker that grew most, after the first {round(10 * FIRST) * step}: {growth:+.1%}")
    is_late = time.monotonic() - start > LONGEST
    if is_late:
        print(f"not done after {LONGEST} s")
    return int(bool(figures.errors or figures.wrong or is_late or growth > GROWTH)) | _too_partial(figures, PARTIAL)


def _too_partial(figures: Figures, most: float) -> int:
    """Say which part of the searches had to leave something out; gives the exit code."""
    print(f"answered in part: {figures.share:.2%} of {figures.searches} searches, at most {most:.0%} may be")
    return int(figures.share > most)


class Usage:
    """What the workers of a server have in memory and open, at moments with names."""

    def __init__(self, server: int) -> None:
        self._workers = meters.workers(server)
        self._noted: dict[str, list[meters.Reading]] = {}
        self.lines: list[str] = []

    def note(self, name: str) -> None:
        """Look now."""
        self._noted[name] = found = [meters.taken(worker) for worker in self._workers]
        taken = ", ".join(f"{each.memory / MEGABYTE:.1f} MB and {each.files} open files" for each in found)
        self.lines.append(f"{name:>26}: {taken}")

    async def note_after(self, name: str, seconds: float) -> None:
        """Look later."""
        await asyncio.sleep(seconds)
        self.note(name)

    def tell(self) -> None:
        """Print all."""
        print("\n".join(self.lines))

    def growth(self, since: str) -> float:
        """Give the part by which the memory of a worker has grown, of that which grew most."""
        last = list(self._noted.values())[-1]
        pairs = zip(last, self._noted[since], strict=True)
        return max(now.memory / before.memory - 1 for now, before in pairs)


def _mixed(steady: list[Errand], growing: list[Errand], dice: random.Random) -> Iterator[Errand]:
    while True:
        yield dice.choice(growing if dice.random() < GROWING else steady)


def _read(errand: Errand, answer: Answer) -> object:
    try:
        return errand.read(answer)
    except (AssertionError, ValueError, LookupError) as error:
        return f"unreadable ({error!r}): {answer.body[:200]!r}"


def _short(said: object) -> str:
    text = str(said)
    return text if len(text) < 200 else f"{text[:200]}… ({zlib.crc32(text.encode()):08x})"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask a server from many clients while entries arrive.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--entries", type=int, default=12_000)
    parser.add_argument("--requests", type=int, default=0, help="ask for so many different things instead")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
