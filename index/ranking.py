"""How well an entry fits: BM25F, the better fit of a word's exact form, and a gentle preference for newer entries.

BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, 3.6): how often a word
stands in each field, divided by the field's relative length and weighted (schema.RANKED), is summed before it is
saturated. Measured on judged queries by tests/ranking.py.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from index.columns import Floats, Ints, Mask
from index.words import Kind

K1, B = 1.2, 0.5
SHARES = {Kind.EXACT: 0.1, Kind.FOLDED: 0.1, Kind.STEMMED: 0.8}
"""What part of a word's score an entry gets for fitting at least so well; one with the exact form gets all of them."""
HALF_LIFE = 3 * 365.25 * 86_400
"""Seconds after which an entry has half of the preference for what is new, counted back from the newest entry."""
PREFERENCE = 0.1
"""How much more the newest entry scores than one long past, by default."""


def saturated(weight: Floats) -> Floats:
    """Give BM25's saturation of a weighted frequency: from 0 to K1 + 1."""
    return np.asarray(weight * np.float32(K1 + 1) / (weight + np.float32(K1)), np.float32)


def rarity(holders: int, total: int) -> float:
    """Give the inverse document frequency of a word that `holders` of `total` entries have; never negative."""
    return float(np.log(1 + (total - holders + 0.5) / (holders + 0.5)))


def discounts(lengths: Floats, average: float) -> Floats:
    """Give what frequencies in fields of these lengths are divided by, as BM25 discounts long texts."""
    return np.asarray(np.float32(1 - B) + np.float32(B) * lengths / np.float32(average), np.float32)


def by_fit(weights: Iterable[tuple[Kind, Floats]]) -> Floats:
    """Add up saturated weights: `weights` gives for each kind of fit what fits at least so well."""
    parts = [np.float32(SHARES[kind]) * saturated(weight) for kind, weight in weights]
    return np.asarray(np.add.reduce(parts), np.float32)


def best_first(scores: Floats) -> Ints:
    """Give the order of scores, which are not negative, from the best on; equal ones stay in theirs.

    The bits of such a number, read as a whole one, grow with it. With its place behind them they are sorted ten times
    as fast as numpy sorts numbers stably.
    """
    worst_last = (~scores.view(np.uint32)).astype(np.uint64)
    keys = np.sort(worst_last << np.uint64(32) | np.arange(len(scores), dtype=np.uint64))
    return (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)


def freshness(times: Ints, is_dated: Mask) -> Floats:
    """Give 1 for the newest entry, half of it for each HALF_LIFE before, 0 for entries without a date."""
    if not is_dated.any():
        return np.zeros(len(times), np.float32)
    ages = np.maximum(0, times[is_dated].max() - times)
    return np.where(is_dated, np.exp2(-ages / HALF_LIFE), 0).astype(np.float32)
