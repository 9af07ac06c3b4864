"""What every engine must do: publish, whole and at once."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import Engine, IndexMissingError, IndexWriteError, Query
from tests import oracle
from tests.oracle import Record
from tests.shelf import ENGINES, Shelf, evolving


def test_without_an_index_there_is_no_answer(engine: Engine) -> None:
    assert engine.sequence() is None
    with pytest.raises(IndexMissingError):
        engine.search(Query(), limit=1, facet_values=1)
    with pytest.raises(IndexMissingError):
        engine.times()
    with pytest.raises(IndexMissingError):
        engine.doubled()
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
        assert shelf.engine.doubled() == ()


def test_what_is_interrupted_changes_nothing(shelf: Shelf) -> None:
    def interrupted() -> Iterator[object]:
        yield oracle.document(Record(2))
        raise KeyboardInterrupt

    shelf.put(Record(1))
    for publish in (
        lambda: shelf.engine.rebuild(interrupted(), 8),
        lambda: shelf.engine.update(interrupted(), [1], 8),
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


def test_what_does_not_hold_as_many_as_it_has_to_is_not_put_in_force(shelf: Shelf) -> None:
    shelf.put(Record(1), Record(2))
    for publish in (
        lambda: shelf.engine.update([oracle.document(Record(3))], [], 8, total=4),
        lambda: shelf.engine.rebuild([oracle.document(Record(3))], 8, total=2),
        lambda: shelf.engine.rebuild([oracle.document(Record(n)) for n in (3, 3)], 8),
    ):
        with pytest.raises(IndexWriteError):
            publish()
        assert sorted(shelf.asked()) == [1, 2]
        assert shelf.engine.sequence() == 1
    shelf.engine.update([oracle.document(Record(3))], [], 8, total=3)
    assert sorted(shelf.asked()) == [1, 2, 3]
