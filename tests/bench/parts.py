"""The parts of a run: each measures with its libraries, prints as it goes on, and gives plain values for the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from typing import Any

from tests.bench import arriving, asking, deep, indexing, keystrokes, libraries, limits, pages, starting, weight
from tests.bench.figures import median, p95
from tests.bench.libraries import LARGE, USUAL, Measured
from tests.bench.weight import Sent
from tests.webapp.servers import running

EVERY = ("small", "real", USUAL, LARGE)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    is_quick: bool = False
    more: tuple[str, ...] = ()
    """Libraries besides the usual ones, for the parts that look at how cost grows."""

    def libraries(self, names: Sequence[str]) -> Iterator[Measured]:
        """Give those to measure with; in short, none of the large ones."""
        wanted = [name for name in names if not self.is_quick or name in ("small", USUAL)]
        yield from libraries.every(dict.fromkeys([*wanted, *(self.more if LARGE in names else ())]))

    def rounds(self, usual: int) -> int:
        """Give how often to measure."""
        return max(1, usual // 3) if self.is_quick else usual


Lines = list[str]
Part = Callable[[Measured, Effort], tuple[Any, Lines]]


def run(names: Sequence[str], effort: Effort) -> dict[str, dict[str, Any]]:
    """Run these parts; gives their results by part and library, and the lines that were printed as `lines`."""
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        part, sizes = PARTS[name]
        for library in effort.libraries(sizes):
            print(f"\n{name}, {library.title}:", flush=True)
            values, lines = part(library, effort)
            print("\n".join(lines), flush=True)
            found.setdefault(name, {})[library.name] = values
            found.setdefault("lines", {})[f"{name}, {library.title}"] = lines
            found.setdefault("entries", {})[library.name] = library.entries
    return found


def ask(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """What a query costs in process."""
    costs = asking.measured(library, effort.rounds(asking.ROUNDS))
    times = {name: asking.distinct(costs, which) for name, which in WHEN.items()}
    found = {name: {"median": median(each), "p95": p95(each)} for name, each in times.items()}
    return found, asking.lines(library, costs)


WHEN: Mapping[str, Callable[[asking.Cost], float]] = {"cold": lambda cost: cost.cold, "warm": lambda cost: cost.warm}


def go_deep(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """What going on costs."""
    found = deep.measured(library)
    return [asdict(depth) for depth in found], [depth.line() for depth in found]


def serve(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """How many pages there are in a second."""
    found = pages.measured(library, 3.0 if effort.is_quick else pages.SECONDS)
    return {name: {"rate": rate.each_second} for name, rate in found.rates.items()}, list(found.lines())


def find(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """What finding costs, beside other engines."""
    found = limits.measured(library)
    values = {limit.name: {"median": median(limit.seconds), "p95": p95(limit.seconds)} for limit in found}
    return values, [limit.line() for limit in found]


def index(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """What indexing takes."""
    found = indexing.measured(library, effort.rounds(indexing.ROUNDS))
    lines = [f"{who:12}{each.clock:8.2f} s, {each.bytes / 1e6:6.1f} MB" for who, each in found.items()]
    return {who: asdict(each) for who, each in found.items()}, lines


def arrive(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """How soon news is shown."""
    found = arriving.measured(library, effort.rounds(arriving.ROUNDS))
    return {"running": median(found.running), "command": median(found.command)}, found.lines()


def start(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """How soon a server answers, and what memory it takes."""
    found = starting.measured(library, effort.rounds(starting.ROUNDS))
    return {"seconds": median(found.seconds), "pss": found.pss, "rss": found.rss}, found.lines()


def weigh(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """What the first page weighs."""
    with running(library.folder, "--workers", "1", FEEDSIFT_RATE_LIMIT="0") as server:
        found = weight.weighed(lambda address: _sent(server.port, address))
    return found, [f"{kind:6}{size / 1_000:8.1f} kB" for kind, size in found.items()]


def _sent(port: int, address: str) -> Sent:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        body = response.read()
        kind = response.headers.get_content_type()
        return Sent(kind, weight.unpacked(body, response.headers["Content-Encoding"]), len(body))
    finally:
        connection.close()


def type_keys(library: Measured, effort: Effort) -> tuple[Any, Lines]:
    """How long a key takes."""
    found = keystrokes.measured(library, 20 if effort.is_quick else keystrokes.KEYS)
    if found is None:
        return None, []
    return {"median": median(found.seconds), "p95": p95(found.seconds)}, [found.line()]


PARTS: dict[str, tuple[Part, Sequence[str]]] = {
    "asking": (ask, EVERY),
    "deep": (go_deep, (USUAL, LARGE)),
    "http": (serve, (USUAL,)),
    "limits": (find, (USUAL, LARGE)),
    "indexing": (index, (USUAL,)),
    "arriving": (arrive, (USUAL,)),
    "starting": (start, (USUAL, LARGE)),
    "weight": (weigh, (USUAL,)),
    "keys": (type_keys, (USUAL,)),
}
"""Each with the libraries that it takes."""
