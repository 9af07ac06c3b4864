import pytest

from index import IndexMissingError
from index import related as related_module
from tests.documents import START
from tests.oracle import Record, document
from tests.shelf import Shelf


def related(shelf: Shelf, id: int, most: int = 9) -> list[int]:
    return list(shelf.engine.related(document(shelf.records[id]), most))


def fillers(*ids: int) -> list[Record]:
    """Entries that share nothing with others, so that what is shared is rare."""
    return [Record(id, f"title{id}", f"filler{id} text{id}") for id in ids]


def test_entries_that_share_a_tag_are_related_and_others_are_not(shelf: Shelf) -> None:
    shelf.put(Record(1, tags=("a",)), Record(2, tags=("a", "b")), Record(3, tags=("b",)), *fillers(4, 5))
    assert related(shelf, 1) == [2]
    assert sorted(related(shelf, 2)) == [1, 3]
    assert related(shelf, 4) == []


def test_entries_that_share_words_are_related_in_any_form_of_them(shelf: Shelf) -> None:
    shelf.put(Record(1, "migrations", "x"), Record(2, "y", "migration migrations"), *fillers(3, 4, 5))
    assert related(shelf, 1) == [2]
    assert related(shelf, 2) == [1]


def test_an_entry_is_not_related_to_itself(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "apple pear", "plum", tags=("t",)) for n in (1, 2, 3)))
    for id in (1, 2, 3):
        assert sorted(related(shelf, id)) == sorted({1, 2, 3} - {id})


def test_a_rare_tag_tells_more_than_a_common_one(shelf: Shelf) -> None:
    shelf.put(
        Record(1, tags=("rare", "common")),
        Record(2, tags=("rare",), time=START - 10),
        *(Record(n, tags=("common",)) for n in range(3, 9)),
    )
    assert related(shelf, 1, 1) == [2]


def test_a_word_of_the_title_tells_more_than_one_of_the_text(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_module, "WORDS", 1)
    shelf.put(Record(1, "apple", "pear"), Record(2, "", "pear"), Record(3, "", "apple"), *fillers(4, 5, 6))
    assert related(shelf, 1) == [3]


def test_words_that_no_other_entry_has_tell_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(related_module, "WORDS", 1)
    shelf.put(Record(1, "", "alone apple"), Record(2, "", "apple"), *fillers(3, 4, 5))
    assert related(shelf, 1) == [2]


def test_what_shares_more_comes_first(shelf: Shelf) -> None:
    shelf.put(
        Record(1, "", "apple pear plum", tags=("a",)),
        Record(2, "", "apple pear other", tags=("a",), time=START - 10),
        Record(3, "", "apple other other"),
        Record(4, "", "apple pear other"),
        *fillers(5, 6, 7, 8),
    )
    assert related(shelf, 1) == [2, 4, 3]
    assert related(shelf, 1, 2) == [2, 4]
    assert related(shelf, 1, 0) == []


def test_of_equally_related_entries_the_newer_comes_first(shelf: Shelf) -> None:
    shelf.put(*(Record(n, tags=("a",), time=START + n) for n in (1, 2, 3, 4)), *fillers(5, 6))
    assert related(shelf, 2) == [4, 3, 1]


def test_numbers_and_signs_tell_nothing(shelf: Shelf) -> None:
    shelf.put(Record(1, "2014 c++ x 🙂"), Record(2, "2014 c++ x 🙂"), *fillers(3))
    assert related(shelf, 1) == []


def test_an_entry_that_has_gone_is_related_to_nothing(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "apple", tags=("a",)) for n in (1, 2, 3)), *fillers(*range(4, 30)))
    shelf.put(gone=[3])
    assert related(shelf, 1) == [2]


def test_an_entry_that_is_not_in_the_index_has_relations(shelf: Shelf) -> None:
    shelf.put(Record(1, "apple"), Record(2, "apple"), *fillers(3, 4))
    assert sorted(shelf.engine.related(document(Record(99, "apples")), 9)) == []
    assert sorted(shelf.engine.related(document(Record(99, "apple")), 9)) == [1, 2]


def test_without_an_index_nothing_is_related(shelf: Shelf) -> None:
    with pytest.raises(IndexMissingError):
        shelf.engine.related(document(Record(1, "apple")), 9)


def test_an_empty_index_and_an_empty_entry_have_no_relations(shelf: Shelf) -> None:
    shelf.put()
    assert shelf.engine.related(document(Record(1, "apple", tags=("a",))), 9) == ()
    shelf.put(Record(1), Record(2))
    assert related(shelf, 1) == []
