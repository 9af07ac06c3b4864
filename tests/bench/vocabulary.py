"""What queries are made of: words, phrases, tags and dates of a library, the most frequent first. Called by queries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index import Library, Query
from tests.bench import weblog
from tests.bench.libraries import SEED, Measured

_WORD = re.compile(r"[a-z]{2,}")
_UNKNOWN = ("zzyzxqua", "xoqqulip", "qyxwvut")
_LEAST = 3
"""Times that two words have to stand together to be a phrase."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Of one library, or of all made-up ones."""

    words: Sequence[str]
    phrases: Sequence[str]
    tags: Sequence[str]
    years: Sequence[int]
    unknown: Sequence[str] = _UNKNOWN
    """Words that no entry has."""


def of(measured: Measured) -> Vocabulary:
    """Give that of a library; all made-up ones have the same, so that they are asked the same queries."""
    if measured.name.isdecimal():
        made = weblog.words(SEED)
        return Vocabulary(made.words, [" ".join(phrase) for phrase in made.phrases], made.tags, weblog.YEARS)
    with measured.opened() as library:
        return counted(library)


def counted(library: Library) -> Vocabulary:
    """Count the words of a library; equally frequent ones are in the order of the alphabet."""
    words: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for entry in library.store.whole():
        for piece in re.split(r"[^\w ]+", entry.text.lower()):
            found = _WORD.findall(piece)
            words.update(found)
            pairs.update(map(" ".join, pairwise(found)))
    facets = library.search(Query(), limit=0, facet_values=None).facets
    return Vocabulary(
        words=_frequent(words),
        phrases=_frequent(Counter({pair: times for pair, times in pairs.items() if times >= _LEAST}))[:2_000],
        tags=[tag.key for tag, _ in library.tags() if re.fullmatch(r"[\w-]+", tag.key)],
        years=sorted(int(value.value) for value in facets["year"].values),
    )


def _frequent(counts: Counter[str]) -> list[str]:
    return sorted(counts, key=lambda word: (-counts[word], word))
