"""Feeds in every state there is, written into a store as fetching them would have left them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from index import Attempt, Standing
from index.storage.store import Store

NOW = 1_795_443_600
"""23 November 2026, 14:20 UTC."""
HOUR, DAY = 3_600, 86_400
SECRET = "hush-hush"
"""Stands wherever an address has a part that is nobody else's business."""
REFUSED = "the connection is refused"


def states(now: int) -> dict[str, tuple[dict[str, Any], Standing]]:
    """Give what is known of each feed, by title: columns that differ from those of one that is well, its standing."""
    return {
        "Fresh": ({}, Standing(now + HOUR, "the server said max-age=3600", 304, unchanged=4)),
        "Moved": (
            {},
            Standing(now + 2 * HOUR, "feeds are fetched once an hour", 200, moved_to="https://www.new.example/x"),
        ),
        "New": ({"fetched": None, "succeeded": None}, Standing()),
        "Due": ({"fetched": now - 9 * DAY}, Standing(now - 8 * DAY, "feeds are fetched once an hour", 200)),
        "Busy": (
            {"error": "busy.example answers 429 Too Many Requests", "succeeded": now - HOUR},
            Standing(now + 2 * HOUR, "the server asked to wait 2 hours (Retry-After)", 429, 1, now - 60),
        ),
        "Failing": (
            {"error": f"https://me:{SECRET}@failing.example/feed?token={SECRET} does not answer: {REFUSED}"}
            | {"succeeded": now - 2 * DAY - HOUR},
            Standing(now + DAY, "it failed 3 times in a row", 0, 3, now - 2 * DAY),
        ),
        "Gone": (
            {"error": "gone.example answers 410 Gone", "succeeded": now - 40 * DAY},
            Standing(None, "the server says that it is gone for good (410)", 410, 1, now - 39 * DAY),
        ),
    }


def fill(store: Store, *, now: int = NOW, folder: str = "") -> None:
    """Put all of these feeds into a library, all that are well in a folder."""
    for title, (columns, standing) in states(now).items():
        put(store, title, standing, now=now, folder="" if columns.get("error") else folder, **columns)


def put(store: Store, title: str, standing: Standing | None = None, *, now: int = NOW, **columns: Any) -> int:
    """Put a feed into a library with what is known of fetching it; gives its number."""
    standing = standing or Standing(now + HOUR, "feeds are fetched once an hour", 200)
    host = f"{title.lower()}.example"
    row = {"url": f"https://me:{SECRET}@{host}/feed?token={SECRET}", "title": title, "site": f"https://{host}/"}
    row |= {"added": now - 90 * DAY, "fetched": now - 60, "succeeded": now - 60, "error": "", **columns}
    with store.transaction():
        id = _insert(store, "feed", row)
        _insert(store, "standing", {"feed_id": id, **asdict(standing)})
        for number in range(7 if row["fetched"] else 0, 0, -1):
            time = row["fetched"] - (number - 1) * HOUR
            outcome = row["error"] or ("not modified" if number % 3 else "2 new, 1 updated, 12 unchanged, 0 skipped")
            attempt = Attempt(time, standing.status, outcome, standing.next and time + HOUR, standing.reason)
            _insert(store, "attempt", {"feed_id": id, **asdict(attempt)})
    return id


def _insert(store: Store, table: str, row: dict[str, Any]) -> int:
    marks = ", ".join(f":{name}" for name in row)
    return store.connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", row).lastrowid or 0
