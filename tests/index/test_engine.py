"""What every engine must do: what it finds, and in which order. Another engine is one more line in tests.shelf."""

import random
from collections.abc import Iterable

import pytest

from index import FacetValue, Query, Sort
from index.engine import FACETS
from tests import oracle
from tests.documents import DAY, START
from tests.oracle import Record
from tests.shelf import EVERYTHING, SEEDS, Shelf, evolving

# --- what is found ---


@pytest.mark.parametrize("seed", SEEDS)
def test_a_query_finds_what_a_look_at_every_entry_finds(shelf: Shelf, seed: int) -> None:
    dice = random.Random(seed)
    for _ in evolving(dice, shelf):
        assert set(shelf.asked()) == shelf.records.keys()
        for _ in range(25):
            query = oracle.random_query(dice)
            answer = shelf.engine.search(query, limit=EVERYTHING, facet_values=0)
            assert set(answer.ids) == oracle.hits(query, shelf.records.values()), query
            assert len(answer.ids) == len(set(answer.ids)) == answer.total
            if query.sort is not Sort.RELEVANCE:
                assert list(answer.ids) == oracle.in_time(query, shelf.records.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_count_of_a_facet_value_is_what_its_link_gives(shelf: Shelf, seed: int) -> None:
    dice = random.Random(seed)
    for _ in evolving(dice, shelf, 4):
        for query in (Query(), *(oracle.random_query(dice) for _ in range(8))):
            answer = shelf.engine.search(query, limit=0, facet_values=None)
            assert answer.facets.keys() == set(FACETS)
            for facet, values in answer.facets.items():
                assert_counts(shelf, query, facet, values)


def assert_counts(shelf: Shelf, query: Query, facet: str, found: tuple[FacetValue, ...]) -> None:
    every = {value for record in shelf.records.values() for value in oracle.values(facet, record)}
    expected = {value: len(oracle.hits(oracle.chosen(query, facet, value), shelf.records.values())) for value in every}
    given = {value.value: value.count for value in found}
    assert len(given) == len(found)
    assert {value: count for value, count in given.items() if count} == {
        value: count for value, count in expected.items() if count
    }
    for value in dice_sample(given):
        asked = oracle.chosen(query, facet, value)
        assert shelf.engine.search(asked, limit=0, facet_values=0).total == given[value]


def dice_sample(values: Iterable[str]) -> list[str]:
    return sorted(values)[:2]


def test_a_facet_gives_the_largest_counts_first_and_what_is_chosen_before(shelf: Shelf) -> None:
    records = [Record(n, tags=tuple("abcde"[: n % 5 + 1])) for n in range(1, 26)]
    shelf.put(*records)
    answer = shelf.engine.search(Query(), limit=0, facet_values=2)
    assert answer.facets["tag"] == (FacetValue("a", 25), FacetValue("b", 20))
    answer = shelf.engine.search(Query(tags=(("d",),)), limit=0, facet_values=2)
    assert answer.facets["tag"] == (FacetValue("d", 10, True), FacetValue("a", 10), FacetValue("b", 10))


def test_a_chosen_year_leaves_the_other_years_to_choose(shelf: Shelf) -> None:
    shelf.put(*(Record(n, time=START + n * 366 * DAY) for n in (0, 1, 1, 2)))
    years = shelf.engine.search(Query(year=2011), limit=0, facet_values=None).facets["year"]
    assert [(value.value, value.is_selected) for value in years] == [
        ("2011", True),
        ("2010", False),
        ("2012", False),
    ]


def test_a_word_in_another_form_is_found_and_a_part_of_a_word_is_not(shelf: Shelf) -> None:
    shelf.put(Record(1, "Running", "Happiness"), Record(2, "", "theory"))
    assert shelf.asked(q="runs") == [1]
    assert shelf.asked(q="the") == []
    assert shelf.asked(q="the*") == [2]


@pytest.mark.parametrize("text", ["running*", "runn*", "ru*", "run*"])
@pytest.mark.parametrize("field", ["", "title:"])
def test_a_prefix_finds_the_forms_of_a_word(shelf: Shelf, text: str, field: str) -> None:
    shelf.put(Record(1, "Running"), Record(2, "unrun"), Record(3, "", "x"))
    assert shelf.asked(q=field + text) == [1]


def test_a_prefix_finds_however_many_words_begin_with_it(shelf: Shelf) -> None:
    shelf.put(*(Record(n, f"co{n}x", " ".join(f"co{n}y{m}" for m in range(20))) for n in range(1, 101)))
    shelf.put(Record(101, "", "cozy"))
    assert len(shelf.asked(q="co*")) == 101


def test_a_field_finds_its_words_alone(shelf: Shelf) -> None:
    shelf.put(
        Record(1, "apple"),
        Record(2, text="apple"),
        Record(3, tags=("apple",)),
        Record(4, author="Apple"),
        Record(5, link="https://apple.example/"),
    )
    assert sorted(shelf.asked(q="apple")) == [1, 2, 3]
    for field, id in (("title", 1), ("body", 2), ("author", 4), ("url", 5)):
        assert shelf.asked(q=f"{field}:apple") == [id]


def test_a_phrase_does_not_run_from_the_title_into_the_text(shelf: Shelf) -> None:
    shelf.put(Record(1, "one", "two"), Record(2, "one two"), Record(3, "two", "one"))
    assert shelf.asked(q='"one two"') == [2]


def test_undated_entries_are_in_no_year_and_no_range(shelf: Shelf) -> None:
    shelf.put(Record(1), Record(2, is_dated=False))
    assert shelf.asked() == [2, 1]
    for name, value in (("year", "2010"), ("month", "1"), ("from", "0001"), ("to", "9999")):
        assert shelf.asked(**{name: value}) == [1]


def test_an_entry_that_is_gone_is_never_found_again(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "word", tags=("t",)) for n in range(1, 30)))
    shelf.put(gone=[7])
    for asked in ({}, {"q": "word"}, {"q": "-other"}, {"tag": "t"}, {"q": "wo*"}, {"q": "NOT word OR word"}):
        assert 7 not in shelf.asked(**asked)
        assert len(shelf.asked(**asked)) == 28


