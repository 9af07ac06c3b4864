"""Copies of a database that is in use, and whether a database is what was written to it. Called by `database`."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path

from index import disk
from index.errors import StoreError
from index.storage import faults

MOST_PROBLEMS = 20
"""That are named of a damaged file."""


def write(source: sqlite3.Connection, path: Path, target: Path, *, is_checked: bool) -> None:
    """Write what `source` reads from the file `path` to a new file, as `Database.copy` says."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")  # two at the same time do not meet
    with _explained(path, target):
        try:
            _remove(partial)
            partial.touch(mode=0o600, exist_ok=False)
            _fill(source, path, partial, is_checked=is_checked)
            shutil.copymode(path, partial)
            disk.flush(partial)
            partial.replace(target)
            disk.flush(target.parent)
        except BaseException:
            with suppress(OSError):
                _remove(partial)
            raise


def problems(connection: sqlite3.Connection) -> list[str]:
    """Give what is wrong in a database: in its structure, else rows that name others which are not there."""
    found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({MOST_PROBLEMS})")]
    if found != ["ok"]:
        return found
    lost = islice(connection.execute("PRAGMA foreign_key_check"), MOST_PROBLEMS)
    return [f"a row of {row[0]} names one of {row[2]} that is not there" for row in lost]


def _fill(source: sqlite3.Connection, path: Path, partial: Path, *, is_checked: bool) -> None:
    with closing(sqlite3.connect(partial)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # a copy is one file
        if is_checked and (found := problems(copy)):
            raise faults.damaged(path, found[0])


@contextmanager
def _explained(path: Path, target: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        if faults.code(error) in faults.DAMAGED:
            raise faults.unusable(path, error) from error
        reason = faults.REASONS.get(faults.code(error)) or getattr(error, "strerror", None) or error
        raise StoreError(f"The copy {target} cannot be written: {reason}.") from error


def _remove(partial: Path) -> None:
    """Remove a copy that is not whole, and what SQLite leaves beside it where the disk was full."""
    for suffix in ("", "-journal"):
        partial.with_name(partial.name + suffix).unlink(missing_ok=True)
