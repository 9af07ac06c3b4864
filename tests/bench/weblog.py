"""A made-up weblog of any length, the same at every run, with the statistics of a real one. Called by libraries.

What is alike was measured on the weblog that the ranking is judged on: 7,329 entries of 61 words on average and 30 in
the median; the n-th most frequent of 23,500 words comes about as often as 1 / n, and far fewer words from the
5,000th on; half of the entries have no tag, the others two to seven, which follow Zipf's law as well. A third of the
words are forms of others, so that stemming has something to do, and some words stand together as phrases do. Nothing
in it is anybody's text.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate

from tests.documents import entry

VERSION = 1
"""Of what is made here; libraries of another one are made anew."""
WORDS, TAGS, PHRASES, AUTHORS = 120_000, 20_000, 400, 12
YEARS = range(2010, 2026)
MEDIAN_LENGTH, SPREAD, LONGEST = 30, 1.15, 3_000
"""Words of an entry: lognormal."""
TAGS_OF_AN_ENTRY = [50, 1, 5, 9, 11, 9, 6, 4, 2, 1, 1]
"""How often an entry has no tag, one, two, and so on, in per cent."""
_SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvw" for vowel in "aeiou"]
_ENDS = ["", "", "n", "r", "t", "l", "ck", "nd", "m"]
_FORMS = ["s", "s", "ed", "ing", "er", "ly"]


@dataclass(frozen=True, slots=True)
class Words:
    """What is written with, the most frequent first."""

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    tags: tuple[str, ...]


class Weblog:
    """Entries by their numbers, which also order them in time, the oldest first."""

    def __init__(self, number: int, seed: int = 1) -> None:
        self.number = number
        self._seed = seed
        self.words = words(seed)
        self._words = _weights(WORDS, 5_000)
        self._tags, self._phrases, self._authors = (_weights(many) for many in (TAGS, PHRASES, AUTHORS))

    def documents(self, most: int = 100_000) -> Iterator[Iterator[str]]:
        """Give feeds with so many entries each at the most, as pieces of Atom; the newest entries stand first."""
        for place, end in enumerate(range(self.number, 0, -most)):
            yield self._document(place, reversed(range(max(0, end - most), end)))

    def entry(self, number: int) -> str:
        """Give an entry as it stands in an Atom document."""
        dice = random.Random(f"{self._seed} {number}")
        length = max(4, min(LONGEST, int(dice.lognormvariate(0, SPREAD) * MEDIAN_LENGTH)))
        link = f"https://weblog.example/{number}"
        (tags,) = dice.choices(range(len(TAGS_OF_AN_ENTRY)), TAGS_OF_AN_ENTRY)
        return entry(
            link,
            self._text(dice, dice.randint(2, 8)).capitalize(),
            "".join(self._blocks(dice, length, link)),
            tags=dict.fromkeys(dice.choices(self.words.tags, cum_weights=self._tags, k=tags)),
            published=self._time(number),
            link=link,
            author=f"Author {dice.choices(range(AUTHORS), cum_weights=self._authors)[0] + 1}",
        )

    def _document(self, place: int, numbers: Iterator[int]) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        yield f"<title>A made-up weblog, part {place + 1}</title><id>urn:weblog:{place}</id>"
        yield from map(self.entry, numbers)
        yield "</feed>"

    def _time(self, number: int) -> int:
        first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (YEARS.start, YEARS.stop))
        return first + (last - first) * number // self.number

    def _blocks(self, dice: random.Random, length: int, link: str) -> Iterator[str]:
        """Write so many words as paragraphs with links, now and then a quotation, a list or code."""
        while length > 0:
            words = min(length, dice.randint(15, 90))
            length -= words
            text = self._text(dice, words)
            yield dice.choices(
                [
                    f'<p>{text}, <a href="{link}/on">{self._text(dice, 2)}</a>.</p>',
                    f"<blockquote><p>{text}.</p></blockquote>",
                    f"<ul><li>{text}</li><li><em>{self._text(dice, 2)}</em></li></ul>",
                    f"<pre><code>{text}</code></pre>",
                ],
                [85, 9, 4, 2],
            )[0]

    def _text(self, dice: random.Random, length: int) -> str:
        """Give so many words; one in eighty begins a phrase."""
        found = dice.choices(self.words.words, cum_weights=self._words, k=length)
        for _ in range(length // 80 + (dice.random() < length % 80 / 80)):
            (phrase,) = dice.choices(self.words.phrases, cum_weights=self._phrases)
            place = dice.randrange(length)
            found[place : place + len(phrase)] = phrase
        for place in range(dice.randint(6, 18), length - 2, 14):
            found[place] += "."
        return " ".join(found)


@cache
def words(seed: int = 1) -> Words:
    """Make what is written with."""
    dice = random.Random(seed)
    made = _made(dice, WORDS, 1, 4)
    phrases = (tuple(made[int(10 ** dice.uniform(1, 3.3))] for _ in range(dice.choice([2, 2, 3]))) for _ in made)
    different = list(dict.fromkeys(phrase for phrase, _ in zip(phrases, range(2 * PHRASES), strict=False)))
    return Words(tuple(made), tuple(different[:PHRASES]), tuple(_made(dice, TAGS, 2, 4)))


def _made(dice: random.Random, number: int, shortest: int, longest: int) -> list[str]:
    """Make different words, the shortest ones first, as frequent words are short; one in three is a form of another."""
    found: dict[str, None] = {}
    known: list[str] = []
    while len(found) < number:
        if len(known) > 100 and dice.random() < 0.33:
            word = dice.choice(known) + dice.choice(_FORMS)
        else:
            syllables = min(longest, shortest + int(len(found) ** 0.25 / 4 + dice.random()))
            word = "".join(dice.choices(_SYLLABLES, k=syllables)) + dice.choice(_ENDS)
        if word not in found:
            found[word] = None
            known.append(word)
    return list(found)


@cache
def _weights(number: int, knee: int = 0) -> list[float]:
    """Give cumulative weights: the n-th comes about as often as 1 / n, and less often behind the knee."""
    fall = (1 / (place + 2.5) * (min(1.0, knee / (place + 1)) ** 0.8 if knee else 1.0) for place in range(number))
    return list(accumulate(fall))
