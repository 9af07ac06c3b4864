"""Time for searches is measured while they look, and what they had to leave out is remembered."""

from __future__ import annotations

from itertools import count

import pytest

from index import Library, Query, SearchTimeError, from_pairs
from index.budget import Budget
from index.engine import Answer
from index.whoosh_engine import WhooshEngine
from tests.conftest import TakeIn
from tests.documents import atom, entry
from tests.index.test_evaluation import Ticking


class Clock:
    """A clock that goes only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_counts_only_while_somebody_looks() -> None:
    clock = Clock()
    budget = Budget(1, clock)
    for _ in range(3):
        clock.now += 60
        with budget.running():
            clock.now += 0.3
            assert budget.allows_more()
    with budget.running():
        clock.now += 0.2
        assert not budget.allows_more()
    assert budget.is_exceeded


def test_searches_share_what_there_is() -> None:
    clock = Clock()
    budget = Budget(1, clock)
    with budget.running():
        clock.now += 5
    assert not budget.is_exceeded, "what took so long was finished, and nothing was left out"
    with budget.running():
        assert not budget.allows_more()


def test_what_there_is_no_time_to_find_is_given_otherwise() -> None:
    clock = Clock()
    budget = Budget(1, clock)

    def find() -> str:
        clock.now += 2
        return "found"

    assert [budget.spend(find, "otherwise") for _ in range(2)] == ["found", "otherwise"]
    assert budget.is_exceeded


def test_a_budget_without_a_number_has_no_end() -> None:
    ticks = count(0, 1e9)
    budget = Budget(clock=lambda: next(ticks))
    with budget.running():
        assert all(budget.allows_more() for _ in range(100))
    assert not budget.is_exceeded


def test_all_ids_of_a_query_are_given_or_none(
    library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(atom(*(entry(f"urn:{n}", f"Entry {n}") for n in range(5))))
    library.publish()
    hurried, query, real = library.within(Budget(1, Ticking())), from_pairs([("q", "entry")])[0], WhooshEngine.search
    with pytest.raises(SearchTimeError):
        hurried.ids(query)

    def after_another(engine: WhooshEngine, asked: Query, *, limit: int, facet_values: int | None) -> Answer:
        library.engine.count(asked)  # somebody else has found the word by now
        return real(engine, asked, limit=limit, facet_values=facet_values)

    monkeypatch.setattr(WhooshEngine, "search", after_another)
    assert len(hurried.ids(query)) == 5


def test_by_the_clock_it_may_take_ten_times_as_long_and_no_more() -> None:
    processor, wall = Clock(), Clock()
    budget = Budget(1, processor, wall)
    with budget.running():
        wall.now += 6
        assert budget.allows_more()
    wall.now += 60
    with budget.running():
        wall.now += 3.9
        assert budget.allows_more()
        wall.now += 0.2
        assert not budget.allows_more()
    assert budget.is_exceeded
