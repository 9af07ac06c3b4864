"""What the command line does when things go wrong: a sentence, an exit code, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.commands import ENTRIES, Shell

COMMANDS = [["add", "x"], ["refresh"], ["feeds"], ["remove", "1"], ["search", "x"], ["reindex"], ["check"], ["serve"]]
COMMANDS += [["backup", "copy.db"], ["check", "--repair"]]
FEEDSIFT = Path(sys.executable).with_name("feedsift")


@pytest.mark.parametrize("input", [b"", b"hello", b"\x00\xff\xfe", b"<html><p>No feed</p></html>", b"{}", b"<feed"])
def test_what_is_no_feed_is_said(shell: Shell, input: bytes):
    for name in ("-", str(shell.file("odd", input))):
        done = shell.run("add", name, input=input)
        assert (done.code, done.out) == (1, "")
        assert done.err.count("\n") == 1
        assert ": failed, " in done.err


def test_one_failure_does_not_keep_the_rest_out(shell: Shell):
    good, empty = shell.file("good.atom", atom(*ENTRIES)), shell.file("empty", b"")
    done = shell.run("add", shell.folder / "missing", shell.folder, empty, good)
    assert done.code == 1
    assert "3 new" in done.out
    assert [line.partition(": failed, ")[0] for line in done.err.splitlines()] == [
        str(shell.folder / "missing"),
        str(shell.folder),
        empty.as_uri(),
    ]
    assert "there is no file" in done.err
    assert "is a folder" in done.err
    assert shell.run("check").code == 0


def test_a_file_that_cannot_be_read_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch):
    path = shell.file("closed.atom", atom(*ENTRIES))
    opened = Path.open

    def refuse(self: Path, *arguments: str, **named: str) -> object:
        if self.name == "closed.atom":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", refuse)
    done = shell.run("add", path, shell.file("good.atom", atom()))
    assert done.code == 1
    assert f"{path}: failed, {path} cannot be read: Permission denied\n" in done.err
    assert "good.atom: 0 new" in done.out


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file whose reading fails")
def test_a_file_whose_reading_fails_is_named(shell: Shell):
    done = shell.run("add", "/proc/self/mem", shell.file("good.atom", atom(*ENTRIES)))
    assert done.code == 1
    assert done.err == "/proc/self/mem: failed, /proc/self/mem cannot be read: Input/output error\n"
    assert "3 new" in done.out


def test_without_an_index_check_says_what_to_do(filled: Shell):
    (filled.data / "index" / "CURRENT").unlink()
    done = filled.run("check")
    assert (done.code, done.err) == (1, "Error: There is no index yet; `feedsift reindex` builds it.\n")
    assert filled.run("reindex").code == 0
    assert filled.run("check").code == 0


@pytest.mark.parametrize(
    "command", [["search", "rope"], ["tags"], ["export", "--format", "ndjson"]], ids=lambda command: command[0]
)
@pytest.mark.parametrize("file", ["CURRENT", "gen-*/*.seg"])
def test_without_a_usable_index_a_command_that_asks_builds_it_first(filled: Shell, file: str, command: list[str]):
    expected = filled.run(*command)
    (path,) = (filled.data / "index").glob(file)
    path.write_bytes(b"")
    done = filled.run(*command)
    assert (done.code, done.out) == (expected.code, expected.out) == (0, expected.out)
    assert "The index has to be built anew first.\n" in done.err
    assert filled.run(*command).err == expected.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("damage", ["file in the way", "no database", "malformed", "newer"])
def test_a_library_that_cannot_be_used_is_said_in_one_line(filled: Shell, damage: str, command: list[str]):
    path = filled.data / "library.db"
    if damage == "file in the way":
        filled.data = filled.file("plain", b"") / "data"
    elif damage == "no database":
        path.write_bytes(b"This is no database. " * 100)
    elif damage == "malformed":
        path.write_bytes(path.read_bytes()[:4096] + bytes(range(256)) * (path.stat().st_size // 256 - 16))
    else:
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 99")
        database.close()
    done = filled.run(*command)
    assert done.code == 1
    *others, last = done.err.splitlines()
    assert last.startswith("Error: ")
    assert str(filled.data) in last
    assert all(line.startswith("x: failed, ") for line in others)
    assert ("newer Feedsift" in done.err) == (damage == "newer")


@pytest.mark.parametrize(
    "arguments",
    [
        ["add"],
        ["search"],
        ["remove"],
        ["nonsense"],
        ["check", "x"],
        ["--nonsense"],
        ["serve", "--port", "0"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "x"],
        ["serve", "--workers", "0"],
        ["serve", "--refresh", "soon"],
        ["serve", "--refresh", "5"],
        ["search", "x", "--limit", "0"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_code_2(shell: Shell, arguments: list[str]):
    done = shell.run(*arguments)
    assert done.code == 2
    assert done.err.startswith("Usage: ")
    assert not shell.data.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "x"), ("PORT", "0"), ("WORKERS", "-1"), ("REFRESH", "soon"), ("REFRESH", "9999999d")]
)
def test_a_variable_that_makes_no_sense_is_wrong_usage(shell: Shell, name: str, value: str):
    done = shell.run("feeds", **{f"FEEDSIFT_{name}": value})
    assert done.code == 2
    assert f"FEEDSIFT_{name}" in done.err
    assert shell.run("--help", **{f"FEEDSIFT_{name}": value}).code == 0


def test_titles_are_printed_in_any_encoding(filled: Shell):
    environment = {"PYTHONIOENCODING": "latin-1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    text = process(filled, "search", "", **environment)
    assert (text.returncode, text.stderr) == (0, b"")
    assert "Größe".encode("latin-1") in text.stdout
    assert rb"\u65e5\u672c" in text.stdout
    found = process(filled, "search", "-rope", "--json", **environment)
    assert [hit["title"] for hit in json.loads(found.stdout.decode("latin-1"))["hits"]] == ["日本"]


def test_a_reader_that_has_enough_ends_the_command_silently(shell: Shell):
    assert shell.run("add", shell.file("a.atom", atom(*(entry(f"urn:e:{n}", "x" * 900) for n in range(500))))).code == 0
    command = [FEEDSIFT, "--data", shell.data, "search", "", "--limit", "500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""


def test_an_interrupted_command_says_so_and_leaves_a_good_library(filled: Shell, site: Site):
    def hang(_: BinaryIO, closing: threading.Event) -> None:
        closing.wait(20)

    site.pages["/slow"] = Reply(b"<feed>", write=hang)
    command = [FEEDSIFT, "--data", filled.data, "add", site.url("/slow")]
    # Whatever started the tests may have this signal ignored, and processes inherit that.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed) as running:
        while not site.requests and running.poll() is None:
            time.sleep(0.02)
        time.sleep(0.5)  # the request has arrived; now the command waits for the answer
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
    site.closing.set()
    assert (running.returncode, out, err.strip()) == (1, b"", b"Aborted!")
    assert filled.run("check").out == "Store and index agree on 3 entries.\n"


def process(shell: Shell, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own."""
    command = [FEEDSIFT, "--data", shell.data, *arguments]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, check=False, timeout=60)
