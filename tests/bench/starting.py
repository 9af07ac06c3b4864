"""How soon a server answers that is started over a library, and what memory a worker has after a while.

The first is the time from the start of `feedsift serve` with two workers until it has answered the first page with 200.
The second is the larger of the workers after each has answered 200 different requests: PSS counts what processes share
in parts, RSS counts it in each.
"""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests import meters
from tests.bench import clients, queries, vocabulary
from tests.bench.clients import Job
from tests.bench.figures import median
from tests.bench.libraries import KEPT, Measured
from tests.webapp.servers import FEEDSIFT, free_port, running

ROUNDS = 5
REQUESTS = 200
"""For each worker."""
LONGEST = 60.0


@dataclass(frozen=True)
class Started:
    """What was measured with a library."""

    entries: int
    seconds: list[float]
    """Until the first page, round by round."""
    pss: int
    """Bytes of the larger worker."""
    rss: int

    def lines(self) -> list[str]:
        """Sum up."""
        return [
            f"first page after {median(self.seconds):.2f} s (longest {max(self.seconds):.2f} s)",
            f"a worker after {REQUESTS} requests: PSS {self.pss / 1e6:.0f} MB, RSS {self.rss / 1e6:.0f} MB",
        ]


def measured(library: Measured, rounds: int = ROUNDS) -> Started:
    """Measure with a library."""
    seconds = [first_page(library.folder) for _ in range(rounds)]
    pss, rss = zip(*memory(library), strict=True)
    return Started(library.entries, seconds, max(pss), max(rss))


def first_page(folder: Path) -> float:
    """Start a server, and give the seconds until it has answered with a page."""
    port = free_port()
    environment = os.environ | {"FEEDSIFT_RATE_LIMIT": "0"}
    command = [FEEDSIFT, "--data", folder, "serve", "--port", str(port), "--workers", "2"]
    with (KEPT / "start.log").open("wb") as log:
        start = time.perf_counter()
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            while not _has_page(port):
                if server.poll() is not None or time.perf_counter() - start > LONGEST:
                    raise ValueError("The server did not start; build/bench/start.log says why.")
                time.sleep(0.005)
            return time.perf_counter() - start
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def memory(library: Measured) -> list[tuple[int, int]]:
    """Give PSS and RSS of each worker of a server that has answered for a while, in bytes."""
    with running(library.folder, "--workers", "2", FEEDSIFT_RATE_LIMIT="0", FEEDSIFT_QUERY_SECONDS="") as server:
        workers = meters.workers(server.process.pid)
        asked = itertools.islice(queries.different(vocabulary.of(library), 3), REQUESTS * len(workers))
        clients.run(Job([([each.address], {}) for each in asked], [(server.port, workers)], LONGEST * 5))
        return [rollup(Path("/proc", str(worker), "smaps_rollup").read_text(encoding="ascii")) for worker in workers]


def rollup(text: str) -> tuple[int, int]:
    """Read PSS and RSS, in bytes, of what Linux says of a process in smaps_rollup."""
    found = dict(re.findall(r"^(Pss|Rss): +(\d+) kB$", text, re.MULTILINE))
    return int(found["Pss"]) * 1024, int(found["Rss"]) * 1024


def _has_page(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        response.read()
        return response.status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
