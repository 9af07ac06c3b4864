"""Takes documents into a store without a library around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index import Intake
from index.entries import Entry, FeedHead, ParsedEntry, Tombstone
from index.intake import Merger
from index.reading import feeds
from index.reading.material import Material
from index.recognition import host_of
from index.storage.store import Store
from tests.documents import DAY, START

FEED = "https://example.org/feed"
NOW = START + 1_000 * DAY


def merge(store: Store, document: bytes, feed: str = FEED, now: int = NOW) -> Intake:
    """Take in a document, as arrivals do."""
    return merge_parsed(store, [batch.entries for batch in feeds.parse(Material(document, feed))], feed, now)


def merge_parsed(
    store: Store,
    batches: Iterable[Sequence[ParsedEntry]],
    feed: str = FEED,
    now: int = NOW,
    tombstones: Sequence[Tombstone] = (),
) -> Intake:
    """Take in the batches of a document."""
    intake = Intake(feed)
    with store.transaction():
        merger = Merger(store, store.put_feed(feed, FeedHead(), "", "", now), intake, now, host_of(feed))
        if tombstones:
            merger.bury(tombstones)
        for batch in batches:
            merger.merge(tuple(batch))
    return intake


def counts(intake: Intake) -> tuple[int, int, int, int]:
    """Give new, updated, unchanged, skipped."""
    return intake.new, intake.updated, intake.unchanged, len(intake.skipped)


def stored(store: Store) -> list[Entry]:
    """Give every entry, whole, by its number."""
    return [found for id in sorted(store.times()) if (found := store.entry(id))]
