"""The point of truth: feeds, entries and tags in SQLite, and the list of changes that the index is fed from.

Any number of threads and processes may read while one writes (WAL). All that is taken in from one feed is one
transaction: after kill -9 or a power cut it is there whole or not at all (synchronous=FULL while writing), and
the triggers of schema.sql note each change in the same transaction, so the index can always catch up.
"""

from __future__ import annotations

from index.storage.entries import EntryRows
from index.storage.feeds import FeedRows
from index.storage.identities import IdentityRows
from index.storage.subscriptions import SubscriptionRows


class Store(FeedRows, EntryRows, IdentityRows, SubscriptionRows):
    """A library's feeds, entries and tags."""

    def identity(self) -> str:
        """Give what tells this library from any other, a former one in the same place too."""
        return str(self.connection.execute("SELECT identity FROM library").fetchone()[0])

    def altered(self) -> int:
        """Give when anything changed or went that was there before."""
        return int(self.connection.execute("SELECT altered FROM library").fetchone()[0])

    def remove_feed(self, id: int) -> int:
        """Remove a feed and the entries that belong to no other; gives the number of entries removed."""
        gone = super().remove_feed(id)
        self.forget_names_of(id)
        self.pass_on()
        return gone
