"""An index whose files are not what they were: it is found out, no wrong answer is given, and it is built anew."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import IndexMissingError, Library, Query, from_pairs
from index.cursor import Cursor
from index.generations import DAMAGED, Generations
from tests.documents import atom, entry

PARTS = 50
"""Of each file; it is truncated after each of them."""
BITS = 200
"""That are turned, one at a time, all over the files."""


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A library with two generations that share a segment."""
    folder = tmp_path / "good"
    first = [entry(f"urn:{n}", f"Rope {n}", f"<p>harbour {n % 7} lamp</p>", tags=[f"t{n % 5}"]) for n in range(60)]
    (tmp_path / "feed.atom").write_bytes(atom(*first))
    library = Library(folder)
    list(library.add(str(tmp_path / "feed.atom")))
    library.publish()
    (tmp_path / "feed.atom").write_bytes(atom(*first, entry("urn:new", "New", "<p>harbour</p>")))
    list(library.add(str(tmp_path / "feed.atom")))
    library.publish()
    library.close()
    return folder


@pytest.fixture
def open_copy(good: Path, tmp_path: Path) -> Iterator[Callable[[], Library]]:
    """Open a fresh copy of the library, without what the last one was made into."""
    opened: list[Library] = []

    def open_copy() -> Library:
        for library in opened:
            library.close()
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)
        shutil.copytree(good, tmp_path / "copy")
        opened[:] = [Library(tmp_path / "copy")]
        return opened[0]

    yield open_copy
    for library in opened:
        library.close()


def current(library: Library) -> Path:
    return library.folder / "index" / (library.folder / "index" / "CURRENT").read_text()


def files(folder: Path) -> list[str]:
    names = sorted(path.name for path in (folder / "index").glob("gen-000002/*"))
    assert {Path(name).suffix for name in names} == {".seg", ".toc", ".words", ".json"}
    assert len(names) >= 6
    return names


def answers(library: Library) -> tuple[object, ...]:
    asked = [Query(), from_pairs([("q", "harbour")])[0], from_pairs([("tag", "t3"), ("q", "lamp")])[0]]
    return tuple((page.total, [hit.entry.id for hit in page.hits]) for page in map(library.search, asked))


def is_mended(library: Library, expected: tuple[object, ...]) -> bool:
    """Say whether, from here on, the one thing that a writer does makes all as it was."""
    library.publish()
    return answers(library) == expected and not library.check()


def test_a_file_that_is_cut_short_anywhere_leads_to_a_new_build(good: Path, open_copy: Callable[[], Library]) -> None:
    expected = answers(open_copy())
    for name in files(good):
        for part in range(PARTS):
            library = open_copy()
            path = current(library) / name
            path.write_bytes(path.read_bytes()[: path.stat().st_size * part // PARTS])
            with pytest.raises(IndexMissingError):
                library.search(Query())
            assert not library.is_indexed
            if part % 25 == 0:
                assert is_mended(library, expected)


def test_a_bit_that_has_turned_anywhere_leads_to_a_new_build(good: Path, open_copy: Callable[[], Library]) -> None:
    expected = answers(open_copy())
    chance = random.Random(1)
    for turn in range(BITS):
        library = open_copy()
        path = current(library) / chance.choice(files(good))
        content = bytearray(path.read_bytes())
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        with pytest.raises(IndexMissingError):
            library.search(Query())
        if turn % 20 == 0:
            assert is_mended(library, expected)


@pytest.mark.parametrize("what", ["CURRENT", "gen-000002", "."])
def test_what_is_missing_is_built_anew(open_copy: Callable[[], Library], what: str) -> None:
    library = open_copy()
    expected = answers(library)
    path = library.folder / "index" / what
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(IndexMissingError):
        library.search(Query())
    assert is_mended(library, expected)


def test_damage_that_comes_while_the_index_is_open_is_found_with_what_fails(
    open_copy: Callable[[], Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = open_copy()
    expected = answers(library)
    monkeypatch.setattr("index.facets.filters", _failing)
    with pytest.raises(ZeroDivisionError):  # a fault of the program, as all files are as they were
        library.search(Query())
    assert library.is_indexed
    path = next(current(library).glob("*.words"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(IndexMissingError, match="damaged"):
        library.search(Query())
    monkeypatch.undo()
    assert (current(library) / DAMAGED).is_file()
    assert is_mended(library, expected)


def _failing(*_: object) -> None:
    raise ZeroDivisionError


def test_one_process_that_finds_the_damage_tells_all_others(open_copy: Callable[[], Library]) -> None:
    library = open_copy()
    assert answers(library)
    path = next(current(library).glob("*.seg"))
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert answers(library)  # of what it has read already
    other = Library(library.folder)
    with pytest.raises(IndexMissingError):
        other.search(Query())
    with pytest.raises(IndexMissingError):
        library.search(Query())
    other.close()


def test_a_change_does_not_take_damaged_files_for_good_ones(open_copy: Callable[[], Library], tmp_path: Path) -> None:
    library = open_copy()
    assert answers(library)
    shared = max(current(library).glob("*.seg"), key=lambda path: path.stat().st_size)
    content = bytearray(shared.read_bytes())
    content[len(content) // 4] ^= 1  # in words that nobody asks for meanwhile
    shared.write_bytes(content)
    (tmp_path / "other.atom").write_bytes(atom(entry("urn:other", "Other")))
    list(library.add(str(tmp_path / "other.atom")))
    library.publish()  # on top of what it has open
    fresh = Library(library.folder)
    with pytest.raises(IndexMissingError):
        fresh.search(Query())
    fresh.publish()
    assert fresh.search(Query()).total == 62
    fresh.close()


# --- generations that are removed while somebody opens them ---


def remove_half(folder: Path) -> None:
    """Leave a generation as who removes it does for a moment: without a file, but with about.json."""
    next(folder.glob("*.words")).unlink()


def test_an_older_generation_that_is_half_removed_counts_as_gone(good: Path, caplog: pytest.LogCaptureFixture) -> None:
    library = Library(good)
    former, query = good / "index" / "gen-000001", from_pairs([("q", "harbour"), ("sort", "relevance")])[0]
    after = Cursor(0.1, 5, former.name).text()
    remove_half(former)
    page = library.search(query.with_(after=after))
    assert page.total == library.search(query).total
    assert not (former / DAMAGED).exists()
    assert not caplog.messages
    library.close()


@pytest.mark.parametrize("ask", [lambda library: library.search(Query()), Library.verify], ids=["search", "verify"])
def test_a_generation_that_is_followed_and_removed_while_it_is_opened_is_not_damaged(
    good: Path, ask: Callable[[Library], object], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    writer, reader, real = Library(good), Library(good), Generations.is_sound
    former = good / "index" / "gen-000002"

    def late(generations: Generations, name: str, *but: object, **others: object) -> bool:
        if name == former.name and not removed:
            removed.append(name)
            writer.publish(is_whole=True)
            remove_half(former)
        return real(generations, name, *but, **others)

    removed: list[str] = []
    monkeypatch.setattr(Generations, "is_sound", late)
    ask(reader)
    assert removed
    assert reader.search(Query()).total == 61
    assert not (former / DAMAGED).exists()
    assert not caplog.messages
    for library in (writer, reader):
        library.close()
