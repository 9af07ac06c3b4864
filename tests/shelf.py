"""An engine and what it should know, for the tests that every engine has to pass."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

from index import Engine, Query, from_pairs
from index.whoosh_engine import WhooshEngine
from tests import oracle
from tests.oracle import Record

ENGINES: dict[str, Callable[[Path], Engine]] = {"whoosh": WhooshEngine}
EVERYTHING = 10_000
SEEDS = range(6)


class Shelf:
    """An engine and the records that it should know, kept up to date as the library does it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.records: dict[int, Record] = {}
        self.sequence = 0

    def put(self, *records: Record, gone: Iterable[int] = ()) -> None:
        """Add or change records, and let some go."""
        changed = {record.id for record in records} | set(gone)
        self.records |= {record.id: record for record in records}
        for id in gone:
            del self.records[id]
        self.sequence += 1
        wanted = self.engine.plan(changed) if self.sequence > 1 else None
        if wanted is None:
            self.rebuild()
        else:
            assert changed <= set(wanted)
            documents = [oracle.document(self.records[id]) for id in wanted if id in self.records]
            self.engine.update(documents, wanted, self.sequence)

    def rebuild(self) -> None:
        self.engine.rebuild(map(oracle.document, self.records.values()), self.sequence)

    def ids(self, query: Query, limit: int = EVERYTHING) -> list[int]:
        return list(self.engine.search(query, limit=limit, facet_values=0).ids)

    def asked(self, **pairs: str) -> list[int]:
        return self.ids(from_pairs(pairs.items())[0])


def changes(dice: random.Random, shelf: Shelf, ids: Iterator[int]) -> tuple[list[Record], list[int]]:
    """Choose what is new, changed and gone in the next step."""
    known = sorted(shelf.records)
    touched = dice.sample(known, min(len(known), 4))
    altered = [oracle.random_record(dice, id) for id in touched[:2]]
    return [*altered, *(oracle.random_record(dice, next(ids)) for _ in range(3))], touched[2:]


def evolving(dice: random.Random, shelf: Shelf, steps: int = 12) -> Iterator[None]:
    """Let a shelf go through additions, changes and removals, and a rebuild at the end."""
    ids = count(1)
    shelf.put(*(oracle.random_record(dice, next(ids)) for _ in range(40)))
    yield
    for _ in range(steps):
        records, gone = changes(dice, shelf, ids)
        shelf.put(*records, gone=gone)
        yield
    shelf.rebuild()
    yield
