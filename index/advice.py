"""What a reader might do instead: other spellings, and what to leave out where nothing is found. Called by the library.

Everything offered is counted first, so that nothing is offered that gives nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from index import analysis, rewriting, syntax
from index.engine import Engine
from index.query import LONGEST_TEXT, Query

FEW = 3
"""Hits up to which another spelling is looked for."""
MUCH_MORE = 10
"""How many times the hits another spelling must give to be offered where there are some."""
GUESSES = 3
MOST_MISSPELT = 4
"""Words of a query that are looked up in other spellings; each costs a walk through the words of the index."""
MOST_PARTS = 12
"""Parts of a query that are left out one by one, to see which is to blame."""
SHORTEST_BEGINNING = 3
"""Letters from which on a word is taken for the beginning of another."""


class Kind(StrEnum):
    """What an alternative changes."""

    WORD = "word"
    TAG = "tag"
    EXCLUDED_TAG = "excluded tag"
    AUTHOR = "author"
    FEED = "feed"
    DATE = "date"
    FILTERS = "filters"
    WORDS = "words"
    ANY_WORD = "any word"
    ANY_WORD_ALONE = "any word alone"
    LOOSE = "loose"
    SPELLING = "spelling"
    ANY_SPELLING = "any spelling"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another query that finds something, and how much."""

    kind: Kind
    query: Query
    total: int
    subject: tuple[str, ...] = ()
    """What is left out, or changed: words as they were typed, tags by key."""
    exact: Query | None = None
    """Of another spelling: the query that means just what was typed; None where no query says that."""


def corrected(engine: Engine, query: Query, total: int) -> Alternative | None:
    """Give the likeliest other spelling of a query that finds `total`; None where there is none worth a word."""
    if total > FEW:
        return None
    found = (replace(option, total=engine.count(option.query)) for option in _spellings(engine, query))
    return next((option for option in found if option.total > total * MUCH_MORE), None)


def relaxed(engine: Engine, query: Query, spelled: Alternative | None) -> list[Alternative]:
    """Give what finds something where the query finds nothing: without one part of it, or with any of its words.

    Where no part alone is to blame, without all words or all filters. `spelled` is what `corrected` gives.
    """
    found = _finding(engine, _options(query)) or _finding(engine, _bolder_options(query))
    spelled = spelled or corrected(engine, Query(text=query.text, size=query.size), 0)
    return [*found, spelled] if spelled else found or _finding(engine, _last_options(engine, query))[:1]


def _finding(engine: Engine, options: Iterable[Alternative]) -> list[Alternative]:
    counted = (replace(option, total=engine.count(option.query)) for option in options)
    return [option for option in counted if option.total and len(option.query.text) <= LONGEST_TEXT]


def _options(query: Query) -> Iterator[Alternative]:
    parts = syntax.parse(query.text).parts
    is_worth_it = len(parts) <= MOST_PARTS and (len(parts) > 1 or query.with_(text="").is_filtered)
    for part in parts if is_worth_it else ():
        yield Alternative(Kind.WORD, rewriting.without_part(query, part), 0, (query.text[part.start : part.end],))
    for group in query.tags:
        yield Alternative(Kind.TAG, query.without_tag(group), 0, group)
    for key in query.excluded_tags:
        yield Alternative(Kind.EXCLUDED_TAG, query.admitting_tag(key), 0, (key,))
    if query.author:
        yield Alternative(Kind.AUTHOR, query.with_(author=""), 0)
    if query.feed:
        yield Alternative(Kind.FEED, query.with_(feed=""), 0)
    if query.year or query.month or query.since or query.until:
        yield Alternative(Kind.DATE, query.with_(year=None, month=None, since="", until=""), 0)
    if some := rewriting.with_any_word(query):
        yield Alternative(Kind.ANY_WORD, some, 0)
    if loose := rewriting.with_loose_words(query):
        yield Alternative(Kind.LOOSE, loose, 0)


def _bolder_options(query: Query) -> Iterator[Alternative]:
    words = Query(text=query.text, size=query.size)
    if query.text and words != query.with_(order=None):
        yield Alternative(Kind.FILTERS, words, 0)
        yield Alternative(Kind.WORDS, query.with_(text=""), 0)
    if some := rewriting.with_any_word(words):
        yield Alternative(Kind.ANY_WORD_ALONE if query.with_(text="").is_filtered else Kind.ANY_WORD, some, 0)


