"""The query language: what a reader types, parsed once into a small tree that any engine can compile.

    words are ANDed · "a phrase" · -word · OR, AND, NOT in capitals · ( ) · tag:x  tag:a,b  #x
    title: body: author: url: · date:2014  date:2014-02..2014-04  date:>=2019  from:  to: · pre*

Anything else is searched as text, and no input is an error: what cannot be an operator is a word. What was read
otherwise than it looks is told in the notes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from index import analysis, dates
from index.lexemes import Lexeme, balanced, lexemes

MOST_CLAUSES = 64
MOST_VALUES = 32
"""Tags in one list `a,b,…`, and values of one repeated parameter; the rest is left out, with a note."""
SHORTEST_PREFIX = 2
MOST_QUOTED = 5
"""Parts that one note repeats."""
LONGEST_LIST = 100_000
"""Characters of `a,b,…` that are looked at: the csv module refuses a value of 131,072."""
EMPTY_PHRASE = "Quotation marks with nothing between them were left out."
TEXT_FIELDS = frozenset({"title", "body", "author", "url"})


@dataclass(frozen=True, slots=True)
class Text:
    """One word, or several that follow each other, as forms (index.analysis).

    `field` is one of TEXT_FIELDS, or empty for all that is ranked. `is_exact` (what stood in double quotes) leaves out
    other forms of the words, but not those that differ by accents.
    """

    forms: tuple[str, ...]
    field: str = ""
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that starts with `start` (folded)."""

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
class Part:
    """A node and where it stands in the query: `text[start:end]`, operators and parentheses of its own included."""

    node: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query's tree, and what a reader should be told about how it was read."""

    tree: Node
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    """What the query asks for one by one: an entry is found if every part finds it."""
    leaves: tuple[Part, ...] = ()
    """The words, tags and dates that are not excluded, wherever they stand."""
    tagged: tuple[Part, ...] = ()
    """The tags, excluded or not, wherever they stand."""
    is_cut: bool = False
    """True where the query was too long to be used whole."""

    @property
    def has_words(self) -> bool:
        """True where something in the query can be ranked: a word that is not excluded."""
        return any(True for _ in wanted(self.tree))


@lru_cache(maxsize=1024)
def has_words(text: str) -> bool:
    """Tell whether something in a text can be ranked, see Parsed.has_words; every address of a page asks for it."""
    return parse(text).has_words


@lru_cache(maxsize=1024)
def parse(text: str) -> Parsed:
    """Parse any text at all; an empty one finds everything."""
    found = list(lexemes(text))
    used, strays = balanced(found[:MOST_CLAUSES])
    parser = _Parser(text, used)
    if len(found) > MOST_CLAUSES:
        parser.notes.append(f"Only the first {MOST_CLAUSES} parts of the query were used.")
    parser.notes += [f"A {name} without its partner was searched as text." for name in strays]
    tree = parser.tree()
    if tree == And() and text.strip() and not parser.notes:
        parser.notes.append(f"“{text.strip()}” holds no word to search for.")
    wanted_leaves = set(map(id, _leaves(tree)))
    return Parsed(
        tree,
        (*dict.fromkeys(parser.notes), *_told_as_text(parser.as_text)),
        tuple(parser.parts),
        tuple(part for part in parser.leaves if id(part.node) in wanted_leaves),
        tuple(part for part in parser.leaves if isinstance(part.node, Tagged)),
        len(found) > MOST_CLAUSES,
    )


def notes_on(text: str) -> tuple[str, ...]:
    """Give what a reader should be told about how a text was read."""
    return parse(text).notes


def wanted(node: Node) -> Iterator[Text | Prefix]:
    """Give the words of a tree that entries are ranked by and that snippets mark: all that are not excluded."""
    return (leaf for leaf in _leaves(node) if isinstance(leaf, Text | Prefix))


def split_list(text: str) -> list[str]:
    """Split `a,b` at its commas; a value in double quotes may hold commas itself (RFC 4180)."""
    line = text[:LONGEST_LIST].replace("\r", " ").replace("\n", " ")
    row = next(csv.reader([line]), [])
    return [value for value in map(analysis.tag_key, row) if value]


def join_list(values: Iterable[str]) -> str:
    """Undo `split_list`."""
    return ",".join(
        ['"' + value.replace('"', '""') + '"' if "," in value or '"' in value else value for value in values]
    )


def _leaves(node: Node) -> Iterator[Leaf]:
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not():
            return
        case _:
            yield node


def _told_as_text(parts: list[str]) -> list[str]:
    """Say in one sentence which parts were taken for words though they hold signs."""
    shown = [f"“{part}”" for part in dict.fromkeys(parts)]
    if not shown:
        return []
    more = f" and {len(shown) - MOST_QUOTED} more" if len(shown) > MOST_QUOTED else ""
    return [f"{', '.join(shown[:MOST_QUOTED])}{more} {'was' if len(shown) == 1 else 'were'} searched as text."]


