"""What a query must find, told by looking at every entry in plain Python; and random entries and queries."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from index import Choice, Document, Query, from_pairs
from index.analysis import fold, forms, is_lone, primary, stem, tag_key
from index.query import Sort
from index.syntax import And, Dated, Node, Not, Or, Prefix, Tagged, Text, join_list, parse
from tests.documents import DAY, START

RANKED = ("title", "body", "tags")
WORDS = [
    *("run", "running", "runner", "runs", "happy", "happiness", "new", "york", "Yorker", "newer"),
    *("Café", "cafe", "C++", "c", "the", "theory", "running-shoes", "can't", "🙂", "x1", "l'école"),
    *("Häuser", "Haus", "東京都", "京都", "都", "서울에서"),
]
TAGS = ["a", "b", "Web Dev", "c++", "a,b", 'say "hi"', "running"]
AUTHORS = ["", "Ada Runner", "Bob"]
LANGUAGES = ["", "en-GB", "de", "ja"]


@dataclass(frozen=True)
class Record:
    """An entry, as plain as can be."""

    id: int
    title: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    author: str = ""
    link: str = ""
    feeds: tuple[int, ...] = (1,)
    time: int = START
    is_dated: bool = True
    language: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(tag_key(name) for name in self.tags)

    @property
    def day(self) -> date:
        return datetime.fromtimestamp(self.time, UTC).date()


def document(record: Record) -> Document:
    """Analyse a record for an engine."""
    return Document(
        id=record.id,
        title=forms(record.title),
        body=forms(record.text),
        tag_words=_apart(record.tags),
        author_words=forms(record.author),
        url=forms(record.link),
        tags=record.keys,
        author=record.author,
        feeds=record.feeds,
        time=record.time,
        is_dated=record.is_dated,
        language=primary(record.language),
    )


def _apart(names: Iterable[str]) -> list[str]:
    return [form for name in names for form in (*forms(name), "")]


# --- what is found ---


def hits(query: Query, records: Iterable[Record]) -> set[int]:
    """Give the ids that a query finds."""
    tree = parse(query.text).tree
    return {record.id for record in records if _passes(query, record) and _finds(tree, record)}


def in_time(query: Query, records: Iterable[Record]) -> list[int]:
    """Give the ids that a query finds, in the order of their dates."""
    found = hits(query, records)
    keys = sorted((record.time, -record.id) for record in records if record.id in found)
    return [-id for _, id in (keys if query.sort is Sort.OLDEST else reversed(keys))]


def values(facet: str, record: Record) -> set[str]:
    """Give a record's values of a facet."""
    return {
        "tag": set(record.keys),
        "feed": {str(feed) for feed in record.feeds},
        "author": {record.author} - {""},
        "year": {str(record.day.year)} if record.is_dated else set(),
        "month": {str(record.day.month)} if record.is_dated else set(),
    }[facet]


def choice(query: Query, facet: str, value: str) -> Choice:
    """Give what a query asks of a value of a facet."""
    if facet == "tag":
        if value in query.excluded_tags:
            return Choice.NOT
        groups = [group for group in query.tags if value in group]
        return Choice.NONE if not groups else Choice.ANY if len(groups[-1]) > 1 else Choice.MUST
    return Choice.MUST if value == str(getattr(query, facet)) else Choice.NONE


def _passes(query: Query, record: Record) -> bool:
    keys = set(record.keys)
    return (
        all(keys & set(group) for group in query.tags)
        and not keys & set(query.excluded_tags)
        and query.author in ("", record.author)
        and (not query.feed or query.feed in map(str, record.feeds))
        and (not query.year or (record.is_dated and record.day.year == query.year))
        and (not query.month or (record.is_dated and record.day.month == query.month))
        and (not (query.since or query.until) or _is_between(record, query.days.first, query.days.last))
    )


def _is_between(record: Record, first: date, last: date) -> bool:
    return record.is_dated and first <= record.day <= last


def _finds(node: Node, record: Record) -> bool:
    match node:
        case Text(wanted, field, is_exact):
            return any(_holds(words, wanted, record.language, is_exact) for words in _words(record, field))
        case Prefix(start, field):
            return any(fold(form).startswith(start) for words in _words(record, field) for form in words if form)
        case Tagged(keys):
            return bool(set(keys) & set(record.keys))
        case Dated(days):
            return _is_between(record, days.first, days.last)
        case And(parts):
            return all(_finds(part, record) for part in parts)
        case Or(parts):
            return any(_finds(part, record) for part in parts)
        case Not(part):
            return not _finds(part, record)


