"""The rows of feeds: what they say of themselves, how fetching them goes, which parts of them are known."""

from __future__ import annotations

import time
from collections.abc import Iterable

from index.entries import Feed, FeedHead
from index.storage.database import Database

_FEED = """
    SELECT f.id, f.url, f.title, f.subtitle, f.site, f.language,
           (SELECT count(*) FROM feed_entry WHERE feed_id = f.id),
           f.added, f.fetched, f.succeeded, f.error
    FROM feed f
"""


class FeedRows(Database):
    """A library's feeds."""

    # --- reading ------------------------------------------------------------------------------------------------

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

    def parts(self, feed_id: int) -> set[str]:
        """Give the addresses of a feed's older documents behind which everything is known."""
        return {row[0] for row in self.connection.execute("SELECT url FROM part WHERE feed_id = ?", (feed_id,))}

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
