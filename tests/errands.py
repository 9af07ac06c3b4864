"""What the visitors of `make load` ask for, and what of an answer has to stay as it is while other entries come.

Entries that come carry the words, the tag and the year of tests.plenty.latecomers, which no steady errand asks for; so
ids, totals and the counts of facets have to stay. By best match only what is found has to: how words count against
each other depends on all entries. What asks for latecomers may only grow.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from tests.plenty import LATE_TAG, LATE_WORD, LATE_YEAR, YEARS, Plenty
from tests.visitors import Answer
from tests.webapp import pages

_TITLE = 'title:"'
FORMATS = ("atom", "rss", "json", "ndjson", "csv")


@dataclass(frozen=True)
class Errand:
    """An address, and what its answer says."""

    address: str
    read: Callable[[Answer], object]
    status: int = 200
    grows: bool = False
    """True where the answer is a number, and may become larger."""


def steady(plenty: Plenty, dice: random.Random) -> Iterator[Errand]:
    """Give errands of every kind, about as often as each comes where people read."""
    for text, filters in _states(plenty, dice, 60):
        yield Errand(f"/?q={text}{filters}&sort={dice.choice(['newest', 'oldest'])}", page)
        yield Errand(f"/?q={text}{filters}", found)
    for text, filters in _states(plenty, dice, 25):
        yield Errand(f"/fragments/entries?q={text}{filters}&sort=newest", page)
        yield Errand(f"/embed/entries?q={text}{filters}&sort=newest&more=1", ids_in_embed)
        yield Errand(f"/facets/tag/?q={text}{filters}", values)
    for text, filters in _states(plenty, dice, 8):
        for suffix in FORMATS:
            yield Errand(f"/entries.{suffix}?q={text}{filters}&sort=newest&size=20", ids_in_format)
    for word in _words(plenty, dice, 40):
        yield Errand(f"/suggest?q={word[: dice.randint(2, 4)]}", suggestions)
        yield Errand(f"/fragments/suggest?q={word[: dice.randint(2, 4)]}", options)
    for number in dice.sample(range(1, plenty.number + 1), 40):
        yield Errand(f"/entries/{number}/", location, 301)
    yield Errand("/help/", title)
    yield Errand("/settings/", title)
    yield Errand("/opensearch.xml", whole)
    yield Errand("/healthz", whole)
    yield Errand("/nothing/is/here", title, 404)
    yield Errand(f"/?q={'a' * 1_001}", title, 413)


def growing() -> list[Errand]:
    """Give errands that find what comes meanwhile."""
    return [
        Errand("/", total, grows=True),
        Errand(f"/?q={LATE_WORD}", total, grows=True),
        Errand(f"/?tag={LATE_TAG}&sort=oldest", total, grows=True),
        Errand(f"/fragments/entries?year={LATE_YEAR}", total, grows=True),
        Errand(f"/entries.ndjson?q={LATE_WORD}", number_of_lines, grows=True),
    ]


def distinct(plenty: Plenty, dice: random.Random) -> Iterator[Errand]:
    """Give errands without end, hardly one of them twice: what caches are filled with."""
    kinds: list[tuple[int, str]] = [(6, "/?q={}"), (3, "/fragments/entries?q={}"), (4, "/suggest?q={}")]
    kinds += [(2, "/fragments/suggest?q={}"), (2, "/embed/entries?q={}"), (1, "/entries.json?q={}&size=10")]
    weights = [weight for weight, _ in kinds]
    while True:
        ((_, pattern),) = dice.choices(kinds, weights)
        text = dice.choice([_two, _misspelt, _prefix, _phrase, _excluding, _two])(plenty, dice)
        filters = f"&year={dice.choice(YEARS)}" if dice.random() < 0.2 and "suggest" not in pattern else ""
        yield Errand(pattern.format(quote(text)) + filters, whole)
        if dice.random() < 0.1:
            yield Errand(f"/entries/{dice.randint(1, plenty.number)}/", location, 301)


def followed(asked: Iterable[Errand], expected: Mapping[str, object]) -> list[Errand]:
    """Give errands to where others lead."""
    return [Errand(str(expected.get(errand.address)), title) for errand in asked if errand.read is location]


# --- what an answer says --------------------------------------------------------------------------------------------


def page(answer: Answer) -> object:
    """Give which entries are shown in which order, and all of `found`."""
    return pages.hits(pages.parsed(_text(answer))), found(answer)


def found(answer: Answer) -> object:
    """Give how many entries there are, and the count of each value of each facet."""
    return total(answer), counts(answer)


def values(answer: Answer) -> object:
    """Give the count of each value of a facet that some of the entries have; the page lists those of others too."""
    return {id: count for id, count in counts(answer).items() if id.startswith("tag-") and count}


def counts(answer: Answer) -> dict[str, int]:
    """Give the count of each value that can be chosen."""
    tree = pages.parsed(_text(answer))
    chosen = tree.css("#facets [id]:has(> .count), #values [id]:has(> .count)")
    return {node.attributes["id"] or "": pages.number(node.css_first(".count")) for node in chosen}


def total(answer: Answer) -> int:
    """Give how many entries there are."""
    return pages.total(pages.parsed(_text(answer)))


def title(answer: Answer) -> object:
    """Give a page's title."""
    return pages.title(pages.parsed(_text(answer)))


