"""What there is no time to look for is left out, said, and looked for the next time."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Query, from_pairs
from index.budget import Budget
from index.engine import Answer
from index.whoosh_engine import WhooshEngine
from tests.oracle import Record, document

TEXTS = ["red apple", "red pear", "green apple", "green pear", "apple pie with red pear", "reddish pearl", "blue"]


class Ticking:
    """A clock that goes on by a second with each look at it."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild([document(Record(number, text)) for number, text in enumerate(TEXTS, 1)], 1)
    return engine


def query(text: str) -> Query:
    return from_pairs([("q", text), ("sort", "oldest")])[0]


def within(engine: WhooshEngine, looks: int, text: str) -> Answer:
    """Search as long as the clock may be looked at so often."""
    return engine.within(Budget(looks, Ticking())).search(query(text), limit=100, facet_values=None)


def whole(engine: WhooshEngine, text: str) -> set[int]:
    return set(engine.search(query(text), limit=100, facet_values=0).ids)


def warm(engine: WhooshEngine, *texts: str) -> None:
    for text in texts:
        engine.count(query(text))


def test_words_that_there_is_no_time_for_are_left_out_and_named(engine: WhooshEngine) -> None:
    warm(engine, "red")
    found = within(engine, 1, "red apple -pear tag:x OR pie")
    assert found.is_partial
    [note] = found.notes
    assert note.startswith("This search took too long: “apple”, “pear”, “pie” could not be looked for in full.")
    assert set(within(engine, 1, "red apple -pear").ids) == whole(engine, "red")


def test_a_long_list_of_words_is_named_in_part(engine: WhooshEngine) -> None:
    [note] = within(engine, 1, " ".join(f"word{number}" for number in range(9))).notes
    assert "“word4” and 4 more could not" in note


def test_where_nothing_could_be_looked_for_nothing_is_found(engine: WhooshEngine) -> None:
    for text in ("red", "red apple", "-red", "red OR apple", '"red apple"', "-(red OR -apple)", "re*"):
        found = within(engine, 0, text)
        assert (found.ids, found.total, found.is_partial) == ((), 0, True), text


def test_filters_and_dates_always_hold(engine: WhooshEngine) -> None:
    found = within(engine, 0, "tag:none red")
    assert found.is_partial
    assert found.ids == ()
    assert not within(engine, 0, "date:1990").is_partial
    assert not within(engine, 0, "").is_partial


def test_what_was_left_out_is_looked_for_the_next_time(engine: WhooshEngine) -> None:
    text = "pear OR apple OR blue"
    totals = []
    for _ in range(10):
        found = within(engine, 8, text)
        totals.append(found.total)
        if not found.is_partial:
            break
    assert not found.is_partial
    assert len(totals) > 1
    assert totals == sorted(totals)
    assert set(found.ids) == whole(engine, text) == {1, 2, 3, 4, 5, 7}
    assert found.notes == ()


def test_part_of_an_answer_is_never_kept_for_the_whole(engine: WhooshEngine) -> None:
    for text in ("pe*", '"red pear"', "red", "-apple", '"apple pie" OR re*'):
        for looks in range(12):
            found = within(engine, looks, text)
            assert found.is_partial or set(found.ids) == whole(WhooshEngine(engine._generations.folder), text)
        assert set(engine.search(query(text), limit=100, facet_values=0).ids) == whole(
            WhooshEngine(engine._generations.folder), text
        )


def test_the_most_frequent_words_of_a_prefix_are_looked_for_first(engine: WhooshEngine) -> None:
    partial = [found for looks in range(12) if (found := within(engine, looks, "pe*")).is_partial and found.total]
    assert partial
    for found in partial:
        assert 2 in found.ids
        assert 6 not in found.ids
        assert "“pe*”" in found.notes[0]


def test_a_list_that_is_not_settled_has_no_next_part(engine: WhooshEngine) -> None:
    warm(engine, "red")
    found = engine.within(Budget(1, Ticking())).search(query("red apple"), limit=1, facet_values=0)
    assert found.total > 1
    assert (found.is_partial, found.cursor, found.next_id) == (True, "", None)


def test_counts_of_facets_fit_what_is_shown(engine: WhooshEngine) -> None:
    warm(engine, "red")
    found = within(engine, 1, "red apple")
    assert sum(value.total for value in found.facets["feed"]) == found.total


def test_advice_that_there_is_no_time_for_is_not_given_and_not_remembered_as_none(engine: WhooshEngine) -> None:
    for ask in ("spellings", "words", "tag_spellings"):
        budget = Budget(0, Ticking())
        assert getattr(engine.within(budget), ask)("aple" if ask == "spellings" else "ap", 3) == []
        assert budget.is_exceeded, ask
    assert engine.spellings("aple", 3) == ["apple"]
    assert engine.words("ap", 3) == [("apple", 3)]


def test_all_searches_of_a_budget_leave_out_the_same(engine: WhooshEngine) -> None:
    warm(engine, "red")
    hurried = engine.within(Budget(1, Ticking()))
    first, second = (hurried.search(query("red apple"), limit=100, facet_values=0) for _ in range(2))
    assert first == second
    assert hurried.count(query("red apple")) == first.total
    assert not engine.search(query("red apple"), limit=100, facet_values=0).is_partial
