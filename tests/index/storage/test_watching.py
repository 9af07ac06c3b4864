"""Whoever changes a database, everybody who watches it can tell."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index import Library
from index.storage.store import Store
from index.storage.watching import Watch


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "library.db")


def test_a_change_of_anybody_is_seen_and_nothing_else(store: Store, tmp_path: Path):
    watch = Watch(store.path)
    first = watch.mark()
    assert first is not None
    assert watch.mark() == first
    store.feeds()
    assert watch.mark() == first
    with store.transaction() as connection:
        connection.execute("UPDATE library SET altered = 1")
    second = watch.mark()
    assert second not in (None, first)
    with closing(sqlite3.connect(tmp_path / "library.db")) as other, other:
        other.execute("UPDATE library SET altered = 2")
    assert watch.mark() not in (None, first, second)
    watch.close()
    store.close()


def test_what_cannot_be_opened_cannot_be_told(tmp_path: Path):
    assert Watch(tmp_path / "nothing.db").mark() is None
    assert not (tmp_path / "nothing.db").exists()
    (tmp_path / "other.db").write_bytes(os.urandom(10_000))
    assert Watch(tmp_path / "other.db").mark() is None


def test_after_it_was_closed_it_tells_something_else(store: Store):
    watch = Watch(store.path)
    first = watch.mark()
    watch.close()
    assert watch.mark() != first
    watch.close()
    store.close()


def test_the_edition_of_a_library_differs_after_each_change(tmp_path: Path):
    library = Library(tmp_path)
    assert library.edition is None
    library.publish()
    editions = [library.edition]
    library.publish(is_whole=True)
    editions.append(library.edition)
    with library.store.transaction() as connection:
        connection.execute("UPDATE library SET altered = 1")
    editions += [library.edition, library.edition]
    assert None not in editions
    assert len(set(editions)) == 3
    library.close()
