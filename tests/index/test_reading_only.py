"""A library on a disk, or of an owner, that lets nobody write to it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Library, Query, from_pairs
from tests import apart
from tests.documents import atom, entry

NOBODY = 65_534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A library in a place that everybody may read."""
    place = Path(tempfile.mkdtemp(prefix="feedsift-test-"))
    place.chmod(0o755)
    (place / "feed.atom").write_bytes(atom(entry("urn:1", "Rope"), entry("urn:2", "Lamp")))
    library = Library(place / "library")
    list(library.add(str(place / "feed.atom")))
    library.publish()
    library.search(from_pairs([("q", "rope")])[0])  # so that all modules are there
    library.close()
    yield place / "library"
    for path in (place, *place.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    shutil.rmtree(place)


def seal(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def as_reader(work: Callable[[], str]) -> str:
    """Do something as somebody who may not write; gives what it gives, or its error."""
    return apart.said(work, _become_nobody)


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def found(folder: Path) -> str:
    library = Library(folder)
    page = library.search(from_pairs([("q", "rope")])[0])
    return f"{page.total}: {page.hits[0].entry.title}, {len(library.feeds())} feed, {library.check()}"


def test_it_can_be_read(folder: Path) -> None:
    expected = found(folder)
    seal(folder)
    assert as_reader(lambda: found(folder)) == expected
    assert "1: Rope, 1 feed" in expected


@pytest.mark.parametrize(
    "write",
    [
        lambda library, feed: list(library.add(feed)),
        lambda library, feed: library.remove(library.feeds()[0]),
        lambda library, feed: library.publish(is_whole=True),
        lambda library, feed: library.take_turn("x"),
    ],
    ids=["add", "remove", "reindex", "turn"],
)
def test_writing_is_refused_in_a_sentence(folder: Path, write: Callable[[Library, str], object]) -> None:
    feed = str(folder.parent / "feed.atom")
    seal(folder)
    said = as_reader(lambda: str(write(Library(folder), feed)))
    assert said.startswith("StoreError: ")
    assert "cannot be written" in said
    assert Library(folder).search(Query()).total == 2


def test_what_was_written_last_is_not_left_out_without_a_word(folder: Path) -> None:
    writing = Library(folder)  # has the log beside the store open
    with writing.store.transaction() as connection:
        connection.execute("UPDATE feed SET title = 'Other'")
    seal(folder)
    said = as_reader(lambda: Library(folder).feeds()[0].title)
    assert said == "Other" or said.startswith("StoreError: ")
    writing.close()
