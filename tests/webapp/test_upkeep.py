from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from index import Library
from tests.documents import atom, entry
from tests.doubling import double
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


# --- check --repair ---


def test_where_all_is_well_nothing_is_repaired(filled: Shell):
    done = filled.run("check", "--repair")
    assert (done.code, done.out, done.err) == (0, "Store and index agree on 3 entries.\n", "")


def test_what_the_index_lacks_is_added_to_it(filled: Shell):
    library = Library(filled.data)
    list(library.add(str(filled.file("more.atom", atom(entry("urn:e:9"), title="More")))))  # killed before it indexes
    library.close()
    assert "not indexed: 1 entries: 4\n" in filled.run("check").out
    done = filled.run("check", "--repair")
    assert (done.code, done.out) == (0, "What the index lacked was added.\nStore and index agree on 4 entries.\n")


def test_a_change_that_no_list_tells_of_has_the_index_built_anew(filled: Shell):
    with closing(sqlite3.connect(filled.data / "library.db")) as connection:
        connection.execute("UPDATE entry SET time = 1 WHERE id = 2")
        connection.commit()
    done = filled.run("check", "--repair")
    assert (done.code, done.out) == (0, "The index was built anew.\nStore and index agree on 3 entries.\n")


def test_entries_that_are_in_the_index_twice_are_named_and_have_it_built_anew(filled: Shell):
    library = Library(filled.data)
    double(library)
    library.close()
    done = filled.run("check")
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines() == [
        "doubled: 3 entries: 1, 2, 3",
        "Store and index differ; `feedsift check --repair` mends that.",
    ]
    done = filled.run("check", "--repair")
    assert (done.code, done.out) == (0, "The index was built anew.\nStore and index agree on 3 entries.\n")


@pytest.mark.parametrize("file", ["CURRENT", "gen-*/*.seg", "gen-*/about.json"])
def test_damage_in_the_index_is_found_and_mended(filled: Shell, file: str):
    (path,) = (filled.data / "index").glob(file)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    done = filled.run("check")
    assert (done.code, done.out) == (1, "")
    assert done.err == "Error: The index is damaged; `feedsift reindex` builds it anew.\n"
    done = filled.run("check", "--repair")
    assert (done.code, done.out.splitlines()[0]) == (0, "The index was built anew.")
    assert filled.run("check").out == "Store and index agree on 3 entries.\n"


def test_what_killed_builds_have_left_is_removed(filled: Shell):
    index = filled.data / "index"
    shutil.copytree(index / "gen-000001", index / "gen-000002")  # complete, but never put in force
    (index / "gen-000003").mkdir()
    (index / "gen-000003" / "MAIN_x.seg").touch()
    (index / "CURRENT.new").write_text("gen-0000")
    assert filled.run("check").code == 0
    done = filled.run("check", "--repair")
    names = ["gen-000002", "gen-000003", "CURRENT.new"]
    assert done.out.splitlines()[:-1] == [f"Removed {name}, which a build had left behind." for name in names]
    assert sorted(path.name for path in index.iterdir()) == ["CURRENT", "gen-000001"]


def test_a_damaged_store_is_said_and_left_alone(filled: Shell):
    harm(filled)
    done = filled.run("check")
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("store: ")
    assert done.out.endswith("The store is damaged. Nothing can mend that; bring back a copy of it.\n")
    done = filled.run("check", "--repair")
    assert (done.code, done.out) == (1, "")
    assert done.err.endswith("Nothing can mend that; bring back a copy of it.\n")


def test_a_row_that_names_one_that_is_gone_is_found(filled: Shell):
    with closing(sqlite3.connect(filled.data / "library.db")) as connection:  # without foreign keys
        connection.execute("DELETE FROM feed")
        connection.commit()
    done = filled.run("check")
    assert done.code == 1
    assert "store: a row of feed_entry names one of feed that is not there\n" in done.out


def test_without_a_library_there_is_nothing_to_check(shell: Shell):
    done = shell.run("check")
    assert (done.code, done.err) == (1, f"Error: There is no library in {shell.data}; `--data` names its folder.\n")
    assert not shell.data.exists()
