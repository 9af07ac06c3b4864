"""The same state said otherwise: filters taken out of a query's text, and put into it. Called by the library's users.

`tag:django sqlite` typed into the search box and the filter "django" with the word "sqlite" are one state; `lifted`
gives it the one form that addresses and controls are made of, `written` the one that can be typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index import analysis, dates, syntax
from index.query import DEFAULT_SIZE, LONGEST_TEXT, Query
from index.syntax import MOST_VALUES


def lifted(query: Query) -> Query:
    """Give the query with the tags and dates of its text as filters, where they mean the same."""
    parsed = syntax.parse(query.text)
    rest, found = [], query
    for part in parsed.parts:
        changed = _with_filter(found, part.node)
        rest += [] if changed else [part]
        found = changed or found
    if len(rest) < len(parsed.parts) or not parsed.parts:
        found = _with_rest(query, found, rest)
    return _with_plain_dates(found)


def written(query: Query) -> str:
    """Give the text that says a state when it is typed into the search box; empty where no text says just that."""
    if not query.with_(text="").is_filtered:
        return query.text
    wanted = lifted(replace(query.with_(), order=None, size=DEFAULT_SIZE))
    filters = [tagged(group) for group in query.tags]
    filters += [f"-{tagged((key,))}" for key in query.excluded_tags]
    filters += [_days(query)]
    for text in (query.text, f"({query.text})"):
        candidate = " ".join(part for part in (text, *filters) if part)
        if len(candidate) <= LONGEST_TEXT and _is_same(lifted(Query(text=candidate)), wanted):
            return candidate
    return ""


def tagged(group: Sequence[str]) -> str:
    """Give the text that asks for any of these tags, by key."""
    if not any(set(key) & set(' (),"') for key in group):
        return f"tag:{syntax.join_list(group)}"
    some = " OR ".join(f'tag:"{key}"' for key in group)
    return f"({some})" if len(group) > 1 else some


def _is_same(one: Query, other: Query) -> bool:
    """Tell whether two states ask for the same, however their texts are spaced and joined."""
    trees = syntax.parse(one.text).tree, syntax.parse(other.text).tree
    return trees[0] == trees[1] and replace(one, text="") == replace(other, text="")


def without_part(query: Query, part: syntax.Part) -> Query:
    """Give the query without one part of its text."""
    parts = syntax.parse(query.text).parts
    return query.with_(text=_joined(query.text, [other for other in parts if other != part]))


def with_any_word(query: Query) -> Query | None:
    """Give the query that is content with any of its words; None where it has no two words that are not excluded."""
    parts = syntax.parse(query.text).parts
    words = [part for part in parts if isinstance(part.node, syntax.Text | syntax.Prefix)]
    if len(words) < 2:
        return None
    others = _joined(query.text, [part for part in parts if part not in words])
    some = " OR ".join(_piece(query.text, part) for part in words)
    return query.with_(text=f"({some}) {others}" if others else some)


def with_loose_words(query: Query) -> Query | None:
    """Give the query with the words of its phrases wherever they stand; None where it has no phrase."""
    leaves = syntax.parse(query.text).leaves
    phrases = [(part, part.node) for part in leaves if isinstance(part.node, syntax.Text) and len(part.node.forms) > 1]
    found = [
        (part, " ".join(f"{node.field}:{form}" if node.field else form for form in node.forms))
        for part, node in phrases
        if not any(map(analysis.is_unspaced, node.forms))
    ]
    return with_spelling(query, [(part, f"({words})") for part, words in found]) if found else None


def with_spelling(query: Query, words: Sequence[tuple[syntax.Part, str]]) -> Query:
    """Give the query with other words in the places of these parts."""
    text = query.text
    for part, word in sorted(words, key=lambda pair: -pair[0].start):
        text = text[: part.start] + word + text[part.end :]
    return query.with_(text=text)


def _with_filter(query: Query, node: syntax.Node) -> Query | None:
    """Give the query with what a node asks for as a filter; None where no filter says the same."""
    match node:
        case syntax.Tagged(tags):
            return replace(query, tags=query.with_tags([*query.tags, tags]).tags)
        case syntax.Not(syntax.Tagged(tags)):
            return replace(query, excluded_tags=tuple(sorted({*query.excluded_tags, *tags})))
        case syntax.Dated(days) if not query.year and not query.month:
            return _with_days(query, days)
    return None


def _with_days(query: Query, days: dates.Days) -> Query | None:
    first, last = max(days.first, query.days.first), min(days.last, query.days.last)
    if first > last:
        return None
    since, until = dates.written(dates.Days(first, last))
    if not since and not until:  # all days there are, which still leaves out entries without a date
        return None
    return replace(query, since=since, until=until)


def _with_rest(query: Query, found: Query, rest: list[syntax.Part]) -> Query:
    """Give `found` with the parts of the text that are left, or the query as it was where that would read otherwise."""
    changed = replace(found, text=_joined(query.text, rest))
    nodes = tuple(part.node for part in syntax.parse(changed.text).parts)
    is_same = nodes == tuple(part.node for part in rest) and not syntax.parse(query.text).is_cut
    is_short = max(len(changed.tags), len(changed.excluded_tags)) <= MOST_VALUES
    if not is_same or not is_short:
        return query
    return changed if changed.has_own_order else replace(changed, order=None)


def _with_plain_dates(query: Query) -> Query:
    """Give the dates of a query in their one form: a whole year or month as that, else the shortest ends in order."""
    if not (query.since or query.until) or (query.month and not query.year):
        return query
    chosen = f"{query.year:04}" + (f"-{query.month:02}" if query.month else "") if query.year else ""
    whole = dates.between(chosen, chosen)
    first, last = max(whole.first, query.days.first), min(whole.last, query.days.last)
    if first > last:
        return query
    since, until = dates.written(dates.Days(first, last))
    year, _, month = since.partition("-")
    if not since or since != until or "-" in month:
        return replace(query, year=None, month=None, since=since, until=until)
    return replace(query, year=int(year), month=int(month) if month else None, since="", until="")


def _joined(text: str, parts: Sequence[syntax.Part]) -> str:
    return " ".join(_piece(text, part) for part in parts)


def _piece(text: str, part: syntax.Part) -> str:
    """Give a part's text; a hyphen that it begins with, as in `(a)-b`, must not become a minus by what is before it."""
    piece = text[part.start : part.end]
    return piece if isinstance(part.node, syntax.Not) else piece.lstrip("-")


def _days(query: Query) -> str:
    if query.year:
        return f"date:{query.year:04}" + (f"-{query.month:02}" if query.month else "")
    since, until = dates.written(query.days)
    if query.days.first == date.min or query.days.last == date.max:
        return f"date:>={since}" if since else f"date:<={until}" if until else ""
    return f"date:{since}" if since == until else f"date:{since}..{until}"
