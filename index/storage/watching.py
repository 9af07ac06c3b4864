"""Tells whether anybody has changed a database, in microseconds. Made by the library."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path


class Watch:
    """A connection that never writes, shared by all threads: of its own changes, SQLite would not tell."""

    def __init__(self, path: Path) -> None:
        """Take the database's file; it is opened when it is first asked about."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._openings = 0
        self._guard = threading.Lock()

    def mark(self) -> tuple[int, int] | None:
        """Give what differs after each change that anybody commits; None where that cannot be told."""
        with self._guard:
            try:
                (version,) = self._opened().execute("PRAGMA data_version").fetchone()
                return self._openings, version
            except sqlite3.Error:
                self._close()
                return None

    def close(self) -> None:
        """Close the file; it is opened again when it is asked about."""
        with self._guard:
            self._close()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            address = f"{self._path.absolute().as_uri()}?mode=ro"
            self._connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
            self._openings += 1
        return self._connection

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None
