from __future__ import annotations

import pytest

from index import Budget, IndexMissingError, Library, Query
from index.metering import ASKING, metered
from tests.conftest import TakeIn
from tests.documents import atom, entry
from tests.shelf import Shelf


def test_each_question_is_told_with_its_time_and_a_search_with_its_hits(shelf: Shelf):
    told: list[tuple[float, int | None]] = []
    engine = metered(shelf.engine, lambda seconds, hits: told.append((seconds, hits)))
    shelf.put()
    assert engine.search(Query(), limit=1, facet_values=0).total == 0
    assert engine.count(Query()) == 0
    assert engine.sequence() == 1
    assert [hits for _, hits in told] == [0, None]
    assert all(seconds > 0 for seconds, _ in told)


def test_a_question_that_fails_is_told_too(shelf: Shelf):
    told: list[object] = []
    engine = metered(shelf.engine, lambda *what: told.append(what))
    with pytest.raises(IndexMissingError):
        engine.count(Query())
    assert len(told) == 1


def test_every_question_that_an_engine_takes_is_measured_by_its_own_name(shelf: Shelf):
    assert {name for name in ASKING if callable(getattr(shelf.engine, name))} == ASKING


def test_an_engine_within_a_budget_is_measured_too(shelf: Shelf):
    told: list[int | None] = []
    shelf.put()
    engine = metered(shelf.engine, lambda _, hits: told.append(hits)).within(Budget(1))
    assert engine.search(Query(), limit=1, facet_values=0).total == 0
    assert told == [0]


def test_a_library_tells_what_its_answers_take(library: Library, take_in: TakeIn):
    take_in(atom(entry("urn:1", "Rope")))
    library.publish()
    hits: list[int | None] = []
    other = Library(library.folder, on_answer=lambda _, found: hits.append(found))
    assert other.search(Query(text="rope")).total == 1
    assert hits[0] == 1
    other.close()
