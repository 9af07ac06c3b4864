"""What every engine must do, whatever it is made of. Another engine is one more line in ENGINES."""

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Engine, FacetValue, IndexMissingError, Query, Sort, from_pairs
from index.engine import FACETS
from index.whoosh_engine import WhooshEngine
from tests import oracle
from tests.documents import DAY, START
from tests.oracle import Record

ENGINES: dict[str, Callable[[Path], Engine]] = {"whoosh": WhooshEngine}
EVERYTHING = 10_000
SEEDS = range(6)


class Shelf:
    """An engine and the records that it should know, kept up to date as the library does it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.records: dict[int, Record] = {}
        self.sequence = 0

    def put(self, *records: Record, gone: Iterable[int] = ()) -> None:
        """Add or change records, and let some go."""
        changed = {record.id for record in records} | set(gone)
        self.records |= {record.id: record for record in records}
        for id in gone:
            del self.records[id]
        self.sequence += 1
        wanted = self.engine.plan(changed) if self.sequence > 1 else None
        if wanted is None:
            self.rebuild()
        else:
            assert changed <= set(wanted)
            documents = [oracle.document(self.records[id]) for id in wanted if id in self.records]
            self.engine.update(documents, wanted, self.sequence)

    def rebuild(self) -> None:
        self.engine.rebuild(map(oracle.document, self.records.values()), self.sequence)

    def ids(self, query: Query, limit: int = EVERYTHING) -> list[int]:
        return list(self.engine.search(query, limit=limit, facet_values=0).ids)

    def asked(self, **pairs: str) -> list[int]:
        return self.ids(from_pairs(pairs.items())[0])


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return ENGINES[request.param](tmp_path / "index")


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    return Shelf(engine)


def changes(dice: random.Random, shelf: Shelf, ids: Iterator[int]) -> tuple[list[Record], list[int]]:
    """Choose what is new, changed and gone in the next step."""
    known = sorted(shelf.records)
    touched = dice.sample(known, min(len(known), 4))
    altered = [oracle.random_record(dice, id) for id in touched[:2]]
    return [*altered, *(oracle.random_record(dice, next(ids)) for _ in range(3))], touched[2:]


def evolving(dice: random.Random, shelf: Shelf, steps: int = 12) -> Iterator[None]:
    """Let a shelf go through additions, changes and removals, and a rebuild at the end."""
    ids = count(1)
    shelf.put(*(oracle.random_record(dice, next(ids)) for _ in range(40)))
    yield
    for _ in range(steps):
        records, gone = changes(dice, shelf, ids)
        shelf.put(*records, gone=gone)
        yield
    shelf.rebuild()
    yield


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
    shelf.put(Record(1, "other", "apple words"), Record(2, "apple words", "other"))
    assert shelf.asked(q="apple") == [2, 1]


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
    assert engine.snippets(query, {1: text})[1].runs == (
        ("Apples", True),
        (", pears and ", False),
        ("plums", True),
    )
    assert engine.marked(query, {1: text})[1].runs == (
        ("Apples", True),
        (", ", False),
        ("pears", True),
        (" and plums", False),
    )


# --- publishing ---


def test_without_an_index_there_is_no_answer(engine: Engine) -> None:
    assert engine.sequence() is None
    with pytest.raises(IndexMissingError):
        engine.search(Query(), limit=1, facet_values=1)
    with pytest.raises(IndexMissingError):
        engine.times()
    with pytest.raises(IndexMissingError):
        engine.update([], [], 1)


def test_an_empty_index_answers_with_nothing(shelf: Shelf) -> None:
    shelf.put()
    for query in (Query(), Query(text="word"), Query(text="wo* -x", tags=(("t",),), year=2010)):
        answer = shelf.engine.search(query, limit=10, facet_values=10)
        assert (answer.ids, answer.total, answer.cursor) == ((), 0, "")
    assert shelf.engine.times() == {}
    shelf.put(Record(1, "word"))
    assert shelf.asked(q="word") == [1]


def test_an_index_from_which_everything_has_gone_is_empty(shelf: Shelf) -> None:
    shelf.put(Record(1), Record(2))
    shelf.engine.update([], [1, 2], 5)
    assert shelf.asked() == []
    assert shelf.engine.times() == {}


def test_an_index_of_entries_that_say_nothing_answers(shelf: Shelf) -> None:
    shelf.put(*(Record(n, feeds=(), time=0, is_dated=False) for n in range(1, 4)))
    assert sorted(shelf.asked()) == [1, 2, 3]
    assert shelf.asked(q="a OR ab* OR -a", tag="x") == []


def test_the_index_knows_how_far_it_has_come(shelf: Shelf) -> None:
    shelf.engine.rebuild([], 7)
    assert shelf.engine.sequence() == 7
    shelf.engine.update([oracle.document(Record(1))], [], 9)
    assert shelf.engine.sequence() == 9


def test_the_index_says_what_it_holds(shelf: Shelf) -> None:
    for _ in evolving(random.Random(3), shelf, 3):
        assert shelf.engine.times() == {record.id: record.time for record in shelf.records.values()}


def test_what_is_interrupted_changes_nothing(shelf: Shelf) -> None:
    def interrupted() -> Iterator[object]:
        yield oracle.document(Record(2))
        raise KeyboardInterrupt

    shelf.put(Record(1))
    for publish in (
        lambda: shelf.engine.rebuild(interrupted(), 8),  # type: ignore[arg-type]
        lambda: shelf.engine.update(interrupted(), [1], 8),  # type: ignore[arg-type]
    ):
        with pytest.raises(KeyboardInterrupt):
            publish()
        assert shelf.asked() == [1]
        assert shelf.engine.sequence() == 1
    shelf.put(Record(3))
    assert sorted(shelf.asked()) == [1, 3]


@pytest.mark.parametrize("name", ENGINES)
def test_what_another_process_publishes_is_seen_at_the_next_search(name: str, tmp_path: Path) -> None:
    reader = Shelf(ENGINES[name](tmp_path / "index"))
    writer = Shelf(ENGINES[name](tmp_path / "index"))
    writer.put(*(Record(n) for n in range(1, 21)))
    assert len(reader.asked()) == 20
    writer.put(Record(21))
    assert len(reader.asked()) == 21
    writer.put(gone=[21])
    assert len(reader.asked()) == 20


def test_eight_threads_get_the_same_answers(shelf: Shelf) -> None:
    dice = random.Random(4)
    for _ in evolving(dice, shelf, 5):
        queries = [oracle.random_query(dice) for _ in range(40)]
        expected = [shelf.ids(query) for query in queries]
        with ThreadPoolExecutor(8) as pool:
            for found in pool.map(lambda asked: [shelf.ids(query) for query in asked], [queries] * 8):
                assert found == expected


def test_searching_goes_on_while_generations_are_published(shelf: Shelf) -> None:
    dice = random.Random(5)
    shelf.put(*(Record(n, "word", tags=("t",)) for n in range(1, 60)))
    cursors = [shelf.engine.search(Query(text="word"), limit=3, facet_values=0).cursor]
    is_done = False

    def searching(number: int) -> int:
        searches = 0
        while not is_done or not searches:
            after = cursors[-1 - number % len(cursors)] if number % 2 else ""
            answer = shelf.engine.search(Query(text="word -gone", after=after), limit=5, facet_values=3)
            assert answer.total >= 59
            searches += 1
        return searches

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(searching, number) for number in range(8)]
        try:
            for number in range(12):
                shelf.put(Record(100 + number, "word"), oracle.random_record(dice, 500))
                cursors.append(shelf.engine.search(Query(text="word"), limit=3, facet_values=0).cursor)
        finally:
            is_done = True
        assert all(future.result() > 0 for future in running)
