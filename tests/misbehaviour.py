"""Measure what servers that misbehave can do to a fetch: `make misbehaviour` prints a table.

Each case runs in a process of its own, with the real limits. The bar is 31 seconds, and 40 MB over what the process had
before. To add a stage, write a function that acts and returns its message, and put its cases into `rows`.
"""

from __future__ import annotations

import multiprocessing
import re
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from index.errors import FetchError
from index.fetching.client import Client
from index.rules import Limits, Rules
from tests import hostile

MOST_SECONDS = 31
MOST_MEMORY = 40 * 2**20
AT_A_TIME = 6


@dataclass(frozen=True)
class Outcome:
    """What came of a case."""

    seconds: float
    memory: int
    """Bytes at the highest, over what there was before."""
    message: str


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    measure: Callable[[], Outcome]
    says: str
    """What the message has to match."""


def rows() -> Iterator[Row]:
    """Give all cases, stage by stage."""
    for case in hostile.CASES:
        yield Row(case.name, lambda case=case: _served(case), case.says)


def fetched(url: str, limits: Limits) -> str:
    """Fetch, and say in a line what came of it."""
    try:
        response = Client(Rules(limits, hosts=("127.0.0.1",))).get(url)
    except FetchError as error:
        wait = f" (asks to wait {error.retry_after} seconds)" if error.retry_after is not None else ""
        return f"{error}{wait}"
    return f"{response.status}, {len(response.body)} bytes"


def measured(act: Callable[..., str], *arguments: object) -> Outcome:
    """Run a function of a module in a fresh process, and measure it there."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(theirs, act, arguments))
    process.start()
    theirs.close()
    outcome: Outcome = ours.recv() if ours.poll(120) else Outcome(120, 0, "it does not end")
    process.kill()
    process.join()
    return outcome


def main() -> int:
    """Print the table; 1 where a case is over the bar, or ends in another way than it should."""
    cases, failed = list(rows()), 0
    print(f"{'what':<40} {'seconds':>7} {'+ MB':>6}  message")
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for case, outcome in zip(cases, pool.map(lambda case: case.measure(), cases), strict=True):
            is_good = _is_good(case, outcome)
            failed += not is_good
            mark = "" if is_good else "  <- over the bar, or not what was expected"
            memory = outcome.memory / 2**20
            print(f"{case.name:<40} {outcome.seconds:7.2f} {memory:6.1f}  {outcome.message}{mark}", flush=True)
    print(f"{len(cases)} cases, {failed} not as they should be; the bar is {MOST_SECONDS} s and 40 MB")
    return 1 if failed else 0


def _served(case: hostile.Case) -> Outcome:
    with hostile.serving(case) as url:
        return measured(fetched, url, Limits())


def _is_good(row: Row, outcome: Outcome) -> bool:
    is_cheap = outcome.seconds <= MOST_SECONDS and outcome.memory <= MOST_MEMORY
    return is_cheap and bool(re.search(row.says, outcome.message))


def _report(pipe: Connection, act: Callable[..., str], arguments: tuple[object, ...]) -> None:
    before, start = _memory("VmRSS"), time.monotonic()
    message = act(*arguments)
    pipe.send(Outcome(time.monotonic() - start, _memory("VmHWM") - before, message))


def _memory(name: str) -> int:
    """Give a figure of this process. What getrusage tells of memory includes the process that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(match[1]) * 1024 if match else 0


if __name__ == "__main__":
    sys.exit(main())
