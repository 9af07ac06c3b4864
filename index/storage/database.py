"""The database file under the store: connections, transactions, and the schema's version."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from index.analysis import tag_key
from index.errors import StoreError

SCHEMA_VERSION = 3
BUSY_MILLISECONDS = 5_000
_BATCH = 500  # SQLite's limit on parameters in one statement is 999 in old builds
T = TypeVar("T")


class Database:
    """An SQLite file in WAL mode. Each thread gets a connection of its own; `close` closes them all."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, or make it. Raises StoreError in plain words where that cannot be."""
        self.path = path
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare()

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._guard:
            while self._connections:
                self._connections.pop().close()
            self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        if not hasattr(self._local, "connection"):
            with _explained(self.path), self._guard:
                self._local.connection = self._connect()
                self._connections.append(self._local.connection)
        found: sqlite3.Connection = self._local.connection
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; durable once left."""
        connection = self.connection
        with _explained(self.path):
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.rollback()
                raise

    def among(self, select: str, values: Iterable[object]) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a statement that ends in `IN ` for these values, in any order."""
        for batch in batches(values):
            yield from self.connection.execute(f"{select}({','.join('?' * len(batch))})", batch)

    def _connect(self) -> _Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, factory=_Connection)
        connection.path = self.path
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _prepare(self) -> None:
        connection = self._connect()
        try:
            _use_wal(connection)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise StoreError(f"{self.path} was written by a newer Feedsift; please upgrade this one.")
            if version < SCHEMA_VERSION:
                self._bring_up(connection)
        finally:
            connection.close()

    def _bring_up(self, connection: sqlite3.Connection) -> None:
        """Make the tables, or bring those of an older version up to date: all of it or nothing."""
        connection.execute("BEGIN IMMEDIATE")  # another process may be at it too: look again once inside
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.create_function("tag_key", 1, tag_key, deterministic=True)
            scripts = ["schema.sql"] if version == 0 else [f"upgrade-{n}.sql" for n in range(version, SCHEMA_VERSION)]
            for script in scripts:
                for statement in _statements(
                    resources.files("index.storage").joinpath(script).read_text(encoding="utf-8")
                ):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """Give values in runs that a statement has room for."""
    values = list(values)
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]


def _use_wal(connection: _Connection) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself for others who do so at the same moment."""
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except StoreError as error:
            if "locked" not in str(error.__cause__) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class _Connection(sqlite3.Connection):
    """A connection of which every statement that fails raises StoreError: a damaged file opens like any other."""

    path: Path

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        with _explained(self.path):
            return self.cursor(_Cursor).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        with _explained(self.path):
            return self.cursor(_Cursor).executemany(sql, parameters)


class _Cursor(sqlite3.Cursor):
    """A cursor that does so for the rows that it reads."""

    connection: _Connection

    def fetchone(self) -> Any:
        with _explained(self.connection.path):
            return super().fetchone()

    def __next__(self) -> Any:
        try:  # for each row, so without the cost of a context manager
            return super().__next__()
        except sqlite3.DatabaseError as error:
            raise _unusable(self.connection.path, error) from error


def _statements(script: str) -> Iterator[str]:
    """Split a script where SQLite says that a statement is complete; `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: Exception) -> StoreError:
    return StoreError(f"The library at {path} cannot be used: {error}.")
