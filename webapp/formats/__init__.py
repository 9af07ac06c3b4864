"""A state of the site in the formats of other programs. One table for the site's addresses and `feedsift export`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from index import LARGEST_SIZE, Query
from webapp import urls
from webapp.about import Site
from webapp.formats import jsonfeed, rows, syndication
from webapp.formats.document import Document, Part, Shape
from webapp.formats.opml import Outline

FEED = Shape(whole=500, part=100, has_archives=True)
PAGED = Shape(whole=500, part=100, has_archives=False)
# An answer stays in memory until its reader has taken it, however slow that one is: some 2 MB are what it may be.
ROWS = Shape(whole=1_000, part=1_000, has_archives=False, names_feeds=True)


@dataclass(frozen=True, slots=True)
class Format:
    """A format: how it is called, sent and written."""

    name: str
    mimetype: str
    shape: Shape
    write: Callable[[Document, IO[bytes]], None]


FORMATS = {
    "atom": Format("Atom", "application/atom+xml", FEED, syndication.write_atom),
    "rss": Format("RSS", "application/rss+xml", FEED, syndication.write_rss),
    "json": Format("JSON Feed", "application/feed+json", PAGED, jsonfeed.write),
    "ndjson": Format("NDJSON", "application/x-ndjson", ROWS, rows.write_ndjson),
    "csv": Format("CSV", "text/csv", ROWS, rows.write_csv),
}
"""By the suffix of their addresses."""
_MADE_UP = re.compile(r"(?<![^/])(?=[^/]*[0-9])(?=[^/]*[A-Za-z])\w{20,}(?![^/.])")


def numbered(values: Mapping[str, str]) -> Part:
    """Read which part of a result an address asks for; what makes no sense is left out."""
    size = min(_number(values.get("size")), LARGEST_SIZE)
    return Part(size, page=_number(values.get("page")) or 1, archive=_number(values.get("archive")))


def feeds(site: Site, *, is_public: bool) -> Iterator[Outline]:
    """Give the feeds of a site as outlines: by their own addresses where these are on the web and may be told.

    Instead of others the site's own feed of the same entries is named. Not public is what the operator gets.
    """
    for feed in site.feeds.values():
        may_be_told = (urlsplit(feed.url).scheme in ("http", "https")) and not (is_public and may_hold_secret(feed.url))
        own = site.address + urls.document(Query(feed=str(feed.id)), "atom")
        page = "" if is_public and may_hold_secret(feed.site) else feed.site
        yield Outline(feed.title, feed.url if may_be_told else own, page, feed.folder)


def may_hold_secret(address: str) -> bool:
    """Tell whether an address has a name, a query, or a part of its path that looks made up by a machine.

    Any query counts: a key can have any name.
    """
    parts = urlsplit(address)
    return bool(parts.query or "@" in parts.netloc or _MADE_UP.search(parts.path))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else 0
