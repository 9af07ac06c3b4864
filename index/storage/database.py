"""The database file under the store: connections, transactions, and the schema's version."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakSet

from index.analysis import tag_key
from index.errors import StoreError
from index.storage import copies, faults

SCHEMA_VERSION = 3
BUSY_MILLISECONDS = 5_000
_BATCH = 500  # SQLite's limit on parameters in one statement is 999 in old builds
_TO_BE_READ = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
"""Why SQLite may fail to open a file that can be read all the same."""
T = TypeVar("T")


class Database:
    """An SQLite file in WAL mode. Each thread gets a connection of its own, which ends with it; `close` closes all."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, or make it. Raises StoreError in plain words where that cannot be.

        What cannot be written, as on a full disk or one that is mounted for reading alone, is opened for reading, for
        as long as nobody writes to it; to write raises StoreError then.
        """
        self.path = path
        self._options = ""
        """Of SQLite's address of the file."""
        self._frozen: tuple[object, ...] = ()
        """What the files were like that SQLite was told will not change."""
        self._openings = 0
        """How often; connections of a former one are not used any more."""
        self._local = threading.local()
        self._connections: WeakSet[_Connection] = WeakSet()
        """Those of threads that are still there: servers end threads that rest, and begin others."""
        self._guard = threading.Lock()
        with _explained(path):
            self._open()

    def close(self) -> None:
        """Close the connections of every thread."""
        with self._guard:
            for connection in list(self._connections):
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        if self._frozen and self._frozen != self._looks():
            self._thaw()
        if getattr(self._local, "openings", None) != self._openings:
            with _explained(self.path), self._guard:
                self._local.connection = self._connect()
                self._local.openings = self._openings
                # A former one may be read to its end by what began that.
                self._local.endings = [*getattr(self._local, "endings", ()), _Ending(self._local.connection)]
                self._connections.add(self._local.connection)
        found: sqlite3.Connection = self._local.connection
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; durable once left."""
        if self._options:
            self._thaw()
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
            yield from self.connection.execute(f"{select}({','.join('?' * len(batch))})", batch).fetchall()

    def copy(self, target: Path, *, is_checked: bool = False) -> None:
        """Write all that was committed up to now to a new file, while others read and write; durable once left.

        The file appears under its name once it is whole, and with `is_checked` once SQLite finds nothing wrong in it;
        what was there under that name is replaced. Only those who may read the library may read it.
        Raises StoreError where that cannot be.
        """
        with closing(self._connect()) as source:
            copies.write(source, self.path, target, is_checked=is_checked)

    def problems(self) -> list[str]:
        """Give what SQLite finds wrong in the file, the first things of many; reads all of it."""
        return copies.problems(self.connection)

    def _connect(self) -> _Connection:
        address = f"{self.path.absolute().as_uri()}{self._options}"
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False, factory=_Connection
        )
        connection.path = self.path
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _open(self) -> None:
        self._options, self._frozen = "", ()
        self._openings += 1
        if self._can_only_be_read():
            self._prepare_to_read()
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare()
        except StoreError as error:
            if not (self.path.is_file() and faults.code(error.__cause__) in _TO_BE_READ):
                raise
            self._prepare_to_read()

    def _thaw(self) -> None:
        """Open the file as one that changes, if that can be by now; else all stays as it is."""
        former = self._options, self._frozen
        with _explained(self.path), self._guard:
            try:
                self._open()
            except BaseException:
                self._options, self._frozen = former
                raise

    def _looks(self) -> tuple[object, ...]:
        """Give what differs after each change to the database, in the file or in the log beside it."""
        with _explained(self.path):
            seen = self.path.stat()
            # On a full disk, the log of who failed to open it is there and empty.
            log = self._log.stat() if self._log.exists() else None
        return seen.st_mtime_ns, seen.st_size, seen.st_ino, log and (log.st_mtime_ns, log.st_size, log.st_ino)

    @property
    def _log(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def _can_only_be_read(self) -> bool:
        is_there = self.path.is_file() and os.access(self.path, os.R_OK)
        return is_there and not (os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK))

    def _prepare_to_read(self) -> None:
        self._options = "?mode=ro"
        try:
            version = self._version()
        except StoreError:  # readers too write a small file beside, unless nobody can have anything open
            if self._log.exists() and self._log.stat().st_size:
                raise
            self._options, self._frozen = "?immutable=1", self._looks()
            version = self._version()
        if version < SCHEMA_VERSION:
            raise StoreError(f"{self.path} was written by an older Feedsift, and may not be written to bring it up.")

    def _version(self) -> int:
        """Give the version of the schema. Raises StoreError where it is of a newer program."""
        with closing(self._connect()) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version > SCHEMA_VERSION:
            raise StoreError(f"{self.path} was written by a newer Feedsift; please upgrade this one.")
        return version

    def _prepare(self) -> None:
        with closing(self._connect()) as connection:
            _use_wal(connection)
            if self._version() < SCHEMA_VERSION:
                self._bring_up(connection)

    def _bring_up(self, connection: sqlite3.Connection) -> None:
        """Make the tables, or bring those of an older version up to date: all of it or nothing."""
        connection.execute("BEGIN IMMEDIATE")  # another process may be at it too: look again once inside
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if 0 < version < SCHEMA_VERSION:
                self.copy(self.path.with_name(f"{self.path.stem}-of-version-{version}.db"))
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


class _Ending:
    """Closes a connection when its thread ends: connections refer to themselves, and would stay for the collector."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    def __del__(self) -> None:
        self._connection.close()


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

    def fetchall(self) -> list[Any]:
        with _explained(self.connection.path):
            return super().fetchall()

    def __next__(self) -> Any:
        try:  # for each row, so without the cost of a context manager
            return super().__next__()
        except sqlite3.DatabaseError as error:
            raise faults.unusable(self.connection.path, error) from error


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
        raise faults.unusable(path, error) from error
