"""The content of entries: as it is, as it was before it was edited, and what comes with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from index.entries import Enclosure, Tag, Version
from index.storage.changes import ChangeRows
from index.storage.tags import TagRows

MOST_VERSIONS = 10
"""That are kept of an entry: the first one and the latest of the others."""
LARGEST_KEPT_HTML = 64 * 1024
"""Characters; of a larger former version only the text is kept."""
LONGEST_KEPT_TEXT = 256 * 1024

CONTENT = (
    *("title", "slug", "link", "author", "language", "html", "text", "excerpt"),
    *("time", "is_dated", "updated", "sanitizer"),
)
"""The columns of table entry that its feed fills."""
_STATE = (*CONTENT, "edited", "source")
_VERSION = "number, replaced, title, html, text"

VersionRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class State:
    """All that a feed can change of an entry."""

    columns: Mapping[str, object]
    tags: tuple[Tag, ...]
    enclosures: tuple[Enclosure, ...]

    def is_like(self, other: State) -> bool:
        """Tell whether the other one says the same; tags are the same where their keys are."""
        same = all(self.columns[name] == other.columns[name] for name in (*CONTENT, "source"))
        tags = [tag.key for tag in self.tags] == [tag.key for tag in other.tags]
        return same and tags and self.enclosures == other.enclosures


@dataclass(frozen=True, slots=True)
class Kept:
    """A version that was noted, and the one that it took the place of."""

    number: int
    dropped: VersionRow | None


class VersionRows(TagRows, ChangeRows):
    """What the entries of a library say and said."""

    # --- reading ------------------------------------------------------------------------------------------------

    def versions(self, id: int) -> list[Version]:
        """Give what an entry was before, oldest first."""
        rows = self.connection.execute(f"SELECT {_VERSION} FROM version WHERE entry_id = ? ORDER BY number", (id,))
        return [Version(*row) for row in rows]

    def state(self, id: int) -> State:
        """Give the present content of an entry that is there."""
        row = self.connection.execute(f"SELECT {', '.join(_STATE)} FROM entry WHERE id = ?", (id,)).fetchone()
        return State(
            dict(zip(_STATE, row, strict=True)), self.own_tags([id]).get(id, ()), self.enclosures([id]).get(id, ())
        )

    def own_tags(self, ids: Iterable[int]) -> dict[int, tuple[Tag, ...]]:
        """Give the tags that entries came with, in their order."""
        found: dict[int, list[Tag]] = {}
        rows = self.among(
            "SELECT e.entry_id, t.key, t.name FROM entry_tag e JOIN tag t ON t.id = e.tag_id WHERE e.entry_id IN ", ids
        )
        for id, key, name in rows:
            found.setdefault(id, []).append(Tag(key, name))
        return {id: tuple(tags) for id, tags in found.items()}

    def enclosures(self, ids: Iterable[int]) -> dict[int, tuple[Enclosure, ...]]:
        """Give the files that come with entries, in their order."""
        found: dict[int, list[Enclosure]] = {}
        rows = self.among("SELECT entry_id, url, type, length, title FROM enclosure WHERE entry_id IN ", ids)
        for id, *values in rows:
            found.setdefault(id, []).append(Enclosure(*values))
        return {id: tuple(files) for id, files in found.items()}

    def stale(self, sanitizer: int, most: int) -> list[int]:
        """Give entries whose HTML an older sanitiser made."""
        rows = self.connection.execute("SELECT id FROM entry WHERE sanitizer < ? LIMIT ?", (sanitizer, most))
        return [row[0] for row in rows]

    def count_stale(self, sanitizer: int) -> int:
        """Give their number."""
        return int(
            self.connection.execute("SELECT count(*) FROM entry WHERE sanitizer < ?", (sanitizer,)).fetchone()[0]
        )

    # --- writing: inside a transaction --------------------------------------------------------------------------

    def set_enclosures(self, id: int, files: Iterable[Enclosure]) -> None:
        """Give an entry these files, in this order."""
        self.connection.execute("DELETE FROM enclosure WHERE entry_id = ?", (id,))
        self.connection.executemany(
            "INSERT INTO enclosure (entry_id, position, url, type, length, title) VALUES (?, ?, ?, ?, ?, ?)",
            [(id, place, file.url, file.type, file.length, file.title) for place, file in enumerate(files)],
        )

    def keep_version(self, id: int, state: State, now: int) -> Kept:
        """Note what an entry was until now."""
        html, text = str(state.columns["html"]), str(state.columns["text"])[:LONGEST_KEPT_TEXT]
        rows = self.connection.execute("SELECT number FROM version WHERE entry_id = ? ORDER BY number", (id,))
        held = [row[0] for row in rows]
        number = max(held, default=0) + 1
        dropped = self._drop_version(id, held[1]) if len(held) >= MOST_VERSIONS else None
        self._insert_version(
            id, (number, now, state.columns["title"], html if len(html) <= LARGEST_KEPT_HTML else "", text)
        )
        return Kept(number, dropped)

    def restore(self, id: int, state: State, kept: Kept | None) -> None:
        """Have an entry as it was, without the version that was noted since."""
        self.write(id, state)
        if kept:
            self._drop_version(id, kept.number)
        if kept and kept.dropped:
            self._insert_version(id, kept.dropped)

    def write(self, id: int, state: State) -> None:
        """Give an entry this content, and note the change."""
        self.set_columns(id, state.columns)
        self.set_tags(id, state.tags)
        self.set_enclosures(id, state.enclosures)
        self.touch(id)

    def set_columns(self, id: int, values: Mapping[str, object]) -> None:
        """Change columns of an entry, and tell nobody."""
        settings = ", ".join(f"{name} = :{name}" for name in values)
        self.connection.execute(f"UPDATE entry SET {settings} WHERE id = :id", {**values, "id": id})

    def set_version(self, id: int, version: Version) -> None:
        """Change what an entry was."""
        self._drop_version(id, version.number)
        self._insert_version(id, (version.number, version.replaced, version.title, version.html, version.text))

    # --- private ------------------------------------------------------------------------------------------------

    def _drop_version(self, id: int, number: int) -> VersionRow | None:
        row: VersionRow | None = self.connection.execute(
            f"DELETE FROM version WHERE entry_id = ? AND number = ? RETURNING {_VERSION}", (id, number)
        ).fetchone()
        return row

    def _insert_version(self, id: int, row: VersionRow) -> None:
        self.connection.execute(f"INSERT INTO version (entry_id, {_VERSION}) VALUES (?, ?, ?, ?, ?, ?)", (id, *row))
