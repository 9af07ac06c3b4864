from collections.abc import Collection

import pytest

from index import spelling
from tests.oracle import Record
from tests.shelf import Shelf


@pytest.mark.parametrize(
    ("word", "edits"),
    [
        ("", 0),
        ("ab", 0),
        ("abc", 1),
        ("abcd", 1),
        ("abcde", 2),
        ("a" * 60, 2),
        ("x11", 0),
        ("c++", 0),
        ("can't", 0),
        ("été", 1),
    ],
)
def test_the_longer_a_word_the_more_may_be_wrong_in_it(word: str, edits: int) -> None:
    assert spelling.reach(word) == edits


@pytest.mark.parametrize("word", ["djnago", "djago", "djangoo", "djamgo", "jdango", "djanog"])
def test_one_edit_is_forgiven_wherever_it_is(word: str) -> None:
    assert spelling.nearest(word, {"django": 3, "mango": 5, "unrelated": 9}, 1) == ["django"]


def test_two_neighbours_that_changed_places_are_one_edit() -> None:
    assert spelling.nearest("tset", {"test": 1}, 3) == ["test"]
    assert spelling.nearest("tets", {"test": 1, "teams": 9}, 3) == ["test"]


def test_a_short_word_is_wrong_in_one_place_only() -> None:
    assert spelling.nearest("sqll", {"sqlite": 9, "mysql": 9, "sql": 1}, 3) == ["sql"]


def test_a_nearer_word_comes_before_a_more_frequent_one() -> None:
    assert spelling.nearest("sqlitte", {"sqlit": 99, "sqlite": 1}, 3) == ["sqlite", "sqlit"]


def test_of_equally_near_words_the_more_frequent_one_comes_first() -> None:
    assert spelling.nearest("helo", {"hero": 2, "help": 1, "hell": 3, "hello": 2}, 9) == [
        "hell",
        "hello",
        "hero",
        "help",
    ]
    assert spelling.nearest("helo", {"hero": 2, "help": 1, "hell": 3}, 2) == ["hell", "hero"]


def test_the_first_letter_is_seldom_wrong() -> None:
    assert spelling.nearest("table", {"cable": 9, "tables": 1}, 3) == ["tables", "cable"]


def test_a_word_is_no_misspelling_of_itself() -> None:
    assert spelling.nearest("apple", {"apple": 9, "apples": 1}, 3) == ["apples"]
    assert spelling.nearest("apple", {"apple": 9}, 3) == []


@pytest.mark.parametrize("word", ["ab", "2014", "c++", ""])
def test_no_guess_is_made_where_none_is_worth_it(word: str) -> None:
    assert spelling.nearest(word, {"abc": 1, "2015": 1, "c": 1, "a": 1}, 3) == []


def test_of_very_many_equally_near_words_the_most_frequent_one_comes_first() -> None:
    known = {f"abc{one}{other}": 1 for one in "mnopqrstu" for other in "mnopqrstu"}
    assert spelling.nearest("abcde", {**known, "abcvw": 1_000}, 1) == ["abcvw"]


def test_entries_are_counted_only_of_words_that_are_likely_enough() -> None:
    counted = []

    def counts(others: Collection[str]) -> dict[str, int]:
        counted.extend(others)
        return dict.fromkeys(others, 1)

    words = ["hello", "help", "hell", "yelp", "jello", "hello"]
    assert spelling.likeliest("helo", words, 2, counts) == ["hell", "hello"]
    assert sorted(counted) == ["hell", "hello", "help"]


# --- what every engine must do ---


def test_words_of_the_index_are_given_for_a_misspelt_one(shelf: Shelf) -> None:
    shelf.put(Record(1, "Django", "django tutorial"), Record(2, "djinn", "Café"), Record(3, author="Djangoo"))
    assert shelf.engine.spellings("djagno", 3) == ["django"]
    assert shelf.engine.spellings("DJAGNO", 3) == ["django"]
    assert shelf.engine.spellings("cafèe", 3) == ["café"]
    assert shelf.engine.spellings("nothing", 3) == []
    assert shelf.engine.spellings("xy", 3) == []


def test_words_that_differ_by_accents_are_one(shelf: Shelf) -> None:
    shelf.put(Record(1, "café"), Record(2, "cafe"), Record(3, "cage"), Record(4, "cage"), Record(5, "cafè"))
    assert shelf.engine.spellings("cahe", 3) == ["cafe", "cage"]


def test_tags_are_given_for_a_misspelt_one(shelf: Shelf) -> None:
    shelf.put(Record(1, tags=("Django", "sqlite")), Record(2, "djangoo"))
    assert shelf.engine.tag_spellings("djagno", 3) == ["django"]
    assert shelf.engine.tag_spellings("django", 3) == []


def test_a_tag_that_no_entry_has_any_more_is_not_given(shelf: Shelf) -> None:
    shelf.put(*(Record(n, tags=("other",)) for n in range(1, 20)), Record(20, tags=("django",)))
    shelf.put(gone=[20])
    assert shelf.engine.tag_spellings("djagno", 3) == []
