import errno
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import StoreError
from index.storage import copies
from index.storage.database import SCHEMA_VERSION, Database
from index.storage.store import Store

LATE = "SELECT abs(x) FROM (SELECT 1 AS x UNION ALL SELECT -9223372036854775807 - 1)"
"""Gives one row, and fails at the second."""


def full(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


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


def test_a_thread_that_ends_leaves_no_connection_behind(database: Database) -> None:
    def ask() -> None:
        assert database.connection.execute("SELECT 1").fetchone() == (1,)

    before = len([*Path("/dev/fd").iterdir()])
    for _ in range(20):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    assert len([*Path("/dev/fd").iterdir()]) <= before + 2


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


@pytest.mark.parametrize("version", [1, 2])
def test_a_library_of_an_older_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    path = tmp_path / "library.db"
    old = sqlite3.connect(path)
    old.executescript((Path(__file__).parent / f"version-{version}.sql").read_text(encoding="utf-8"))
    old.execute("INSERT INTO feed (url, title, added) VALUES ('https://example.org/feed', 'F', 1)")
    old.execute(
        "INSERT INTO entry (id, identity, title, slug, link, author, language, html, text, excerpt, time, is_dated, "
        "first_seen, sanitizer) VALUES (7, 'http://example.org/7', 'T', 't', 'http://example.org/7#x', '', '', "
        "'<p>x</p>', 'x', 'x', 1262304000, 1, 1, 2)"
    )
    old.execute("INSERT INTO feed_entry VALUES (7, 1, 'digest')")
    old.execute(f"PRAGMA user_version = {version}")
    old.commit()
    old.close()
    store = Store(path)
    (before,) = store.revisions([7])
    with store.transaction():
        store.touch(7)
    (after,) = store.revisions([7])
    assert after.number > before.number
    assert after.changed >= before.changed > 1_000_000_000
    row = store.connection.execute("SELECT source, link_key, edited FROM entry").fetchone()
    assert row == (1, "//example.org/7", None)
    assert store.connection.execute("SELECT * FROM identity").fetchall() == [("https://example.org/7", 7)]
    assert store.connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert schema(store) == schema(Store(tmp_path / "new.db"))
    store.close()
    with closing(sqlite3.connect(tmp_path / f"library-of-version-{version}.db")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone() == (version,)
        assert copy.execute("SELECT id, link FROM entry").fetchall() == [(7, "http://example.org/7#x")]


def test_without_room_for_a_copy_a_library_stays_of_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript((Path(__file__).parent / "version-2.sql").read_text(encoding="utf-8"))
        old.execute("PRAGMA user_version = 2")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        Database(path)
    with closing(sqlite3.connect(path)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (2,)
    monkeypatch.undo()
    Database(path).close()


def test_tags_that_have_become_one_are_merged_in_a_library_of_an_older_version(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    old = sqlite3.connect(path)
    old.executescript((Path(__file__).parent / "version-2.sql").read_text(encoding="utf-8"))
    names = ["django\u2010web", "Django-web", "Plain", "a\u00adb", "\u200b"]
    old.executemany("INSERT INTO tag (key, name) VALUES (?, ?)", [(name.casefold(), name) for name in names])
    for id in range(1, 6):
        old.execute(
            "INSERT INTO entry (id, identity, title, slug, link, author, language, html, text, excerpt, time, "
            "is_dated, first_seen, sanitizer) VALUES (?, 'urn:' || ?, '', '', '', '', '', '', '', '', 1, 1, 1, 1)",
            (id, id),
        )
        old.execute("INSERT INTO entry_tag VALUES (?, 0, ?)", (id, id))
    old.execute("DELETE FROM change")
    old.execute("PRAGMA user_version = 2")
    old.commit()
    old.close()
    store = Store(path)
    tags = {id: [(tag.key, tag.name) for tag in entry.tags] for id, entry in store.entries(range(1, 6)).items()}
    both = [("django-web", "django\u2010web")]
    assert tags == {1: both, 2: both, 3: [("plain", "Plain")], 4: [("ab", "a\u00adb")], 5: []}
    changed = {row[0] for row in store.connection.execute("SELECT entry_id FROM change")}
    assert changed == {1, 4, 5}
    assert store.connection.execute("SELECT count(*) FROM tag").fetchone() == (3,)
    store.close()


def schema(store: Store) -> set[tuple[object, ...]]:
    """Give tables, columns, indexes and triggers by name."""
    names = set(store.connection.execute("SELECT type, name FROM sqlite_master"))
    tables = [name for kind, name in names if kind == "table"]
    columns = {
        (table, *row[1:]) for table in tables for row in store.connection.execute(f"PRAGMA table_xinfo({table})")
    }
    return names | columns


# --- where nothing can be written ---


@pytest.fixture
def full_disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Have databases fail to open as on a disk without any room, where readers cannot have their file beside either."""
    with database.transaction() as connection:
        connection.execute("INSERT INTO feed (url, title, added) VALUES ('https://example.org/', 'Before', 1)")
    database.close()
    database.path.with_name("library.db-wal").touch()  # as who failed to open it leaves it
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    real = Database._version

    def version(database: Database) -> int:
        if database._options != "?immutable=1":
            raise StoreError("full") from error
        return real(database)

    monkeypatch.setattr(Database, "_version", version)
    return monkeypatch


def titles(database: Database) -> list[str]:
    return [row[0] for row in database.connection.execute("SELECT title FROM feed")]


def rename(database: Database, title: str) -> None:
    with database.transaction() as connection:
        connection.execute("UPDATE feed SET title = ?", (title,))


def test_on_a_full_disk_a_database_is_read(database: Database, full_disk: pytest.MonkeyPatch) -> None:
    reader = Database(database.path)
    assert titles(reader) == ["Before"]
    with pytest.raises(StoreError, match="cannot be written: it may only be read here"):
        rename(reader, "x")
    assert titles(reader) == ["Before"]
    reader.close()


def test_once_there_is_room_what_others_write_is_seen(database: Database, full_disk: pytest.MonkeyPatch) -> None:
    reader = Database(database.path)
    assert titles(reader) == ["Before"]
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(titles, reader).result() == ["Before"]
        full_disk.undo()
        writer = Database(database.path)
        rename(writer, "Between")
        assert titles(reader) == ["Between"]
        rename(writer, "After")
        assert titles(reader) == ["After"]
        assert pool.submit(titles, reader).result() == ["After"]
        rename(reader, "Mine")
        assert titles(writer) == ["Mine"]
        for opened in (reader, writer):
            opened.close()


def test_what_was_opened_for_reading_is_written_once_the_disk_allows_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO feed (url, title, added) VALUES ('https://example.org/', 'Before', 1)")
    with ThreadPoolExecutor(1) as pool, monkeypatch.context() as sealed:
        sealed.setattr(Database, "_can_only_be_read", lambda _: True)
        reader = Database(database.path)
        assert reader._options == "?mode=ro"
        for thread in (titles, lambda *asked: pool.submit(titles, *asked).result()):
            assert thread(reader) == ["Before"]
        for write in (rename, lambda *asked: pool.submit(rename, *asked).result()):
            with pytest.raises(StoreError, match="cannot be written: it may only be read here"):
                write(reader, "x")
        sealed.undo()
        rename(reader, "Mine")
        assert titles(database) == titles(reader) == pool.submit(titles, reader).result() == ["Mine"]
        pool.submit(rename, reader, "Its own").result()
        assert titles(database) == titles(reader) == ["Its own"]
        reader.close()


def test_a_new_database_needs_room(tmp_path: Path, full_disk: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError):
        Database(tmp_path / "other" / "library.db")


# --- copies ---


def test_a_copy_is_one_file_with_all_that_was_committed(database: Database, tmp_path: Path) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO feed (url, title, added) VALUES ('https://example.org/', 'F', 1)")
    (tmp_path / "copy").mkdir()
    database.copy(tmp_path / "copy" / "x.db")
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["x.db"]
    with closing(sqlite3.connect(f"file:{tmp_path}/copy/x.db?mode=ro", uri=True)) as copy:
        assert copy.execute("SELECT title FROM feed").fetchall() == [("F",)]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_copy_that_cannot_be_finished_leaves_what_was_there(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.db").write_bytes(b"former")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device"):
        database.copy(tmp_path / "x.db")
    assert (tmp_path / "x.db").read_bytes() == b"former"
    assert not list(tmp_path.glob("*.part"))


def test_of_a_copy_that_cannot_be_finished_nothing_is_left(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()

    def fill_the_disk(_: sqlite3.Connection) -> list[str]:
        (partial,) = folder.iterdir()
        partial.with_name(f"{partial.name}-journal").write_bytes(b"x")  # as SQLite leaves it then
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(copies, "problems", fill_the_disk)
    with pytest.raises(StoreError, match=r"The copy .*x\.db cannot be written: No space left on device\."):
        database.copy(folder / "x.db", is_checked=True)
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_said_in_plain_words_and_takes_nothing_with_it(database: Database) -> None:
    pages = database.connection.execute("PRAGMA page_count").fetchone()[0]
    database.connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    insert = "INSERT INTO feed (url, title, added) VALUES (?, ?, 1)"
    with database.transaction() as connection:
        connection.execute(insert, ("https://example.org/1", "F"))
    large = [(f"https://example.org/{n}", "F" * 9_000) for n in range(2, 100)]

    def write() -> None:
        with database.transaction() as connection:
            connection.executemany(insert, large)

    with pytest.raises(StoreError, match=r"cannot be written: the disk is full\.$"):
        write()
    assert database.connection.execute("SELECT count(*) FROM feed").fetchone() == (1,)
