"""One writer at a time, of several processes: the next one waits and says so, and a dead one holds nobody up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library, LibraryBusyError, lock
from index.lock import WriteLock
from tests.documents import atom, entry

HOLD = """
import sys
from filelock import FileLock
lock = FileLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of the library in `tmp_path`."""
    (tmp_path / "feed.atom").write_bytes(atom(entry()))
    Library(tmp_path).close()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "write.lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lock_ends_with_its_holder(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    told: list[str] = []

    def on_wait() -> None:
        told.append("waiting")
        holder.send_signal(signal.SIGKILL)

    library = Library(tmp_path, on_wait=on_wait)
    assert [intake.new for intake in library.add(str(tmp_path / "feed.atom"))] == [1]
    assert told == ["waiting"]
    library.close()


def test_a_second_writer_says_that_it_waits_and_then_writes(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    command = [Path(sys.executable).with_name("feedsift"), "--data", tmp_path, "add", tmp_path / "feed.atom"]
    adding = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
    assert adding.stderr
    assert adding.stderr.readline() == "Another process is writing to the library; this one waits for it.\n"
    assert adding.poll() is None
    holder.communicate()  # ends, as its input does
    out, _ = adding.communicate(timeout=60)
    assert (adding.returncode, "1 new" in out) == (0, True)


def test_whoever_has_waited_for_long_gives_up_in_a_sentence(
    tmp_path: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "SECONDS", 0.1)
    held = WriteLock(tmp_path / "write.lock", lambda: None).held()
    with pytest.raises(LibraryBusyError, match="has been writing"):
        held.__enter__()


def test_nobody_waits_who_only_reads(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    def on_wait() -> None:
        raise AssertionError

    library = Library(tmp_path, on_wait=on_wait)
    assert library.feeds() == []
    assert library.due() == []
    library.close()
