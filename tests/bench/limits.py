"""What finding alone costs, in process, beside other engines: SQLite's FTS5, and tantivy as the compiled limit.

Seconds of the processor for each query of the list that all three can be asked (all but prefixes, of which tantivy's
language knows nothing). Feedsift, the whole of FTS5 and tantivy give 20 hits, their number, and the counts of tags and
years; the bare FTS5 query gives ids alone.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index import from_pairs
from tests.bench import peers, queries, vocabulary
from tests.bench.figures import median, p95
from tests.bench.libraries import Measured
from tests.bench.queries import DEEP, Question

ROUNDS = 3
SHOWN = 20
_FOUND = "SELECT rowid FROM entries_fts WHERE entries_fts MATCH :words"
_BEST = f"{_FOUND} ORDER BY rank LIMIT {SHOWN}"
_BEST_OF_HITS = f"{_FOUND} AND +rowid IN (SELECT id FROM temp.hits) ORDER BY rank LIMIT {SHOWN}"
_TAGS = "SELECT j.value, count(*) FROM temp.hits AS e, json_each(e.tags) AS j GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 40"
_YEARS = "SELECT year, count(*) FROM temp.hits GROUP BY 1"


@dataclass(frozen=True)
class Limit:
    """Seconds of the processor for each query."""

    name: str
    seconds: list[float]

    def line(self) -> str:
        """Sum up."""
        middle, high = 1_000 * median(self.seconds), 1_000 * p95(self.seconds)
        return f"{self.name:44}{len(self.seconds):5} queries, median {middle:8.2f} ms, p95 {high:8.2f} ms"


def measured(library: Measured) -> list[Limit]:
    """Measure all with a library."""
    asked = [each for each in queries.fixed(vocabulary.of(library)) if each.kind not in (DEEP, "a prefix")]
    worded = [each for each in asked if each.fts]
    database = peers.database(library)
    cold, warm = _feedsift(library, asked)
    with asked_by_sql(database) as connection:
        found = [
            Limit("Feedsift, for the first time", cold),
            Limit("Feedsift, asked again", warm),
            Limit("FTS5, 20 ids by rank", _timed(worded, lambda each: _bare(connection, each))),
            Limit("FTS5, with number and counts", _timed(asked, lambda each: counted(connection, each))),
        ]
    if peers.are_there():
        found.append(Limit("tantivy, with number and counts", _tantivy(database, asked)))
    return found


@contextmanager
def asked_by_sql(database: Path) -> Iterator[sqlite3.Connection]:
    """Open a database of entries (see peers.database), with room for the hits of a query."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TEMP TABLE hits (id INTEGER PRIMARY KEY, year INTEGER, tags TEXT)")
        yield connection


def _feedsift(library: Measured, asked: list[Question]) -> tuple[list[float], list[float]]:
    with library.opened() as opened:

        def ask(question: Question) -> object:
            return opened.engine.search(from_pairs(question.pairs)[0], limit=SHOWN, facet_values=peers.FACET_VALUES)

        ask(Question("", "zz"))
        return _timed(asked, ask, rounds=1), _timed(asked, ask)


def _timed(asked: list[Question], ask: Callable[[Question], object], rounds: int = ROUNDS) -> list[float]:
    """Ask each in turn, several times; gives the medians."""
    return [
        median(times) for times in zip(*([_seconds(ask, each) for each in asked] for _ in range(rounds)), strict=True)
    ]


def _seconds(ask: Callable[[Question], object], question: Question) -> float:
    start = time.process_time()
    ask(question)
    return time.process_time() - start


def _bare(connection: sqlite3.Connection, question: Question) -> object:
    return connection.execute(_BEST, {"words": question.fts}).fetchall()


def counted(connection: sqlite3.Connection, question: Question) -> list[list[tuple[object, ...]]]:
    """Find the hits once, and count from them; gives the best ids, the number, the counts of tags, those of years."""
    where = [f"id IN ({_FOUND})"] if question.fts else ["1"]
    where += [f"EXISTS (SELECT 1 FROM json_each(tags) WHERE value = '{tag}')" for tag in question.tags]
    where += [f"year = {question.year}"] if question.year else []
    where += [f"month = {question.month}"] if question.month else []
    words = {"words": question.fts}
    connection.execute("DELETE FROM temp.hits")
    connection.execute(f"INSERT INTO temp.hits SELECT id, year, tags FROM entries WHERE {' AND '.join(where)}", words)
    best = _BEST if not question.tags and not question.year else _BEST_OF_HITS
    wanted = [best if question.fts else f"SELECT id FROM temp.hits ORDER BY id LIMIT {SHOWN}"]
    wanted += ["SELECT count(*) FROM temp.hits", _TAGS, _YEARS]
    return [connection.execute(each, words if ":words" in each else {}).fetchall() for each in wanted]


def _tantivy(database: Path, asked: list[Question]) -> list[float]:
    job = {"database": str(database), "queries": list(map(tantivy_text, asked))}
    command = [peers.program("python"), Path(__file__).with_name("tantivy_limit.py")]
    done = subprocess.run(command, input=json.dumps(job), stdout=subprocess.PIPE, text=True, check=True)
    found: list[float] = json.loads(done.stdout)["seconds"]
    return found


def tantivy_text(question: Question) -> str:
    """Give a question in tantivy's language, which is ours but for filters."""
    parts = [f"({question.text})" if " OR " in question.text else question.text]
    parts += [f'tags:"{tag}"' for tag in question.tags]
    parts += [f"year:{question.year}"] if question.year else []
    parts += [f"month:{question.month}"] if question.month else []
    return " ".join(part for part in parts if part)
