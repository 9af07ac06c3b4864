"""The values that travel between the stages: what a feed said, what the store holds, what a reader is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import unquote

NAMESPACE = "urn:feedsift:entries"
"""Of the element `seen`: when an entry without a date was first seen, by the library that this document comes from."""


class Tag(NamedTuple):
    """A tag: `key` is folded and is what queries compare, `name` is what readers see."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Body:
    """What an entry says: `html` safe to show, `text` plain and in NFC with single spaces."""

    html: str
    text: str


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that comes with an entry: http(s) address, media type (may be empty), bytes (0: not said), title."""

    url: str
    type: str = ""
    length: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry as a feed gives it. Times are seconds since 1970 in UTC."""

    identity: str
    """What makes two deliveries the same entry: the id, else the link, else a hash."""
    is_identity_global: bool
    """True where the identity is a URI, so that two feeds that name it mean the same entry."""
    title: str
    link: str
    author: str
    language: str
    tags: tuple[Tag, ...]
    published: int | None
    updated: int | None
    seen: int | None
    """Of an entry without a date: when it was first seen, as another library tells."""
    digest: str
    """Hex SHA-256 of what the feed said, without its times of change."""
    body: Body | None = None
    """None where the entry is known to be as it was."""
    enclosures: tuple[Enclosure, ...] = ()

    @property
    def name(self) -> str:
        """What it is looked up by: an id that has moved to https is the same one."""
        return named(self.identity)


