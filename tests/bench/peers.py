"""What readers could use instead, installed from PyPI into build/bench/peers/: Datasette, and tantivy as a limit.

Datasette serves the same entries from one SQLite table with an FTS5 index, as its documentation tells to: stemmed by
Porter, tags as a JSON array, years and months as columns with indexes. It is spared what Feedsift does not do either
(suggesting facets), and its limits of time are lifted, so that its answers are complete.

Its page of a table shows hits in the order of their ids, and marks nothing. Hits marked, the best first, are what FTS5
gives for a query in SQL, which Datasette keeps under a name ("canned query"); it takes facets of tables alone.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.bench.libraries import KEPT, Measured
from tests.bench.processes import started
from tests.bench.queries import Question

PACKAGES = ("datasette", "tantivy")
FOLDER = KEPT / "peers"
FACET_VALUES = 40
MARKED = """
    SELECT entries.id, entries.date, entries.tags,
        highlight(entries_fts, 0, '<mark>', '</mark>') AS title,
        snippet(entries_fts, 1, '<mark>', '</mark>', ' … ', 48) AS passage
    FROM entries_fts JOIN entries ON entries.id = entries_fts.rowid
    WHERE entries_fts MATCH :words AND (:year = '' OR year = :year) AND (:month = '' OR month = :month)
        AND NOT EXISTS (
            SELECT 1 FROM json_each(:wanted) AS wanted
            WHERE wanted.value NOT IN (SELECT value FROM json_each(entries.tags))
        )
    ORDER BY entries_fts.rank LIMIT 20
"""
"""The 20 best hits; `wanted` is an array of tags in JSON. As many words are in a passage as in one of Feedsift."""
UNKNOWN = "zzyzxqua"
SETTINGS = {
    "sql_time_limit_ms": "600000",
    "facet_time_limit_ms": "600000",
    "suggest_facets": "off",
    "default_facet_size": str(FACET_VALUES),
}


def program(name: str) -> Path:
    """Give a program of the peers' environment, which is made where it is not there yet."""
    path = FOLDER / "bin" / name
    if not path.exists():
        print("Installing Datasette and tantivy into build/bench/peers/ ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
        install = [FOLDER / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *PACKAGES], check=True)
    return path


def are_there() -> bool:
    """Tell whether the peers are installed, now or before; says so where they cannot be."""
    try:
        program("python")
    except subprocess.CalledProcessError:
        shutil.rmtree(FOLDER, ignore_errors=True)
        print("Datasette and tantivy cannot be installed from PyPI, so they are left out.", flush=True)
        return False
    return True


def versions() -> dict[str, str]:
    """Give the versions of the peers."""
    code = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    done = subprocess.run([program("python"), "-c", code, *PACKAGES], stdout=subprocess.PIPE, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found | {"SQLite": sqlite3.sqlite_version}


def database(measured: Measured) -> Path:
    """Write the entries of a library to a file of SQLite, where that is not there yet."""
    path = KEPT / "peers-data" / f"{measured.name}.db"
    about = measured.folder / "about.json"
    if path.exists() and path.stat().st_mtime > about.stat().st_mtime:
        return path
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "CREATE TABLE entries"
            " (id INTEGER PRIMARY KEY, date TEXT, year INTEGER, month INTEGER, title TEXT, body TEXT, tags TEXT)"
        )
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", _rows(measured))
        for column in ("year", "month", "date"):
            connection.execute(f"CREATE INDEX entries_{column} ON entries ({column})")
        # In double quotes, by which Datasette finds it.
        columns = 'title, body, content="entries", content_rowid="id", tokenize="porter unicode61"'
        connection.execute(f"CREATE VIRTUAL TABLE entries_fts USING fts5 ({columns})")
        connection.execute("INSERT INTO entries_fts (entries_fts) VALUES ('rebuild')")
        connection.execute("INSERT INTO entries_fts (entries_fts) VALUES ('optimize')")
        connection.execute("ANALYZE")
    return path


def addresses(question: Question, name: str) -> list[str]:
    """Give what of Datasette answers a question as Feedsift does: facets by tag and year, and hits that are marked."""
    if not question.fts:
        return unmarked(question, name)
    values = {"words": question.fts, "wanted": json.dumps(question.tags)}
    values |= {"year": str(question.year or ""), "month": str(question.month or "")}
    return [*unmarked(question, name), f"/{name}/marked?{urlencode(values)}"]


def unmarked(question: Question, name: str) -> list[str]:
    """Give the page of Datasette that answers a question, with facets by tag and year."""
    pairs = [("_search", question.fts), ("_searchmode", "raw" if question.fts else "")]
    pairs += [("tags__arraycontains", tag) for tag in question.tags]
    pairs += [("year", str(question.year or "")), ("month", str(question.month or ""))]
    pairs += [("_facet_array", "tags"), ("_facet", "year"), ("_size", "20")]
    return [f"/{name}/entries?{urlencode([pair for pair in pairs if pair[1]])}"]


@contextmanager
def datasette(measured: Measured, number: int) -> Iterator[list[int]]:
    """Serve a library by so many processes of Datasette; gives their ports."""
    file = database(measured)
    queries = file.with_suffix(".json")
    queries.write_text(json.dumps({"databases": {measured.name: {"queries": {"marked": MARKED}}}}), encoding="utf-8")
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", name, value)]

    def command(port: int) -> list[str | Path]:
        return [program("datasette"), "serve", "-i", file, "-m", queries, "--port", str(port), *settings]

    with started(command, number) as servers:
        _check(servers[0].port, measured.name)
        yield [server.port for server in servers]


def _check(port: int, name: str) -> None:
    """Raise ValueError where Datasette would not search: it shows everything if it does not see the FTS5 table."""
    with urlopen(f"http://127.0.0.1:{port}/{name}/entries.json?_search={UNKNOWN}&_shape=array") as answer:
        if json.load(answer):
            raise ValueError("Datasette does not search.")


def _rows(measured: Measured) -> Iterator[tuple[object, ...]]:
    with measured.opened() as library:
        for entry in library.store.whole():
            date, tags = entry.date, json.dumps([tag.key for tag in entry.tags])
            year, month = (date.year, date.month) if date else (None, None)
            yield entry.id, str(date), year, month, entry.title, entry.text, tags
