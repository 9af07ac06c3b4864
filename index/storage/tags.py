"""The rows of tags, which entries have them, and what they mean.

Entries keep the tags that they came with. Table tag_alias says what a tag means and how that is written for readers;
what others mean stands there for itself, so that one look finds the name of either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index.entries import Tag
from index.storage.changes import ChangeRows


class TagRows(ChangeRows):
    """A library's tags."""

    # --- reading ------------------------------------------------------------------------------------------------

    def tag_names(self, keys: Iterable[str]) -> dict[str, str]:
        """Give the names that readers see for these tag keys."""
        keys = list(keys)
        named = self.among("SELECT key, name FROM tag_alias WHERE key IN ", keys)
        return dict(self.among("SELECT key, name FROM tag WHERE key IN ", keys)) | dict(named)

    def tag_meanings(self, keys: Iterable[str]) -> dict[str, str]:
        """Give the keys of what these tags mean, without those that mean themselves."""
        found = self.among("SELECT key, target FROM tag_alias WHERE key <> target AND key IN ", keys)
        return dict(found)

    def tags_of(self, ids: Iterable[int]) -> dict[int, list[Tag]]:
        """Give the tags of entries, as they are meant, each once and in order."""
        found: dict[int, dict[str, Tag]] = {}
        rows = self.among(
            """
            SELECT e.entry_id, e.position, coalesce(a.target, t.key), coalesce(a.name, t.name)
            FROM entry_tag e JOIN tag t ON t.id = e.tag_id LEFT JOIN tag_alias a ON a.key = t.key WHERE e.entry_id IN
            """,
            ids,
        )
        for id, _, key, name in sorted(rows):
            found.setdefault(id, {}).setdefault(key, Tag(key, name))
        return {id: list(tags.values()) for id, tags in found.items()}

    def aliases(self) -> dict[str, Tag]:
        """Give what tags mean, by key, with those that are meant."""
        rows = self.connection.execute("SELECT key, target, name FROM tag_alias")
        return {key: Tag(target, name) for key, target, name in rows}

    # --- writing: inside a transaction --------------------------------------------------------------------------

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

    def set_aliases(self, aliases: Mapping[str, Tag]) -> None:
        """Have tags mean this from now on, and note a change of each entry that is shown other tags."""
        old, new = self.aliases(), dict(aliases)
        changed = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
        known = dict(self.among("SELECT key, name FROM tag WHERE key IN ", changed))
        itself = {key: Tag(key, name) for key, name in known.items()}
        self._touch_tagged(key for key, tag in itself.items() if old.get(key, tag) != new.get(key, tag))
        self.connection.execute("DELETE FROM tag_alias")
        self.connection.executemany(
            "INSERT INTO tag_alias VALUES (?, ?, ?)", [(key, tag.key, tag.name) for key, tag in new.items()]
        )
        self.connection.execute("UPDATE library SET altered = CAST(strftime('%s', 'now') AS INTEGER)")

    # --- private ------------------------------------------------------------------------------------------------

    def _touch_tagged(self, keys: Iterable[str]) -> None:
        """Note a change of each entry that came with one of these tags, once."""
        tagged = "SELECT entry_id FROM entry_tag JOIN tag ON tag.id = tag_id WHERE key IN "
        for id in sorted({row[0] for row in self.among(tagged, keys)}):
            self.touch(id)
