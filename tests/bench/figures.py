"""Numbers of a run: quantiles, and what is said of one thing that was measured. Called by every part."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """Give the value in the middle."""
    return statistics.median(values)


def quantile(values: Sequence[float], part: float) -> float:
    """Give the value below which this part of them lies, between two of them where it lies there (0.95 is p95)."""
    if not values:
        raise ValueError("No values were measured.")
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def p95(values: Sequence[float]) -> float:
    """Give the 95th percentile."""
    return quantile(values, 0.95)
