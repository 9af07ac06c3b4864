"""Tags that are nearly the same as a more common one, for a person to review. Called by the library.

What is told is what people do: write a name with or without spaces, signs and accents, in the plural, or with a slip of
the pen. Everything else (`java` and `javascript`, `css2` and `css3`, `closure` and `clojure`) is two things. The cost
grows with the number of tags, not with its square: candidates are looked up, never compared each with each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from index import analysis
from index.entries import Tag

SHORTEST_SINGULAR = 3
SHORTEST_SLIP = 6
"""Letters of a word in which letters that have changed places, or one that is doubled, are a slip."""
LONG = 9
"""Letters of a word in which a letter more or less is a slip: shorter ones differ by one as often as not."""
CONFUSED = [frozenset(letters) for letters in ("aeiouy", "ck", "cs", "sz")]
"""Letters that people write for each other."""
MOST_ALIKE = 100
"""Words that differ in the same one place; of more it is a numbering, or somebody's joke."""
_SIGNS = r"[\s\-_.'/:,]+"
_BETWEEN_DIGITS = re.compile(rf"(?<=\d){_SIGNS}(?=\d)")


class Likeness(StrEnum):
    """What makes two tags nearly the same, the surest first."""

    SIGNS = "but for spaces, signs or accents"
    NUMBER = "singular and plural"
    SLIP = "spelled otherwise"


@dataclass(frozen=True, slots=True)
class Similar:
    """A tag, and the more common one that it is nearly the same as."""

    tag: Tag
    entries: int
    target: Tag
    target_entries: int
    likeness: Likeness


def similar(tags: Sequence[tuple[Tag, int]]) -> list[Similar]:
    """Give the tags that are nearly the same as a more common one, by how common that is; `tags` with their entries."""
    ranked = sorted(tags, key=lambda pair: (-pair[1], pair[0].key))
    first: dict[str, int] = {}
    found: dict[int, tuple[int, Likeness]] = {}
    for rank, (tag, _) in enumerate(ranked):
        word = _bare(tag.key)
        if word and first.setdefault(word, rank) != rank:
            found[rank] = first[word], Likeness.SIGNS
    for likeness, pairs in ((Likeness.NUMBER, _plurals(first)), (Likeness.SLIP, _slips(first))):
        for common, rare in sorted(sorted((first[one], first[other])) for one, other in pairs):
            found.setdefault(rare, (common, likeness))
    lines = sorted((common, rare, likeness) for rare, (common, likeness) in found.items())
    return [Similar(*ranked[rare], *ranked[common], likeness) for common, rare, likeness in lines]


def _bare(key: str) -> str:
    """Give a tag without what people leave out; not the signs of C++, C# and .NET, nor what divides numbers."""
    point = "." if key.startswith(".") else ""
    return point + re.sub(_SIGNS, "", _BETWEEN_DIGITS.sub("|", analysis.fold(key)))


def _plurals(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give plurals with their singulars, as English makes them."""
    known = set(words)
    for word in known:
        for singular in _singulars(word) & known:
            # The stemmer knows what ends in s and is no plural: news, https.
            is_one = analysis.stem(word, "en") == analysis.stem(singular, "en")
            if is_one and len(singular) >= SHORTEST_SINGULAR:
                yield singular, word


def _singulars(word: str) -> set[str]:
    endings = (("s", ""), ("es", ""), ("ies", "y"))
    return {word.removesuffix(plural) + one for plural, one in endings if word.endswith(plural)}


def _slips(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give words of which one is the other with a slip: such words are one once each has lost a letter, or one has.

    Digits stay: words that differ in them are never slips, and may be very many.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        if len(word) >= SHORTEST_SLIP:
            for shorter in {
                word,
                *(word[:at] + word[at + 1 :] for at in range(1, len(word)) if not word[at].isdigit()),
            }:
                alike[shorter].append(word)
    for group in alike.values():
        for one, other in combinations(group, 2) if len(group) <= MOST_ALIKE else ():
            if _is_slip(one, other):
                yield one, other


def _is_slip(one: str, other: str) -> bool:
    """Tell whether two words that differ do so by a slip, neither in the first letter nor in the last."""
    at, behind = _shared(one, other), _shared(one[::-1], other[::-1])
    if not at or not behind:
        return False
    behind = min(behind, len(one) - at, len(other) - at)
    parts = one[at : len(one) - behind], other[at : len(other) - behind]
    return _is_likely(*parts, before=one[at - 1], length=max(len(one), len(other)))


def _shared(one: str, other: str) -> int:
    """Give how many letters two words begin with alike; 0 where one of them goes on and the other does not."""
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)


def _is_likely(one: str, other: str, before: str, length: int) -> bool:
    """Tell whether people write `one` for `other` behind the letter `before` in a word of this length."""
    if any(map(str.isdigit, one + other)):
        return False
    if len(one) == len(other):
        is_swapped = len(one) == 2 and one == other[::-1]
        return is_swapped or (len(one) == 1 and any({one, other} <= letters for letters in CONFUSED))
    return len(one + other) == 1 and (one + other == before or length >= LONG)
