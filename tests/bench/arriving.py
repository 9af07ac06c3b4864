"""How soon what a feed has new is shown: a feed of 30 entries of which 3 changed, until every worker shows them.

A server with two workers runs; each is asked again and again over a connection of its own. The time begins with taking
the feed in, once by a process that is there already, as the refresher is, and once by `feedsift add`, with its start.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index import Library
from tests import meters
from tests.bench.clients import Line, holder
from tests.bench.figures import median
from tests.bench.libraries import KEPT, Measured
from tests.documents import atom, entry
from tests.webapp.servers import FEEDSIFT, Server, running, until

ENTRIES, CHANGED, ROUNDS = 30, 3, 5
PAUSE = 0.002
"""Seconds between an answer and the next question."""
LONGEST = 20.0
Take = Callable[[Path], None]


@dataclass(frozen=True)
class Arriving:
    """Seconds until every worker showed what was new, round by round."""

    running: list[float]
    """Taken in by a process that was there."""
    command: list[float]
    """Taken in by the command, from its start on."""

    def lines(self) -> list[str]:
        """Sum up."""
        names = {"taken in by a running process": self.running, "taken in by `feedsift add`": self.command}
        return [f"{name:44}median {median(times):.3f} s, longest {max(times):.3f} s" for name, times in names.items()]


def measured(library: Measured, rounds: int = ROUNDS) -> Arriving:
    """Measure with a copy of a library."""
    with tempfile.TemporaryDirectory(dir=KEPT) as name:
        data, feed = Path(name) / "data", Path(name) / "changing.atom"
        shutil.copytree(library.folder, data)
        with closing(Library(data)) as library_there:
            _change(feed, 0)
            list(library_there.add(str(feed)))
            library_there.publish()
            with running(data, "--workers", "2", FEEDSIFT_RATE_LIMIT="0", FEEDSIFT_QUERY_SECONDS="") as server:

                def by_running(file: Path) -> None:
                    list(library_there.add(str(file)))
                    library_there.publish()

                def by_command(file: Path) -> None:
                    subprocess.run([FEEDSIFT, "--data", data, "add", file], check=True, stdout=subprocess.DEVNULL)

                turns = range(1, rounds + 1)
                found = [_round(server, feed, turn, by_running) for turn in turns]
                return Arriving(found, [_round(server, feed, rounds + turn, by_command) for turn in turns])


def document(turn: int) -> bytes:
    """Write the feed as it is at a turn: three entries say something else than before."""
    dice = random.Random(1)
    entries = [
        entry(
            f"https://changing.example/{number}",
            f"Entry {number}",
            f"<p>{' '.join(dice.choices(('sea', 'boat', 'rope', 'tide', 'harbour'), k=60))} {_news(number, turn)}.</p>",
            published=1_300_000_000 + number,
            link=f"https://changing.example/{number}",
        )
        for number in range(ENTRIES)
    ]
    return atom(*entries, title="Changing")


def _news(number: int, turn: int) -> str:
    return f"newsofturn{turn}" if number < CHANGED else "nothing"


def _change(feed: Path, turn: int) -> None:
    feed.write_bytes(document(turn))


def _round(server: Server, feed: Path, turn: int, take: Take) -> float:
    """Change the feed, have it taken in, and wait for all workers."""
    workers = meters.workers(server.process.pid)
    lines = one_line_each(server.port, workers)
    _change(feed, turn)
    start = time.perf_counter()
    shown: list[float] = []
    watching = [threading.Thread(target=lambda line=line: shown.append(_watch(line, turn))) for line in lines]
    for thread in watching:
        thread.start()
    take(feed)
    for thread in watching:
        thread.join()
    return max(shown) - start


def _watch(line: Line, turn: int) -> float:
    """Ask until the news is there; gives when that was."""
    deadline = time.perf_counter() + LONGEST
    address = f"/fragments/entries?q=newsofturn{turn}&size={CHANGED}"
    while time.perf_counter() < deadline:
        line.ask(f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        while (answer := line.receive()) is None:
            pass
        if answer.count(b'id="entry-') == CHANGED:
            return time.perf_counter()
        time.sleep(PAUSE)
    raise ValueError(f"What changed was not shown within {LONGEST} s.")


def one_line_each(port: int, workers: list[int]) -> list[Line]:
    """Connect to each worker."""
    found: dict[int, Line] = {}

    def is_complete() -> bool:
        line = Line(port)
        worker = holder(line, workers)
        if worker in found or worker < 0:
            line.socket.close()
        else:
            found[worker] = line
        return len(found) == len(workers)

    until(is_complete, LONGEST)
    return list(found.values())
