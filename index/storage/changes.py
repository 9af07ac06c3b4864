"""The list of changes that the index is fed from; triggers of schema.sql add to it."""

from __future__ import annotations

from index.storage.database import Database

CHANGES_KEPT = 100_000
"""Older changes are forgotten; an index that is further behind is rebuilt."""


class ChangeRows(Database):
    """What was written and removed, numbered."""

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

    def touch(self, id: int) -> None:
        """Note that the index has to look at this entry again."""
        self.connection.execute("INSERT INTO change (entry_id) VALUES (?)", (id,))

    def forget_changes(self) -> None:
        """Drop the changes that are older than any index worth catching up."""
        self.connection.execute("DELETE FROM change WHERE sequence <= ?", (self.sequence() - CHANGES_KEPT,))
