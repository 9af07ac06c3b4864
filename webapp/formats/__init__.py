"""A state of the site in the formats of other programs. One table for the site's addresses and `feedsift export`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from index import LARGEST_SIZE, Feed, Query
from webapp import urls
from webapp.about import Site
from webapp.formats import jsonfeed, rows, syndication
from webapp.formats.document import Document, Part, Shape
from webapp.formats.opml import Outline

FEED = Shape(whole=500, part=100, has_archives=True)
PAGED = Shape(whole=500, part=100, has_archives=False)
ROWS = Shape(whole=10_000, part=10_000, has_archives=False, names_feeds=True)


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


def numbered(values: Mapping[str, str]) -> Part:
    """Read which part of a result an address asks for; what makes no sense is left out."""
    size = min(_number(values.get("size")), LARGEST_SIZE)
    return Part(size, page=_number(values.get("page")) or 1, archive=_number(values.get("archive")))


def feeds(site: Site) -> Iterator[Outline]:
    """Give the feeds of a site as outlines."""
    for feed in site.feeds.values():
        yield Outline(
            feed.title, _public(feed) or site.address + urls.document(Query(feed=str(feed.id)), "atom"), feed.site
        )


def _public(feed: Feed) -> str:
    """Give a feed's own address; not that of a file, nor one that may hold a secret."""
    parts = urlsplit(feed.url)
    return feed.url if parts.scheme in ("http", "https") and not (parts.query or "@" in parts.netloc) else ""


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else 0
