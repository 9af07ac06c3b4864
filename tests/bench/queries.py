"""What is asked: a fixed list for each vocabulary, and as many different queries of the same kinds as are wanted.

Each is written for Feedsift and for SQLite's FTS5, so that peers are asked the same. Called by every part.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from tests.bench.vocabulary import Vocabulary

SEED = 8
DEEP = "a page further down"
"""These bring back all pages up to theirs, so they are measured by themselves."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query of a kind: `text` in our own language, `fts` in that of FTS5."""

    kind: str
    text: str = ""
    fts: str = ""
    tags: tuple[str, ...] = ()
    year: int = 0
    month: int = 0
    more: tuple[tuple[str, str], ...] = ()
    """Further parameters, of which peers know nothing."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address."""
        named = [("q", self.text), *(("tag", tag) for tag in self.tags)]
        named += [("year", str(self.year or "")), ("month", str(self.month or "")), *self.more]
        return [(name, value) for name, value in named if value]

    @property
    def address(self) -> str:
        """The page."""
        return f"/?{urlencode(self.pairs)}" if self.pairs else "/"


Make = Callable[["_Maker"], Question]


def fixed(vocabulary: Vocabulary) -> list[Question]:
    """Give the list, the same at every run."""
    maker = _Maker(vocabulary, random.Random(SEED))
    found: dict[str, Question] = {}
    for kind, number, make in KINDS:
        made: dict[str, Question] = {}
        for _ in range(50 * number):  # a small library has fewer words than that
            question = replace(make(maker), kind=kind)
            if len(made) < number and question.address not in found:
                made[question.address] = question
        found |= made
    return list(found.values())


def different(vocabulary: Vocabulary, seed: int) -> Iterator[Question]:
    """Give queries without end, none of them twice, none that is in the list, in its mixture of kinds."""
    maker, seen = _Maker(vocabulary, random.Random(f"different {seed}")), {each.address for each in fixed(vocabulary)}
    kinds = [(kind, number, make) for kind, number, make in KINDS if kind not in (DEEP, "everything")]
    weights = [number for _, number, _ in kinds]
    while True:
        ((kind, _, make),) = maker.dice.choices(kinds, weights)
        question = replace(make(maker), kind=kind)
        if question.address not in seen:
            seen.add(question.address)
            yield question


class _Maker:
    """Makes queries of what a library has."""

    def __init__(self, vocabulary: Vocabulary, dice: random.Random) -> None:
        self.of = vocabulary
        self.dice = dice

    def word(self, first: int, last: int) -> str:
        """Give a word of about these ranks; the first ones more often, as readers do."""
        last = min(last, len(self.of.words))
        rank = int(min(first, last / 4) * (last / min(first, last / 4)) ** self.dice.random())
        return self.of.words[min(rank, len(self.of.words) - 1)]

    def tag(self, most: int = 80) -> str:
        most = min(most, len(self.of.tags))
        return self.of.tags[int(most ** self.dice.random()) - 1]

    def two_tags(self) -> tuple[str, ...]:
        return tuple(sorted({self.tag(6), self.tag(15)}))

    def year(self) -> int:
        return self.dice.choice(self.of.years)

    def month(self) -> int:
        return self.dice.randint(1, 12)

    def phrase(self) -> str:
        return self.of.phrases[int(len(self.of.phrases) ** self.dice.random()) - 1]


def _words(number: int, first: int, last: int) -> Make:
    def make(maker: _Maker) -> Question:
        text = " ".join(maker.word(first, last) for _ in range(number))
        return Question("", text, text)

    return make


def _phrase(maker: _Maker) -> Question:
    words = maker.phrase() if maker.dice.random() < 0.75 else f"{maker.word(2, 60)} {maker.word(2, 60)}"
    text = f'"{words}"'
    if maker.dice.random() < 0.25:
        text += f" {maker.word(5, 300)}"
    return Question("", text, text)


def _prefix(maker: _Maker) -> Question:
    letters = maker.dice.choice([2, 3, 3, 4, 5])
    text = f"{maker.word(20, 5_000)[:letters]}*"
    if maker.dice.random() < 0.4:
        text = f"{maker.word(5, 500)} {text}"
    return Question("", text, text)


def _exclusion(maker: _Maker) -> Question:
    word, other = maker.word(5, 800), maker.word(2, 200)
    if maker.dice.random() < 0.3:
        other = f'"{maker.phrase()}"'
    return Question("", f"{word} -{other}", f"{word} NOT {other}")


def _either(maker: _Maker) -> Question:
    one, other, third = (maker.word(5, 1_500) for _ in range(3))
    text = maker.dice.choice([f"{one} OR {other}", f"{one} OR {other} OR {third}", f"({one} OR {other}) {third}"])
    return Question("", text, text.replace(") ", ") AND "))


def _title(maker: _Maker) -> Question:
    word = maker.word(5, 800)
    return Question("", f"title:{word}", f"title : {word}")


def _one_facet(maker: _Maker) -> Question:
    asked = _words(1, 5, 1_000)(maker) if maker.dice.random() < 0.6 else Question("")
    return replace(asked, tags=(maker.tag(),)) if maker.dice.random() < 0.6 else replace(asked, year=maker.year())


def _two_facets(maker: _Maker) -> Question:
    # Readers choose values that are shown with a count, so most of these find something.
    asked = _words(1, 3, 200)(maker) if maker.dice.random() < 0.5 else Question("")
    if maker.dice.random() < 0.3:
        return replace(asked, tags=maker.two_tags())
    if maker.dice.random() < 0.6:
        return replace(asked, tags=(maker.tag(),), year=maker.year())
    return replace(asked, year=maker.year(), month=maker.month())


def _three_facets(maker: _Maker) -> Question:
    asked = _words(1, 2, 30)(maker) if maker.dice.random() < 0.3 else Question("")
    if maker.dice.random() < 0.4:
        return replace(asked, tags=maker.two_tags(), year=maker.year())
    return replace(asked, tags=(maker.tag(6),), year=maker.year(), month=maker.month())


def _nothing(maker: _Maker) -> Question:
    unknown = f"{maker.dice.choice(maker.of.unknown)}{maker.dice.choice('aeiou')}"
    text = maker.dice.choice([unknown, f"{maker.word(5, 500)} {unknown}", f'"{maker.word(900, 3_000)} {unknown}"'])
    return Question("", text, text)


def _everything(maker: _Maker) -> Question:
    return Question("", more=maker.dice.choice([(), (("sort", "oldest"),), (("size", "50"),)]))


def _deep(maker: _Maker) -> Question:
    page = ("page", str(maker.dice.choice([2, 3, 5, 10, 25])))
    asked = Question("") if maker.dice.random() < 0.3 else _words(1, 2, 40)(maker)
    return replace(asked, more=(page,))


KINDS: list[tuple[str, int, Make]] = [
    ("a rare word", 12, _words(1, 3_000, 30_000)),
    ("a common word", 12, _words(1, 3, 150)),
    ("a word", 12, _words(1, 150, 3_000)),
    ("two words", 14, _words(2, 5, 1_500)),
    ("three words", 8, _words(3, 3, 400)),
    ("a phrase", 12, _phrase),
    ("a prefix", 10, _prefix),
    ("a word without another", 8, _exclusion),
    ("either of several", 8, _either),
    ("a word of the title", 4, _title),
    ("one facet", 12, _one_facet),
    ("two facets", 12, _two_facets),
    ("three facets", 10, _three_facets),
    ("nothing found", 8, _nothing),
    ("everything", 3, _everything),
    (DEEP, 7, _deep),
]
"""Each kind with its number in the list."""
