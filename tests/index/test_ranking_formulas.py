import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import ranking
from index.words import Kind
from tests.documents import DAY, START

FREQUENCIES = st.floats(0.125, 1_000, width=32)


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_saturation_worked_by_hand() -> None:
    # 2.2 w / (w + 1.2)
    assert ranking.saturated(floats(0, 1, 1.2, 6)).tolist() == pytest.approx([0, 1, 1.1, 13.2 / 7.2])


@given(FREQUENCIES, FREQUENCIES)
def test_more_is_better_but_never_by_much(one: float, other: float) -> None:
    low, high = ranking.saturated(floats(*sorted((one, other)))).tolist()
    assert 0 < low <= high < ranking.K1 + 1


@pytest.mark.parametrize(
    ("holders", "total", "expected"), [(0, 0, math.log(2)), (1, 1, math.log(4 / 3)), (1, 9, math.log(20 / 3))]
)
def test_rarity_worked_by_hand(holders: int, total: int, expected: float) -> None:
    assert ranking.rarity(holders, total) == pytest.approx(expected)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_word_is_the_rarer_the_fewer_hold_it_and_never_counts_against_an_entry(a: int, b: int, more: int) -> None:
    few, many = sorted((a, b))
    assert ranking.rarity(few, many + more) >= ranking.rarity(many, many + more) > 0


def test_a_field_of_average_length_counts_as_it_is() -> None:
    assert ranking.discounts(floats(10), 10.0).tolist() == pytest.approx([1])


def test_discounts_worked_by_hand() -> None:
    # 0.5 + 0.5 * 30 / 10, 0.5 + 0.5 * 0
    assert ranking.discounts(floats(30, 0), 10.0).tolist() == pytest.approx([2, 0.5])


def test_shares_add_up_to_the_whole_score() -> None:
    assert sum(ranking.SHARES.values()) == pytest.approx(1)
    assert set(ranking.SHARES) == set(Kind)


def test_the_exact_form_gets_all_the_shares_and_another_those_of_its_kind() -> None:
    # Three documents with one word each: exact, other accents, same stem.
    weights = [(Kind.EXACT, floats(1, 0, 0)), (Kind.FOLDED, floats(1, 1, 0)), (Kind.STEMMED, floats(1, 1, 1))]
    assert ranking.by_fit(weights).tolist() == pytest.approx([1, 0.9, 0.8])


def test_no_preference_for_what_is_new_outweighs_the_fit_of_the_same_word() -> None:
    worst = sum(ranking.SHARES.values()) - ranking.SHARES[Kind.EXACT]
    assert worst * (1 + ranking.PREFERENCE) < 1


def test_freshness_is_halved_with_each_half_life() -> None:
    times = np.array([START, START - int(ranking.HALF_LIFE), START - 2 * int(ranking.HALF_LIFE)])
    assert ranking.freshness(times, np.ones(3, bool)).tolist() == pytest.approx([1, 0.5, 0.25])


def test_entries_without_a_date_are_never_fresh_and_make_none_old() -> None:
    times = np.array([START, START + 10_000 * DAY])
    assert ranking.freshness(times, np.array([True, False])).tolist() == [1, 0]
    assert ranking.freshness(times, np.zeros(2, bool)).tolist() == [0, 0]
    assert ranking.freshness(np.zeros(0, np.int64), np.zeros(0, bool)).tolist() == []


def test_no_time_is_too_long_ago() -> None:
    times = np.array([-(2**40), 0, 2**40])
    found = ranking.freshness(times, np.ones(3, bool)).tolist()
    assert found[0] == found[1] == 0
    assert found[2] == 1


@pytest.mark.parametrize("seed", range(5))
def test_the_best_come_first_and_equals_stay_in_order(seed: int) -> None:
    dice = np.random.default_rng(seed)
    scores = np.round(dice.random(2_000) * 10 ** dice.uniform(-30, 30, 2_000), 3).astype(np.float32)
    scores[dice.integers(0, 2_000, 500)] = dice.choice([0, 1, np.finfo(np.float32).tiny, np.finfo(np.float32).max], 500)
    assert ranking.best_first(scores).tolist() == np.argsort(-scores, kind="stable").tolist()


def test_no_scores_have_no_order() -> None:
    assert ranking.best_first(np.zeros(0, np.float32)).tolist() == []
