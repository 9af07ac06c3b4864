from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path

import pytest

from index.remembering import Remembered
from index.storage.store import Store
from index.storage.watching import Watch


class Counting(Store):
    """A store that counts what is read."""

    readings = 0

    def feeds(self):
        self.readings += 1
        return super().feeds()

    def tag_names(self, keys):
        keys = list(keys)
        self.readings += len(keys)
        return super().tag_names(keys)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.db"


@pytest.fixture
def store(path: Path) -> Iterator[Counting]:
    store = Counting(path)
    add(store, "INSERT INTO tag (key, name) VALUES ('boats', 'Boats'), ('knots', 'Knots')")
    add(store, "INSERT INTO feed (url, title, added) VALUES ('https://a.example/', 'A', 0)")
    yield store
    store.close()


@pytest.fixture
def remembered(store: Counting, path: Path) -> Iterator[Remembered]:
    watch = Watch(path)
    yield Remembered(store, watch.mark)
    watch.close()


def add(store: Store, sql: str) -> None:
    with store.transaction() as connection:
        connection.execute(sql)


def test_each_thing_is_read_once(store: Counting, remembered: Remembered) -> None:
    for _ in range(3):
        assert [feed.title for feed in remembered.feeds()] == ["A"]
        assert remembered.tag_names(["boats"]) == {"boats": "Boats"}
        assert remembered.tag_names(["knots", "boats"]) == {"knots": "Knots", "boats": "Boats"}
    assert store.readings == 3


def test_what_anybody_changes_is_read_again(store: Counting, remembered: Remembered, path: Path) -> None:
    assert remembered.tag_names(["boats"]) == {"boats": "Boats"}
    assert len(remembered.feeds()) == 1
    other = Store(path)
    add(other, "UPDATE tag SET name = 'BOATS' WHERE key = 'boats'")
    add(other, "INSERT INTO feed (url, title, added) VALUES ('https://b.example/', 'B', 0)")
    other.close()
    assert remembered.tag_names(["boats"]) == {"boats": "BOATS"}
    assert [feed.title for feed in remembered.feeds()] == ["A", "B"]


def test_for_one_request_it_is_asked_once_whether_anything_has_changed(store: Counting, path: Path) -> None:
    watch, asked = Watch(path), 0

    def mark() -> Hashable | None:
        nonlocal asked
        asked += 1
        return watch.mark()

    remembered = Remembered(store, mark)
    for request in range(1, 4):
        held = remembered.held()
        assert [held.tag_names(["boats"]), len(held.feeds())] == [{"boats": "Boats"}, 1]
        assert asked == request
    assert store.readings == 2
    add(store, "UPDATE tag SET name = 'BOATS' WHERE key = 'boats'")
    assert held.tag_names(["boats"]) == {"boats": "Boats"}
    assert remembered.held().tag_names(["boats"]) == remembered.tag_names(["boats"]) == {"boats": "BOATS"}
    watch.close()


def test_a_tag_that_is_not_there_is_looked_for_each_time(store: Counting, remembered: Remembered) -> None:
    for _ in range(2):
        assert remembered.tag_names(["nothing"]) == {}
    assert store.readings == 2


def test_what_is_given_is_the_callers_own(remembered: Remembered) -> None:
    remembered.feeds().clear()
    remembered.tag_names(["boats"]).clear()
    assert len(remembered.feeds()) == 1
    assert remembered.tag_names(["boats"]) == {"boats": "Boats"}


def test_what_is_never_committed_is_not_remembered(store: Counting, remembered: Remembered) -> None:
    def give_up() -> None:
        with store.transaction() as connection:
            connection.execute("UPDATE tag SET name = 'NEVER' WHERE key = 'boats'")
            assert remembered.tag_names(["boats"]) == {"boats": "NEVER"}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert remembered.tag_names(["boats"]) == {"boats": "Boats"}


def test_nothing_is_remembered_where_changes_cannot_be_told(store: Counting) -> None:
    def unknown() -> Hashable | None:
        return None

    remembered = Remembered(store, unknown)
    for _ in range(2):
        assert len(remembered.feeds()) == 1
        assert remembered.tag_names(["boats"]) == {"boats": "Boats"}
    assert store.readings == 4
