"""How a query may go on while it is typed: tags, titles and words that begin as its last word does.

Everything offered is counted with all filters of the query, so that nothing is offered that gives nothing. Called by
the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from index import analysis, meanings, rewriting
from index.engine import Engine
from index.query import LONGEST_TEXT, Query
from index.storage.store import Store
from index.syntax import SHORTEST_PREFIX

TAGS, WORDS, TITLES = 3, 3, 2
_LAST = re.compile(r"(?P<before>.*?(?:^|[\s(]))(?P<sign>-?)(?P<field>tag:|\#)?(?P<word>[^\W_][^\s()\":]*)$", re.DOTALL)


class Kind(StrEnum):
    """What a suggestion comes from."""

    TAG = "tag"
    WORD = "word"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for, and how many entries that gives."""

    kind: Kind
    text: str
    """The whole text of the query as it would be."""
    label: str
    """The tag, word or title by itself."""
    total: int


def suggestions(engine: Engine, store: Store, query: Query) -> list[Suggestion]:
    """Give suggestions for the last word of a query's text; none where it is no plain word or tag."""
    match = _LAST.fullmatch(query.text)
    if not match or query.text.count('"') % 2 or not _is_long_enough(match["word"]):
        return []
    before, start = match["before"] + match["sign"], match["word"]
    found = list(_tags(engine, store, before, start))
    if not match["field"]:
        found += _words(engine, before, start)
        found += _titles(engine, store, query, start) if not match["sign"] else []
    order = list(Kind)
    return sorted(_counted(engine, store, query, found), key=lambda found: (order.index(found.kind), -found.total))


def _is_long_enough(word: str) -> bool:
    return len(analysis.fold(word)) >= SHORTEST_PREFIX or analysis.is_unspaced(word)


def _is_one_word(text: str) -> bool:
    return len(analysis.forms(text)) == 1 and analysis.forms(text)[0] == analysis.form(text)


def _counted(engine: Engine, store: Store, query: Query, found: Iterable[Suggestion]) -> Iterator[Suggestion]:
    for suggestion in found:
        if len(suggestion.text) > LONGEST_TEXT:
            continue
        total = engine.count(meanings.meant(store, rewriting.lifted(query.with_(text=suggestion.text))))
        if total and suggestion.text != query.text:
            yield Suggestion(suggestion.kind, suggestion.text, suggestion.label, total)


def _tags(engine: Engine, store: Store, before: str, start: str) -> Iterator[Suggestion]:
    found = engine.tags(start, TAGS)
    names = store.tag_names(key for key, _ in found)
    for key, _ in found:
        if text := rewriting.written(Query().with_tag(key)):
            yield Suggestion(Kind.TAG, before + text, names.get(key, key), 0)


def _words(engine: Engine, before: str, start: str) -> Iterator[Suggestion]:
    """Give words in their most frequent forms, one for each stem."""
    stems: set[str] = set()
    for word, _ in engine.words(start, WORDS * 4):
        stem = analysis.stem(analysis.fold(word), analysis.DEFAULT_LANGUAGE)
        if stem not in stems and len(stems) < WORDS and _is_one_word(word):
            stems.add(stem)
            yield Suggestion(Kind.WORD, before + word, word, 0)


def _titles(engine: Engine, store: Store, query: Query, start: str) -> Iterator[Suggestion]:
    """Give titles that hold all words of the text, the last one perhaps not whole."""
    words = [f"title:{word}" for word in query.text.split()[:-1] if _is_one_word(word)]
    if len(words) != len(query.text.split()) - 1 or not _is_one_word(start):
        return
    asked = query.with_(text=" ".join([*words, f"title:{start}*"]), order=None)
    ids = engine.search(meanings.meant(store, asked), limit=TITLES, facet_values=0).ids
    rows = store.entries(ids)
    for id in ids:
        if id in rows and (title := rows[id].title.replace('"', " ")):
            yield Suggestion(Kind.TITLE, f'title:"{title}"', rows[id].title, 0)