def _holds(words: tuple[str, ...], wanted: tuple[str, ...], language: str, is_exact: bool) -> bool:
    return any(
        all(_fits(word, asked, language, is_exact) for word, asked in zip(words[at:], wanted, strict=False))
        for at in range(len(words) - len(wanted) + 1)
    )


@cache
def _fits(word: str, asked: str, language: str, is_exact: bool) -> bool:
    if is_lone(asked):
        return word.startswith(asked)
    if not word or is_exact or fold(word) == fold(asked):
        return bool(word) and fold(word) == fold(asked)
    return stem(fold(word), primary(language)) == stem(fold(asked), primary(language))


@cache
def _words(record: Record, field: str) -> tuple[tuple[str, ...], ...]:
    texts = {"title": record.title, "body": record.text, "author": record.author, "url": record.link}
    words = {name: tuple(forms(text)) for name, text in texts.items()} | {"tags": tuple(_apart(record.tags))}
    return tuple(words[name] for name in ((field,) if field else RANKED))


# --- random entries and queries ---


def random_record(dice: random.Random, id: int) -> Record:
    """Make an entry of few words, so that queries find something."""
    return Record(
        id=id,
        title=_some_words(dice, 4),
        text=_some_words(dice, 12),
        tags=tuple(dice.sample(TAGS, dice.choice([0, 0, 1, 2, 3]))),
        author=dice.choice(AUTHORS),
        link=dice.choice(["", "https://example.org/running/7", "https://york.example/"]),
        feeds=tuple(sorted(dice.sample([1, 2, 3], dice.randint(1, 2)))),
        time=START + dice.randrange(-40, 40) * 30 * DAY + dice.choice([0, 0, 86_399]),
        is_dated=dice.random() < 0.85,
        language=dice.choice(LANGUAGES),
    )


def random_query(dice: random.Random) -> Query:
    """Make a query of words, operators and filters, as it would come out of an address."""
    pairs = [("q", random_text(dice))] if dice.random() < 0.8 else []
    filters = [
        ("tag", join_list(dice.sample(TAGS, dice.randint(1, 2)))),
        ("tag", join_list([dice.choice(TAGS)])),
        ("exclude.tag", join_list([dice.choice(TAGS)])),
        ("author", dice.choice(AUTHORS)),
        ("feed", str(dice.randint(1, 4))),
        ("year", str(dice.randint(2007, 2013))),
        ("month", str(dice.randint(1, 12))),
        ("from", f"{dice.randint(2007, 2012)}-{dice.randint(1, 12):02}"),
        ("to", str(dice.randint(2008, 2013))),
    ]
    pairs += [pair for pair in filters if dice.random() < 0.12]
    pairs += [("sort", dice.choice(["relevance", "newest", "oldest", ""]))]
    return from_pairs(pairs)[0]


def random_text(dice: random.Random, depth: int = 2) -> str:
    """Make a text in the query language."""
    parts = []
    for _ in range(dice.choice([1, 1, 2, 3])):
        part = _random_leaf(dice)
        if depth and dice.random() < 0.25:
            part = f"({random_text(dice, depth - 1)})"
        parts.append(dice.choice(["", "", "", "-", "NOT "]) + part)
    return dice.choice([" ", " ", " OR ", " AND "]).join(parts)


def _random_leaf(dice: random.Random) -> str:
    word = dice.choice(WORDS)
    day = f"20{dice.randint(7, 13):02}-{dice.randint(1, 12):02}"
    field = dice.choice(["", "", "", "title:", "body:", "author:", "url:"])
    return dice.choice(
        [
            field + word,
            field + word,
            f'{field}"{word} {dice.choice(WORDS)}"',
            f'"{word}"',
            f"{field}{word}-{dice.choice(WORDS)}",
            f'"{" ".join(dice.choices(WORDS, k=3))}"',
            field + fold(word)[: dice.randint(2, 5)] + "*",
            f"tag:{join_list([dice.choice(TAGS)])}",
            f"#{dice.choice(['a,b', 'running', 'c++'])}",
            dice.choice([f"date:{day}", f"date:>={day}", f"from:{day}", f"date:{day}..2013"]),
        ]
    )


def _some_words(dice: random.Random, most: int) -> str:
    return " ".join(dice.choices(WORDS, k=dice.randint(0, most)))
