"""The query language: what a reader types, parsed once into a small tree that any engine can compile.

    words are ANDed · "a phrase" · -word · OR, AND, NOT in capitals · ( ) · tag:x  tag:a,b  #x
    title: body: author: url: · date:2014  date:2014-02..2014-04  date:>=2019  from:  to: · pre*

Anything else is searched as text, and no input is an error: what cannot be an operator is a word.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from index import analysis, dates

MOST_CLAUSES = 64
DEEPEST_GROUP = 20
SHORTEST_PREFIX = 2
LONGEST_LIST = 100_000
"""Characters of `a,b,…` that are looked at: the csv module refuses a value of 131,072."""
TEXT_FIELDS = frozenset({"title", "body", "author", "url"})


@dataclass(frozen=True, slots=True)
class Text:
    """One term, or several that follow each other; `field` is one of TEXT_FIELDS or empty for all that is ranked."""

    terms: tuple[str, ...]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every term that starts with `start` (folded, not stemmed)."""

    start: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Tagged:
    """Entries with any of these tags, by key."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dated:
    """Entries published on one of these days."""

    days: dates.Days


@dataclass(frozen=True, slots=True)
class And:
    """Entries that every part finds; with no parts, every entry."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Entries that at least one part finds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Entries that the part does not find."""

    part: Node


Node = Text | Prefix | Tagged | Dated | And | Or | Not
Leaf = Text | Prefix | Tagged | Dated


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query's tree, and what a reader should be told about how it was read."""

    tree: Node
    notes: tuple[str, ...] = ()

    @property
    def has_words(self) -> bool:
        """True where something in the query can be ranked: a word that is not excluded."""
        return any(True for _ in wanted(self.tree))


@lru_cache(maxsize=1024)
def parse(text: str) -> Parsed:
    """Parse any text at all; an empty one finds everything."""
    lexemes = list(_lexemes(text))
    notes: list[str] = []
    if len(lexemes) > MOST_CLAUSES:
        notes.append(f"Only the first {MOST_CLAUSES} parts of the query were used.")
        lexemes = lexemes[:MOST_CLAUSES]
    tree = _Parser(_balanced(lexemes), notes).tree()
    return Parsed(tree, tuple(dict.fromkeys(notes)))


def wanted(node: Node) -> Iterator[Text | Prefix]:
    """Give the words of a tree that entries are ranked by and that snippets mark: all that are not excluded."""
    match node:
        case Text() | Prefix():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted(part)


def split_list(text: str) -> list[str]:
    """Split `a,b` at its commas; a value in double quotes may hold commas itself (RFC 4180)."""
    line = text[:LONGEST_LIST].replace("\r", " ").replace("\n", " ")
    row = next(csv.reader([line]), [])
    return [value for value in map(analysis.tag_key, row) if value]


def join_list(values: Iterable[str]) -> str:
    """Undo `split_list`."""
    return ",".join('"' + value.replace('"', '""') + '"' if re.search(r'[,"]', value) else value for value in values)


# --- from text to lexemes ---------------------------------------------------------------------------------------

