"""Any number of made-up entries, the same at every run, with words and tags about as often as in real feeds.

Words are made of syllables; how often each comes follows Zipf's law, as do tags and authors. Nothing in them is
anybody's text. A second feed of latecomers shares no word, tag, author or year with them: what was asked before these
came has the same answer after.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate

from tests.documents import atom, entry

WORDS, TAGS, AUTHORS = 20_000, 600, 40
YEARS = range(2006, 2024)
LATE_WORD, LATE_TAG, LATE_AUTHOR, LATE_YEAR = "quagga", "latecomers", "Zyx Wvut", 1999
_SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprstv" for vowel in ("a", "e", "i", "o", "u")]
_ENDS = ["", "", "n", "r", "s", "l", "ck", "nd"]


class Plenty:
    """Entries by their numbers, which also order them in time, the oldest first."""

    def __init__(self, number: int, seed: int = 1) -> None:
        dice = random.Random(seed)
        self.number = number
        self._seed = seed
        self.words = _made(dice, WORDS, 1, 4)
        """The most frequent first."""
        self.tags = _made(dice, TAGS, 2, 3)
        self.authors = [f"{first.title()} {last.title()}" for first, last in _pairs(_made(dice, 2 * AUTHORS, 2, 2))]
        self._words, self._tags, self._authors = (_zipf(many) for many in (WORDS, TAGS, AUTHORS))

    def entry(self, number: int) -> str:
        """Give an entry as it stands in an Atom document."""
        dice = random.Random(f"{self._seed} {number}")
        paragraphs = [self.text(dice, _length(dice, 45)) for _ in range(dice.choice([1, 2, 2, 3, 5]))]
        html = "".join(f"<p>{paragraph}.</p>" for paragraph in paragraphs)
        link = f"https://plenty.example/{number}"
        return entry(
            link,
            self.text(dice, dice.randint(2, 9)).capitalize(),
            html.replace("<p>", f'<p><a href="{link}/more">On</a> ', 1),
            tags=dict.fromkeys(self._some(dice, self.tags, self._tags, dice.choice([0, 1, 2, 3, 3, 4, 6]))),
            published=self.time(number),
            link=link,
            author=self._some(dice, self.authors, self._authors, 1)[0],
        )

    def time(self, number: int) -> int:
        """Give when an entry was written: seconds since 1970."""
        first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (YEARS.start, YEARS.stop))
        return first + (last - first) * number // self.number

    def text(self, dice: random.Random, length: int) -> str:
        """Give so many words."""
        return " ".join(self._some(dice, self.words, self._words, length))

    def document(self) -> bytes:
        """Give the whole feed, the newest entry first."""
        return atom(*(self.entry(number) for number in reversed(range(self.number))), title="Plenty")

    def _some(self, dice: random.Random, of: list[str], weights: list[float], number: int) -> list[str]:
        return dice.choices(of, cum_weights=weights, k=number)


def latecomers(number: int) -> bytes:
    """Give the other feed, with so many entries."""
    entries = (
        entry(
            f"https://late.example/{place}",
            f"{LATE_WORD.title()} xyzzy{place}",
            f"<p>{LATE_WORD} xyzzy{place} wyvern.</p>",
            tags=[LATE_TAG],
            published=f"{LATE_YEAR}-06-01T{place // 3600 % 24:02}:{place // 60 % 60:02}:{place % 60:02}Z",
            author=LATE_AUTHOR,
        )
        for place in range(number)
    )
    return atom(*entries, title="Latecomers")


def _made(dice: random.Random, number: int, shortest: int, longest: int) -> list[str]:
    """Make different words of so many syllables, the shortest ones first, as frequent words are short."""
    found: dict[str, None] = {}
    while len(found) < number:
        place = len(found) / number
        syllables = min(longest, shortest + int(place * (longest - shortest + 1) + dice.random()))
        found["".join(dice.choices(_SYLLABLES, k=syllables)) + dice.choice(_ENDS)] = None
    return list(found)


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    yield from zip(words[::2], words[1::2], strict=True)


def _zipf(number: int) -> list[float]:
    """Give cumulative weights: the n-th comes about as often as 1 / n."""
    return list(accumulate(1 / (place + 2.7) for place in range(number)))


def _length(dice: random.Random, usual: int) -> int:
    return max(3, min(600, int(dice.lognormvariate(0, 0.7) * usual)))
