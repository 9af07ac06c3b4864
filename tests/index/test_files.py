"""Files of the index are opened once for all threads, read where it is wanted, and closed once nobody reads."""

from __future__ import annotations

import gc
import os
import pickle
import threading
from pathlib import Path

import pytest

from index.files import SharedFiles


@pytest.fixture
def files(tmp_path: Path) -> SharedFiles:
    (tmp_path / "a").write_bytes(b"one\ntwo\n" + b"x" * 250 + b"\nlast")
    return SharedFiles(tmp_path)


def open_files() -> int:
    gc.collect()
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_each_reader_has_a_place_of_its_own(files: SharedFiles):
    one, other = files.open_file("a"), files.open_file("a")
    assert one.read(3) == other.read(3) == b"one"
    other.seek(-4, os.SEEK_END)
    assert (one.tell(), other.read()) == (3, b"last")
    one.seek(1, os.SEEK_CUR)
    assert one.read(3) == b"two"
    assert one.get(4, 3) == b"two"
    assert (other.read(), other.read(5)) == (b"", b"")


def test_lines_are_read_however_long_they_are(files: SharedFiles):
    file = files.open_file("a")
    assert [file.readline() for _ in range(5)] == [b"one\n", b"two\n", b"x" * 250 + b"\n", b"last", b""]


def test_it_can_be_gone_through_and_ends_where_it_ends(files: SharedFiles):
    file = files.open_file("a")
    assert list(file) == [b"one\n", b"two\n", b"x" * 250 + b"\n", b"last"]
    file.seek(0)
    assert len(file.read_array("B", 8)) == 8
    file.seek(-2, os.SEEK_END)
    with pytest.raises(EOFError):
        file.read_array("B", 8)


def test_a_part_of_a_part_has_places_of_its_own(files: SharedFiles):
    part = files.open_file("a").subset(4, 200).subset(0, 4)
    assert (part.read(), part.read(), part.get(1, 100)) == (b"two\n", b"", b"wo\n")


def test_what_was_pickled_can_be_read_in_every_protocol(tmp_path: Path):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        (tmp_path / "b").write_bytes(b"..." + pickle.dumps({"a": [1, 2.5, "é"]}, protocol))
        file = SharedFiles(tmp_path).open_file("b")
        file.seek(3)
        assert file.read_pickle() == {"a": [1, 2.5, "é"]}


def test_however_many_read_the_file_is_open_once_and_in_the_end_not_at_all(files: SharedFiles):
    before = open_files()
    readers = [files.open_file("a") for _ in range(20)]
    assert open_files() == before + 1
    for reader in readers:
        reader.close()
        with pytest.raises(ValueError, match="closed"):
            reader.read()
    assert open_files() == before


def test_a_file_that_was_removed_can_be_read_on_by_who_has_it(files: SharedFiles, tmp_path: Path):
    file = files.open_file("a")
    (tmp_path / "a").unlink()
    assert file.read(3) == files.open_file("a").read(3) == b"one"
    file.close()
    with pytest.raises(FileNotFoundError):
        SharedFiles(tmp_path).open_file("a")


def test_a_system_that_gives_little_at_a_time_gives_all_in_the_end(files: SharedFiles, monkeypatch: pytest.MonkeyPatch):
    whole = os.pread
    monkeypatch.setattr(os, "pread", lambda descriptor, size, at: whole(descriptor, min(size, 7), at))
    assert files.open_file("a").read(20) == b"one\ntwo\n" + b"x" * 12


def test_threads_that_come_and_go_read_what_is_there(tmp_path: Path):
    """A file is closed by whoever goes last while another one comes: that one must not get what is being closed."""
    names = ["a", "b", "c"]
    for name in names:
        (tmp_path / name).write_bytes(name.encode() * 100)
    files, wrong = SharedFiles(tmp_path), []

    def read(number: int) -> None:
        for turn in range(3_000):
            name = names[(number + turn) % 2 if turn % 50 else 2]
            try:
                file = files.open_file(name)
                if file.read(100) != name.encode() * 100:
                    wrong.append(f"{name} was something else")
                del file
            except (OSError, ValueError) as error:
                wrong.append(repr(error))

    threads = [threading.Thread(target=read, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
