import sqlite3
from pathlib import Path

import pytest

from index.errors import StoreError
from index.storage.database import SCHEMA_VERSION, Database
from index.storage.store import Store

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


def test_a_library_of_version_1_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Database(path).close()
    old = sqlite3.connect(path, isolation_level=None)
    for trigger in ("change_noted", "entry_altered", "entry_lost", "feed_altered", "feed_lost"):
        old.execute(f"DROP TRIGGER {trigger}")
    for table in ("library", "part"):
        old.execute(f"DROP TABLE {table}")
    for column in ("revision", "changed"):
        old.execute(f"ALTER TABLE entry DROP COLUMN {column}")
    old.execute(
        "INSERT INTO entry VALUES (7, 'urn:1', 'T', 't', '', '', '', '<p>x</p>', 'x', 'x', 1262304000, 1, NULL, 1, 2)"
    )
    old.execute("PRAGMA user_version = 1")
    old.close()
    store = Store(path)
    (before,) = store.revisions([7])
    with store.transaction():
        store.touch(7)
    (after,) = store.revisions([7])
    assert after.number > before.number
    assert after.changed >= before.changed > 1_000_000_000
    assert store.connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert schema(store) == schema(Store(tmp_path / "new.db"))
    store.close()


def schema(store: Store) -> set[tuple[str, str]]:
    """Give tables, columns, indexes and triggers by name."""
    names = set(store.connection.execute("SELECT type, name FROM sqlite_master"))
    tables = [name for kind, name in names if kind == "table"]
    columns = {(table, row[1]) for table in tables for row in store.connection.execute(f"PRAGMA table_info({table})")}
    return names | columns
