"""Words and tags that a misspelt one may stand for. Called by the engine, with the words of its index.

Nearness is the optimal string alignment distance (Damerau's insertions, deletions, substitutions and transpositions of
neighbours); of words that are equally near, the one that more entries hold is the likelier.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 3
"""Letters; of a shorter word nearly anything is a misspelling."""
SHORT = 4
"""Letters of a word that may be wrong in one place, and not in two."""


def reach(word: str) -> int:
    """Give how many edits apart a word may be from what was meant; 0 where no guess is worth making."""
    return 0 if len(word) < SHORTEST or not word.isalpha() else 1 if len(word) <= SHORT else 2


def nearest(word: str, known: Mapping[str, int], most: int) -> list[str]:
    """Give the words of `known` (with the number of entries that hold each) that `word` may stand for, best first."""
    return likeliest(word, known, most, lambda others: {other: known[other] for other in others})


def likeliest(
    word: str, others: Collection[str], most: int, counted: Callable[[Collection[str]], Mapping[str, int]]
) -> list[str]:
    """Give the others that `word` may stand for, best first; `counted` gives how many entries hold each of some."""
    found: list[str] = []
    for equals in _by_distance(word, others):
        if len(found) < most:
            entries = counted(equals)
            found += sorted(entries, key=lambda other: (-entries[other], other))
    return found[:most]


def _by_distance(word: str, others: Collection[str]) -> list[Collection[str]]:
    """Give those that `word` may stand for, the equally likely ones together, each once."""
    found: dict[int, dict[str, None]] = {}
    for other, distance in _within_reach(word, others):
        if other != word:  # people seldom miss the first letter
            found.setdefault(distance + (other[0] != word[0]), {})[other] = None
    return [found[distance] for distance in sorted(found)]


def _within_reach(word: str, others: Collection[str]) -> list[tuple[str, int]]:
    """Give those that are so near, and how many edits away."""
    edits = reach(word)
    if not edits:
        return []
    found = process.extract(word, list(others), scorer=OSA.distance, score_cutoff=edits, limit=None)
    return [(other, int(distance)) for other, distance, _ in found]
