"""A parsed entry as the store has it, and beside what the store has. Called by `intake`."""

from __future__ import annotations

import re

from index import sanitize
from index.analysis import fold
from index.entries import Body, ParsedEntry
from index.storage.identities import Known
from index.storage.versions import State

UNTITLED = "Untitled"
LONGEST_SLUG = 60
LONGEST_DERIVED_TITLE = 80

Rank = tuple[int, str, int, int, int, str]


def state(entry: ParsedEntry, source: int, first_seen: int, now: int) -> State:
    """Give the content of an entry that comes from the feed `source`; times are seconds since 1970."""
    body = entry.body or Body("", "")
    title = entry.title or _title_from(body.text)
    columns: dict[str, object] = {
        "title": title,
        "slug": slug(title),
        "link": entry.link,
        "author": entry.author,
        "language": entry.language,
        "html": body.html,
        "text": body.text,
        "excerpt": sanitize.excerpt(body.text, title, [tag.name for tag in entry.tags]),
        # What lies ahead counts as of when it was first seen, so that nothing is pinned to the top.
        "time": entry.published if entry.published is not None and entry.published <= now else first_seen,
        "is_dated": int(entry.published is not None),
        "updated": first_seen if entry.updated is not None and entry.updated > now else entry.updated,
        "sanitizer": sanitize.VERSION,
        "source": source,
    }
    return State(columns, entry.tags, entry.enclosures)


def when(entry: ParsedEntry) -> int | None:
    """Give when an entry was changed the last time, as far as its feed says so."""
    return entry.published if entry.updated is None else entry.updated


def rank(entry: ParsedEntry) -> Rank:
    """Give what tells which of two entries with one id counts; the same for two only where they say the same."""
    times = (when(entry), entry.updated, entry.published, entry.seen)
    changed, updated, published, seen = (-1 if time is None else time for time in times)
    return changed, entry.digest, updated, published, seen, entry.identity


def is_older(entry: ParsedEntry, row: Known) -> bool:
    """Tell whether an entry is an older version than the one in the store."""
    return entry.updated is not None and row.updated is not None and entry.updated < row.updated


def is_over(row: Known, moment: int) -> bool:
    """Tell whether an entry in the store is not newer than the moment at which it was taken back."""
    changed = row.published if row.updated is None else row.updated
    return changed is None or changed <= moment


def visible(state: State) -> tuple[object, object]:
    """Give what readers would see change."""
    return state.columns["title"], state.columns["text"]


def slug(title: str) -> str:
    """Give the readable part of an entry's address: ASCII letters, digits and dashes; may be empty."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(title).replace("'", "").replace("’", ""))
    return words[:LONGEST_SLUG].strip("-")


def _title_from(text: str) -> str:
    """Give the beginning of the text as a title for an entry that has none."""
    if len(text) <= LONGEST_DERIVED_TITLE:
        return text or UNTITLED
    return text[:LONGEST_DERIVED_TITLE].rsplit(" ", 1)[0] + "…"
