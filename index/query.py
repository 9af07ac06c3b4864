"""What is asked: a frozen value made from the parameters of an address, and turned back into canonical ones.

Two addresses that ask for the same thing give equal queries, and a query has exactly one list of pairs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from index import dates, syntax
from index.analysis import tag_key
from index.syntax import MOST_VALUES

DEFAULT_SIZE = 20
LARGEST_SIZE = 100
LONGEST_TEXT = 1_000
"""Characters in `q`; more is refused by the caller (413), so that cost stays bounded."""
LAST_PAGE = 10_000
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
ALIASES = {
    "query": "q",
    "search": "q",
    "s": "q",
    "keywords": "q",
    "tags": "tag",
    "since": "from",
    "until": "to",
}
NAMES = {"tag", "exclude.tag", "author", "feed", "after"}
"""Parameters whose values are names of something, or made by us."""
SORT_ALIASES = {"date": "newest"}


class Sort(StrEnum):
    """The orders of a result."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True)
class Query:
    """One state of the site. Make it with `from_pairs`, or change one with the methods below."""

    text: str = ""
    tags: tuple[tuple[str, ...], ...] = ()
    """Each group is any-of, and all groups must match; by tag key."""
    excluded_tags: tuple[str, ...] = ()
    author: str = ""
    feed: str = ""
    year: int | None = None
    month: int | None = None
    since: str = ""
    """First day, as a partial date (`2019`, `2019-03`, `2019-03-07`); `from` in addresses."""
    until: str = ""
    """Last day, likewise; `to` in addresses."""
    order: Sort | None = None
    """None is the default: relevance with words, newest without."""
    size: int = DEFAULT_SIZE
    page: int = 1
    after: str = ""
    """The engine's cursor: only hits behind it."""

    @property
    def sort(self) -> Sort:
        """The order that holds, chosen or by default."""
        return self.order if self.order and self.has_own_order else self.default_sort

    @property
    def default_sort(self) -> Sort:
        """The order where none is chosen."""
        return Sort.RELEVANCE if syntax.has_words(self.text) else Sort.NEWEST

    @property
    def has_own_order(self) -> bool:
        """True where an order was chosen that is not the default; without words there is no relevance."""
        return self.order not in (None, self.default_sort, Sort.RELEVANCE)

    @property
    def is_filtered(self) -> bool:
        """True where anything but order and paging is asked for."""
        chosen = self.text, self.tags, self.excluded_tags, self.author, self.feed, self.since, self.until
        return any(chosen) or self.year is not None or self.month is not None

    @property
    def days(self) -> dates.Days:
        """The days that `since` and `until` leave; an inverted range is turned round."""
        return dates.between(self.since, self.until)

    def with_(self, **changes: Any) -> Query:
        """Give the query with other values, from its first page on."""
        # As dataclasses.replace does, in a quarter of the time: a page asks for some thirty states beside its own.
        if unknown := changes.keys() - self.__dict__.keys():
            raise TypeError(f"A query has no {', '.join(unknown)}.")
        other = object.__new__(Query)
        other.__dict__.update(self.__dict__, **{"page": 1, "after": ""} | changes)
        return other

    def choosing(self, facet: str, value: str) -> Query:
        """Give the query that asks for this value of a facet: a tag besides those chosen, else instead."""
        match facet:
            case "tag":
                return self.with_tag(value)
            case "year":
                return self.with_(year=int(value), month=None, since="", until="")
            case "month":
                return self.with_(month=int(value), since="", until="")
        return self.with_(**{facet: value})

    def releasing(self, facet: str, value: str) -> Query:
        """Give the query that does not mind this value of a facet."""
        match facet:
            case "tag" if value not in self.excluded_tags and not any(value in group for group in self.tags):
                return self if self.page == 1 and not self.after else self.with_()
            case "tag":
                groups = [tuple(key for key in group if key != value) for group in self.tags]
                return self.with_(tags=_ordered(groups), excluded_tags=_others(self.excluded_tags, value))
            case "year":
                return self.with_(year=None, month=None)
            case "month":
                return self.with_(month=None)
        return self.with_(**{facet: ""})

    def with_tags(self, groups: Iterable[tuple[str, ...]]) -> Query:
        """Give the query that asks for these groups of tags instead."""
        return self.with_(tags=_ordered(groups))

    def with_tag(self, key: str) -> Query:
        """Give the query that also asks for this tag."""
        freed = self.releasing("tag", key)
        return freed.with_(tags=_ordered([*freed.tags, (key,)]))

    def with_any_tag(self, key: str) -> Query:
        """Give the query that is content with this tag instead of those in `open_group`."""
        freed = self.releasing("tag", key)
        group = freed.open_group
        return freed.with_(tags=_ordered([*(g for g in freed.tags if g != group), (*group, key)]))

    def excluding_tag(self, key: str) -> Query:
        """Give the query that leaves out what has this tag."""
        freed = self.releasing("tag", key)
        return freed.with_(excluded_tags=tuple(sorted({*freed.excluded_tags, key})))

    def admitting_tag(self, key: str) -> Query:
        """Give the query that no longer leaves out what has this tag."""
        return self.with_(excluded_tags=_others(self.excluded_tags, key))

    @property
    def open_group(self) -> tuple[str, ...]:
        """The tags that another one can be an alternative to: the any-of group, else the last tag; or none."""
        return next((group for group in self.tags if len(group) > 1), self.tags[-1] if self.tags else ())

    def without_tag(self, group: tuple[str, ...]) -> Query:
        """Give the query without this group of tags."""
        return self.with_(tags=tuple(g for g in self.tags if g != group))

    def pairs(self) -> list[tuple[str, str]]:
        """Give the canonical parameters: fixed order, nothing that is empty or default."""
        numbers = ("year", self.year), ("month", self.month)
        paging = ("size", self.size, DEFAULT_SIZE), ("page", self.page, 1)
        pairs = [("q", self.text)] if self.text else []
        pairs += [("tag", syntax.join_list(group)) for group in self.tags]
        pairs += [("exclude.tag", syntax.join_list([key])) for key in self.excluded_tags]
        pairs += [pair for pair in (("author", self.author), ("feed", self.feed)) if pair[1]]
        pairs += [(name, str(number)) for name, number in numbers if number]
        pairs += [pair for pair in (("from", self.since), ("to", self.until)) if pair[1]]
        if self.order and self.has_own_order:
            pairs.append(("sort", self.order.value))
        pairs += [(name, str(number)) for name, number, usual in paging if number and number != usual]
        return [*pairs, ("after", self.after)] if self.after else pairs


