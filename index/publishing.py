"""Brings the index up to date with the store: entries become documents, documents a generation. Called by `writing`.

To be called by the one who may write. Killed at any step, the store remembers what has changed since the generation
that stays in force, and the next one catches up.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from index import analysis
from index.bringing import Progress
from index.engine import Document, Engine
from index.entries import Entry
from index.errors import IndexUnfitError
from index.storage.store import Store

T = TypeVar("T")
_log = logging.getLogger(__name__)


def publish(store: Store, engine: Engine, progress: Progress | None, *, is_whole: bool) -> bool:
    """See `Library.publish`."""
    sequence, had = store.sequence(), engine.sequence()
    changed = None if is_whole or had is None else store.changed(had)
    if changed is not None and not changed:
        return False
    wanted = None if changed is None else engine.plan(changed)
    if wanted is None or not _is_updated(store, engine, wanted, sequence, progress):
        documents, total = map(document, store.whole()), store.count()
        engine.rebuild(_counted(documents, "Indexing", total, progress), sequence, total)
    with store.transaction():
        store.forget_changes()
    return True


def document(entry: Entry) -> Document:
    """Analyse an entry: text to words, once, for any engine."""
    return Document(
        id=entry.id,
        title=analysis.forms(entry.title),
        body=analysis.forms(entry.text),
        tag_words=_apart(tag.name for tag in entry.tags),
        author_words=analysis.forms(entry.author),
        url=analysis.forms(entry.link),
        tags=[tag.key for tag in entry.tags],
        author=entry.author,
        feeds=entry.feeds,
        time=entry.time,
        is_dated=entry.is_dated,
        language=analysis.primary(entry.language),
    )


def _is_updated(
    store: Store, engine: Engine, wanted: Collection[int], sequence: int, progress: Progress | None
) -> bool:
    """Change the index in these entries; False where what comes of it does not fit the store."""
    documents = map(document, store.whole(list(wanted)))
    try:
        engine.update(_counted(documents, "Indexing", len(wanted), progress), wanted, sequence, store.count())
    except IndexUnfitError as error:
        _log.warning("the index is built anew: %s", error)
        return False
    return True


def _apart(names: Iterable[str]) -> list[str]:
    """Give the words of several names, with a gap between two that no phrase crosses."""
    return [form for name in names for form in ("", *analysis.forms(name))][1:]


def _counted(items: Iterable[T], what: str, total: int, progress: Progress | None) -> Iterator[T]:
    for done, item in enumerate(items, 1):
        yield item
        if progress and (done % 100 == 0 or done == total):
            progress(what, done, total)
