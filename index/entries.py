"""The values that travel between the stages: what a feed said, what the store holds, what a reader is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: `key` is folded and is what queries compare, `name` is what readers see."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One entry as a feed gives it, before it is sanitised. Times are seconds since 1970 in UTC."""

    identity: str
    """What makes two deliveries the same entry: the id, else the link, else a hash."""
    is_identity_global: bool
    """True where the identity is a URI, so that two feeds that name it mean the same entry."""
    title: str
    link: str
    author: str
    html: str
    base: str
    """The address that relative links in `html` start from; may be empty."""
    language: str
    tags: tuple[Tag, ...]
    published: int | None
    updated: int | None
    seen: int | None
    """Of an entry without a date: when it was first seen, as another library tells."""
    digest: str
    """Hex SHA-256 of what the feed said, without its times of change."""


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


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's document, or one batch of a large one."""

    head: FeedHead
    entries: tuple[ParsedEntry, ...]
    skipped: tuple[SkippedEntry, ...] = ()
    batches: int = 1
    """The number of batches that the document comes in."""


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

    @property
    def public_error(self) -> str:
        """The error as a page may show it: without paths, and without what an address may hold beside its host."""
        if self.error and self.url.startswith("file:"):
            return "its file cannot be read as a feed"
        return re.sub(r"https?://(?:[^\s/@]*@)?([^\s/?#]+)\S*", r"\1", self.error)

    @property
    def can_be_fetched(self) -> bool:
        """False for what came by standard input, which is read once and gone."""
        return not self.url.startswith("stdin:")


@dataclass(frozen=True, slots=True)
class Entry:
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
    skipped: list[SkippedEntry] = field(default_factory=list)
    error: str = ""
    """One sentence where the feed could not be taken in; the counts are then 0."""
    is_not_modified: bool = False
    """True where the server said that nothing changed since the last time."""

    @property
    def changes(self) -> int:
        """How many entries were written."""
        return self.new + self.updated
