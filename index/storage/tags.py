"""The rows of tags, and which entries have them."""

from __future__ import annotations

from collections.abc import Iterable

from index.entries import Tag
from index.storage.database import Database


class TagRows(Database):
    """A library's tags."""

    def tag_names(self, keys: Iterable[str]) -> dict[str, str]:
        """Give the names that readers see for these tag keys."""
        return dict(self.among("SELECT key, name FROM tag WHERE key IN ", keys))

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
