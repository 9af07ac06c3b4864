"""What a query costs in process: hits, facets, 20 marked snippets and HTML, in seconds of the processor.

    python -m tests.bench.asking [small real 12000 100000] [--rounds 3] [--each] [--profile]

Each round is a process of its own, in which every query of the list is asked for the first time (cold), in an order of
that round, and then three times more (warm). Before that it has answered other queries, so that what is done once in
the life of a worker counts for nothing. What a query costs is the median over the rounds. Requests go to the
application as a server hands them over (WSGI); nothing is compressed. `--profile` tells instead in which functions the
time goes, when all are asked for the first time.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import itertools
import json
import pstats
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.bench import libraries, queries, vocabulary
from tests.bench.figures import median, p95
from tests.bench.libraries import Measured
from tests.bench.queries import DEEP, Question
from webapp import create_app
from webapp.settings import Settings

ROUNDS = 3
AGAIN = 3
BEFORE = 12
"""Other queries that a process has answered before."""
FUNCTIONS = 45
"""Of a profile that are told."""
PARTIAL = b"Not all was looked for"


@dataclass(frozen=True)
class Cost:
    """What a query of the list took, in seconds of the processor."""

    kind: str
    address: str
    cold: float
    warm: float


class Site:
    """The application, asked in this process."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        """Take the library's folder, and settings that are not those of a site as it is shipped."""
        self.app: Flask = create_app(Settings(data=folder, **{"rate_limit": 0, "keep": 0, **settings}))
        self.partial: list[str] = []
        """Addresses whose answers left something out for want of time."""

    def ask(self, address: str) -> bytes:
        """Give the body of an answer, which has to be a page."""
        body, _ = self._asked(address)
        return body

    def cost(self, address: str) -> float:
        """Give the seconds of the processor that an answer took."""
        _, seconds = self._asked(address)
        return seconds

    def _asked(self, address: str) -> tuple[bytes, float]:
        environ = EnvironBuilder(address, base_url="http://127.0.0.1:8000").get_environ()
        start = time.process_time()
        pieces, status, _ = run_wsgi_app(self.app, environ, buffered=True)
        body = b"".join(pieces)
        seconds = time.process_time() - start
        if not status.startswith("200"):
            raise ValueError(f"{address}: {status}")
        if PARTIAL in body:
            self.partial.append(address)
        return body, seconds


def measured(library: Measured, rounds: int = ROUNDS) -> list[Cost]:
    """Measure the queries of the list."""
    runs = [apart("tests.bench.asking", "--round", str(number), library.name) for number in range(rounds)]
    first: list[dict[str, str]] = runs[0]
    return [
        Cost(
            each["kind"],
            each["address"],
            median([run[place]["cold"] for run in runs]),
            median([run[place]["warm"] for run in runs]),
        )
        for place, each in enumerate(first)
    ]


def distinct(costs: Iterable[Cost], which: Callable[[Cost], float] = lambda cost: cost.cold) -> list[float]:
    """Give what queries cost that are asked for a first page."""
    return [which(cost) for cost in costs if cost.kind != DEEP]


def one_round(name: str, number: int) -> list[dict[str, object]]:
    """Ask all in this process; gives costs in the order of the list."""
    site, asked = _begun(name, number)
    order = random.Random(number).sample(asked, len(asked))
    cold = {each.address: site.cost(each.address) for each in order}
    warm = {each.address: median([site.cost(each.address) for _ in range(AGAIN)]) for each in order}
    if site.partial:
        print(f"{name}: {len(set(site.partial))} answers left something out for want of time", file=sys.stderr)
    return [asdict(Cost(each.kind, each.address, cold[each.address], warm[each.address])) for each in asked]


def profiled(name: str) -> str:
    """Ask all for the first time, and tell in which functions the time went."""
    site, asked = _begun(name, 0)
    profile, told = cProfile.Profile(), io.StringIO()
    for each in asked:
        profile.runcall(site.ask, each.address)
    found = pstats.Stats(profile, stream=told).strip_dirs()
    for order in ("cumulative", "tottime"):
        found.sort_stats(order).print_stats(FUNCTIONS)
    return told.getvalue()


def _begun(name: str, number: int) -> tuple[Site, list[Question]]:
    """Give the application, which has answered other queries before, and the list."""
    library = libraries.ready(name)
    if library is None:
        raise ValueError(f"There is no library {name}.")
    words = vocabulary.of(library)
    site = Site(library.folder)
    site.ask("/help/")
    for other in itertools.islice(queries.different(words, 1_000 + number), BEFORE):
        site.ask(other.address)
    return site, queries.fixed(words)


def apart(module: str, *arguments: str) -> list[dict[str, object]]:
    """Run a module in a process of its own; gives what it prints as JSON."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, check=True)
    found: list[dict[str, object]] = json.loads(done.stdout)
    return found


def lines(library: Measured, costs: Sequence[Cost]) -> list[str]:
    """Sum up in a line for each kind, and one for all; deep pages are not in the latter."""
    kinds = list(dict.fromkeys(cost.kind for cost in costs))
    groups = [(kind, [cost for cost in costs if cost.kind == kind]) for kind in kinds]
    groups.append(("all first pages", [cost for cost in costs if cost.kind != DEEP]))
    head = f"{library.title:32}{'queries':>8}{'cold':>9}{'p95':>9}{'warm':>9}{'p95':>9}   ms of the processor"
    return [head, *(f"{kind:32}{len(found):8}{_times(found)}" for kind, found in groups)]


def _times(costs: Sequence[Cost]) -> str:
    cold, warm = [cost.cold for cost in costs], [cost.warm for cost in costs]
    return "".join(f"{1000 * seconds:9.2f}" for seconds in (median(cold), p95(cold), median(warm), p95(warm)))


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    options = _options(arguments)
    if options.round is not None:
        print(json.dumps(one_round(options.names[0], options.round)))
        return
    for library in libraries.every(options.names):
        if options.profile:
            print(profiled(library.name))
            continue
        costs = measured(library, options.rounds)
        print("\n".join(lines(library, costs)), flush=True)
        if options.each:
            for cost in sorted(costs, key=lambda cost: -cost.cold):
                print(f"{1000 * cost.cold:9.2f}{1000 * cost.warm:9.2f}  {cost.kind}: {cost.address}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what queries cost in process.")
    parser.add_argument("names", nargs="*", default=["small", "real", "12000"], help="libraries")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--each", action="store_true", help="print each query")
    parser.add_argument("--profile", action="store_true", help="print in which functions the time goes")
    parser.add_argument("--round", type=int, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
