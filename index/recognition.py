"""Which ids that nobody has met mean an entry that is known already. Called by `intake`, which does the writing.

An id is believed to be another name of a known entry only where that is beyond doubt, as two entries made one lose one
of them, while an entry that comes twice is only seen twice. So:

- within a feed ("changed id"): link (without scheme and fragment), title and date are all there and all the same as
  those of exactly one entry of this feed;
- between feeds of one host: the link is on that host, is not its front page and is, without scheme and fragment, that
  of exactly one entry in all feeds of this host; this feed does not hold that entry yet; and title or date is the
  same. A fragment may as well name a comment below the entry, and a page may tell of several things: these differ in
  both.

And in the same document nothing contradicts that: neither that entry under a name of its own, nor any other entry with
the same link and so on, nor the same id with another link, title or date. A contradiction may come after an id was
believed, as documents come in batches; then that is taken back, so that the order of entries in a document means
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from index.entries import ParsedEntry
from index.storage.identities import Known

Key = tuple[object, ...]
"""A link, or link, title and date: what an entry can be recognised by beside its names."""


def keys(title: str, link: str, published: int | None) -> tuple[Key, ...]:
    """Give what an entry can be recognised by, the strongest first; `link` as in `Known`."""
    if not link:
        return ()
    return ((link, title, published), (link,)) if title and published is not None else ((link,),)


def keys_of(entry: ParsedEntry) -> tuple[Key, ...]:
    """Give them for an entry of a document."""
    return keys(entry.title, link_key(entry.link), entry.published)


def keys_in_store(row: Known) -> tuple[Key, ...]:
    """Give them for an entry of the store."""
    return keys(row.title, row.link, row.published)


def link_key(link: str) -> str:
    """Give a web address without scheme and fragment, from the slashes on, as the column of this name has it."""
    page = link.partition("#")[0]
    return page[page.find("//") :] if "//" in page else page


def host_of(url: str, site: str = "") -> str:
    """Give the host that a feed speaks for: that of its address or, of a file, that of its site; may be empty."""
    for address in (url, site):
        try:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https"):
                return parts.hostname or ""
        except ValueError:
            return ""
    return ""


@dataclass(slots=True)
class Sightings:
    """Who was seen with what in one document, and which names were believed for it."""

    _seen: dict[Key, object] = field(default_factory=dict)
    """By whom: the number of a known entry, the name of an unknown one; None: by several."""
    _believed: dict[Key, str] = field(default_factory=dict)
    """The names that were."""

    def note(self, who: object, with_what: Iterable[Key]) -> list[str]:
        """Note a sighting; gives the names that cannot be believed any longer."""
        doubtful = []
        for key in with_what:
            if self._seen.setdefault(key, who) not in (who, None):
                self._seen[key] = None
                doubtful += [self._believed.pop(key)] if key in self._believed else []
        return doubtful

    def believe(self, name: str, key: Key) -> None:
        """Note that a name was believed because of a key."""
        self._believed[key] = name

    def doubt(self, key: Key) -> None:
        """Note that it was not, in the end."""
        self._believed.pop(key, None)

    def is_doubtful(self, key: Key) -> bool:
        """Tell whether several were seen with it."""
        return self._seen.get(key, None) is None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The entries with the links of a batch, and who holds them."""

    by_link: Mapping[str, list[Known]]
    holders: Mapping[int, set[int]]
    feed_id: int
    host: str
    hosts: Mapping[int, str]
    """Of every feed."""
    joined: Set[int]
    """The entries that this document, so far, has brought to the feed: it did not hold them before."""

    def recognise(self, entry: ParsedEntry, sightings: Sightings) -> tuple[Known, Key] | None:
        """Give the entry that an unknown id means, and by what it was recognised."""
        rows = self.by_link.get(link_key(entry.link), [])
        for key in keys_of(entry) if rows else ():
            if not sightings.is_doubtful(key):
                found = self._same(rows, key) if len(key) > 1 else self._elsewhere(rows, entry)
                if found:
                    return found, key
        return None

    def _same(self, rows: list[Known], key: Key) -> Known | None:
        """Give the only entry of this feed with this link, title and date."""
        return _only([row for row in rows if self.feed_id in self._feeds(row) and key in keys_in_store(row)])

    def _elsewhere(self, rows: list[Known], entry: ParsedEntry) -> Known | None:
        """Give the only entry of this host's feeds with this link, if this feed does not hold it."""
        if not self.host or host_of(entry.link) != self.host or _is_front_page(entry.link):
            return None
        row = _only([row for row in rows if any(map(self._is_kin, self._feeds(row)))])
        if row is None or self.feed_id in self._feeds(row) or not self._is_kin(row.source):
            return None
        is_same = row.title == entry.title or (row.published is not None and row.published == entry.published)
        return row if is_same else None

    def _feeds(self, row: Known) -> set[int]:
        feeds = self.holders.get(row.id, set())
        return feeds - {self.feed_id} if row.id in self.joined else feeds

    def _is_kin(self, feed_id: int | None) -> bool:
        return feed_id == self.feed_id or (feed_id is not None and self.hosts.get(feed_id) == self.host)


def _only(rows: list[Known]) -> Known | None:
    return rows[0] if len(rows) == 1 else None


def _is_front_page(link: str) -> bool:
    parts = urlsplit(link)
    return parts.path in ("", "/") and not parts.query
