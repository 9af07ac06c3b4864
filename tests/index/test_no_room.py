"""A disk without room, and a process that may open no more files: writing fails in a sentence, reading goes on."""

from __future__ import annotations

import errno
import os
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from index import IndexReadError, IndexWriteError, Library, Query, from_pairs, inversion, opened
from tests import apart
from tests.documents import atom, entry

FEW = atom(*(entry(f"urn:{n}", f"Rope {n}") for n in range(5)))
MANY = atom(*(entry(f"urn:{n}", f"Rope {n}", f"<p>{'tide ' * 300}{n}</p>") for n in range(500)))
ROOM = 60_000
"""Bytes that a file may have: a little more is written than there is room for."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "few.atom").write_bytes(FEW)
    (tmp_path / "many.atom").write_bytes(MANY)
    library = Library(tmp_path / "library")
    list(library.add(str(tmp_path / "few.atom")))
    library.publish()
    library.close()
    yield library
    library.close()


def leave_no_room() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))


def added(library: Library, feed: str) -> str:
    return "; ".join(intake.error for intake in library.add(feed))


def looked_at(folder: Path) -> tuple[int, object, list[str]]:
    """Give what a library holds, whether both sides agree, and its generations."""
    library = Library(folder)
    found = library.search(Query()).total, library.check(), sorted(path.name for path in (folder / "index").iterdir())
    assert library.store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    library.close()
    return found


def test_without_room_in_the_store_nothing_of_a_feed_is_taken_in(library: Library, tmp_path: Path) -> None:
    before = looked_at(library.folder)
    (tmp_path / "large.atom").write_bytes(MANY)
    feed = str(tmp_path / "large.atom")
    assert apart.said(lambda: added(Library(library.folder), feed), leave_no_room).endswith("File too large")
    assert looked_at(library.folder) == before
    list(library.add(str(tmp_path / "many.atom")))
    library.publish()
    assert looked_at(library.folder)[0] == 500


@pytest.mark.parametrize("is_whole", [True, False])
def test_without_room_for_the_index_the_former_one_stays(library: Library, tmp_path: Path, is_whole: bool) -> None:
    _, _, before = looked_at(library.folder)
    list(library.add(str(tmp_path / "many.atom")))
    library.close()

    def publish_and_search() -> str:
        library = Library(tmp_path / "library")
        with suppress(IndexWriteError):
            library.publish(is_whole=is_whole)
        page = library.search(from_pairs([("q", "rope")])[0])
        assert page.total == len(page.hits) == 5
        return str(library.publish(is_whole=is_whole))

    words = apart.said(publish_and_search, leave_no_room)
    assert words == f"IndexWriteError: The index at {library.folder / 'index'} cannot be written: File too large."
    other = Library(library.folder)
    assert other.search(Query()).total == 5
    assert sorted(path.name for path in (library.folder / "index").iterdir()) == before
    other.publish()
    other.close()
    assert looked_at(library.folder)[:2] == (500, library.check())


def take_all_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    with suppress(OSError):
        while True:
            os.dup(0)


@pytest.mark.parametrize(
    "work",
    [
        lambda library: Library(library.folder),
        lambda library: library.publish(is_whole=True),
        lambda library: library.search(Query()),
        lambda library: library.remove(library.feeds()[0]),
    ],
    ids=["open", "reindex", "search", "remove"],
)
def test_where_no_more_files_can_be_opened_a_sentence_says_so(
    library: Library, work: Callable[[Library], object]
) -> None:
    def refused() -> str:
        opened = Library(library.folder)
        take_all_files()
        return str(work(opened))

    assert re.match(r"(Store|IndexRead)Error: .* cannot be .*\.$", apart.said(refused))
    assert looked_at(library.folder)[0] == 5


def test_a_feed_that_cannot_be_read_for_want_of_files_fails_by_itself(library: Library, tmp_path: Path) -> None:
    def refused() -> str:
        opened = Library(library.folder)
        assert opened.feeds()
        take_all_files()
        return added(opened, str(tmp_path / "few.atom"))

    assert "Too many open files" in apart.said(refused)
    assert looked_at(library.folder)[0] == 5


def test_what_is_open_goes_on_answering_without_files(library: Library) -> None:
    def answered() -> str:
        opened, query = Library(library.folder), from_pairs([("q", "rope")])[0]
        expected = opened.search(query).total
        take_all_files()
        return f"{opened.search(query).total} of {expected}"

    assert apart.said(answered) == "5 of 5"
    assert not (library.folder / "index" / "gen-000001" / "damaged").exists()


def test_an_index_that_may_not_be_read_is_not_changed_by_the_numbers_of_a_former_one(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, former = Library(library.folder), opened.Generation
    assert library.search(Query()).total == 5  # so the first generation is open here, and stays so
    (tmp_path / "few.atom").write_bytes(FEW.replace(b"Rope 1", b"Lamp"))
    list(other.add(str(tmp_path / "few.atom")))
    other.publish()  # which numbers the documents anew
    (tmp_path / "few.atom").write_bytes(FEW.replace(b"Rope 1", b"Tide"))
    list(other.add(str(tmp_path / "few.atom")))
    other.close()

    def refused(path: Path, *others: object) -> opened.Generation:
        if path.name == "gen-000002":
            raise OSError(errno.EMFILE, "Too many open files")
        return former(path, *others)

    monkeypatch.setattr(opened, "Generation", refused)
    with pytest.raises(IndexReadError, match=r"^gen-000002 of the index cannot be read\.$"):
        library.publish()
    monkeypatch.undo()
    assert library.search(Query()).total == 5
    library.publish()
    assert looked_at(library.folder)[:2] == (5, library.check())
    assert not library.check()


@pytest.mark.parametrize("room", [1_000, 8_000, 12_000, 47_000])
def test_words_that_cannot_be_set_aside_for_want_of_room_are_never_lost_in_silence(tmp_path: Path, room: int) -> None:
    run = inversion._Run(*(np.arange(1_000, dtype=np.int64) for _ in inversion._Run._fields))

    def leave_little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    def set_aside() -> str:
        with pytest.raises(OSError, match="File too large") as caught:
            run.set_aside(tmp_path)
        return str(caught.value.errno)

    assert apart.said(set_aside, leave_little) == str(errno.EFBIG)
