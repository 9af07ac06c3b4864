from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.webapp.commands import Shell
from tests.webapp.servers import until

ADDING = """
import sys
from itertools import count
from pathlib import Path
from index import Library
from tests.documents import atom, entry

library, file = Library(Path(sys.argv[1])), Path(sys.argv[2])
for number in count():
    file.write_bytes(atom(*(entry(f"urn:{n}", f"Entry {n}") for n in range(5 * number, 5 * number + 5))))
    list(library.add(str(file)))
    library.publish()
"""


@contextmanager
def adding(shell: Shell) -> Iterator[None]:
    """Have another process add five entries at a time, each five in one transaction, for as long as the block takes."""
    command = [sys.executable, "-c", ADDING, shell.data, shell.folder / "grows.atom"]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}) as process:
        before = total(shell.data / "library.db")
        until(lambda: total(shell.data / "library.db") > before or process.poll() is not None, 30)
        yield
        assert process.poll() is None
        process.kill()


def total(file: Path) -> int:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])


def restored(shell: Shell, copy: Path) -> Shell:
    """Bring a copy back as the documentation says."""
    other = Shell(shell.folder)
    other.data = shell.folder / f"from-{copy.name}"
    other.data.mkdir()
    copy.rename(other.data / "library.db")
    return other


def test_a_copy_is_brought_back_with_all_entries_and_an_index_of_its_own(filled: Shell):
    done = filled.run("backup", filled.folder / "copy.db")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Copied the library to {filled.folder / 'copy.db'}: 0.")
    other = restored(filled, filled.folder / "copy.db")
    found = other.run("search", "rope")
    assert found.out == filled.run("search", "rope").out
    assert "The index has to be built anew first." in found.err
    assert other.run("check").out == "Store and index agree on 3 entries.\n"


def test_copies_that_are_made_while_entries_arrive_are_whole(filled: Shell):
    copies = [filled.folder / f"{number}.db" for number in range(5)]
    with adding(filled):
        for copy in copies:
            before = total(filled.data / "library.db")
            assert filled.run("backup", copy).code == 0
            assert before <= total(copy) <= total(filled.data / "library.db")
    for copy in copies:
        entries = total(copy)
        assert entries % 5 == 3  # three from before, and five from each transaction
        other = restored(filled, copy)
        assert f" of {entries} entries." in other.run("search", "").out
        assert other.run("check").out == f"Store and index agree on {entries} entries.\n"


def test_a_file_that_is_there_is_replaced_only_when_told(filled: Shell):
    copy = filled.file("copy.db", b"former")
    done = filled.run("backup", copy)
    assert (done.code, done.err) == (1, f"Error: {copy} is there already; `--force` replaces it.\n")
    assert copy.read_bytes() == b"former"
    assert filled.run("backup", "--force", copy).code == 0
    assert total(copy) == 3


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "is a folder; name a file in it."),
        ("missing/copy.db", "There is no folder"),
        ("data/library.db", "is in the folder of the library itself"),
        ("data/copy.db", "is in the folder of the library itself"),
    ],
)
def test_a_place_that_cannot_be_is_said_in_one_sentence(filled: Shell, name: str, reason: str):
    done = filled.run("backup", "--force", filled.folder / name)
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert reason in done.err
    assert filled.run("check").code == 0


def test_a_folder_that_may_not_be_written_is_said_in_one_sentence(filled: Shell, monkeypatch: pytest.MonkeyPatch):
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "touch", refuse)
    copy = filled.folder / "copy.db"
    done = filled.run("backup", copy)
    assert (done.code, done.err) == (1, f"Error: The copy {copy} cannot be written: Permission denied.\n")


def test_without_a_library_no_copy_is_made_of_nothing(shell: Shell):
    done = shell.run("backup", shell.folder / "copy.db")
    assert (done.code, done.err) == (1, f"Error: There is no library in {shell.data}; `--data` names its folder.\n")
    assert not shell.data.exists()
    assert not (shell.folder / "copy.db").exists()


def test_a_damaged_library_does_not_replace_a_good_copy(filled: Shell):
    copy = filled.folder / "copy.db"
    assert filled.run("backup", copy).code == 0
    harm(filled)
    done = filled.run("backup", "--force", copy)
    assert done.code == 1
    assert done.err.startswith(f"Error: The library at {filled.data / 'library.db'} is damaged: ")
    assert total(copy) == 3
    assert list(filled.folder.glob("*.part")) == []


def harm(shell: Shell) -> None:
    """Take the rows of an index out of the database, as a lost page would."""
    with closing(sqlite3.connect(shell.data / "library.db")) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, '(time, id)', '(id)') WHERE name LIKE '%by_time'"
        )
        connection.commit()


def test_a_copy_may_be_read_by_those_alone_who_may_read_the_library(filled: Shell):
    (filled.data / "library.db").chmod(0o640)
    assert filled.run("backup", filled.folder / "copy.db").code == 0
    assert (filled.folder / "copy.db").stat().st_mode & 0o777 == 0o640
