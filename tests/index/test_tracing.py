"""Stages are noted for whoever listens, each without those within it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from index import Trace, recorded, stage


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a clock that goes on by a second each time somebody looks."""
    ticks: Iterator[int] = iter(range(1_000_000))
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))


def test_a_stage_is_noted_without_those_within_it():
    with recorded() as trace, stage("outer"):  # begin at 0 and 1, and end at 7 and 6
        with stage("inner"):  # from 2 to 3
            pass
        with stage("inner"):  # from 4 to 5
            pass
    assert trace.seconds == {"outer": 3, "inner": 2}
    assert trace.total == 7
    assert list(trace.seconds) == ["outer", "inner"]


def test_a_stage_that_fails_is_noted_and_so_is_what_follows():
    with recorded() as trace:
        with pytest.raises(ZeroDivisionError), stage("a"), stage("b"):
            _ = 1 // 0
        with stage("c"):
            pass
    assert trace.seconds == {"a": 2, "b": 1, "c": 1}


def test_where_nobody_listens_nothing_happens():
    with stage("a"):
        pass
    with recorded() as trace:
        pass
    with stage("a"):
        pass
    assert trace == Trace(total=1)


def test_each_thread_hears_only_its_own():
    with recorded() as mine:
        thread = threading.Thread(target=lambda: stage("theirs").__enter__())
        thread.start()
        thread.join()
        with recorded() as inner, stage("inner"):
            pass
    assert mine.seconds == {}
    assert inner.seconds == {"inner": 1}
