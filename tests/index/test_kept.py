"""What was found out once is kept, as long as there is room."""

from __future__ import annotations

from index.kept import Kept


def finder(value: str, found: list[str]):
    """Make what finds a value, and notes that it did."""

    def find() -> str:
        found.append(value)
        return value

    return find


def test_a_value_is_found_once_for_each_key() -> None:
    found: list[str] = []
    kept: Kept[str] = Kept(10)
    assert [kept.get(key, finder(key, found)) for key in "abab"] == ["a", "b", "a", "b"]
    assert found == ["a", "b"]


def test_what_is_empty_is_kept_too() -> None:
    found: list[str] = []
    kept: Kept[str] = Kept(10)
    assert kept.get("a", finder("", found)) == kept.get("a", finder("", found)) == ""
    assert found == [""]


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    found: list[str] = []
    kept: Kept[str] = Kept(4, len)
    for value in ("aa", "bb", "aa", "cc", "aa", "bb"):
        kept.get(value, finder(value, found))
    assert found == ["aa", "bb", "cc", "bb"]


def test_what_is_larger_than_all_the_room_is_given_and_not_kept() -> None:
    found: list[str] = []
    kept: Kept[str] = Kept(4, len)
    assert [kept.get("a", finder("large", found)) for _ in range(2)] == ["large", "large"]
    assert len(found) == 2


def test_what_is_not_worth_keeping_is_given_and_not_kept() -> None:
    found: list[str] = []
    kept: Kept[str] = Kept(10, is_kept=lambda value: value != "part")
    values = ["part", "whole", "other"]
    assert [kept.get("a", finder(value, found)) for value in values] == ["part", "whole", "whole"]


def test_a_value_that_two_have_found_at_once_takes_room_once() -> None:
    found: list[str] = []
    kept: Kept[str] = Kept(4, len)
    kept.get("aa", lambda: kept.get("aa", finder("aa", found)))
    for value in ("bb", "aa", "bb"):
        kept.get(value, finder(value, found))
    assert found == ["aa", "bb"]
