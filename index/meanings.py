"""A query with each tag as the one that it means: in its filters and in its text. Called by the library.

Only here do aliases meet queries, so the engine, the pages and the addresses know of none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from index import rewriting, syntax
from index.query import LONGEST_TEXT, Query
from index.storage.store import Store
from index.syntax import And, Node, Not, Or, Tagged


def meant(store: Store, query: Query) -> Query:
    """Give the query as it is meant; the same one where no tag in it means another."""
    keys = {*query.excluded_tags, *(key for group in query.tags for key in group), *_tags_of(query.text)}
    meanings = store.tag_meanings(keys) if keys else {}
    if not meanings:
        return query
    return replace(
        query,
        text=_text(query.text, meanings),
        tags=query.with_tags(_keys(group, meanings) for group in query.tags).tags,
        excluded_tags=tuple(sorted(_keys(query.excluded_tags, meanings))),
    )


def _tags_of(text: str) -> Iterable[str]:
    return (key for part in syntax.parse(text).tagged if isinstance(part.node, Tagged) for key in part.node.tags)


def _keys(keys: Iterable[str], meanings: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(meanings.get(key, key) for key in keys))


def _text(text: str, meanings: Mapping[str, str]) -> str:
    """Give a query's text with other tags; as it was in the rare case that this cannot be said, as by its length."""
    found = text
    for part in reversed(syntax.parse(text).tagged):
        if isinstance(part.node, Tagged) and meanings.keys() & part.node.tags:
            tags = rewriting.tagged(_keys(part.node.tags, meanings))
            found = found[: part.start] + tags + found[part.end :]
    wanted, said = (_meant(syntax.parse(other).tree, meanings) for other in (text, found))
    return found if wanted == said and len(found) <= LONGEST_TEXT else text


def _meant(node: Node, meanings: Mapping[str, str]) -> Node:
    match node:
        case Tagged(tags):
            return Tagged(_keys(tags, meanings))
        case Not(part):
            return Not(_meant(part, meanings))
        case And(parts):
            return And(tuple(_meant(part, meanings) for part in parts))
        case Or(parts):
            return Or(tuple(_meant(part, meanings) for part in parts))
    return node
