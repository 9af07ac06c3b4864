"""How fast entries are indexed, beside Whoosh's own StemmingAnalyzer with one writer on the same texts.

Each is a process of its own that has read the entries before its clock starts: python -m tests.bench.indexing NAME WHO.
Both take titles and plain texts apart into words, and end with an index on the disk; ours has more in it (forms of
words beside their stems, places, columns, facets).
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import KEYWORD, NUMERIC, TEXT, Schema
from whoosh.index import create_in

from index.entries import Entry
from index.publishing import document
from index.whoosh_engine import WhooshEngine
from tests.bench import libraries
from tests.bench.asking import apart
from tests.bench.libraries import KEPT, Measured

ROUNDS = 3


@dataclass(frozen=True)
class Indexing:
    """What indexing a library took: seconds, by the clock and of the processor."""

    clock: float
    processor: float
    bytes: int
    """Of the index."""


def measured(library: Measured, rounds: int = ROUNDS) -> dict[str, Indexing]:
    """Measure both, in turn; gives the fastest of the rounds, as others on the machine only slow them down."""
    runs = [(who, apart("tests.bench.indexing", library.name, who)) for _ in range(rounds) for who in WAYS]
    found: dict[str, Indexing] = {}
    for who, said in runs:
        made = Indexing(**said)
        if who not in found or made.clock < found[who].clock:
            found[who] = made
    return found


def feedsift(folder: Path, entries: list[Entry]) -> None:
    """Index as Feedsift does."""
    WhooshEngine(folder).rebuild(map(document, entries), 1)


def whoosh(folder: Path, entries: list[Entry]) -> None:
    """Index as Whoosh's documentation does."""
    text = TEXT(analyzer=StemmingAnalyzer())
    schema = Schema(id=NUMERIC(stored=True, unique=True), title=text, body=text, tags=KEYWORD, time=NUMERIC(bits=64))
    writer = create_in(folder, schema).writer(procs=1, limitmb=256)
    for each in entries:
        tags = " ".join(tag.key for tag in each.tags)
        writer.add_document(id=each.id, title=each.title, body=each.text, tags=tags, time=each.time)
    writer.commit()


WAYS: dict[str, Callable[[Path, list[Entry]], None]] = {"Feedsift": feedsift, "Whoosh": whoosh}


def main(arguments: Sequence[str]) -> None:
    """Index once, and print what it took."""
    name, who = arguments
    library = libraries.ready(name)
    assert library is not None
    with library.opened() as opened:
        entries = list(opened.store.whole())
    folder = Path(tempfile.mkdtemp(dir=KEPT))
    try:
        start = time.perf_counter(), time.process_time()
        WAYS[who](folder, entries)
        took = time.perf_counter() - start[0], time.process_time() - start[1]
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        print(json.dumps(asdict(Indexing(*took, size))))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
