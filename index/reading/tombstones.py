"""Entries that an Atom feed has taken back (RFC 6721). Called for each document, as feedparser makes a lump of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from index.entries import Tombstone
from index.reading import times
from index.reading.entry import identified

_FEED = ("http://www.w3.org/2005/Atom feed",)
_DELETED = "http://purl.org/atompub/tombstones/1.0 deleted-entry"


def tombstones(body: bytes, limit: int, *, is_utf8: bool) -> tuple[Tombstone, ...]:
    """Give what a document says to be gone, up to the first fault in it; one without a sound time says nothing."""
    if b"deleted-entry" not in body and is_utf8:
        return ()
    parser = expat.ParserCreate("utf-8" if is_utf8 else None, " ")
    finder = _Finder(limit)
    parser.StartElementHandler = finder.open
    parser.EndElementHandler = finder.close
    with suppress(expat.ExpatError, ValueError, LookupError):  # the rest is lost, here as in any reader
        parser.Parse(body, True)
    return tuple(finder.found)


@dataclass(slots=True)
class _Finder:
    limit: int
    depth: int = 0
    is_feed: bool = False
    found: list[Tombstone] = field(default_factory=list)

    def open(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            self.is_feed = name in _FEED
        elif self.is_feed and self.depth == 2 and name == _DELETED and len(self.found) < self.limit:
            self._note(attributes)

    def close(self, _: str) -> None:
        self.depth -= 1

    def _note(self, attributes: dict[str, str]) -> None:
        identity, is_global = identified(attributes.get("ref", ""))
        time = times.rfc_3339(attributes.get("when", ""))
        if identity and time is not None:
            self.found.append(Tombstone(identity, is_global, time))
