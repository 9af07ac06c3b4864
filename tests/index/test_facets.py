"""Worked examples of what each click on a facet gives; test_engine.py compares the counts of random entries."""

from dataclasses import dataclass

import numpy as np
import pytest

from index import Choice, Query
from index.facets import both
from tests.documents import DAY, START
from tests.oracle import Record
from tests.shelf import Shelf


@dataclass
class Clicks:
    """The counts of one value; None where there is nothing to click on."""

    count: int
    choice: Choice = Choice.NONE
    without: int | None = None
    any: int | None = None
    none: int | None = None


def clicks(shelf: Shelf, query: Query, facet: str) -> dict[str, Clicks]:
    found = shelf.engine.search(query, limit=0, facet_values=None).facets[facet]
    return {value.value: Clicks(value.total, value.choice, value.without, value.any, value.none) for value in found}


@pytest.fixture
def tagged(shelf: Shelf) -> Shelf:
    shelf.put(
        Record(1, "apple", tags=("a", "b")),
        Record(2, "apple", tags=("a",)),
        Record(3, "apple", tags=("b", "c")),
        Record(4, "pear", tags=("c",)),
        Record(5, "pear"),
    )
    return shelf


def test_without_a_tag_there_is_nothing_to_be_an_alternative_to(tagged: Shelf) -> None:
    assert clicks(tagged, Query(), "tag") == {
        "a": Clicks(2, none=3),
        "b": Clicks(2, none=3),
        "c": Clicks(2, none=3),
    }


def test_words_narrow_what_every_click_gives(tagged: Shelf) -> None:
    assert clicks(tagged, Query(text="apple"), "tag") == {
        "a": Clicks(2, none=1),
        "b": Clicks(2, none=1),
        "c": Clicks(1, none=2),
    }
    assert clicks(tagged, Query(text="apple tag:a"), "tag") == {
        "a": Clicks(2, none=0),
        "b": Clicks(1, none=1),
        "c": Clicks(0, none=2),
    }


def test_a_chosen_tag_can_be_released_and_turned_round_and_others_added_both_ways(tagged: Shelf) -> None:
    assert clicks(tagged, Query().with_tag("a"), "tag") == {
        "a": Clicks(2, Choice.MUST, without=5, none=3),
        "b": Clicks(1, any=3, none=1),
        "c": Clicks(0, any=4, none=2),
    }


def test_one_of_two_tags_can_become_an_alternative(tagged: Shelf) -> None:
    assert clicks(tagged, Query(tags=(("a",), ("b",))), "tag") == {
        "a": Clicks(1, Choice.MUST, without=2, any=3, none=1),
        "b": Clicks(1, Choice.MUST, without=2, any=3, none=1),
        "c": Clicks(0, any=1, none=1),  # a and (b or c)
    }


def test_alternatives_can_be_narrowed_and_widened(tagged: Shelf) -> None:
    assert clicks(tagged, Query(tags=(("a", "b"),)), "tag") == {
        "a": Clicks(1, Choice.ANY, without=2, any=3, none=1),
        "b": Clicks(1, Choice.ANY, without=2, any=3, none=1),
        "c": Clicks(1, any=4, none=2),
    }


def test_an_excluded_tag_can_be_released_and_asked_for(tagged: Shelf) -> None:
    assert clicks(tagged, Query().excluding_tag("a"), "tag") == {
        "a": Clicks(2, Choice.NOT, without=5, none=3),
        "b": Clicks(1, none=2),
        "c": Clicks(2, none=1),
    }


def test_an_excluded_tag_can_become_an_alternative_to_another(tagged: Shelf) -> None:
    found = clicks(tagged, Query().with_tag("b").excluding_tag("a"), "tag")
    assert found["a"] == Clicks(1, Choice.NOT, without=2, any=3, none=1)
    assert found["c"] == Clicks(1, any=2, none=0)


def test_a_tag_that_no_entry_has_is_not_offered_even_if_it_is_chosen(tagged: Shelf) -> None:
    assert clicks(tagged, Query().with_tag("none"), "tag").keys() == {"a", "b", "c"}


