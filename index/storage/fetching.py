"""The rows of how fetching feeds goes: when to fetch them next, what was decided before, and who does it."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import Any

from index.entries import CLOCKS_DIFFER, Attempt, Standing
from index.storage.database import Database

ATTEMPTS_KEPT = 20
"""Of each feed."""
STANDING = ", ".join(field.name for field in fields(Standing))


class FetchingRows(Database):
    """How fetching each of a library's feeds goes."""

    # --- reading ------------------------------------------------------------------------------------------------

    def attempts(self, feed_id: int, limit: int = ATTEMPTS_KEPT) -> list[Attempt]:
        """Give the last attempts to fetch a feed, newest first."""
        rows = self.connection.execute(
            "SELECT time, status, outcome, next, reason FROM attempt WHERE feed_id = ? ORDER BY id DESC LIMIT ?",
            (feed_id, limit),
        )
        return [Attempt(*row) for row in rows]

    # --- writing: inside a transaction --------------------------------------------------------------------------

    def put_standing(self, feed_id: int, standing: Standing, time: int, outcome: str) -> None:
        """Note how a fetch at `time` went, in words, and what follows from it."""
        values = astuple(standing)
        marks = ", ".join("?" * len(values))
        self.connection.execute(
            f"INSERT OR REPLACE INTO standing (feed_id, {STANDING}) VALUES (?, {marks})", (feed_id, *values)
        )
        self.connection.execute(
            "INSERT INTO attempt (feed_id, time, status, outcome, next, reason) VALUES (?, ?, ?, ?, ?, ?)",
            (feed_id, time, standing.status, outcome, standing.next, standing.reason),
        )
        self.connection.execute(
            """
            DELETE FROM attempt WHERE feed_id = :feed AND id <=
                (SELECT id FROM attempt WHERE feed_id = :feed ORDER BY id DESC LIMIT 1 OFFSET :kept)
            """,
            {"feed": feed_id, "kept": ATTEMPTS_KEPT},
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

    def take_lease(self, name: str, holder: str, now: int, seconds: int) -> bool:
        """Say whether `holder` alone may do something for so many seconds: nobody else has it, or they fell silent.

        One that ends later than it could have been given counts for nothing: the clock was set back since.
        """
        row = self.connection.execute(
            """
            INSERT INTO lease (name, holder, until) VALUES (:name, :holder, :until)
            ON CONFLICT (name) DO UPDATE SET holder = :holder, until = :until
            WHERE lease.holder = :holder OR lease.until <= :now OR lease.until > :until + :differ
            RETURNING holder
            """,
            {"name": name, "holder": holder, "until": now + seconds, "now": now, "differ": CLOCKS_DIFFER},
        ).fetchone()
        return row is not None

    def end_lease(self, name: str, holder: str) -> None:
        """Leave to others what `holder` alone might do."""
        self.connection.execute("DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))


def standing(row: tuple[Any, ...]) -> Standing:
    """Read the columns STANDING; a feed that was never fetched has none."""
    return Standing() if row[1] is None else Standing(*row)