# --- from lexemes to a tree -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Parser:
    """Recursive descent over balanced lexemes; its depth is bounded by DEEPEST_GROUP and by the runs of NOT."""

    text: str
    lexemes: list[Lexeme]
    at: int = 0
    depth: int = 0
    notes: list[str] = field(default_factory=list)
    as_text: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    leaves: list[Part] = field(default_factory=list)

    def tree(self) -> Node:
        tree = self._any_of() or And()
        if not isinstance(tree, And) and len(self.parts) != 1:  # alternatives: one part, not several
            self.parts = [Part(tree, 0, len(self.text))]
        return tree

    def _kind(self) -> str:
        return self.lexemes[self.at].kind if self.at < len(self.lexemes) else "end"

    def _any_of(self) -> Node | None:
        parts = [self._all_of()]
        while self._kind() == "OR":
            self.at += 1
            parts.append(self._all_of())
        if None in parts and len(parts) > 1:
            self.notes.append("An “OR” with nothing on one side was left out.")
        found = tuple(part for part in parts if part is not None)
        if len(found) > 1 and all(isinstance(part, Tagged) for part in found):
            return Tagged(tuple(tag for part in found if isinstance(part, Tagged) for tag in part.tags))
        return found[0] if len(found) == 1 else Or(found) if found else None

    def _all_of(self) -> Node | None:
        parts: list[Node] = []
        while self._kind() not in ("end", "close", "OR"):
            if self._kind() == "AND":
                self.at += 1
                continue
            first = self.lexemes[self.at].start
            if (part := self._one()) is not None:
                parts.append(part)
                if self.depth == 0:
                    self.parts.append(Part(part, first, self.lexemes[self.at - 1].end))
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
        self.depth += 1
        inside = self._any_of()
        self.depth -= 1
        self.at += 1
        return inside

    def _leaf(self) -> Node | None:
        lexeme = self.lexemes[self.at]
        self.at += 1
        leaf = self._phrase(lexeme) if lexeme.kind == "phrase" else self._run(lexeme)
        if leaf is not None:
            self.leaves.append(Part(leaf, lexeme.start, lexeme.end))
        return leaf

    def _phrase(self, lexeme: Lexeme) -> Leaf | None:
        if lexeme.field in _FIELDS or not lexeme.field:
            return self._fielded(lexeme.field, lexeme.text, True) or self._words(lexeme.text)
        return self._words(f"{lexeme.field} {lexeme.text}", f"{lexeme.field}:")

    def _run(self, lexeme: Lexeme) -> Leaf | None:
        if lexeme.text[0] == "#" and (tags := split_list(lexeme.text[1:])):
            return self._tagged(tags)
        name, colon, value = lexeme.text.partition(":")
        if colon and value and (leaf := self._fielded(name.lower(), value, False)):
            return leaf
        return _prefix(lexeme.text, "") or self._words(lexeme.text, lexeme.text if lexeme.is_odd else "")

    def _words(self, text: str, odd: str = "") -> Leaf | None:
        """Take what is no operator as words; `odd` is what a reader may have meant otherwise."""
        found = tuple(analysis.asked_forms(text))
        if not found:
            self.notes.append(f"“{text.strip()}” holds no word to search for." if text.strip() else EMPTY_PHRASE)
            return None
        if odd:
            self.as_text.append(odd)
        return _text(found, "", is_exact=False)

    def _fielded(self, name: str, value: str, is_quoted: bool) -> Leaf | None:
        """Give the leaf of `name:value`, or None where that is not in the language."""
        if name == "tag":
            tags = [analysis.tag_key(value)] if is_quoted else split_list(value)
            return self._tagged(tags) if any(tags) else None
        if name in _DATES:
            return self._dated(name, value)
        if name in TEXT_FIELDS or (name == "" and is_quoted):
            found = tuple(analysis.asked_forms(value))
            prefix = None if is_quoted else _prefix(value, name)
            return prefix or (_text(found, name, is_quoted) if found else None)
        return None

    def _tagged(self, tags: list[str]) -> Tagged:
        if len(tags) > MOST_VALUES:
            self.notes.append(f"Only the first {MOST_VALUES} tags of a list were used.")
        return Tagged(tuple(tags[:MOST_VALUES]))

    def _dated(self, name: str, value: str) -> Dated | None:
        read = dates.day_range(_DATES[name] + value)
        if read is None:
            return None
        span, corrected = read
        if corrected:
            self.notes.append(f"“{name}:{value}” was read as {name}:{corrected.removeprefix(_DATES[name])}.")
        return Dated(span)


_DATES = {"date": "", "from": ">=", "to": "<="}
_FIELDS = TEXT_FIELDS | _DATES.keys() | {"tag"}


def _text(forms: tuple[str, ...], name: str, is_exact: bool) -> Text | Prefix:
    """One character of a script without spaces stands for every pair that it begins."""
    if len(forms) == 1 and analysis.is_lone(forms[0]):
        return Prefix(forms[0], name)
    return Text(forms, name, is_exact)


def _prefix(text: str, name: str) -> Prefix | None:
    match = re.fullmatch(r"([^\W_]+)\*", text)
    if not match or len(start := analysis.fold(match[1])) < SHORTEST_PREFIX:
        return None
    return None if len(analysis.asked_forms(start)) > 1 else Prefix(start, name)
