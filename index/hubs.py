"""Hubs that tell of news (WebSub, W3C Recommendation of 23 January 2018): the side of those who are told.

The refresher calls `renew`, which asks hubs to tell us; the web application uses `Callbacks` at the address that they
then call. What a hub sends is never taken in. It is looked at only to see whether the hub has sent it; then the feed is
fetched from where it is, with all that holds for that. So the worst that a forged message could do is a fetch a minute.

All of it is a note in the store and takes no write lock but SQLite's: nothing that a hub sends waits for a long import.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import urlsplit

from index.entries import Feed, Subscription
from index.errors import FeedsiftError
from index.lock import WriteLock
from index.rules import Rules
from index.storage.store import Store

CALLBACK = "/websub/{token}/"
"""The path of ours that a hub calls."""
LEASE = 10 * 86_400
"""Seconds for which hubs are asked to tell; they decide."""
LONGEST_LEASE = 90 * 86_400
PAUSE = 86_400
"""Seconds from one request on a feed to the next, at the least; until then a hub may confirm the first."""
CHANGE_PAUSE = 3_600
"""The same where the feed names another hub or topic than before."""
MOST_ASKED = 20
"""Requests in one round, so that the refresher gets on with its work; the others follow in the next."""
_METHODS = ("sha1", "sha256", "sha384", "sha512")

_log = logging.getLogger(__name__)


class Client(Protocol):
    """What can send a form: index.fetching.client.Client."""

    def post(self, url: str, fields: dict[str, str]) -> int:
        """Send a form; gives the status of the answer. Raises FetchError where there is none."""


def renew(store: Store, lock: WriteLock, client: Client, rules: Rules, now: int) -> None:
    """Ask the hubs of all feeds to tell of news there, where that is not agreed, or not for long any more.

    Only where it is known how the public finds us. A request that fails is made again after PAUSE at the earliest.
    """
    if not rules.address:
        return
    known, feeds = store.subscriptions(), [feed for feed in store.feeds() if _has_hub(feed)]
    _forget(store, lock, known.keys() - {feed.id for feed in feeds})
    failed: set[str] = set()
    for subscription in _wanted(feeds, known, now):
        host = _host(subscription.hub)
        if host not in failed:
            with lock.held(), store.transaction():  # first, as a hub may call back before it answers
                store.put_subscription(subscription)
            if not _ask(client, subscription, rules.address):
                failed.add(host)


class Callbacks:
    """What hubs say when they call."""

    def __init__(self, store: Store) -> None:
        """Take the store that knows what they were asked."""
        self._store = store

    def find(self, token: str) -> Subscription | None:
        """Give the subscription at whose address a hub calls."""
        return self._store.subscription(token) if token.isascii() else None

    def confirm(self, known: Subscription, topic: str, lease: str, now: int) -> bool:
        """Say whether we asked for this, and not too long ago, and note for how long it holds (section 5.3)."""
        seconds = int(lease) if lease.isascii() and lease.isdecimal() and len(lease) < 16 else 0
        if topic != known.topic or not seconds or not 0 <= now - known.asked <= PAUSE:
            return False
        self._note(known, now + min(seconds, LONGEST_LEASE))
        return True

    def deny(self, known: Subscription, topic: str) -> bool:
        """Note that a hub will not tell us, where it speaks of our topic (section 5.2)."""
        if topic != known.topic:
            return False
        _log.warning("the hub %s does not tell of news in feed %d", _host(known.hub), known.feed_id)
        self._note(known, None)
        return True

    def is_agreed(self, known: Subscription, now: int) -> bool:
        """Tell whether the hub may send news now."""
        return known.until is not None and now <= known.until

    def is_signed(self, known: Subscription, signature: str, body: bytes) -> bool:
        """Tell whether a message is from the hub: signed with the secret that only the two of us know (section 8)."""
        method, _, given = signature.partition("=")
        if method not in _METHODS:
            return False
        expected = hmac.new(known.secret.encode(), body, method).hexdigest()
        return hmac.compare_digest(expected.encode(), given.lower().encode())

    def _note(self, known: Subscription, until: int | None) -> None:
        with self._store.transaction():
            self._store.extend_subscription(known.token, until)


def _has_hub(feed: Feed) -> bool:
    is_on_web = all(re.match("https?://", url, re.IGNORECASE) for url in (feed.hub, feed.topic))
    return is_on_web and feed.standing.next is not None


def _forget(store: Store, lock: WriteLock, feeds: set[int]) -> None:
    if feeds:
        with lock.held(), store.transaction():
            for id in feeds:
                store.drop_subscription(id)


def _wanted(feeds: list[Feed], known: dict[int, Subscription], now: int) -> Iterator[Subscription]:
    """Give what to ask for in this round, those first that were never or longest ago asked for."""
    due = [feed for feed in feeds if now >= _next(feed, known.get(feed.id))]
    for feed in sorted(due, key=lambda feed: known[feed.id].asked if feed.id in known else 0)[:MOST_ASKED]:
        old = known.get(feed.id)
        if old and _is_same(feed, old):
            yield Subscription(feed.id, old.hub, old.topic, old.token, old.secret, now, old.until)
        else:
            token, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
            yield Subscription(feed.id, feed.hub, feed.topic, token, secret, now, None)


def _next(feed: Feed, known: Subscription | None) -> int:
    """Give when to ask: at once, or once two thirds of what was agreed are over, but never soon after the last time."""
    if known is None:
        return 0
    if not _is_same(feed, known):
        return known.asked + CHANGE_PAUSE
    return known.asked + max(PAUSE, 2 * ((known.until or 0) - known.asked) // 3)


def _is_same(feed: Feed, known: Subscription) -> bool:
    return (feed.hub, feed.topic) == (known.hub, known.topic)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _ask(client: Client, wanted: Subscription, address: str) -> bool:
    """Send the request (section 5.1); says whether the hub took it."""
    fields = {
        "hub.callback": address + CALLBACK.format(token=wanted.token),
        "hub.mode": "subscribe",
        "hub.topic": wanted.topic,
        "hub.lease_seconds": str(LEASE),
        # Over http it is no secret to those on the way, but still to whoever learns the address of ours alone.
        "hub.secret": wanted.secret,
    }
    try:
        status = client.post(wanted.hub, fields)
    except FeedsiftError as error:
        _log.warning("the hub of feed %d cannot be asked: %s", wanted.feed_id, error)
        return False
    if not 200 <= status < 300:
        _log.warning("the hub %s of feed %d answers %d", _host(wanted.hub), wanted.feed_id, status)
    return 200 <= status < 300
