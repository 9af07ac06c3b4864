"""What every engine must do: runs of hits that follow each other, and passages."""

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Engine, Query, Sort
from index.engine import Source
from tests import oracle
from tests.documents import DAY, START
from tests.oracle import Record
from tests.shelf import ENGINES, SEEDS, Shelf

# --- paging ---


def walk(shelf: Shelf, query: Query, size: int, between: Callable[[], None] = lambda: None) -> list[int]:
    """Go from page to page as a reader does."""
    found: list[int] = []
    for _ in range(1_000):
        answer = shelf.engine.search(query, limit=size, facet_values=0)
        assert answer.ids or not answer.next_id
        found += answer.ids
        if not answer.cursor:
            assert answer.next_id is None
            return found
        assert answer.next_id is not None
        query = replace(query, after=answer.cursor)
        between()
    raise AssertionError("the pages never end")


SORTED = [Query(order=sort) for sort in Sort] + [Query(text="run OR the OR new", order=sort) for sort in Sort]


@pytest.mark.parametrize("query", SORTED, ids=lambda query: f"{query.text[:3]}-{query.sort}")
def test_the_pages_give_each_hit_once_and_in_order(shelf: Shelf, query: Query) -> None:
    dice = random.Random(1)
    shelf.put(*(oracle.random_record(dice, id) for id in range(1, 60)))
    every = shelf.ids(query)
    assert len(every) > 10
    for size in (1, 3, 7, len(every) - 1, len(every), len(every) + 1):
        assert walk(shelf, query, size) == every


def test_a_run_says_where_it_stands_and_what_follows(shelf: Shelf) -> None:
    shelf.put(*(Record(n, time=START + n) for n in range(1, 8)))
    answer = shelf.engine.search(Query(), limit=3, facet_values=0)
    assert (answer.ids, answer.first, answer.next_id) == ((7, 6, 5), 0, 4)
    answer = shelf.engine.search(Query(after=answer.cursor), limit=3, facet_values=0)
    assert (answer.ids, answer.first, answer.next_id) == ((4, 3, 2), 3, 1)
    answer = shelf.engine.search(Query(after=answer.cursor), limit=3, facet_values=0)
    assert (answer.ids, answer.first, answer.next_id, answer.cursor) == ((1,), 6, None, "")
    assert answer.total == 7


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_published_between_the_pages_repeats_and_skips_nothing(shelf: Shelf, sort: Sort, seed: int) -> None:
    dice = random.Random(seed)
    ids = count(1_000)
    shelf.put(*(oracle.random_record(dice, id) for id in range(1, 60)))
    moved: set[int] = set()

    def publish() -> None:
        changed = dice.sample(sorted(shelf.records), 2)
        redated = replace(shelf.records[changed[0]], time=START + dice.randrange(-900, 900) * DAY)
        moved.update(changed)
        shelf.put(redated, oracle.random_record(dice, next(ids)), gone=changed[1:])

    before = shelf.ids(Query(order=sort))
    found = walk(shelf, Query(order=sort), 7, publish)
    stayed = [id for id in before if id not in moved]
    assert len(stayed) > 20
    assert [id for id in found if id in stayed] == stayed
    assert not [id for id in found if found.count(id) > 1 and id not in moved]


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST])
@pytest.mark.parametrize("time", [START - DAY, START + 100 * DAY])
def test_the_last_entry_of_a_page_may_change_its_date(shelf: Shelf, sort: Sort, time: int) -> None:
    shelf.put(*(Record(n, time=START + n) for n in range(1, 21)))
    answer = shelf.engine.search(Query(order=sort), limit=5, facet_values=0)
    shelf.put(replace(shelf.records[answer.ids[-1]], time=time))
    following = shelf.ids(Query(order=sort, after=answer.cursor))
    expected = range(15, 0, -1) if sort is Sort.NEWEST else range(6, 21)
    assert [id for id in following if id != answer.ids[-1]] == list(expected)


def test_a_relevance_order_stays_as_it_was_while_it_is_paged_through(shelf: Shelf) -> None:
    dice = random.Random(2)
    shelf.put(*(oracle.random_record(dice, id) for id in range(1, 60)))
    query = Query(text="run OR new")
    before = shelf.ids(query)
    news = [Record(100, "run new run new"), oracle.random_record(dice, 3)]
    found = walk(shelf, query, len(before) // 4, lambda: news and shelf.put(news.pop()))
    assert found == before
    assert 100 in shelf.ids(query)


def test_a_relevance_order_that_is_no_longer_there_goes_on_in_the_new_one(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "apple", "filler " * n) for n in range(1, 21)))
    query = Query(text="apple")
    answer = shelf.engine.search(query, limit=5, facet_values=0)
    for _ in range(6):
        shelf.rebuild()
    assert shelf.ids(replace(query, after=answer.cursor)) == shelf.ids(query)[5:]


@given(text=st.text() | st.binary().map(lambda packed: packed.hex()))
def test_a_cursor_from_anywhere_is_the_beginning(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    for make in ENGINES.values():
        shelf = Shelf(make(tmp_path_factory.mktemp("index")))
        shelf.put(Record(1), Record(2))
        for sort in Sort:
            assert shelf.ids(Query(after=text, order=sort)) == shelf.ids(Query(order=sort))


def test_no_hits_are_asked_for_and_none_are_given(shelf: Shelf) -> None:
    shelf.put(Record(1), Record(2))
    answer = shelf.engine.search(Query(), limit=0, facet_values=0)
    assert (answer.ids, answer.total) == ((), 2)
    assert all(not values for values in answer.facets.values())


# --- passages ---


def test_passages_and_titles_are_marked_by_field(engine: Engine) -> None:
    query = Query(text="apple title:pear body:plum")
    text = "Apples, pears and plums"
    assert engine.snippets(query, {1: Source(text, "en")})[1].runs == (
        ("Apples", True),
        (", pears and ", False),
        ("plums", True),
    )
    german = engine.snippets(Query(text="haus"), {1: Source("Häuser", "de"), 2: Source("Häuser", "en")})
    assert (german[1].runs, german[2].runs) == ((("Häuser", True),), (("Häuser", False),))
    assert engine.marked(query, {1: Source(text, "en")})[1].runs == (
        ("Apples", True),
        (", ", False),
        ("pears", True),
        (" and plums", False),
    )
