from __future__ import annotations

import threading
from collections import Counter

import pytest

from index.round import Round

SECONDS = 20


def test_all_that_is_put_is_done() -> None:
    round = Round[int, int](lambda n: n * n, 3)
    for number in range(20):
        round.put(f"host {number % 4}", number)
    assert sorted(round) == [(number, number * number) for number in range(20)]


def test_hosts_are_served_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=SECONDS)
    round = Round[str, int](lambda _: meeting.wait(), 3)
    for host in "abc":
        round.put(host, host)
    assert {host for host, _ in round} == {"a", "b", "c"}


def test_of_one_host_things_are_done_one_after_the_other_and_in_order() -> None:
    busy, most, order = Counter[str](), Counter[str](), []
    guard = threading.Lock()

    def work(item: tuple[str, int]) -> None:
        host, _ = item
        with guard:
            busy[host] += 1
            most[host] = max(most[host], busy[host])
            order.append(item)
        threading.Event().wait(0.001)
        with guard:
            busy[host] -= 1

    round = Round[tuple[str, int], None](work, 4)
    for number in range(10):
        for host in "ab":
            round.put(host, (host, number))
    assert len(list(round)) == 20
    assert most == {"a": 1, "b": 1}
    assert [number for host, number in order if host == "a"] == list(range(10))


def test_no_more_than_so_many_threads_work() -> None:
    most, busy = 0, 0
    guard = threading.Lock()

    def work(_: int) -> None:
        nonlocal most, busy
        with guard:
            busy += 1
            most = max(most, busy)
        threading.Event().wait(0.002)
        with guard:
            busy -= 1

    round = Round[int, None](work, 2)
    for number in range(12):
        round.put(str(number), number)
    list(round)
    assert most == 2


def test_what_is_put_meanwhile_is_done_too() -> None:
    round = Round[int, int](lambda n: n, 2)
    round.put("host", 3)
    seen = []
    for number, _ in round:
        seen.append(number)
        if number:
            round.put("host", number - 1)
    assert seen == [3, 2, 1, 0]


def test_what_belongs_to_no_host_never_waits() -> None:
    meeting = threading.Barrier(2, timeout=SECONDS)
    round = Round[object, int](lambda _: meeting.wait(), 2)
    round.put("", object())
    round.put("", object())
    assert len(list(round)) == 2


def test_what_is_raised_in_a_thread_is_raised_to_who_waits() -> None:
    def work(_: int) -> None:
        raise KeyboardInterrupt

    round = Round[int, None](work, 2)
    round.put("host", 1)
    with pytest.raises(KeyboardInterrupt):
        list(round)
