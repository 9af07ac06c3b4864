"""The rows of what was agreed with hubs (WebSub)."""

from __future__ import annotations

from dataclasses import astuple

from index.entries import Subscription
from index.storage.database import Database

_COLUMNS = "feed_id, hub, topic, token, secret, asked, until"


class SubscriptionRows(Database):
    """A library's subscriptions, one for each feed at the most; they go with their feed."""

    def subscriptions(self) -> dict[int, Subscription]:
        """Give every subscription, by the number of its feed."""
        rows = self.connection.execute(f"SELECT {_COLUMNS} FROM subscription")
        return {row[0]: Subscription(*row) for row in rows}

    def subscription(self, token: str) -> Subscription | None:
        """Give the subscription at whose address of ours this token stands."""
        found = self.connection.execute(f"SELECT {_COLUMNS} FROM subscription WHERE token = ?", (token,)).fetchone()
        return Subscription(*found) if found else None

    # --- writing: inside a transaction --------------------------------------------------------------------------

    def put_subscription(self, subscription: Subscription) -> None:
        """Note what a hub is asked for, in place of what was agreed on the same feed before."""
        self.connection.execute(
            f"INSERT OR REPLACE INTO subscription ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(subscription)
        )

    def extend_subscription(self, token: str, until: int | None) -> None:
        """Note until when a hub will tell of news; None: it will not."""
        self.connection.execute("UPDATE subscription SET until = ? WHERE token = ?", (until, token))

    def drop_subscription(self, feed_id: int) -> None:
        """Forget what was agreed on a feed."""
        self.connection.execute("DELETE FROM subscription WHERE feed_id = ?", (feed_id,))
