"""Clients are counted for a minute each, in bounded memory."""

from __future__ import annotations

import threading

import pytest

from tests.clock import Clock
from webapp import counting
from webapp.counting import Counts


@pytest.fixture
def clock() -> Clock:
    return Clock(1_000.0)


@pytest.fixture
def counts(clock: Clock) -> Counts:
    return Counts(60, clock)


def test_a_number_counts_from_the_first_time_on_and_then_no_more(counts: Counts, clock: Clock) -> None:
    assert [counts.count("a") for _ in range(3)] == [1, 2, 3]
    clock.now += 59
    assert counts.count("a") == counts.number("a") == 4
    assert counts.end("a") == 1_060
    clock.now += 1
    assert counts.number("a") == 0
    assert counts.count("a") == 1


def test_each_client_has_a_number_of_its_own(counts: Counts) -> None:
    counts.count("a")
    assert [counts.count("b") for _ in range(5)] == [1, 2, 3, 4, 5]
    assert (counts.number("a"), counts.number("b"), counts.number("c")) == (1, 5, 0)


def test_of_nobody_the_time_is_over(counts: Counts, clock: Clock) -> None:
    assert counts.end("a") == clock.now


def test_a_clock_that_is_set_back_makes_nobody_wait_until_it_has_caught_up(counts: Counts, clock: Clock) -> None:
    for _ in range(100):
        counts.count("a")
    clock.now -= 1_000
    assert counts.number("a") == 0
    assert counts.end("a") == clock.now
    assert counts.count("b") == counts.count("a") == 1
    assert counts.end("a") == clock.now + 60


def test_nobody_is_remembered_for_longer(counts: Counts, clock: Clock) -> None:
    for number in range(1_000):
        counts.count(str(number))
        clock.now += 1
    assert len(counts) <= 61


def test_however_many_come_only_so_many_are_counted(counts: Counts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 100)
    for number in range(1_000):
        counts.count(str(number))
    assert len(counts) == 100
    assert (counts.number("0"), counts.count("999")) == (0, 2)


def test_threads_count_together(counts: Counts) -> None:
    threads = [threading.Thread(target=lambda: [counts.count("a") for _ in range(2_000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts.number("a") == 8_000
