"""Stored HTML that an older sanitiser made is made anew. Called before anything is served, and by intake.

It was safe by the rules of its time, which later ones may have been made stricter than. It is not what the feed said,
so what an older sanitiser has dropped does not come back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from index import sanitize
from index.entries import Body
from index.lock import WriteLock
from index.storage.store import Store
from index.storage.versions import State

BATCH = 200
"""Entries that are written in one transaction."""

_log = logging.getLogger(__name__)


def reclean(store: Store, lock: WriteLock, progress: Callable[[str, int, int], None] | None) -> int:
    """Clean every entry of an older sanitiser anew, with its versions; gives their number."""
    done, total = 0, store.count_stale(sanitize.VERSION)
    while done < total:
        with lock.held(), store.transaction():
            ids = store.stale(sanitize.VERSION, BATCH)  # another process may have been at it
            for id in ids:
                renewed(store, id)
        if not ids:
            break
        done += len(ids)
        if progress:
            progress("Cleaning", min(done, total), total)
    return done


def renewed(store: Store, id: int) -> State:
    """Give the content of an entry, cleaned anew where an older sanitiser made it. Inside a transaction."""
    state = store.state(id)
    old = state.columns
    if int(str(old["sanitizer"])) >= sanitize.VERSION:
        return state
    for version in store.versions(id):
        if version.html:
            store.set_version(id, replace(version, html=_cleaned(version.html, version.text).html))
    body = _cleaned(str(old["html"]), str(old["text"]))
    excerpt = sanitize.excerpt(body.text, str(old["title"]), [tag.name for tag in state.tags])
    changes = {"html": body.html, "text": body.text, "excerpt": excerpt, "sanitizer": sanitize.VERSION}
    store.set_columns(id, changes)
    if (body.html, body.text) != (old["html"], old["text"]):
        store.touch(id)
    return replace(state, columns={**old, **changes})


def _cleaned(html: str, text: str) -> Body:
    try:
        return sanitize.clean(html)
    except Exception:  # one entry must not keep the others from being served
        _log.warning("an entry's HTML cannot be cleaned anew: its text is kept", exc_info=True)
        return Body(sanitize.escaped(text), text)
