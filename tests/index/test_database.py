from pathlib import Path

import pytest

from index.database import Database
from index.errors import StoreError

LATE = "SELECT abs(x) FROM (SELECT 1 AS x UNION ALL SELECT -9223372036854775807 - 1)"
"""Gives one row, and fails at the second."""


@pytest.fixture
def database(tmp_path: Path):
    database = Database(tmp_path / "library.db")
    yield database
    database.close()


def test_a_statement_that_fails_is_explained_with_the_file(database: Database) -> None:
    with pytest.raises(StoreError, match=rf"The library at {database.path} cannot be used: no such table: x\."):
        database.connection.execute("SELECT * FROM x")
    with pytest.raises(StoreError, match="no such table"):
        database.connection.executemany("INSERT INTO x VALUES (?)", [(1,)])


def test_a_row_that_cannot_be_read_is_explained(database: Database) -> None:
    with pytest.raises(StoreError, match="integer overflow"):
        list(database.connection.execute(LATE))
    cursor = database.connection.execute(LATE)
    with pytest.raises(StoreError, match="integer overflow"):
        list(iter(cursor.fetchone, None))


def test_a_file_that_is_damaged_behind_its_head_is_explained(database: Database) -> None:
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    content = database.path.read_bytes()
    database.path.write_bytes(content[:4096] + bytes(range(256)) * (len(content) // 256 - 16))
    with pytest.raises(StoreError, match="malformed"):
        list(database.connection.execute("SELECT * FROM feed"))
