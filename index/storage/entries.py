"""The rows of entries, and which feeds hold them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from index.entries import Entry, Revision, Tag
from index.storage.database import batches
from index.storage.tags import TagRows
from index.storage.versions import VersionRows

_ENTRY = "id, title, slug, link, author, language, excerpt, time, is_dated, updated, identity, edited"


class EntryRows(VersionRows, TagRows):
    """A library's entries."""

    # --- reading ------------------------------------------------------------------------------------------------

    def entries(self, ids: Iterable[int]) -> dict[int, Entry]:
        """Give the entries that are there, without `html` and `text`."""
        return self._entries(self.among(f"SELECT {_ENTRY} FROM entry WHERE id IN ", ids))

    def entries_and_texts(self, ids: Iterable[int]) -> tuple[dict[int, Entry], dict[int, str]]:
        """Give the entries that are there, likewise, and their plain texts beside them."""
        rows = list(self.among(f"SELECT {_ENTRY}, text FROM entry WHERE id IN ", ids))
        return self._entries(rows), {row[0]: row[-1] for row in rows}

    def entry(self, id: int) -> Entry | None:
        """Give one entry, whole."""
        row = self.connection.execute(
            f"SELECT {_ENTRY}, html, text FROM entry WHERE id = ?", (_bounded(id),)
        ).fetchone()
        if row is None:
            return None
        found = _entry(row, self.tags_of([id]).get(id, ()), self._feeds_of([id]).get(id, ()))
        return found._replace(html=row[-2], text=row[-1], enclosures=self.enclosures([id]).get(id, ()))

    def neighbours(self, entry: Entry) -> tuple[Entry | None, Entry | None]:
        """Give the entries before and after this one in time."""
        # Of the same second, the one that its feed has first, and so has the lower id, counts as the newer one.
        return self._next_to(entry, "<", ">", "DESC", "ASC"), self._next_to(entry, ">", "<", "ASC", "DESC")

    def count(self) -> int:
        """Give the number of entries."""
        return int(self.connection.execute("SELECT count(*) FROM entry").fetchone()[0])

    def complete(self, ids: Iterable[int]) -> Iterator[Entry]:
        """Give the entries that are there in the order of `ids`, whole, read in batches."""
        for batch in batches(ids):
            found = self.entries(batch)
            bodies = {row[0]: row[1:] for row in self.among("SELECT id, html, text FROM entry WHERE id IN ", batch)}
            files = self.enclosures(batch)
            for id in batch:
                if id in found and id in bodies:
                    html, text = bodies[id]
                    yield found[id]._replace(html=html, text=text, enclosures=files.get(id, ()))

    def revisions(self, ids: Iterable[int]) -> list[Revision]:
        """Give the state of the entries that are there, in the order of `ids`."""
        ids = list(ids)
        found = {
            row[0]: Revision(*row) for row in self.among("SELECT id, revision, changed FROM entry WHERE id IN ", ids)
        }
        return [found[id] for id in ids if id in found]

    def newest(self, ids: Iterable[int]) -> int:
        """Give when the newest of these entries was written or, where its feed says so, updated; 0 without any."""
        row = self.connection.execute(
            "SELECT max(max(time, coalesce(updated, time))) FROM entry WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        ).fetchone()
        return int(row[0] or 0)

    def whole(self, ids: Collection[int] | None = None) -> Iterator[Entry]:
        """Give entries with their texts but without `html`, in batches: these, or all in the order of time."""
        if ids is None:
            ids = [row[0] for row in self.connection.execute("SELECT id FROM entry ORDER BY time, id")]
        for batch in batches(ids):
            found, texts = self.entries_and_texts(batch)
            yield from (found[id]._replace(text=texts[id]) for id in batch if id in found)

    def times(self) -> dict[int, int]:
        """Give the time of every entry by id."""
        return dict(self.connection.execute("SELECT id, time FROM entry"))

    # --- writing: inside a transaction --------------------------------------------------------------------------

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
        self.set_columns(id, values)
        self.touch(id)

    # --- private ------------------------------------------------------------------------------------------------

    def _entries(self, rows: Iterable[tuple[Any, ...]]) -> dict[int, Entry]:
        known = {row[0]: row for row in rows}
        tags, feeds = self.tags_of(known), self._feeds_of(known)
        return {id: _entry(row, tags.get(id, ()), feeds.get(id, ())) for id, row in known.items()}

    def _next_to(self, entry: Entry, sign: str, tie: str, order: str, tie_order: str) -> Entry | None:
        row = self.connection.execute(
            f"""
            SELECT {_ENTRY} FROM entry WHERE time {sign}= :time AND (time {sign} :time OR id {tie} :id)
            ORDER BY time {order}, id {tie_order} LIMIT 1
            """,
            {"time": entry.time, "id": entry.id},
        ).fetchone()
        return _entry(row) if row else None

    def _feeds_of(self, ids: Iterable[int]) -> dict[int, list[int]]:
        feeds: dict[int, list[int]] = {}
        for id, feed_id in self.among("SELECT entry_id, feed_id FROM feed_entry WHERE entry_id IN ", ids):
            feeds.setdefault(id, []).append(feed_id)
        return feeds


def _entry(row: tuple[Any, ...], tags: Iterable[Tag] = (), feeds: Iterable[int] = ()) -> Entry:
    id, title, slug, link, author, language, excerpt, time, is_dated, updated, identity, edited = row[:12]
    return Entry(
        id, title, slug, link, author, language, excerpt, time, bool(is_dated), updated, tuple(tags), tuple(feeds),
        identity=identity, edited=edited,
    )  # fmt: skip


def _bounded(id: int) -> int:
    return id if 0 <= id < 2**63 else -1
