"""Parsed entries to rows of the store: what is new, what has changed, what is as it was. Called by the library.

An entry is sanitised only when it is new or has changed, as told by the digest of what the feed said the last time,
so taking in the same document again writes nothing.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from index import sanitize
from index.analysis import fold
from index.entries import Body, Intake, ParsedEntry, SkippedEntry
from index.storage.store import Store

UNTITLED = "Untitled"
LONGEST_SLUG = 60
LONGEST_DERIVED_TITLE = 80


@dataclass(slots=True)
class Merger:
    """Merges the batches of one feed's document into the store, inside the caller's transaction."""

    store: Store
    feed_id: int
    intake: Intake
    _met: set[str] = field(default_factory=set)

    def merge(self, entries: tuple[ParsedEntry, ...]) -> None:
        """Write what is new or changed, and count it in the intake."""
        by_identity = {self._identity(entry): entry for entry in reversed(entries)}
        known = self.store.known(list(by_identity))
        digests = self.store.digests(self.feed_id, [id for id, _, _ in known.values()])
        repeated = len(entries) - len(by_identity.keys() - self._met)
        for identity, entry in reversed(by_identity.items()):
            if identity in self._met:
                continue
            self._met.add(identity)
            if identity not in known:
                self._insert(identity, entry)
            else:
                id, updated, first_seen = known[identity]
                self._meet_again(id, digests.get(id), entry, updated, first_seen)
        for _ in range(repeated):
            self.intake.skipped.append(SkippedEntry(0, "its id stands twice in the feed"))

    def _identity(self, entry: ParsedEntry) -> str:
        """Scope an id that is no URI to its feed: another feed may use the same one for something else."""
        return entry.identity if entry.is_identity_global else f"feed:{self.feed_id}:{entry.identity}"

    def _insert(self, identity: str, entry: ParsedEntry) -> None:
        first_seen = entry.seen or int(time.time())
        values = _columns(entry, entry.body or Body("", ""), first_seen)
        id = self.store.insert(values | {"identity": identity, "first_seen": first_seen})
        self.store.set_tags(id, entry.tags)
        self.store.link(self.feed_id, id, entry.digest)
        self.intake.new += 1

    def _meet_again(
        self, id: int, digest: str | None, entry: ParsedEntry, updated: int | None, first_seen: int
    ) -> None:
        if digest == entry.digest:
            self.intake.unchanged += 1
        elif digest is None:  # known from another feed: it now belongs to this one too
            self.store.link(self.feed_id, id, entry.digest)
            self.store.touch(id)
            self.intake.unchanged += 1
        elif updated is not None and entry.updated is not None and entry.updated < updated:
            self.store.link(self.feed_id, id, entry.digest)
            self.intake.unchanged += 1  # an older version than the one we have
        else:
            self.store.link(self.feed_id, id, entry.digest)
            self.store.set_tags(id, entry.tags)
            self.store.update(id, _columns(entry, entry.body or Body("", ""), first_seen))
            self.intake.updated += 1


def _columns(entry: ParsedEntry, body: Body, first_seen: int) -> dict[str, object]:
    title = entry.title or _title_from(body.text)
    return {
        "title": title,
        "slug": slug(title),
        "link": entry.link,
        "author": entry.author,
        "language": entry.language,
        "html": body.html,
        "text": body.text,
        "excerpt": sanitize.excerpt(body.text, title, [tag.name for tag in entry.tags]),
        "time": entry.published if entry.published is not None else first_seen,
        "is_dated": int(entry.published is not None),
        "updated": entry.updated,
        "sanitizer": sanitize.VERSION,
    }


def slug(title: str) -> str:
    """Give the readable part of an entry's address: ASCII letters, digits and dashes; may be empty."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(title).replace("'", "").replace("’", ""))
    return words[:LONGEST_SLUG].strip("-")


def _title_from(text: str) -> str:
    """Give the beginning of the text as a title for an entry that has none."""
    if len(text) <= LONGEST_DERIVED_TITLE:
        return text or UNTITLED
    return text[:LONGEST_DERIVED_TITLE].rsplit(" ", 1)[0] + "…"
