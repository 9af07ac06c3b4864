"""Quantiles."""

from __future__ import annotations

import pytest

from tests.bench.figures import p95, quantile


def test_p95_of_a_hundred_and_one_values_is_the_ninety_sixth() -> None:
    assert p95(list(range(101))) == 95


def test_a_quantile_between_two_values_lies_between_them() -> None:
    assert quantile([10.0, 20.0], 0.5) == 15
    assert quantile([20.0, 10.0], 0.25) == 12.5


def test_one_value_is_every_quantile() -> None:
    assert quantile([3.0], 0.95) == 3


def test_no_values_have_no_quantile() -> None:
    with pytest.raises(ValueError, match="No values"):
        quantile([], 0.5)