def from_pairs(pairs: Iterable[tuple[str, str]]) -> tuple[Query, tuple[str, ...]]:
    """Read the parameters of an address.

    Nothing is an error: what is out of range becomes the nearest valid value, what makes no sense is left
    out, and each such correction gives a sentence in the notes. Unknown names are ignored.
    """
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        if cleaned := _composed(value):
            values.setdefault(ALIASES.get(name, name), []).append(cleaned)
    reading = _Reading(values)
    reading.shorten()
    query = Query(
        text=reading.last("q"),
        tags=_ordered(reading.group(value) for value in reading.many("tag")),
        excluded_tags=reading.keys("exclude.tag"),
        author=reading.last("author"),
        feed=reading.last("feed"),
        year=reading.number("year", dates.FIRST_YEAR, dates.LAST_YEAR),
        month=reading.number("month", 1, 12),
        since=reading.date("from"),
        until=reading.date("to"),
        order=reading.sort(),
        size=reading.number("size", 1, LARGEST_SIZE) or DEFAULT_SIZE,
        page=reading.number("page", 1, LAST_PAGE, says_high=False) or 1,
        after=reading.last("after"),
    )
    if not query.has_own_order:
        query = replace(query, order=None)
    return query, tuple(reading.notes)


def as_value(*names: str) -> str:
    """Write the names of tags of which any does as a parameter's value: in double quotes where a comma divides one."""
    return syntax.join_list(names)


