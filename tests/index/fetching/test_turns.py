import threading

import pytest

from index.fetching.turns import Turns


class Clock:
    """A clock that moves on only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_the_next_turn_begins_a_pause_after_the_last_one_ended() -> None:
    clock = Clock()
    turns = Turns(clock, clock.sleep)
    with turns.taken("a", 2):
        clock.now += 5
    clock.now += 0.5
    with turns.taken("a", 2):
        pass
    with turns.taken("b", 2):
        pass
    assert clock.slept == [1.5]


def test_there_is_no_pause_where_none_is_asked_for() -> None:
    clock = Clock()
    turns = Turns(clock, clock.sleep)
    for _ in range(3):
        with turns.taken("a", 0):
            pass
    assert clock.slept == []


def test_a_turn_that_fails_is_over_too() -> None:
    turns = Turns()
    with pytest.raises(KeyError), turns.taken("a", 0):
        raise KeyError
    with turns.taken("a", 0):
        pass


def test_a_host_that_nobody_asks_any_more_is_forgotten() -> None:
    clock = Clock()
    turns = Turns(clock, clock.sleep)
    for number in range(100):
        with turns.taken(str(number), 1):
            pass
        clock.now += 2
    assert len(turns._queues) == 1


def test_a_host_is_not_forgotten_while_somebody_waits_for_it() -> None:
    turns, others, order = Turns(), threading.Event(), []

    def second() -> None:
        with turns.taken("a", 0):
            order.append("second")

    with turns.taken("a", 0):
        thread = threading.Thread(target=second)
        thread.start()
        with turns.taken("b", 0):
            others.wait(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
