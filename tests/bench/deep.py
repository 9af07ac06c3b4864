"""Whether going on costs more than beginning: page 100 against page 1, the 500th scrolled batch against the first.

Batches are followed as a reader's browser does, by the link at the end of each, whose address holds a cursor. A page
far down is compared in two ways: the search that it takes for its own 20 entries, and the address as a whole, which
brings back up to 500 entries, so that a reader who returns finds what was there. Seconds of the processor.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from index import Library, from_pairs
from tests.bench import queries, vocabulary
from tests.bench.asking import Site
from tests.bench.figures import median
from tests.bench.libraries import Measured

ROUNDS = 15
SIZE = 20
PAGE, BATCH = 100, 500
AROUND = 10
"""Batches whose median stands for the first, and for the last of them."""


@dataclass(frozen=True)
class Depth:
    """What the near and the far one of something took, in seconds; `far_at` is how far that was."""

    name: str
    near: float
    far: float
    far_at: int

    @property
    def ratio(self) -> float:
        """How many times as much the far one took."""
        return self.far / self.near

    def line(self) -> str:
        """Sum up."""
        near, far = f"{1000 * self.near:.2f} ms", f"{1000 * self.far:.2f} ms"
        return f"{self.name:48}first {near}, {self.far_at}th {far}: {self.ratio:.2f}x"


def measured(library: Measured) -> list[Depth]:
    """Measure with everything, newest first, and with the query of the list that finds most, best first."""
    site = Site(library.folder)
    site.ask("/help/")
    with library.opened() as opened:
        words = most_found(opened, vocabulary.of(library))
        found = []
        for name, address in (("everything", ""), ("a common word", f"q={words}")):
            found.append(_batches(site, f"batches of {name}", address))
            found.append(_searches(opened, f"20 entries of {name}", words if address else ""))
        found.append(_addresses(site))
    return [depth for depth in found if depth]


def most_found(library: Library, words: vocabulary.Vocabulary) -> str:
    """Give the word of the list that finds most."""
    asked = [each for each in queries.fixed(words) if each.kind == "a common word"]
    return max(asked, key=lambda each: library.search(from_pairs(each.pairs)[0], limit=0, facet_values=0).total).text


def batches(site: Site, address: str) -> Iterator[tuple[str, float]]:
    """Follow the links at the end of the page and of each batch; gives where they led, and what that took."""
    body = site.ask(f"/?{address}")
    for _ in range(BATCH):
        following = LexborHTMLParser(body.decode()).css_first("#more")
        if following is None:
            return
        link = following.attributes["data-hx-get"] or ""
        start = time.process_time()
        body = site.ask(link)
        yield link, time.process_time() - start


def _batches(site: Site, name: str, address: str) -> Depth | None:
    times = [seconds for _, seconds in batches(site, address)]
    if len(times) < 2 * AROUND:
        return None
    return Depth(name, median(times[:AROUND]), median(times[-AROUND:]), len(times))


def _searches(library: Library, name: str, words: str) -> Depth | None:
    query, _ = from_pairs([("q", words)])
    last = min(PAGE, library.search(query, limit=0, facet_values=0).total // SIZE)
    if last < 2:
        return None

    def cost(page: int) -> float:
        start = time.process_time()
        library.search(query, first=(page - 1) * SIZE, limit=SIZE)
        return time.process_time() - start

    near, far = zip(*((cost(1), cost(last)) for _ in range(ROUNDS)), strict=True)
    return Depth(name, median(near), median(far), last)


def _addresses(site: Site) -> Depth:
    near, far = zip(*((site.cost("/"), site.cost(f"/?page={PAGE}")) for _ in range(ROUNDS)), strict=True)
    return Depth("the address of a page, with up to 500 entries", median(near), median(far), PAGE)
