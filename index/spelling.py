"""Words and tags that a misspelt one may stand for. Called by the engine, with the words of its index.

Nearness is the optimal string alignment distance (Damerau's insertions, deletions, substitutions and transpositions of
neighbours); of words that are equally near, the one that more entries hold is the likelier.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 3
"""Letters; of a shorter word nearly anything is a misspelling."""
SHORT = 4
"""Letters of a word that may be wrong in one place, and not in two."""


def reach(word: str) -> int:
    """Give how many edits apart a word may be from what was meant; 0 where no guess is worth making."""
    return 0 if len(word) < SHORTEST or not word.isalpha() else 1 if len(word) <= SHORT else 2


def near(word: str, others: Collection[str]) -> list[str]:
    """Give those of the others that `word` may stand for, in any order."""
    return [other for other, _ in _within_reach(word, others)]


def nearest(word: str, known: Mapping[str, int], most: int) -> list[str]:
    """Give the words of `known` (with the number of entries that hold each) that `word` may stand for, best first."""
    others = [(other, distance) for other, distance in _within_reach(word, known) if other != word]
    # People seldom miss the first letter.
    others.sort(key=lambda pair: (pair[1] + (pair[0][0] != word[0]), -known[pair[0]], pair[0]))
    return [other for other, _ in others[:most]]


def _within_reach(word: str, others: Collection[str]) -> list[tuple[str, int]]:
    """Give those that are so near, and how many edits away."""
    edits = reach(word)
    if not edits:
        return []
    found = process.extract(word, list(others), scorer=OSA.distance, score_cutoff=edits, limit=None)
    return [(other, int(distance)) for other, distance, _ in found]
