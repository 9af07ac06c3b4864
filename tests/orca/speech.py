"""What a screen reader said, and what can be claimed of it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

FURNITURE = re.compile(r"leaving .*|heading level \d\.|entr(y|ies) link\.|blank")
"""Of the way from one thing to the next, and in every one of some."""


@dataclass(frozen=True)
class Speech:
    """Phrases in the order in which they were said."""

    phrases: tuple[str, ...]

    def mentions(self, words: str) -> bool:
        """Tell whether some phrase has these words."""
        return self.count(words) > 0

    def count(self, words: str) -> int:
        """Say how many phrases have these words."""
        return sum(words in phrase for phrase in self.phrases)

    def tells(self, *expected: str) -> bool:
        """Tell whether these stand in phrases in this order."""
        rest = iter(self.phrases)
        return all(any(words in phrase for phrase in rest) for words in expected)

    def without(self, phrase: str) -> Speech:
        """Give the same without this whole phrase."""
        return Speech(tuple(one for one in self.phrases if one != phrase))

    def repeated(self) -> list[str]:
        """Give the phrases of some length that were said again, alone or within another one."""
        plain = [_plain(phrase) for phrase in self.phrases if not FURNITURE.fullmatch(phrase)]
        pairs = itertools.permutations(enumerate(plain), 2)
        return sorted({one for (_, one), (_, other) in pairs if len(one.split()) > 1 and one in other})


def expect(speech: Speech, *expected: str) -> None:
    """Claim that these were said in this order, and nothing twice."""
    told = "\n".join(speech.phrases)
    assert speech.tells(*expected), f"Expected {expected}, in this order, but heard:\n{told}"
    assert speech.repeated() == [], f"Said more than once: {speech.repeated()}\n{told}"


def _plain(phrase: str) -> str:
    return re.sub(r"[\s.,:]+", " ", phrase).strip().lower()