def sound(text: str) -> str:
    """Give text without the characters that XML 1.0 has no place for (section 2.2)."""
    return _ILLEGAL.sub("", text)


def clean_text(text: str) -> str:
    """Give text of a feed in Unicode's composed form (NFC), without control characters, runs of space folded.

    What embeds or overrides a direction goes as well: left open, it would turn around what stands beside the text.
    """
    return _composed(_DIRECTIONS.sub("", text))


def _composed(text: str) -> str:
    if text.isascii() and text.isprintable():  # composed, and without control characters
        return " ".join(text.split())
    visible = (" " if unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff" else c for c in text)
    return " ".join(unicodedata.normalize("NFC", "".join(visible)).split())


def _others(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(other for other in keys if other != key)


def _ordered(groups: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Put groups in their order, without those that ask for no more than a smaller one does."""
    found = {frozenset(map(tag_key, group)) for group in groups if group}
    return tuple(sorted(tuple(sorted(group)) for group in found if not any(other < group for other in found)))


@dataclass(slots=True)
class _Reading:
    """The values of an address by name, and what had to be corrected in them."""

    values: dict[str, list[str]]
    notes: list[str]

    def __init__(self, values: dict[str, list[str]]) -> None:
        self.values = values
        self.notes = []

    def shorten(self) -> None:
        """Leave out what is longer than any name is: it would stand in every address of the page."""
        for name in NAMES & self.values.keys():
            kept = [value for value in self.values[name] if len(value) <= LONGEST_TEXT]
            while sum(map(len, kept)) > LONGEST_TEXT:
                kept.pop()
            if kept != self.values[name]:
                self.notes.append(f"What “{name}” has beyond {LONGEST_TEXT:,} characters was left out.")
                self.values[name] = kept or [""]

    def last(self, name: str) -> str:
        return self.values.get(name, [""])[-1]

    def many(self, name: str) -> list[str]:
        return self._first(name, self.values.get(name, []))

    def group(self, value: str) -> tuple[str, ...]:
        return tuple(self._first("tag", syntax.split_list(value)))

    def keys(self, name: str) -> tuple[str, ...]:
        found = {key for value in self.values.get(name, []) for key in syntax.split_list(value)}
        return tuple(self._first(name, sorted(found)))

    def _first(self, name: str, found: list[str]) -> list[str]:
        if len(found) > MOST_VALUES:
            self.notes.append(f"Only the first {MOST_VALUES} values of “{name}” were used.")
        return found[:MOST_VALUES]

    def number(self, name: str, low: int, high: int, *, says_high: bool = True) -> int | None:
        text = self.last(name)
        if not text:
            return None
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            self.notes.append(f"“{_short(text)}” is not a {name}, and was left out.")
            return None
        # A number of many digits is out of range whatever it is; converting it would cost time.
        number = int(text) if len(text) < 10 else (low - 1 if text[0] == "-" else high + 1)
        nearest = max(low, min(number, high))
        if nearest != number and (says_high or nearest == low):
            self.notes.append(f"There is no {name} {_short(text)}: showing {name} {nearest}.")
        return nearest

    def date(self, name: str) -> str:
        return self._corrected(name, dates.partial, "a date")

    def sort(self) -> Sort | None:
        chosen = self._corrected("sort", _sort, "an order")
        return Sort(chosen) if chosen else None

    def _corrected(self, name: str, read: Callable[[str], str | None], kind: str) -> str:
        text = self.last(name)
        found = read(text) if text else ""
        if found is None:
            self.notes.append(f"“{_short(text)}” is not {kind}, and was left out.")
        elif found != text and text not in SORT_ALIASES:
            self.notes.append(f"“{_short(text)}” was read as {found}.")
        return found or ""


def _sort(text: str) -> str | None:
    name = SORT_ALIASES.get(text, text)
    return name if name in set(Sort) else None


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"
