"""An index that goes missing or is damaged while the site is served, or before, is built anew by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index import Library, Query
from index.generations import Generations
from tests.webapp import pages
from tests.webapp.conftest import TOTAL
from tests.webapp.servers import Answer, Server, running, until
from webapp import mending
from webapp.mending import Mender
from webapp.settings import Settings

MENDED_SECONDS = 60


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(data, tmp_path / "library"))


def damage(folder: Path) -> None:
    (path,) = (folder / "index").glob("gen-*/*.seg")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def remove(folder: Path) -> None:
    shutil.rmtree(folder / "index")


def make_older(folder: Path) -> None:
    (path,) = (folder / "index").glob("gen-*/about.json")
    path.write_text('{"schema": 1, "sequence": 60, "documents": 69}')


HARMS = pytest.mark.parametrize("harm", [damage, remove, make_older])


def is_whole(answer: Answer) -> bool:
    """Say whether a page shows all entries; if not, it has to be the one that says why."""
    if answer.status == 503:
        assert answer.headers["retry-after"].isdecimal()
        assert "The site is not ready yet" in answer.text
        return False
    assert answer.status == 200
    return pages.total(pages.parsed(answer.text)) == TOTAL


def is_mended(server: Server) -> None:
    until(lambda: is_whole(server.get("/")), MENDED_SECONDS)
    until(lambda: server.get("/readyz").status == 200, MENDED_SECONDS)
    assert server.printed.count("Traceback") == 0
    assert "Fatal" not in server.printed
    assert "Warning:" not in server.printed
    assert server.printed.count("the index is built anew") >= 1


@HARMS
def test_a_server_starts_without_a_usable_index_and_mends_it(folder: Path, harm: Callable[[Path], None]):
    harm(folder)
    with running(folder) as server:
        assert server.get("/healthz").status == 200
        assert "pages say so until that is done" in server.printed or harm is damage
        is_mended(server)


def test_a_server_that_loses_its_index_mends_it(folder: Path):
    with running(folder) as server:
        assert is_whole(server.get("/"))
        remove(folder)
        assert server.get("/").status == 503
        is_mended(server)


def test_nobody_is_left_at_work_when_the_server_ends(folder: Path):
    with running(folder) as server:
        remove(folder)
        assert server.get("/").status == 503
        server.ends(2)
        until(lambda: server.is_gone, 15)


def test_the_process_that_builds_ends_in_order_while_the_one_that_started_it_goes_on(folder: Path):
    remove(folder)
    command = [sys.executable, "-c", mending.COMMAND]
    environment = os.environ | {"FEEDSIFT_DATA": str(folder)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.wait(MENDED_SECONDS) == 0
        assert process.stderr
        assert process.stderr.read() == b""


@pytest.fixture
def mender(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mender]:
    """A mender whose process fails, with a clock that stands still."""
    monkeypatch.setattr(mending, "COMMAND", "raise SystemExit(1)")
    monkeypatch.setattr(mending.time, "monotonic", lambda: now[0])
    mender = Mender(Settings(data=folder))
    yield mender
    mender.end()


now = [0.0]


def times_started(mender: Mender, seconds: int) -> int:
    """Ask every second; give how many processes were started."""
    started = set()
    for _ in range(seconds):
        mender.ask()
        if mender._process:
            mender._process.wait()
            started.add(mender._process.pid)
        now[0] += 1
    return len(started)


def test_what_fails_is_tried_again_less_and_less_often(mender: Mender):
    assert times_started(mender, 10) == 1
    assert times_started(mender, 20) == 1
    assert times_started(mender, 1_230) == 6  # after 20, 40, 80, 160, 320 and 600 seconds


def test_a_process_that_cannot_be_started_is_no_failure_of_the_request(
    mender: Mender, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(mending.subprocess, "Popen", refuse)
    now[0] += 10_000
    mender.ask()
    assert "Too many open files" in caplog.text


def test_damage_that_could_not_be_marked_is_mended(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FEEDSIFT_DATA", str(folder))
    monkeypatch.setattr(Generations, "mark_damaged", lambda *_: None)
    monkeypatch.setattr(mending, "_end_with_input", lambda: None)
    damage(folder)
    assert mending.main() == 0
    library = Library(folder)
    assert library.search(Query()).total == TOTAL
    library.close()