_LEXEME = re.compile(
    r"""
    (?P<open>\() | (?P<close>\))
  | (?P<minus>(?:(?<=[\s(])|\A)-(?=[^\s)-]))
  | (?:(?P<field>[A-Za-z]+):)?"(?P<phrase>[^"]*)"
  | (?P<run>[^\s()"]+)
  | (?P<blank>\s+|")
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str
    text: str
    field: str = ""


def _lexemes(text: str) -> Iterator[_Lexeme]:
    for match in _LEXEME.finditer(text):
        kind = match.lastgroup or "blank"
        if kind == "phrase":
            yield _Lexeme("phrase", match["phrase"], (match["field"] or "").lower())
        elif kind == "run" and match["run"] in ("AND", "OR", "NOT"):
            yield _Lexeme(match["run"], match["run"])
        elif kind != "blank":
            yield _Lexeme(kind, match[kind])


def _balanced(lexemes: list[_Lexeme]) -> list[_Lexeme]:
    """Drop parentheses that have no partner, and those nested too deep."""
    dropped: set[int] = set()
    stack: list[int] = []
    for at, lexeme in enumerate(lexemes):
        if lexeme.kind == "open":
            stack.append(at)
        elif lexeme.kind == "close":
            if not stack:
                dropped.add(at)
            elif len(stack) > DEEPEST_GROUP:
                dropped |= {stack.pop(), at}
            else:
                stack.pop()
    dropped.update(stack)
    return [lexeme for at, lexeme in enumerate(lexemes) if at not in dropped]


# --- from lexemes to a tree -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Parser:
    """Recursive descent over balanced lexemes; its depth is bounded by DEEPEST_GROUP and by the runs of NOT."""

    lexemes: list[_Lexeme]
    notes: list[str]
    at: int = field(default=0)

    def tree(self) -> Node:
        return self._any_of() or And()

    def _kind(self) -> str:
        return self.lexemes[self.at].kind if self.at < len(self.lexemes) else "end"

    def _any_of(self) -> Node | None:
        parts = [self._all_of()]
        while self._kind() == "OR":
            self.at += 1
            parts.append(self._all_of())
        found = tuple(part for part in parts if part is not None)
        return found[0] if len(found) == 1 else Or(found) if found else None

    def _all_of(self) -> Node | None:
        parts: list[Node] = []
        while self._kind() not in ("end", "close", "OR"):
            if self._kind() == "AND":
                self.at += 1
            elif (part := self._one()) is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else And(tuple(parts)) if parts else None

    def _one(self) -> Node | None:
        is_negated = False
        while self._kind() in ("NOT", "minus"):
            is_negated = not is_negated
            self.at += 1
        if self._kind() in ("end", "close", "OR", "AND"):
            return None
        part = self._group() if self._kind() == "open" else self._leaf()
        return Not(part) if part is not None and is_negated else part

    def _group(self) -> Node | None:
        self.at += 1
        inside = self._any_of()
        self.at += 1
        return inside

    def _leaf(self) -> Node | None:
        lexeme = self.lexemes[self.at]
        self.at += 1
        if lexeme.kind == "phrase":
            return _fielded(lexeme.field, lexeme.text, True) or self._as_text(f"{lexeme.field} {lexeme.text}")
        if lexeme.text[0] == "#" and (tags := split_list(lexeme.text[1:])):
            return Tagged(tuple(tags))
        name, colon, value = lexeme.text.partition(":")
        if colon and value and (leaf := _fielded(name.lower(), value, False)):
            return leaf
        return _prefix(lexeme.text, "") or self._as_text(lexeme.text, is_odd=bool(colon))

    def _as_text(self, text: str, is_odd: bool = False) -> Node | None:
        found = tuple(analysis.terms(text))
        if not found:
            self.notes.append(f"“{text.strip()}” holds no word to search for.")
            return None
        if is_odd:
            self.notes.append(f"“{text.strip()}” was searched as text.")
        return Text(found)


def _fielded(name: str, value: str, is_quoted: bool) -> Node | None:
    """Give the leaf of `name:value`, or None where that is not in the language."""
    if name == "tag":
        tags = [analysis.tag_key(value)] if is_quoted else split_list(value)
        return Tagged(tuple(tags)) if any(tags) else None
    if name in ("date", "from", "to"):
        return _dated(name, value)
    if name in TEXT_FIELDS or (name == "" and is_quoted):
        found = tuple(analysis.terms(value))
        prefix = None if is_quoted else _prefix(value, name)
        return prefix or (Text(found, name) if found else None)
    return None


def _dated(name: str, value: str) -> Dated | None:
    sign = {"date": "", "from": ">=", "to": "<="}[name]
    span = dates.day_range(sign + value)
    return Dated(span) if span else None


def _prefix(text: str, name: str) -> Prefix | None:
    match = re.fullmatch(r"([^\W_]+)\*", text)
    if not match or len(start := analysis.fold(match[1])) < SHORTEST_PREFIX:
        return None
    return Prefix(start, name)
