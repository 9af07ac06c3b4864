"""What the store says of fetching."""

from __future__ import annotations

import pytest

from index import Attempt, Library, Standing
from index.entries import FeedHead
from index.storage.store import Store

NOW = 1_800_000_000


def put(store: Store, *, fetched: int | None = None, next: int | None = NOW + 3_600) -> int:
    with store.transaction():
        id = store.put_feed("https://a.example/feed", FeedHead(title="A"), "", "", NOW)
        store.connection.execute("UPDATE feed SET folder = 'x/y', hub = 'h', topic = 't', fetched = ?", (fetched,))
        store.connection.execute(
            "INSERT INTO standing VALUES (?, ?, 'once an hour', 500, 2, 7, 3, 8, 'https://b.example/', 9, 1, 60)",
            (id, next),
        )
        for time in (1, 2, 3):
            store.connection.execute(
                "INSERT INTO attempt (feed_id, time, status, outcome, next, reason) VALUES (?, ?, 304, ?, 9, 'so')",
                (id, time, "same"),
            )
    return id


def test_a_feed_comes_with_its_folder_its_hub_and_how_fetching_goes(library: Library):
    put(library.store)
    (feed,) = library.feeds()
    assert (feed.folder, feed.hub, feed.topic) == ("x/y", "h", "t")
    assert feed.standing == Standing(NOW + 3_600, "once an hour", 500, 2, 7, 3, 8, "https://b.example/", 9, 1, 60)


def test_of_a_feed_that_was_never_fetched_nothing_is_known(library: Library):
    put(library.store)
    with library.store.transaction():
        library.store.connection.execute("DELETE FROM standing")
    assert [feed.standing for feed in library.feeds()] == [Standing()]


def test_attempts_come_newest_first_and_not_all_of_them(library: Library):
    put(library.store)
    (feed,) = library.feeds()
    assert library.store.attempts(feed.id, 2) == [Attempt(time, 304, "same", 9, "so") for time in (3, 2)]
    assert len(library.attempts(feed)) == 3


@pytest.mark.parametrize(
    ("fetched", "next", "then"),
    [
        (None, NOW + 3_600, NOW),
        (NOW - 60, NOW + 3_600, NOW),
        (NOW - 10, NOW + 3_600, NOW + 50),
        (NOW - 10, NOW + 50, NOW + 50),
        (NOW - 10, NOW - 5, NOW - 5),
        (NOW - 10, None, None),
    ],
)
def test_news_are_fetched_now_but_not_twice_a_minute_and_not_where_all_is_gone(
    library: Library, fetched: int | None, next: int | None, then: int | None
):
    id = put(library.store, fetched=fetched, next=next)
    for _ in range(3):
        with library.store.transaction():
            library.store.expect(id, NOW, "there is news")
    (feed,) = library.feeds()
    assert feed.standing.next == then
    assert (feed.standing.reason == "there is news") == (then != next)
