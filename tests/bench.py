"""Measures taking in, indexing and asking: `make bench FEED="feed.atom ..."`.

Prints times and sizes of this run, and ten varied queries with facets and snippets, in process, beside SQLite's FTS5
asked for the same words (ids alone, no facets, no snippets) on the same texts in the same run. Machines differ and are
shared: the ratio between the two says more than either.
"""

from __future__ import annotations

import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from index import Library, from_pairs

T = TypeVar("T")

ROUNDS = 30
QUERIES: list[tuple[str, list[tuple[str, str]], str]] = [
    # what it is, parameters, the same words for FTS5
    ("everything", [], ""),
    ("one common word", [("q", "web")], "web"),
    ("one rare word", [("q", "erosion")], "erosion"),
    ("three words", [("q", "open source software")], "open source software"),
    ("a phrase", [("q", '"web standards"')], '"web standards"'),
    ("a word without another", [("q", "python -django")], "python NOT django"),
    ("either of two", [("q", "redis OR couchdb")], "redis OR couchdb"),
    ("a prefix", [("q", "secur*")], "secur*"),
    ("a word and a tag", [("q", "performance"), ("tag", "javascript")], "performance"),
    ("two tags and a year", [("tag", "python"), ("tag", "django"), ("year", "2008")], ""),
]


def main(feeds: list[str]) -> None:
    """Measure with these feeds."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        take_in(library, feeds)
        print(f"store {size(folder, '*.db*'):.1f} MB, index {size(folder, 'index/gen-*/*'):.1f} MB")
        ask(library, full_text(library))
        library.close()
    print(f"largest memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def take_in(library: Library, feeds: list[str]) -> None:
    """Take each feed in twice and index after each."""
    for feed in feeds:
        for turn in ("first", "again"):
            seconds, found = timed(lambda name=feed: list(library.add(name)))
            indexing, _ = timed(library.publish)
            counts = f"{sum(i.new for i in found)} new, {sum(i.unchanged for i in found)} unchanged"
            print(f"{Path(feed).name}, {turn}: taking in {seconds:.2f} s, indexing {indexing:.2f} s ({counts})")


def ask(library: Library, fts: sqlite3.Connection) -> None:
    """Time the queries in turn, so that each meets the caches as the others left them."""
    times: dict[str, list[float]] = {name: [] for name, _, _ in QUERIES}
    bare: dict[str, list[float]] = {name: [] for name, _, words in QUERIES if words}
    first: dict[str, float] = {}
    totals: dict[str, int] = {}
    for _ in range(ROUNDS):
        for name, pairs, words in QUERIES:
            seconds, page = timed(lambda pairs=pairs: library.search(from_pairs(pairs)[0]))
            totals[name] = page.total
            first.setdefault(name, seconds)
            times[name].append(seconds)
            if words:
                bare[name].append(timed(lambda words=words: matches(fts, words))[0])
    print(f"{'query':24}{'hits':>7}{'first':>9}{'median':>9}{'p95':>9}   against bare FTS5")
    for name, _, _ in QUERIES:
        ratio = statistics.median(times[name]) / statistics.median(bare[name]) if name in bare else 0
        print(
            f"{name:24}{totals[name]:7}{first[name] * 1000:6.1f} ms{statistics.median(times[name]) * 1000:6.1f} ms"
            f"{percentile(times[name]) * 1000:6.1f} ms   {f'{ratio:.1f}x' if ratio else '-'}"
        )
    every = [seconds for found in times.values() for seconds in found]
    print(f"all ten: median {statistics.median(every) * 1000:.1f} ms, p95 {percentile(every) * 1000:.1f} ms")


def full_text(library: Library) -> sqlite3.Connection:
    """Make an FTS5 table of the same titles and texts."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE entry USING fts5 (title, body, tokenize = 'porter unicode61')")
    rows = ((entry.id, entry.title, entry.text) for entry in library.store.whole())
    connection.executemany("INSERT INTO entry (rowid, title, body) VALUES (?, ?, ?)", rows)
    return connection


def matches(connection: sqlite3.Connection, words: str) -> list[tuple[int]]:
    """Give the best twenty."""
    return connection.execute("SELECT rowid FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT 20", (words,)).fetchall()


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """Give the seconds of a call, and what it gives."""
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


def percentile(values: list[float]) -> float:
    """Give the 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


def size(folder: str, pattern: str) -> float:
    """Give the size of the files in MB, each hard-linked file once."""
    files = {path.stat().st_ino: path.stat().st_size for path in Path(folder).glob(pattern)}
    return sum(files.values()) / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])