def named(identity: str) -> str:
    """Give what an id is looked up by."""
    return re.sub(r"^http:", "https:", identity, flags=re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SkippedEntry:
    """An entry that could not be read. `position` counts from 1 in the feed's document."""

    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says about itself."""

    title: str = ""
    subtitle: str = ""
    site: str = ""
    language: str = ""
    author: str = ""
    identity: str = ""
    """The feed's own address, else its id, site or title: what tells it from others that came the same way."""
    older: str = ""
    """The address of the document with the entries before these (RFC 5005), where the feed comes in parts."""
    older_is_archive: bool = False
    """True where that document is said to change its address when it changes (RFC 5005, section 4)."""
    hub: str = ""
    """Who tells of news in it (WebSub); empty is nobody."""
    topic: str = ""
    """The address under which the hub knows it."""
    interval: int = 0
    """Seconds between two fetches that the feed asks for (RSS ttl, sy:updatePeriod); 0 where it says nothing."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's document, or one batch of a large one."""

    head: FeedHead
    entries: tuple[ParsedEntry, ...]
    skipped: tuple[SkippedEntry, ...] = ()
    batches: int = 1
    """The number of batches that the document comes in."""
    left_out: int = 0
    """The number of entries that were not read, as the document has more of them than its limits allow."""


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that a web page or a list of feeds names; `folder` is where the list puts it, as in `news/science`."""

    url: str
    title: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How fetching a feed goes, and what follows from it. Times are seconds since 1970 in UTC."""

    next: int | None = 0
    """When it may be fetched again; None: never, as the server said that it is gone for good."""
    reason: str = ""
    """Why then, in words that go on after "next fetch at 14:20, because"."""
    status: int = 0
    """The HTTP status of the last answer; 0 where there was none."""
    failures: int = 0
    """In a row."""
    failing_since: int | None = None
    unchanged: int = 0
    """Answers "not modified" in a row."""
    whole: int | None = None
    """When it was last asked for without conditions."""
    moved_to: str = ""
    """Where permanent redirects lead."""
    moved_since: int | None = None
    moves: int = 0
    """Times in a row that they led there."""
    asked: int = 0
    """Seconds between two fetches that the feed itself asks for; 0 where it says nothing."""


CLOCKS_DIFFER = 60
"""Seconds by which the clocks of machines that share a library may differ."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A fetch, and what was decided after it. Times are seconds since 1970 in UTC."""

    time: int
    status: int
    outcome: str
    next: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """What was agreed with a hub on a feed (WebSub). Times are seconds since 1970 in UTC."""

    feed_id: int
    hub: str
    topic: str
    token: str
    """What the address of ours ends in that only this hub knows."""
    secret: str
    """What the hub signs its messages with."""
    asked: int
    until: int | None
    """None: not confirmed, or denied."""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """An entry that a feed has taken back (RFC 6721), and when that was: seconds since 1970 in UTC."""

    identity: str
    is_identity_global: bool
    time: int


@dataclass(frozen=True, slots=True)
class Version:
    """What an entry was until it was edited at `replaced`, seconds since 1970 in UTC. `html` is sanitised."""

    number: int
    replaced: int
    title: str
    html: str
    text: str


_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^\s/?#]*@)?([^\s/?#]*)\S*", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w.:/])(?:/|[A-Za-z]:\\)[^\s]+")


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed in the store. Times are seconds since 1970 in UTC, or None where it never happened."""

    id: int
    url: str
    title: str
    subtitle: str
    site: str
    language: str
    entries: int
    added: int
    fetched: int | None
    succeeded: int | None
    error: str
    folder: str = ""
    """Where a list of feeds has it, as a/b; empty is nowhere."""
    hub: str = ""
    """Who tells of news in it (WebSub), and under which address."""
    topic: str = ""
    standing: Standing = Standing()

    @property
    def public_error(self) -> str:
        """The error as a page may show it."""
        if self.error and self.url.startswith("file:"):
            return "its file cannot be read as a feed"
        return self.public(self.error)

    def public(self, text: str) -> str:
        """Give words on fetching this feed without paths, and of addresses the hosts alone: the rest may be secret."""
        text = text.replace(self.url, re.sub(r"\s", "", self.url))  # an address is known by having no space in it
        if self.url.startswith("file:"):
            text = text.replace(unquote(self.url.rpartition("/")[2]), "its file")
        return _PATH.sub("…", _ADDRESS.sub(lambda found: found[1] or "…", text))

    @property
    def can_be_fetched(self) -> bool:
        """False for what came by standard input, which is read once and gone."""
        return not self.url.startswith("stdin:")

    def due(self, interval: int, now: int) -> int | None:
        """Give when it is time to fetch it, or None for never; a file may be read every `interval` seconds.

        It is `now` where the last fetch seems to be yet to come: the clock was set back, and no time of then holds.
        """
        if not self.can_be_fetched:
            return None
        if (self.fetched or 0) > now + CLOCKS_DIFFER:
            return now
        return (self.fetched or 0) + interval if self.url.startswith("file:") else self.standing.next


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a feed from the last time that it was taken in; of a new one, nothing."""

    feed: Feed | None = None
    etag: str = ""
    modified: str = ""
    """Validators, byte for byte as the server sent them."""
    resume: str = ""
    """The older document that comes next, where the way to the end was cut short."""


class Entry(NamedTuple):
    """An entry in the store, fit to be shown. `html` is sanitised, `text` and `excerpt` are plain."""

    id: int
    title: str
    slug: str
    link: str
    author: str
    language: str
    excerpt: str
    time: int
    """What sorts: the date, else when the entry was first seen; seconds since 1970 in UTC."""
    is_dated: bool
    updated: int | None
    tags: tuple[Tag, ...] = ()
    feeds: tuple[int, ...] = ()
    html: str = ""
    text: str = ""
    identity: str = ""
    """What makes two deliveries the same entry; within its feed alone where it begins with `feed:` and a number."""
    enclosures: tuple[Enclosure, ...] = ()
    edited: int | None = None
    """When its title or text was last seen to differ from what it was; None: never."""

    @property
    def date(self) -> datetime | None:
        """When the entry was published, in UTC; None where the feed gave no date worth the name."""
        return datetime.fromtimestamp(self.time, UTC) if self.is_dated else None

    @property
    def revised(self) -> datetime | None:
        """When the entry was updated since, in UTC; None where the feed does not say so."""
        return None if self.updated in (None, self.time) else datetime.fromtimestamp(self.updated or 0, UTC)


@dataclass(frozen=True, slots=True)
class Revision:
    """The state that an entry is in: the number of its last change, which only grows, and when that was."""

    id: int
    number: int
    changed: int
    """Seconds since 1970 in UTC."""


@dataclass(slots=True)
class Intake:
    """What taking one feed in has done; the counts add up over its batches."""

    feed: str
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    """Entries that the feed has taken back."""
    skipped: list[SkippedEntry] = field(default_factory=list)
    error: str = ""
    """One sentence where the feed could not be taken in; the counts are then 0."""
    is_not_modified: bool = False
    """True where the server said that nothing changed since the last time."""
    is_waiting: bool = False
    """True where nothing was asked, as it is not yet time for it."""
    moved_to: str = ""
    """The new address, where the feed has moved there for good."""
    standing: Standing | None = None
    """What follows for the next fetch; None where the feed is not in the library."""

    @property
    def changes(self) -> int:
        """How many entries were written or went."""
        return self.new + self.updated + self.removed
