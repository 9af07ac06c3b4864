"""Tells whether anybody has changed a database, in microseconds. Made by the library."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

BUSY_SECONDS = 0.1


class Watch:
    """A connection that never writes, shared by all threads: of its own changes, SQLite would not tell."""

    def __init__(self, path: Path) -> None:
        """Take the database's file; it is opened when it is first asked about."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._openings = 0
        self._file: tuple[int, int] | None = None
        """What tells the file that is open from any other."""
        self._guard = threading.Lock()

    def mark(self) -> tuple[int, int] | None:
        """Give what differs after each change that anybody commits; None where that cannot be told."""
        with self._guard:
            try:
                (version,) = self._opened().execute("PRAGMA data_version").fetchone()
                return self._openings, version
            except (sqlite3.Error, OSError):
                self._close()
                return None

    def close(self) -> None:
        """Close the file; it is opened again when it is asked about."""
        with self._guard:
            self._close()

    def _opened(self) -> sqlite3.Connection:
        seen = self._path.stat()
        if (seen.st_dev, seen.st_ino) != self._file:  # another file was put in its place
            self._close()
        if self._connection is None:
            self._connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=BUSY_SECONDS,
            )
            self._openings, self._file = self._openings + 1, (seen.st_dev, seen.st_ino)
        return self._connection

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None
