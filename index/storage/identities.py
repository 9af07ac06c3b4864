"""What entries are known by: the names that feeds have for them, which feeds hold them, and what feeds took back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.storage.changes import ChangeRows

MOST_TOMBSTONES = 10_000
"""Of one feed; of more, the newest are kept."""

_KNOWN = """
    SELECT e.id, e.title, e.link_key, CASE e.is_dated WHEN 1 THEN e.time END, e.updated, e.first_seen, e.source
    FROM entry e
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked at of every entry that is met again. Times are seconds since 1970 in UTC."""

    id: int
    title: str
    link: str
    """Without scheme and fragment, from the slashes on."""
    published: int | None
    updated: int | None
    first_seen: int
    source: int | None
    """The feed that its content comes from."""


class IdentityRows(ChangeRows):
    """The names of a library's entries."""

    # --- reading ------------------------------------------------------------------------------------------------

    def named(self, identities: Mapping[str, str]) -> dict[str, int]:
        """Give the entries that have these names; an id as it is written goes with each of them."""
        found: dict[str, int] = dict(self.among("SELECT name, entry_id FROM identity WHERE name IN ", identities))
        # Of two entries of an older library that differed in http and https alone, only one has the name.
        missing = {id: name for name, id in identities.items() if name not in found}
        rows = self.among("SELECT identity, id FROM entry WHERE identity IN ", missing)
        return found | {missing[identity]: id for identity, id in rows}

    def known(self, ids: Iterable[int]) -> dict[int, Known]:
        """Give the entries that are there."""
        return {row[0]: Known(*row) for row in self.among(f"{_KNOWN} WHERE e.id IN ", ids)}

    def linking(self, links: Iterable[str]) -> dict[str, list[Known]]:
        """Give the entries with these links (without scheme and fragment, from the slashes on)."""
        found: dict[str, list[Known]] = {}
        for row in self.among(f"{_KNOWN} WHERE e.link_key IN ", links):
            found.setdefault(row[2], []).append(Known(*row))
        return found

    def names(self, id: int) -> list[str]:
        """Give every name of an entry."""
        return [row[0] for row in self.connection.execute("SELECT name FROM identity WHERE entry_id = ?", (id,))]

    def digests(self, feed_id: int, ids: Iterable[int]) -> dict[int, str]:
        """Give what the feed said the last time about the entries that are there."""
        rows = self.among("SELECT entry_id, feed_id, digest FROM feed_entry WHERE entry_id IN ", ids)
        return {row[0]: row[2] for row in rows if row[1] == feed_id}

    def known_digests(self, feed_id: int) -> dict[str, str]:
        """Give what the feed said the last time about each entry, by the names that it may have for it."""
        prefix = f"feed:{feed_id}:"
        rows = self.connection.execute(
            """
            SELECT i.name, f.digest FROM feed_entry f JOIN identity i ON i.entry_id = f.entry_id
            WHERE f.feed_id = ? AND f.digest != ''
            """,
            (feed_id,),
        )
        return {name.removeprefix(prefix): digest for name, digest in rows}

    def holders(self, ids: Iterable[int]) -> dict[int, set[int]]:
        """Give the feeds that hold these entries."""
        found: dict[int, set[int]] = {}
        for id, feed_id in self.among("SELECT entry_id, feed_id FROM feed_entry WHERE entry_id IN ", ids):
            found.setdefault(id, set()).add(feed_id)
        return found

    def homes(self) -> dict[int, tuple[str, str]]:
        """Give address and site of every feed."""
        return {row[0]: (row[1], row[2]) for row in self.connection.execute("SELECT id, url, site FROM feed")}

    def identities(self, ids: Iterable[int]) -> dict[int, str]:
        """Give the ids as which entries were first met."""
        return dict(self.among("SELECT id, identity FROM entry WHERE id IN ", ids))

    def tombstones(self, feed_id: int) -> dict[str, int]:
        """Give when the feed took back what has these names."""
        rows = self.connection.execute("SELECT name, time FROM tombstone WHERE feed_id = ?", (feed_id,))
        return dict(rows.fetchall())

    # --- writing: inside a transaction --------------------------------------------------------------------------

    def add_names(self, id: int, names: Iterable[str]) -> None:
        """Note that an entry goes by these names from now on."""
        self.connection.executemany(
            "INSERT INTO identity (name, entry_id) VALUES (?, ?) "
            "ON CONFLICT DO UPDATE SET entry_id = excluded.entry_id",
            [(name, id) for name in names],
        )

    def drop_names(self, names: Iterable[str]) -> None:
        """Forget names."""
        self.connection.executemany("DELETE FROM identity WHERE name = ?", [(name,) for name in names])

    def link(self, feed_id: int, id: int, digest: str | None) -> None:
        """Note that a feed holds an entry, and what it said; None: that it does not hold it."""
        if digest is None:
            self.connection.execute("DELETE FROM feed_entry WHERE entry_id = ? AND feed_id = ?", (id, feed_id))
            return
        self.connection.execute(
            "INSERT INTO feed_entry (entry_id, feed_id, digest) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET digest = excluded.digest",
            (id, feed_id, digest),
        )

    def bury(self, feed_id: int, tombstones: Iterable[tuple[str, int]]) -> None:
        """Note when a feed took back what has these names."""
        self.connection.executemany(
            "INSERT INTO tombstone (feed_id, name, time) VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET time = excluded.time WHERE excluded.time > time",
            [(feed_id, name, time) for name, time in tombstones],
        )
        self.connection.execute(
            "DELETE FROM tombstone WHERE feed_id = :feed AND name IN (SELECT name FROM tombstone WHERE feed_id = :feed "
            "ORDER BY time DESC, name LIMIT -1 OFFSET :most)",
            {"feed": feed_id, "most": MOST_TOMBSTONES},
        )

    def leave(self, feed_id: int, id: int) -> None:
        """Take an entry out of a feed; one that no feed holds goes."""
        self.link(feed_id, id, None)
        if id in self.holders([id]):
            self.connection.execute("UPDATE entry SET source = NULL WHERE id = ? AND source = ?", (id, feed_id))
            self.pass_on()
            self.touch(id)
        else:
            self.connection.execute("DELETE FROM entry WHERE id = ?", (id,))

    def pass_on(self) -> None:
        """Give entries that lost the feed of their content to one that holds them; it is believed from its next on."""
        orphans = [row[0] for row in self.connection.execute("SELECT id FROM entry WHERE source IS NULL")]
        for id, feeds in self.holders(orphans).items():
            self.connection.execute("UPDATE entry SET source = ? WHERE id = ?", (min(feeds), id))
            self.link(min(feeds), id, "")

    def forget_names_of(self, feed_id: int) -> None:
        """Forget the names that meant something within this feed alone."""
        self.connection.execute(
            "DELETE FROM identity WHERE name >= ? AND name < ?", (f"feed:{feed_id}:", f"feed:{feed_id};")
        )
