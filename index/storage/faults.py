"""What SQLite's failures mean, in sentences for a person. Called by the modules that open its files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index.errors import StoreError

REASONS = {sqlite3.SQLITE_READONLY: "it may only be read here", sqlite3.SQLITE_FULL: "the disk is full"}
"""Why a file cannot be written."""
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def code(error: BaseException | None) -> int:
    """Give SQLite's code for what went wrong; 0 where it was something else."""
    # Where SQLite has codes in more detail, the lowest byte says what it was.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def unusable(path: Path, error: Exception) -> StoreError:
    """Say why the library's file cannot be used."""
    if code(error) in DAMAGED:
        return damaged(path, error)
    if reason := REASONS.get(code(error)):
        return StoreError(f"The library at {path} cannot be written: {reason}.")
    return StoreError(f"The library at {path} cannot be used: {error}.")


def damaged(path: Path, problem: object) -> StoreError:
    """Say that a file is not what was written to it, and what helps."""
    return StoreError(f"The library at {path} is damaged: {problem}. Nothing can mend that; bring back a copy of it.")
