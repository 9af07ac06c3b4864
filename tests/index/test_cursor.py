import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Sort
from index.cursor import Cursor
from index.query import clean_text

BEGINNING = (0, None, "")


def parts(cursor: Cursor) -> tuple[float, int | None, str]:
    return cursor.key, cursor.id, cursor.generation


def packed(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@given(st.floats(allow_nan=False) | st.integers(-(2**53), 2**53), st.integers(-(2**63) + 1, 2**63 - 1), st.text())
def test_a_cursor_survives_the_way_through_its_text(key: float, id: int, generation: str) -> None:
    text = Cursor(key, id, generation).text()
    assert parts(Cursor.read(text)) == (key, id, generation)
    assert clean_text(text) == text


HUGE = 2**63
ODD = [
    *([], [1], [1, 2], [1, 2, 3], ["x", 2, "g"], [1, None, "g"], [1, "2", "g"], [1, HUGE, "g"], [1, -HUGE, "g"]),
    *([1, 1e999, "g"], [None, 1, "g"], [1, [2], "g"], [1, float("nan"), "g"], [1, 2, "g", 4]),
]


@pytest.mark.parametrize("text", ["", "x", "====", "é", "a b", "W" * 9_999, *(packed(*values) for values in ODD)])
def test_what_is_no_cursor_is_the_beginning(text: str) -> None:
    assert parts(Cursor.read(text)) == BEGINNING


IDS = np.array([5, 4, 9, 1])


@pytest.mark.parametrize("sort", Sort)
def test_the_beginning_has_nothing_before_it(sort: Sort) -> None:
    assert Cursor().position(sort, IDS, np.array([3, 2, 2, 1])) == 0


@pytest.mark.parametrize(
    ("key", "id", "position"),
    [
        (3, 5, 1),
        (2, 4, 2),
        (2, 9, 3),
        (1, 1, 4),
        (4, 7, 0),  # newer than all
        (0, 7, 4),
        (2, 7, 2),  # gone: it stood between the two of this time
        (2, 3, 1),
        (2, 10, 3),
    ],
)
def test_among_the_newest_first_the_place_is_told_by_the_date_and_then_the_id(
    key: float, id: int, position: int
) -> None:
    ids, keys = np.array([5, 4, 9, 1]), np.array([3, 2, 2, 1])
    assert Cursor(key, id).position(Sort.NEWEST, ids, keys) == position
    # In the other order, all others stand before it.
    among = (key, id) in set(zip(keys.tolist(), ids.tolist(), strict=True))
    assert Cursor(key, id).position(Sort.OLDEST, ids[::-1], keys[::-1]) == 4 - position + among


def test_by_relevance_the_place_is_told_by_the_entry() -> None:
    scores = np.array([3, 2, 2, 1], np.float32)
    assert [Cursor(0, id).position(Sort.RELEVANCE, IDS, scores) for id in (5, 4, 9, 1)] == [1, 2, 3, 4]


def test_by_relevance_an_entry_that_has_gone_stood_behind_all_that_fit_as_well() -> None:
    scores = np.array([3, 2, 2, 1], np.float32)
    assert [Cursor(key, 77).position(Sort.RELEVANCE, IDS, scores) for key in (4, 3, 2, 1.5, 0)] == [0, 1, 3, 3, 4]
