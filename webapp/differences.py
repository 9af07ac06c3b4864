"""What differs between two texts, word by word, in bounded time. Called by `changes`, which shows it.

difflib takes time that grows with the square of the words that stand in both texts, and with their cube where somebody
wants it to. So what texts have in common at their ends is set aside; what is left is compared by words where that is
sure to be quick, else by sentences, and then by words within those that differ.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

LONGEST = 100_000
"""Characters of a text that is compared."""
MOST_STEPS = 8_000_000
"""Of difflib for one page, at the worst: about a second."""
KEPT = 12
"""Words that are shown of what is the same, beside what is not."""

Kind = Literal["same", "removed", "added", "left out"]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words, and what became of it; of one that is left out, `text` is the number of its words."""

    kind: Kind
    text: str


@dataclass(slots=True)
class Budget:
    """What is left of the steps that comparing the texts of a page may take."""

    steps: int = field(default_factory=lambda: MOST_STEPS)

    def is_enough(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """Spend what comparing these may take, if that is left."""
        in_new = Counter(new)
        steps = sum(in_new[word] for word in old) * min(len(old), len(new)) + len(old) + len(new)
        if steps > self.steps:
            return False
        self.steps -= steps
        return True


def compare(old: str, new: str, budget: Budget) -> list[Run] | None:
    """Give how to get from one text to the other; None where they are too long to compare."""
    if max(len(old), len(new)) > LONGEST:
        return None
    before, after = old.split(), new.split()
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    middle = _compared(before[start : len(before) - end], after[start : len(after) - end], budget)
    runs = [("same", before[:start]), *middle, ("same", before[len(before) - end :])]
    return [*_shown(_joined(runs))]


_Words = tuple[Kind, list[str]]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Give the number of words that two texts begin with alike."""
    pairs = zip(old, new, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(old), len(new)))


def _compared(old: list[str], new: list[str], budget: Budget) -> Iterator[_Words]:
    if budget.is_enough(old, new):
        yield from _matched(old, new)
        return
    sentences, others = _sentences(old), _sentences(new)
    if not budget.is_enough(sentences, others):
        yield from (("removed", old), ("added", new))
        return
    for kind, was, became in _blocks(sentences, others):
        words, other = " ".join(was).split(), " ".join(became).split()
        if kind == "equal":
            yield "same", words
        elif budget.is_enough(words, other):
            yield from _matched(words, other)
        else:
            yield from (("removed", words), ("added", other))


def _matched(old: list[str], new: list[str]) -> Iterator[_Words]:
    for kind, was, became in _blocks(old, new):
        if kind == "equal":
            yield "same", was
        else:
            yield from (("removed", was), ("added", became))


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind, old[a:b], new[c:d]


def _sentences(words: list[str]) -> list[str]:
    return re.split(r"(?<=[.!?:;…。！？]) ", " ".join(words))


def _joined(runs: Sequence[_Words]) -> list[_Words]:
    """Join what follows each other and is of one kind."""
    joined: list[_Words] = []
    for kind, words in runs:
        if words and joined and joined[-1][0] == kind:
            joined[-1] = (kind, joined[-1][1] + words)
        elif words:
            joined.append((kind, words))
    return joined


def _shown(runs: list[_Words]) -> Iterator[Run]:
    """Give runs as text; of what is the same, only what is beside something that is not."""
    for place, (kind, words) in enumerate(runs):
        before, after = KEPT if place else 0, KEPT if place < len(runs) - 1 else 0
        if kind != "same" or len(words) <= before + after + KEPT:
            yield Run(kind, " ".join(words))
            continue
        if before:
            yield Run("same", " ".join(words[:before]))
        yield Run("left out", f"{len(words) - before - after:,}")
        if after:
            yield Run("same", " ".join(words[len(words) - after :]))
