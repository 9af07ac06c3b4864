"""The rows of feeds: what they say of themselves, how fetching them goes, which parts of them are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from index.entries import Feed, FeedHead, Memory
from index.storage.fetching import STANDING, FetchingRows, standing

_FEED = f"""
    SELECT f.id, f.url, f.title, f.subtitle, f.site, f.language,
           (SELECT count(*) FROM feed_entry WHERE feed_id = f.id),
           f.added, f.fetched, f.succeeded, f.error, f.folder, f.hub, f.topic, {STANDING}
    FROM feed f LEFT JOIN standing ON feed_id = f.id
"""


class FeedRows(FetchingRows):
    """A library's feeds."""

    # --- reading ------------------------------------------------------------------------------------------------

    def feeds(self) -> list[Feed]:
        """Give every feed, in the order of their titles."""
        rows = self.connection.execute(_FEED + "ORDER BY f.title COLLATE NOCASE, f.id")
        return [_feed(row) for row in rows]

    def feed(self, name: str) -> Feed | None:
        """Give the feed with this number or address, a former one or that of a page that names it."""
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 19 else -1
        row = self.connection.execute(_FEED + "WHERE f.id = ? OR f.url = ?", (number, name)).fetchone()
        if row is None:
            other = "WHERE f.id = (SELECT feed_id FROM address WHERE url = ?)"
            row = self.connection.execute(_FEED + other, (name,)).fetchone()
        return _feed(row) if row else None

    def fetched(self) -> int | None:
        """Give when a feed was last fetched with success; None where that never was."""
        row = self.connection.execute("SELECT max(succeeded) FROM feed").fetchone()
        return None if row[0] is None else int(row[0])

    def memory(self, url: str) -> Memory:
        """Give what is remembered of a feed from the last time; of one that is not there, nothing."""
        found = self.feed(url)
        if found is None:
            return Memory()
        row = self.connection.execute("SELECT etag, modified, resume FROM feed WHERE id = ?", (found.id,)).fetchone()
        return Memory(found, *row)

    def parts(self, feed_id: int) -> set[str]:
        """Give the addresses of a feed's older documents behind which everything is known."""
        return {row[0] for row in self.connection.execute("SELECT url FROM part WHERE feed_id = ?", (feed_id,))}

    # --- writing: inside a transaction --------------------------------------------------------------------------

    def put_feed(self, url: str, head: FeedHead, etag: str, modified: str, now: int) -> int:
        """Add a feed or bring it up to date after it was taken in; gives its id."""
        row = self.connection.execute(
            """
            INSERT INTO feed
                (url, title, subtitle, site, language, hub, topic, added, fetched, succeeded, etag, modified)
            VALUES (:url, :title, :subtitle, :site, :language, :hub, :topic, :now, :now, :now, :etag, :modified)
            ON CONFLICT (url) DO UPDATE SET title = :title, subtitle = :subtitle, site = :site, language = :language,
                hub = :hub, topic = :topic, fetched = :now, succeeded = :now, error = '', etag = :etag,
                modified = :modified
            RETURNING id
            """,
            {"url": url, "title": head.title, "subtitle": head.subtitle, "site": head.site, "hub": head.hub}
            | {"topic": head.topic, "language": head.language, "now": now, "etag": etag, "modified": modified},
        ).fetchone()
        return int(row[0])

    def put_folder(self, feed_id: int, folder: str) -> None:
        """Note where a list of feeds has this one."""
        self.connection.execute("UPDATE feed SET folder = ? WHERE id = ?", (folder, feed_id))

    def note_part(self, feed_id: int, url: str, resume: str) -> None:
        """Note that an older document was taken in, empty for the newest one, and which comes next."""
        if url:
            self.connection.execute(
                "INSERT INTO part (feed_id, url) VALUES (?, ?) ON CONFLICT DO NOTHING", (feed_id, url)
            )
        self.connection.execute("UPDATE feed SET resume = ? WHERE id = ?", (resume, feed_id))

    def move_feed(self, feed_id: int, url: str) -> bool:
        """Give a feed another address; False where another feed has that already."""
        found = self.feed(url)
        if found and found.id != feed_id:
            return False
        (before,) = self.connection.execute("SELECT url FROM feed WHERE id = ?", (feed_id,)).fetchone()
        self.connection.execute("DELETE FROM address WHERE url = ?", (url,))
        self.connection.execute("UPDATE feed SET url = ? WHERE id = ?", (url, feed_id))
        self.note_address(before, feed_id)
        return True

    def note_address(self, url: str, feed_id: int) -> None:
        """Note that an address leads to a feed that has another one."""
        self.connection.execute("INSERT OR REPLACE INTO address (url, feed_id) VALUES (?, ?)", (url, feed_id))

    def note_fetch(self, feed_id: int, error: str, now: int, etag: str = "", modified: str = "") -> None:
        """Note that a feed was asked for and failed or, without `error`, had not changed; new validators are kept."""
        self.connection.execute(
            """
            UPDATE feed SET fetched = :now, error = :error,
                succeeded = CASE WHEN :error = '' THEN :now ELSE succeeded END,
                etag = CASE WHEN :etag = '' THEN etag ELSE :etag END,
                modified = CASE WHEN :modified = '' THEN modified ELSE :modified END
            WHERE id = :id
            """,
            {"id": feed_id, "error": error, "now": now, "etag": etag, "modified": modified},
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
    return replace(Feed(*row[:14]), standing=standing(row[14:]))