def ids_in_embed(answer: Answer) -> object:
    """Give the addresses of the entries of an embed, and how many there are."""
    tree = pages.parsed(_text(answer))
    (results,) = tree.css(".feedsift-results")
    return [node.attributes["href"] for node in tree.css(".feedsift-title-link")], results.attributes["data-total"]


def ids_in_format(answer: Answer) -> object:
    """Give what tells the entries of a document apart, in order."""
    return re.findall(r"https://plenty\.example/\d+(?=[\"<,])", _text(answer))


def suggestions(answer: Answer) -> object:
    """Give how a text may go on, and what that gives, but for titles: which come first is a matter of best match."""
    text, found, counts, *_ = json.loads(answer.body)
    pairs = zip(found, counts, strict=True)
    return text, [(each, count) for each, count in pairs if not each.startswith(_TITLE)]


def options(answer: Answer) -> object:
    """Give the same of the list below the search box."""
    nodes = pages.parsed(_text(answer)).css("[role=option]")
    pairs = [(node.attributes["data-text"] or "", pages.words(node)) for node in nodes]
    return [pair for pair in pairs if not pair[0].startswith(_TITLE)]


def number_of_lines(answer: Answer) -> int:
    """Give the number of lines."""
    return answer.body.count(b"\n")


def location(answer: Answer) -> object:
    """Give where it leads."""
    return answer.headers["location"]


def whole(answer: Answer) -> object:
    """Give all of it, in short."""
    return hashlib.sha256(answer.body).hexdigest()


def _text(answer: Answer) -> str:
    return answer.body.decode("utf-8")


# --- what is asked --------------------------------------------------------------------------------------------------


def _states(plenty: Plenty, dice: random.Random, number: int) -> Iterator[tuple[str, str]]:
    """Give texts with words that entries have, and filters."""
    for word in _words(plenty, dice, number):
        other = dice.choice(plenty.words[:200])
        text = dice.choice([word, f"{word} {other}", f"{word} OR {other}", f"{word} -{other}", f"{word[:3]}*", word])
        year, tag = dice.choice(YEARS), dice.choice(plenty.tags[:40])
        filters = ["", "", f"&year={year}", f"&tag={tag}", f"&exclude.tag={tag}", f"&from={year}&to={year + 3}"]
        yield quote(text), dice.choice(filters)


def _words(plenty: Plenty, dice: random.Random, number: int) -> list[str]:
    return [plenty.words[int(10 ** dice.uniform(0.5, 3.5))] for _ in range(number)]


def _any(plenty: Plenty, dice: random.Random) -> str:
    return plenty.words[int(len(plenty.words) ** dice.random()) - 1]


def _two(plenty: Plenty, dice: random.Random) -> str:
    return f"{_any(plenty, dice)} {_any(plenty, dice)}"


def _misspelt(plenty: Plenty, dice: random.Random) -> str:
    word = _any(plenty, dice)
    place = dice.randrange(len(word))
    return f"{word[:place]}{dice.choice('aeioxz')}{word[place:]}"


def _prefix(plenty: Plenty, dice: random.Random) -> str:
    return f"{_any(plenty, dice)} {_any(plenty, dice)[: dice.randint(2, 4)]}*"


def _phrase(plenty: Plenty, dice: random.Random) -> str:
    return f'"{_any(plenty, dice)} {_any(plenty, dice)}"'


def _excluding(plenty: Plenty, dice: random.Random) -> str:
    return f"{_any(plenty, dice)} -{_any(plenty, dice)}"
