"""What the posting lists of a generation give, and keep."""

from pathlib import Path

import pytest

from index import Query, postings
from index.postings import PLACE_BITS, PostingLists
from index.whoosh_engine import WhooshEngine
from tests.oracle import Record, document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = [Record(1, "a b a", "b"), Record(2, "b", tags=("x y", "y z"))]
    WhooshEngine(tmp_path).rebuild(map(document, records), 1)
    return tmp_path / "gen-000001"


def test_documents_come_with_how_often_they_have_a_word(folder: Path) -> None:
    numbers, frequencies = PostingLists(folder).documents("title", "a")
    assert (numbers.tolist(), frequencies.tolist()) == ([0], [2.0])


def test_places_count_words_from_the_beginning_of_the_field(folder: Path) -> None:
    assert PostingLists(folder).places("title", "a").tolist() == [0, 2]
    assert PostingLists(folder).places("title", "b").tolist() == [1, 1 << PLACE_BITS]


def test_there_is_a_gap_between_two_tags(folder: Path) -> None:
    places = [PostingLists(folder).places("tags", form).tolist() for form in "xyz"]
    assert [[place - (1 << PLACE_BITS) for place in found] for found in places] == [[0], [1, 3], [4]]


def test_a_word_that_no_document_has_gives_nothing(folder: Path) -> None:
    assert PostingLists(folder).documents("title", "zzz")[0].tolist() == []
    assert PostingLists(folder).places("title", "zzz").tolist() == []


def test_a_list_that_is_too_large_to_keep_is_given_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "CACHED", 1)
    lists = PostingLists(folder)
    assert [lists.documents("title", "b")[0].tolist() for _ in range(2)] == [[0, 1], [0, 1]]


def test_a_library_may_be_named_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine = WhooshEngine(Path("here"))
    engine.rebuild([document(Record(1, "word"))], 1)
    assert engine.count(Query(text="word")) == 1