def _last_options(engine: Engine, query: Query) -> Iterator[Alternative]:
    """Give any of the words, spelled otherwise where they are unknown."""
    for option in _spellings(engine, Query(text=query.text, size=query.size)):
        if some := rewriting.with_any_word(option.query):
            yield replace(option, kind=Kind.ANY_SPELLING, query=some)


def _spellings(engine: Engine, query: Query) -> Iterator[Alternative]:
    """Give the query with its unknown words and tags spelled otherwise."""
    if sum(map(len, query.tags)) > MOST_PARTS or len(syntax.parse(query.text).leaves) > MOST_PARTS:
        return
    suspects = [part for part in syntax.parse(query.text).leaves if _is_suspect(engine, part.node)]
    if sum(len(part.node.forms) if isinstance(part.node, syntax.Text) else 1 for part in suspects) > MOST_MISSPELT:
        return
    guesses = [(part, found) for part in suspects if (found := _guesses(engine, part.node))]
    known = {query.with_()}
    for number in range(GUESSES):
        words = [(part, found[min(number, len(found) - 1)]) for part, found in guesses]
        state, tags = _with_known_tags(engine, rewriting.with_spelling(query, words), number)
        if state not in known and len(state.text) <= LONGEST_TEXT:
            known.add(state)
            subject = (*(word for _, word in words), *tags)
            yield Alternative(Kind.SPELLING, state, 0, subject, None if tags else _exact(query, guesses))


def _exact(query: Query, guesses: list[tuple[syntax.Part, list[str]]]) -> Query | None:
    """Give the query with what would be corrected in double quotes; tags have no such form."""
    if any(isinstance(part.node, syntax.Tagged) for part, _ in guesses):
        return None
    exact = rewriting.with_spelling(query, [(part, _quoted(query.text, part)) for part, _ in guesses])
    return exact if len(exact.text) <= LONGEST_TEXT else None


def _quoted(text: str, part: syntax.Part) -> str:
    field = part.node.field if isinstance(part.node, syntax.Text) else ""
    word = text[part.start : part.end]
    return f'{field}:"{word[len(field) + 1 :]}"' if field else f'"{word}"'


def _is_suspect(engine: Engine, node: syntax.Node) -> bool:
    """Tell whether hardly any entry has a word or a tag; what stands in double quotes is meant as it is."""
    match node:
        case syntax.Text(forms, field, is_exact=False) if len(forms) <= MOST_MISSPELT:
            return any(_is_rare(engine, form, field) for form in forms)
        case syntax.Tagged((key,)):
            return not engine.count(Query().with_tag(key))
    return False


def _is_rare(engine: Engine, form: str, field: str) -> bool:
    return engine.count(Query(text=f'{field}:"{form}"' if field else f'"{form}"')) <= FEW


def _guesses(engine: Engine, node: syntax.Node) -> list[str]:
    """Give other spellings of a suspect, as they would be typed."""
    match node:
        case syntax.Text((form,), field):
            words = dict.fromkeys([*_completions(engine, form), *engine.spellings(form, GUESSES)])
            return [f"{field}:{word}" if field else word for word in words]
        case syntax.Text(forms, field):  # xml-rcp: what is known of it stays
            nearest = {form: engine.spellings(form, 1) for form in forms if _is_rare(engine, form, field)}
            compound = "-".join((nearest.get(form) or [form])[0] for form in forms)
            return [f"{field}:{compound}" if field else compound] if any(nearest.values()) else []
        case syntax.Tagged((key,)):
            written = [rewriting.written(Query().with_tag(other)) for other in engine.tag_spellings(key, GUESSES)]
            return [text for text in written if text]
    return []


def _completions(engine: Engine, form: str) -> list[str]:
    """Give the word that this is likeliest the beginning of, as it is while somebody types."""
    found = engine.words(form, GUESSES) if len(form) >= SHORTEST_BEGINNING else []
    return [word for word, _ in found if _is_plain(word) and analysis.fold(word) != analysis.fold(form)][:1]


def _is_plain(word: str) -> bool:
    return analysis.forms(word) == [word]


def _with_known_tags(engine: Engine, query: Query, number: int) -> tuple[Query, list[str]]:
    """Give the query with tags that exist in the places of those that do not."""
    changed = []
    unknown = [key for group in query.tags for key in group if not engine.count(Query().with_tag(key))]
    for key in unknown[:MOST_MISSPELT]:
        if found := engine.tag_spellings(key, GUESSES):
            other = found[min(number, len(found) - 1)]
            query = query.with_tags(tuple(other if k == key else k for k in group) for group in query.tags)
            changed.append(other)
    return query, changed
