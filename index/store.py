"""The point of truth: feeds, entries and tags in SQLite, and the list of changes that the index is fed from.

Any number of threads and processes may read while one writes (WAL). All that is taken in from one feed is one
transaction: after kill -9 or a power cut it is there whole or not at all (synchronous=FULL while writing), and
the triggers of schema.sql note each change in the same transaction, so the index can always catch up.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from index.database import Database
from index.entries import Entry, Feed, FeedHead, Revision, Tag

T = TypeVar("T")
CHANGES_KEPT = 100_000
"""Older changes are forgotten; an index that is further behind is rebuilt."""
_BATCH = 500  # SQLite's limit on parameters in one statement is 999 in old builds

_ENTRY = "id, title, slug, link, author, language, excerpt, time, is_dated, updated, identity"
_FEED = """
    SELECT f.id, f.url, f.title, f.subtitle, f.site, f.language,
           (SELECT count(*) FROM feed_entry WHERE feed_id = f.id),
           f.added, f.fetched, f.succeeded, f.error
    FROM feed f
"""


class Store(Database):
    """A library's feeds and entries."""

    # --- reading ------------------------------------------------------------------------------------------------

    def entries(self, ids: Iterable[int]) -> dict[int, Entry]:
        """Give the entries that are there, without `html` and `text`."""
        found = {row[0]: _entry(row) for row in self._among(f"SELECT {_ENTRY} FROM entry WHERE id IN ", ids)}
        return self._with_tags_and_feeds(found)

    def entry(self, id: int) -> Entry | None:
        """Give one entry, whole."""
        row = self.connection.execute(
            f"SELECT {_ENTRY}, html, text FROM entry WHERE id = ?", (_bounded(id),)
        ).fetchone()
        if row is None:
            return None
        return self._with_tags_and_feeds({id: replace(_entry(row), html=row[-2], text=row[-1])})[id]

    def texts(self, ids: Iterable[int]) -> dict[int, str]:
        """Give the plain texts of the entries that are there."""
        return dict(self._among("SELECT id, text FROM entry WHERE id IN ", ids))

    def neighbours(self, entry: Entry) -> tuple[Entry | None, Entry | None]:
        """Give the entries before and after this one in time."""
        # Of the same second, the one that its feed has first, and so has the lower id, counts as the newer one.
        return self._next_to(entry, "<", ">", "DESC", "ASC"), self._next_to(entry, ">", "<", "ASC", "DESC")

    def feeds(self) -> list[Feed]:
        """Give every feed, in the order of their titles."""
        rows = self.connection.execute(_FEED + "ORDER BY f.title COLLATE NOCASE, f.id")
        return [Feed(*row) for row in rows]

    def feed(self, name: str) -> Feed | None:
        """Give the feed with this number or address."""
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 19 else -1
        row = self.connection.execute(_FEED + "WHERE f.id = ? OR f.url = ?", (number, name)).fetchone()
        return Feed(*row) if row else None

    def validators(self, url: str) -> tuple[str, str]:
        """Give the ETag and Last-Modified that came with a feed the last time; empty where there were none."""
        row = self.connection.execute("SELECT etag, modified FROM feed WHERE url = ?", (url,)).fetchone()
        return (row[0], row[1]) if row else ("", "")

    def tag_names(self, keys: Iterable[str]) -> dict[str, str]:
        """Give the names that readers see for these tag keys."""
        return dict(self._among("SELECT key, name FROM tag WHERE key IN ", keys))

    def count(self) -> int:
        """Give the number of entries."""
        return int(self.connection.execute("SELECT count(*) FROM entry").fetchone()[0])

    def sequence(self) -> int:
        """Give the number of the last change; it only grows."""
        row = self.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
        return int(row[0]) if row else 0

    def changed(self, since: int) -> set[int] | None:
        """Give the ids written or removed after change number `since`; None where that is too long ago to know."""
        first = self.connection.execute("SELECT min(sequence) FROM change").fetchone()[0]
        if since > self.sequence() or (first is None and since < self.sequence()) or (first or 0) > since + 1:
            return None
        rows = self.connection.execute("SELECT DISTINCT entry_id FROM change WHERE sequence > ?", (since,))
        return {row[0] for row in rows}

    def complete(self, ids: Iterable[int]) -> Iterator[Entry]:
        """Give the entries that are there in the order of `ids`, whole, read in batches."""
        for batch in _batches(ids):
            found = self.entries(batch)
            bodies = {row[0]: row[1:] for row in self._among("SELECT id, html, text FROM entry WHERE id IN ", batch)}
            for id in batch:
                if id in found and id in bodies:
                    yield replace(found[id], html=bodies[id][0], text=bodies[id][1])

    def revisions(self, ids: Iterable[int]) -> list[Revision]:
        """Give the state of the entries that are there, in the order of `ids`."""
        ids = list(ids)
        found = {
            row[0]: Revision(*row) for row in self._among("SELECT id, revision, changed FROM entry WHERE id IN ", ids)
        }
        return [found[id] for id in ids if id in found]

    def newest(self, ids: Iterable[int]) -> int:
        """Give when the newest of these entries was written or, where its feed says so, updated; 0 without any."""
        row = self.connection.execute(
            "SELECT max(max(time, coalesce(updated, time))) FROM entry WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        ).fetchone()
        return int(row[0] or 0)

    def identity(self) -> str:
        """Give what tells this library from any other, a former one in the same place too."""
        return str(self.connection.execute("SELECT identity FROM library").fetchone()[0])

    def altered(self) -> int:
        """Give when anything changed or went that was there before."""
        return int(self.connection.execute("SELECT altered FROM library").fetchone()[0])

    def parts(self, feed_id: int) -> set[str]:
        """Give the addresses of a feed's older documents behind which everything is known."""
        return {row[0] for row in self.connection.execute("SELECT url FROM part WHERE feed_id = ?", (feed_id,))}

    def whole(self, ids: Collection[int] | None = None) -> Iterator[Entry]:
        """Give entries with their texts but without `html`, in batches: these, or all in the order of time."""
        if ids is None:
            ids = [row[0] for row in self.connection.execute("SELECT id FROM entry ORDER BY time, id")]
        for batch in _batches(ids):
            found, texts = self.entries(batch), self.texts(batch)
            yield from (replace(found[id], text=texts[id]) for id in batch if id in found and id in texts)

    def times(self) -> dict[int, int]:
        """Give the time of every entry by id."""
        return dict(self.connection.execute("SELECT id, time FROM entry"))

    # --- writing: inside a transaction --------------------------------------------------------------------------

    def put_feed(self, url: str, head: FeedHead, etag: str, modified: str) -> int:
        """Add a feed or bring it up to date after it was taken in; gives its id."""
        now = int(time.time())
        row = self.connection.execute(
            """
            INSERT INTO feed (url, title, subtitle, site, language, added, fetched, succeeded, etag, modified)
            VALUES (:url, :title, :subtitle, :site, :language, :now, :now, :now, :etag, :modified)
            ON CONFLICT (url) DO UPDATE SET title = :title, subtitle = :subtitle, site = :site, language = :language,
                fetched = :now, succeeded = :now, error = '', etag = :etag, modified = :modified
            RETURNING id
            """,
            {"url": url, "title": head.title, "subtitle": head.subtitle, "site": head.site}
            | {"language": head.language, "now": now, "etag": etag, "modified": modified},
        ).fetchone()
        return int(row[0])

    def note_parts(self, feed_id: int, urls: Iterable[str]) -> None:
        """Note that all is known behind these older documents."""
        rows = [(feed_id, url) for url in urls]
        self.connection.executemany("INSERT INTO part (feed_id, url) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)

    def forget_validators(self, feed_id: int) -> None:
        """Have a feed sent whole the next time."""
        self.connection.execute("UPDATE feed SET etag = '', modified = '' WHERE id = ?", (feed_id,))

    def note_fetch(self, url: str, error: str) -> None:
        """Note that a feed was asked for and either had not changed or, with `error`, failed."""
        self.connection.execute(
            """
            UPDATE feed SET fetched = :now, error = :error,
                succeeded = CASE WHEN :error = '' THEN :now ELSE succeeded END WHERE url = :url
            """,
            {"url": url, "error": error, "now": int(time.time())},
        )

    def remove_feed(self, id: int) -> int:
        """Remove a feed and the entries that belong to no other; gives the number of entries removed."""
        # What stays because of another feed has to lose this one in the index too.
        self.connection.execute(
            "INSERT INTO change (entry_id) SELECT entry_id FROM feed_entry WHERE feed_id = ?", (id,)
        )
        self.connection.execute("DELETE FROM feed WHERE id = ?", (id,))
        gone = self.connection.execute("DELETE FROM entry WHERE id NOT IN (SELECT entry_id FROM feed_entry)").rowcount
        self.connection.execute("DELETE FROM tag WHERE id NOT IN (SELECT tag_id FROM entry_tag)")
        return gone

    def known(self, identities: Collection[str]) -> dict[str, tuple[int, int | None, int]]:
        """Give id, time of change and time of first sight for the identities that are there."""
        rows = self._among("SELECT identity, id, updated, first_seen FROM entry WHERE identity IN ", identities)
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def digests(self, feed_id: int, ids: Collection[int]) -> dict[int, str]:
        """Give what the feed said the last time about the entries that are there."""
        rows = self._among("SELECT entry_id, feed_id, digest FROM feed_entry WHERE entry_id IN ", ids)
        return {row[0]: row[2] for row in rows if row[1] == feed_id}

    def insert(self, values: Mapping[str, object]) -> int:
        """Add an entry from the columns of table entry; gives its id."""
        columns = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        row = self.connection.execute(
            f"INSERT INTO entry ({columns}) VALUES ({marks}) RETURNING id", dict(values)
        ).fetchone()
        return int(row[0])

    def update(self, id: int, values: Mapping[str, object]) -> None:
        """Change an entry and note the change."""
        settings = ", ".join(f"{name} = :{name}" for name in values)
        self.connection.execute(f"UPDATE entry SET {settings} WHERE id = :id", {**values, "id": id})
        self.touch(id)

    def touch(self, id: int) -> None:
        """Note that the index has to look at this entry again."""
        self.connection.execute("INSERT INTO change (entry_id) VALUES (?)", (id,))

    def set_tags(self, id: int, tags: Iterable[Tag]) -> None:
        """Give an entry these tags, in this order."""
        tags = list(tags)
        self.connection.execute("DELETE FROM entry_tag WHERE entry_id = ?", (id,))
        self.connection.executemany(
            "INSERT INTO tag (key, name) VALUES (?, ?) ON CONFLICT DO NOTHING", [(t.key, t.name) for t in tags]
        )
        self.connection.executemany(
            "INSERT INTO entry_tag SELECT ?, ?, id FROM tag WHERE key = ?",
            [(id, position, tag.key) for position, tag in enumerate(tags)],
        )

    def link(self, feed_id: int, id: int, digest: str) -> None:
        """Note that a feed holds an entry, and what it said."""
        self.connection.execute(
            "INSERT INTO feed_entry (entry_id, feed_id, digest) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET digest = excluded.digest",
            (id, feed_id, digest),
        )

    def forget_changes(self) -> None:
        """Drop the changes that are older than any index worth catching up."""
        self.connection.execute("DELETE FROM change WHERE sequence <= ?", (self.sequence() - CHANGES_KEPT,))

    # --- private ------------------------------------------------------------------------------------------------

    def _among(self, select: str, values: Iterable[object]) -> Iterator[tuple[Any, ...]]:
        for batch in _batches(values):
            yield from self.connection.execute(f"{select}({','.join('?' * len(batch))})", batch)

    def _next_to(self, entry: Entry, sign: str, tie: str, order: str, tie_order: str) -> Entry | None:
        row = self.connection.execute(
            f"""
            SELECT {_ENTRY} FROM entry WHERE time {sign}= :time AND (time {sign} :time OR id {tie} :id)
            ORDER BY time {order}, id {tie_order} LIMIT 1
            """,
            {"time": entry.time, "id": entry.id},
        ).fetchone()
        return _entry(row) if row else None

    def _with_tags_and_feeds(self, found: dict[int, Entry]) -> dict[int, Entry]:
        tags: dict[int, list[Tag]] = {}
        rows = self._among(
            "SELECT e.entry_id, t.key, t.name FROM entry_tag e JOIN tag t ON t.id = e.tag_id WHERE e.entry_id IN ",
            found,
        )
        for id, key, name in rows:
            tags.setdefault(id, []).append(Tag(key, name))
        feeds: dict[int, list[int]] = {}
        for id, feed_id in self._among("SELECT entry_id, feed_id FROM feed_entry WHERE entry_id IN ", found):
            feeds.setdefault(id, []).append(feed_id)
        return {
            id: replace(entry, tags=tuple(tags.get(id, ())), feeds=tuple(feeds.get(id, ())))
            for id, entry in found.items()
        }


def _entry(row: tuple[Any, ...]) -> Entry:
    id, title, slug, link, author, language, excerpt, time, is_dated, updated, identity = row[:11]
    return Entry(id, title, slug, link, author, language, excerpt, time, bool(is_dated), updated, identity=identity)


def _bounded(id: int) -> int:
    return id if 0 <= id < 2**63 else -1


def _batches(values: Iterable[T]) -> Iterator[list[T]]:
    values = list(values)
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
