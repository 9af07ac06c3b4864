"""Pages a second through real HTTP: the server as it is shipped, with two workers, and four clients that keep asking.

In one run, one after the other: different queries that nobody has asked before, of the kinds of the list, from Feedsift
and from Datasette; a few queries again and again; the same with their ETags, which are answered 304; and the page that
only says hello. As machines get faster and slower meanwhile, Feedsift is asked different queries both before and after
Datasette. The one setting is FEEDSIFT_RATE_LIMIT=0, as the clients are all of one address.

Datasette is one process, as it comes, and two of it side by side, as it has no workers. Its page of a table has hits
and counts; to have 20 hits marked, the best first, takes a query of its own beside it (see peers). It is measured doing
both, as Feedsift does, and with the page alone.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection

from tests import meters
from tests.bench import clients, peers, queries, vocabulary
from tests.bench.clients import Job, Rate
from tests.bench.libraries import Measured
from tests.bench.processes import started
from tests.bench.queries import DEEP, Question
from tests.webapp.servers import running

WORKERS = 2
SECONDS = 8.0
REPEATED = 20
"""Different pages that are asked for again and again."""
MOST = 20_000
"""Different queries; more are not answered in the time."""
BEFORE = 60
"""Queries that a server has answered before it is measured."""
Servers = list[tuple[int, list[int]]]
Page = Callable[[Question, str], list[str]]
"""Gives the addresses that a page of a question takes, of the library of a name."""


@dataclass
class Rates:
    """What was measured on a library, in answers a second."""

    entries: int
    rates: dict[str, Rate] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        return self.rates[name].each_second

    def lines(self) -> Iterator[str]:
        """Sum up."""
        for name, rate in self.rates.items():
            times = sorted(rate.times)
            p50, p95 = (1_000 * times[int(part * (len(times) - 1))] for part in (0.5, 0.95))
            partial = f", {rate.partial} partial" if rate.partial else ""
            yield f"{name:32}{rate.each_second:9.1f} a second, p50 {p50:7.1f} ms, p95 {p95:7.1f} ms{partial}"


def measured(library: Measured, seconds: float = SECONDS) -> Rates:
    """Measure with a library; the page that says hello at the beginning and the end, of which the better one counts."""
    found = Rates(library.entries)
    words = vocabulary.of(library)
    asked = list(itertools.islice(queries.different(words, 1), MOST))
    at_first = _hello(seconds)
    with _feedsift(library) as servers:
        _warmed(servers, words)
        found.rates["different"] = _once([[each.address] for each in asked[::2]], servers, seconds)
        again = _first_pages(words)
        for name, headers in (("repeated", {}), ("repeated, gzip", {"Accept-Encoding": "gzip"})):
            found.rates[name] = _repeated(again, servers, seconds, headers)
        found.rates["304"] = _revalidated(again, servers, seconds)
    found.rates["hello"] = max(at_first, _hello(seconds), key=lambda rate: rate.each_second)
    if peers.are_there():
        found.rates["Datasette"] = _datasette(library, peers.addresses, asked, seconds)
        found.rates["Datasette, two of it"] = _datasette(library, peers.addresses, asked, seconds, WORKERS)
        found.rates["Datasette, nothing marked"] = _datasette(library, peers.unmarked, asked, seconds)
    with _feedsift(library) as servers:
        _warmed(servers, words)
        found.rates["different"] += _once([[each.address] for each in asked[1::2]], servers, seconds)
    return found


def _hello(seconds: float) -> Rate:
    with started(lambda port: [sys.executable, "-m", "tests.bench.hello", str(port)]) as (server,):
        return _repeated(["/"], [(server.port, meters.workers(server.process))], seconds)


@contextmanager
def _feedsift(library: Measured) -> Iterator[Servers]:
    with running(library.folder, "--workers", str(WORKERS), FEEDSIFT_RATE_LIMIT="0", FEEDSIFT_QUERY_SECONDS="") as it:
        yield [(it.port, meters.workers(it.process.pid))]


def _datasette(library: Measured, page: Page, asked: list[Question], seconds: float, number: int = 1) -> Rate:
    """Ask so many processes of Datasette, each of which has as many clients as the others."""
    with peers.datasette(library, number) as ports:
        servers: Servers = [(port, []) for port in ports]
        pages = [page(each, library.name) for each in asked]
        _once(pages[-BEFORE:], servers, 1.0)
        return _once(pages, servers, seconds)


def _warmed(servers: Servers, words: vocabulary.Vocabulary) -> None:
    """Have each worker answer something, as it has when it has run for a while."""
    others = itertools.islice(queries.different(words, 2), BEFORE)
    _once([[each.address] for each in others], servers, 10)


def _first_pages(words: vocabulary.Vocabulary) -> list[str]:
    """Give the pages that are asked for again and again: some of each kind in the list."""
    asked = [each.address for each in queries.fixed(words) if each.kind != DEEP]
    return asked[:: max(1, len(asked) // REPEATED)]


def _once(pages: list[list[str]], servers: Servers, seconds: float) -> Rate:
    return clients.run(Job([(addresses, {}) for addresses in pages], servers, seconds))


def _repeated(addresses: list[str], servers: Servers, seconds: float, headers: dict[str, str] | None = None) -> Rate:
    asked = [([address], headers or {}) for address in addresses]
    clients.run(Job(4 * asked, servers, seconds))  # so that every worker has answered each
    return clients.run(Job(asked, servers, seconds, is_repeated=True))


def _revalidated(addresses: list[str], servers: Servers, seconds: float) -> Rate:
    asked = [([address], {"If-None-Match": _tag(servers[0][0], address)}) for address in addresses]
    rate = clients.run(Job(asked, servers, seconds, is_repeated=True))
    if set(rate.statuses) != {"304"}:
        raise ValueError(f"What was had already was sent again: {rate.statuses}")
    return rate


def _tag(port: int, address: str) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", address, headers={"Host": "127.0.0.1"})  # which stands in pages
        response = connection.getresponse()
        response.read()
        return response.headers["ETag"] or ""
    finally:
        connection.close()