def test_a_changed_entry_is_found_by_what_it_says_now(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "old") for n in range(1, 30)))
    shelf.put(Record(5, "new"))
    assert shelf.asked(q="new") == [5]
    assert len(shelf.asked(q="old")) == 28


# --- order ---


def test_a_word_in_the_title_counts_more_than_in_the_text(shelf: Shelf) -> None:
    # Of equal length, and the better one is older: without weights it would come last.
    shelf.put(Record(1, "apple words", "other words"), Record(2, "other words", "apple words"))
    assert shelf.asked(q="apple") == [1, 2]


def test_a_rare_word_counts_more_than_a_common_one(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "", "common filler") for n in range(1, 20)), Record(20, "", "rare filler"))
    assert shelf.asked(q="common OR rare")[0] == 20


def test_a_word_in_a_short_text_counts_more_than_in_a_long_one(shelf: Shelf) -> None:
    shelf.put(Record(1, "", "apple"), Record(2, "", "apple" + " filler" * 50))
    assert shelf.asked(q="apple") == [1, 2]


def test_both_words_are_better_than_one(shelf: Shelf) -> None:
    shelf.put(Record(1, "", "apple pear"), Record(2, "", "apple plum"), Record(3, "", "plum pear"))
    assert shelf.asked(q="apple OR pear")[0] == 1


def test_equally_good_entries_come_newest_first(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "apple", time=START + n // 2) for n in (1, 2, 3, 4, 5)))
    assert shelf.asked(q="apple") == [5, 4, 3, 2, 1]


def test_entries_of_the_same_time_come_in_one_order(shelf: Shelf) -> None:
    shelf.put(*(Record(n) for n in (3, 1, 2)))
    assert shelf.asked(sort="newest") == [3, 2, 1]
    assert shelf.asked(sort="oldest") == [1, 2, 3]
