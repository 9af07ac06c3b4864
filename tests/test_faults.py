"""What `make faults` finds: a few kills that leave all as it should be, and programs that would lose something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.storage.database import Database
from index.storage.store import Store
from tests import faults
from tests.fault_steps import STEPS, Step, before
from tests.faults import Trial, read_meanwhile


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path, seed=7)


def test_kills_leave_a_library_that_agrees_with_what_was_done(trial: Trial) -> None:
    with read_meanwhile(trial, has_server=False) as outcome, faults.serving(trial):
        for step in ("in a transaction, with all written", "before the pointer is replaced"):
            trial.die_at(step)
        trial.kill()
        while not outcome()[0]:  # as many as there are processors may be at work
            pass
        wrong = outcome()[1]
    assert (trial.problems, wrong) == ([], [])
    assert len(trial.log.lines()) > 3


def test_what_was_said_to_be_done_and_was_not_is_found(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STEPS, "early", Step(before(faults.Library, "add"), 1))
    real = faults.Writer._add

    def add(writer: faults.Writer, library: Any, feed: int, version: int) -> None:
        writer.log.say(will="add", feed=feed, version=version)
        writer.log.say(did=True)
        real(writer, library, feed, version)

    monkeypatch.setattr(faults.Writer, "_add", add)
    with faults.serving(trial):
        trial.die_at("early")
    assert any("entries otherwise" in problem for problem in trial.problems)


def test_a_store_that_keeps_half_of_a_change_is_found(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def transaction(database: Database) -> Iterator[Any]:
        yield database.connection  # each statement by itself

    monkeypatch.setattr(Database, "transaction", transaction)
    monkeypatch.setitem(STEPS, "half", Step(before(Store, "insert"), 12))
    with faults.serving(trial):
        for _ in range(4):  # it may be the first entry of a document
            trial.die_at("half")
    assert any("entries otherwise" in problem for problem in trial.problems)


def test_readers_tell_what_they_meet(trial: Trial) -> None:
    with read_meanwhile(trial, has_server=False) as outcome:
        for path in (trial.folder / "index").glob("*/about.json"):
            path.unlink()
        while not outcome()[1]:
            pass
        assert "IndexMissingError" in outcome()[1][0]


def test_a_log_that_breaks_off_says_what_was_pending(tmp_path: Path) -> None:
    log = faults.Log(tmp_path / "log")
    log.say(will="add", feed=1, version=0)
    log.say(did=True)
    log.say(will="add", feed=1, version=1)
    truth = faults.Truth.by(log)
    assert truth.held() == faults.titles(1, 0)
    assert truth.after() == {1: {**faults.titles(1, 0), **faults.titles(1, 1)}}
    log.say(did=False)
    assert faults.Truth.by(log).held() == faults.titles(1, 0)
    assert faults.Truth.by(log).versions == {1: 1}


def test_a_file_that_is_not_as_it_was_written_is_found(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults.Library, "publish", lambda *_, **__: False)
    largest = max(trial.folder.glob("index/*/*"), key=lambda path: path.stat().st_size)
    turned = bytearray(largest.read_bytes())
    turned[-1] ^= 1
    largest.write_bytes(turned)
    trial.examine("in quiet")
    assert any("damaged" in problem for problem in trial.problems)
