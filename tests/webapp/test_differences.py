from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import differences
from webapp.differences import KEPT, Budget, Run, compare

WORDS = st.lists(st.sampled_from(["a", "b", "c.", "d", "e!"]), max_size=60).map(" ".join)


def runs(old: str, new: str) -> list[tuple[str, str]]:
    found = compare(old, new, Budget())
    assert found is not None
    return [(run.kind, run.text) for run in found]


def test_words_that_were_removed_and_added_are_told() -> None:
    assert runs("The big red boat sails.", "The small red boat sails today.") == [
        ("same", "The"),
        ("removed", "big"),
        ("added", "small"),
        ("same", "red boat"),
        ("removed", "sails."),
        ("added", "sails today."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("", "a b", [("added", "a b")]), ("a b", "", [("removed", "a b")]), ("a", "a", [("same", "a")]), ("", "", [])],
)
def test_a_text_may_be_empty_or_the_same(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert runs(old, new) == expected


def test_long_runs_of_what_is_the_same_are_left_out() -> None:
    same = " ".join(f"w{n}" for n in range(2_000))
    assert [kind for kind, _ in runs(f"a {same} b", f"c {same} d")] == [
        *("removed", "added", "same", "left out", "same", "removed", "added")
    ]
    assert runs(f"a {same}", f"b {same}")[2:] == [
        ("same", " ".join(f"w{n}" for n in range(KEPT))),
        ("left out", f"{2_000 - KEPT:,}"),
    ]


def whole(found: list[Run], *kinds: str) -> str:
    return " ".join(run.text for run in found if run.kind in kinds)


@given(WORDS, WORDS, st.sampled_from([0, 50, 1_000_000]))
def test_both_texts_can_be_read_in_the_difference_whatever_it_may_cost(old: str, new: str, steps: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(differences, "KEPT", 100)
        found = compare(old, new, Budget(steps))
        assert found is not None
        assert whole(found, "same", "removed") == old
        assert whole(found, "same", "added") == new


def test_a_long_text_is_compared_by_sentences_and_then_by_words() -> None:
    sentences = [f"Sentence {n} has the same few words as the others, and the number {n}." for n in range(1_000)]
    changed = [*sentences]
    changed[3], changed[990] = "Sentence 3 is new.", sentences[990].replace("few", "many")
    found = runs(" ".join(sentences), " ".join(changed))
    assert ("removed", "few") in found
    assert ("added", "many") in found
    assert sum(len(text) for _, text in found) < 2_000


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 40_000, "b a " * 20_000 + "b"),
        ("a " * 900 + "x", "b a " * 450),
        (" ".join(map(str, range(15_000))), " ".join(map(str, range(15_000, 0, -1)))),
    ],
)
def test_texts_on_which_difflib_takes_minutes_are_told_whole(old: str, new: str) -> None:
    budget = Budget()
    assert compare(old, new, budget) == [Run("removed", old.strip()), Run("added", new.strip())]
    assert budget.steps >= 0


def test_what_is_too_long_is_not_compared() -> None:
    assert compare("a " * 60_000, "b", Budget()) is None