@pytest.fixture
def dated(shelf: Shelf) -> Shelf:
    """Entries of January, February and March 2010, and of January 2011; one without a date."""
    days = {1: 0, 2: 31, 3: 59, 4: 365}
    shelf.put(
        *(Record(id, time=START + day * DAY, author="Ada" if id < 3 else "Bob") for id, day in days.items()),
        Record(5, is_dated=False, author="Bob", feeds=(1, 2)),
    )
    return shelf


def counts(shelf: Shelf, query: Query, facet: str) -> dict[str, int]:
    return {value: found.count for value, found in clicks(shelf, query, facet).items()}


def test_another_year_replaces_the_year_with_its_month_and_a_range(dated: Shelf) -> None:
    every = {"2010": 3, "2011": 1}
    for query in (Query(), Query(year=2011), Query(year=2010, month=2), Query(since="2010-03"), Query(until="2009")):
        assert counts(dated, query, "year") == every, query


def test_releasing_a_year_gives_up_its_month(dated: Shelf) -> None:
    found = clicks(dated, Query(year=2010, month=2), "year")
    assert found["2010"] == Clicks(3, Choice.MUST, without=5)
    assert clicks(dated, Query(year=2010, since="2010-02"), "year")["2010"] == Clicks(3, Choice.MUST, without=3)


def test_another_month_keeps_the_year_and_replaces_a_range(dated: Shelf) -> None:
    assert counts(dated, Query(), "month") == {"1": 2, "2": 1, "3": 1}
    assert counts(dated, Query(year=2010, month=2), "month") == {"2": 1, "1": 1, "3": 1}
    assert counts(dated, Query(year=2011), "month") == {"1": 1, "2": 0, "3": 0}
    assert counts(dated, Query(since="2010-03"), "month") == {"1": 2, "2": 1, "3": 1}
    assert clicks(dated, Query(year=2010, month=2), "month")["2"] == Clicks(1, Choice.MUST, without=3)


def test_another_author_or_feed_replaces_the_one_chosen(dated: Shelf) -> None:
    assert clicks(dated, Query(author="Ada"), "author") == {
        "Ada": Clicks(2, Choice.MUST, without=5),
        "Bob": Clicks(3),
    }
    assert clicks(dated, Query(author="Ada", feed="2"), "feed") == {
        "2": Clicks(0, Choice.MUST, without=2),
        "1": Clicks(2),
    }
    assert counts(dated, Query(author="Ada", year=2010), "author") == {"Ada": 2, "Bob": 1}


def test_other_filters_narrow_the_counts(dated: Shelf) -> None:
    assert counts(dated, Query(author="Ada"), "year") == {"2010": 2, "2011": 0}
    assert counts(dated, Query(year=2011), "author") == {"Bob": 1, "Ada": 0}
    assert counts(dated, Query(until="2010-01"), "author") == {"Ada": 1, "Bob": 0}


def test_at_most_so_many_values_are_offered_besides_those_chosen(shelf: Shelf) -> None:
    shelf.put(*(Record(n, tags=tuple("edcba"[: n % 5 + 1])) for n in range(1, 26)))

    def offered(query: Query, most: int | None) -> list[str]:
        return [value.value for value in shelf.engine.search(query, limit=0, facet_values=most).facets["tag"]]

    assert offered(Query(), 0) == []
    assert offered(Query(), 2) == ["e", "d"]
    assert offered(Query(), 5) == offered(Query(), 99) == offered(Query(), None) == ["e", "d", "c", "b", "a"]
    assert offered(Query().with_tag("a"), 0) == ["a"]
    assert offered(Query().excluding_tag("b").with_tag("a"), 1) == ["a", "b", "e"]


def test_of_equal_counts_the_value_that_more_entries_have_comes_first_and_then_by_name(shelf: Shelf) -> None:
    shelf.put(Record(1, "apple", tags=("x", "z", "y")), Record(2, "pear", tags=("z",)))
    for most in (1, 2, 3, None):
        found = shelf.engine.search(Query(text="apple"), limit=0, facet_values=most).facets["tag"]
        assert [value.value for value in found] == ["z", "x", "y"][:most]


def test_documents_in_all_masks_are_in_both() -> None:
    one, other = np.array([True, True, False]), np.array([False, True, True])
    assert both(one).tolist() == [True, True, False]
    assert both(one, other).tolist() == both(other, one, one).tolist() == [False, True, False]
    assert one.tolist() == [True, True, False]
