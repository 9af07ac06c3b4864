"""The rows of feeds: what they say of themselves, how fetching them goes, which parts of them are known."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from index.entries import Attempt, Feed, FeedHead, Standing
from index.storage.database import Database

_FEED = """
    SELECT f.id, f.url, f.title, f.subtitle, f.site, f.language,
           (SELECT count(*) FROM feed_entry WHERE feed_id = f.id),
           f.added, f.fetched, f.succeeded, f.error, f.folder, f.hub, f.topic,
           s.next, s.reason, s.status, s.failures, s.failing_since, s.unchanged, s.whole,
           s.moved_to, s.moved_since, s.moves
    FROM feed f LEFT JOIN standing s ON s.feed_id = f.id
"""


class FeedRows(Database):
    """A library's feeds."""

    # --- reading ------------------------------------------------------------------------------------------------

    def feeds(self) -> list[Feed]:
        """Give every feed, in the order of their titles."""
        rows = self.connection.execute(_FEED + "ORDER BY f.title COLLATE NOCASE, f.id")
        return [_feed(row) for row in rows]

    def feed(self, name: str) -> Feed | None:
        """Give the feed with this number or address."""
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 19 else -1
        row = self.connection.execute(_FEED + "WHERE f.id = ? OR f.url = ?", (number, name)).fetchone()
        return _feed(row) if row else None

    def validators(self, url: str) -> tuple[str, str]:
        """Give the ETag and Last-Modified that came with a feed the last time; empty where there were none."""
        row = self.connection.execute("SELECT etag, modified FROM feed WHERE url = ?", (url,)).fetchone()
        return (row[0], row[1]) if row else ("", "")

    def parts(self, feed_id: int) -> set[str]:
        """Give the addresses of a feed's older documents behind which everything is known."""
        return {row[0] for row in self.connection.execute("SELECT url FROM part WHERE feed_id = ?", (feed_id,))}

    def attempts(self, feed_id: int, limit: int) -> list[Attempt]:
        """Give the last attempts to fetch a feed, newest first."""
        rows = self.connection.execute(
            "SELECT time, status, outcome, next, reason FROM attempt WHERE feed_id = ? ORDER BY id DESC LIMIT ?",
            (feed_id, limit),
        )
        return [Attempt(*row) for row in rows]

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

    def expect(self, feed_id: int, now: int, reason: str) -> None:
        """Have a feed fetched as soon as may be: now, or once a minute has gone since the last time.

        Said often, it is still one fetch a minute, and nothing that was said is lost. What is gone for good stays so.
        """
        self.connection.execute(
            """
            UPDATE standing SET next = soon, reason = :reason
            FROM (SELECT max(:now, coalesce(fetched, 0) + 60) AS soon FROM feed WHERE id = :id)
            WHERE feed_id = :id AND next > soon
            """,
            {"id": feed_id, "now": now, "reason": reason},
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


def _feed(row: tuple[Any, ...]) -> Feed:
    standing = row[14:]
    return replace(Feed(*row[:14]), standing=Standing() if standing[1] is None else Standing(*standing))
