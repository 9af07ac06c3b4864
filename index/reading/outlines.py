"""The feeds of an OPML list, with the folders that it puts them in. The only user of listparser."""

from __future__ import annotations

from typing import Any

import listparser

from index.entries import FoundFeed
from index.errors import ReadingError
from index.query import clean_text
from index.reading import charsets
from index.reading.material import Material
from index.reading.pages import once
from index.sanitize import web_address

LONGEST_TITLE = 200
LONGEST_ADDRESS = 200
MOST_OTHERS = 100
"""Addresses that are not on the web, of one list."""


def feeds(material: Material, limit: int) -> tuple[tuple[FoundFeed, ...], tuple[str, ...]]:
    """Give the feeds, each once, and what is named that is not on the web, as it stands there.

    A list may come from anybody, so that nothing but http(s) is taken from it; lists in it are left alone.
    Raises ReadingError where there is no feed, or the list cannot be read.
    """
    text = charsets.text(material.body, material.content_type)
    try:
        # Bytes: text that starts like an address would be fetched.
        outlines = listparser.parse(text.encode("utf-8", "replace")).feeds
    except (AssertionError, IndexError, ValueError) as error:  # what its HTML parser says to bad XML
        raise ReadingError("this is an OPML list that cannot be read") from error
    found = once(feed for feed in map(_feed, outlines) if feed.url)
    if not found:
        raise ReadingError("this is an OPML list without any feed in it")
    others = [clean_text(outline.url)[:LONGEST_ADDRESS] for outline in outlines if not _address(outline)]
    return found[:limit], tuple(dict.fromkeys(filter(None, others)))[:MOST_OTHERS]


def _feed(outline: Any) -> FoundFeed:
    folder: list[str] = next(iter(outline.get("categories") or []), [])
    names = [clean_text(name)[:LONGEST_TITLE] for name in folder]
    return FoundFeed(
        _address(outline),
        clean_text(outline.title or "")[:LONGEST_TITLE],
        "/".join(filter(None, names))[:LONGEST_TITLE],
    )


def _address(outline: Any) -> str:
    return web_address(_http(outline.url))


def _http(url: str) -> str:
    """Give the address behind `feed:`, which some programs write for http."""
    rest = url.strip().removeprefix("feed:")
    return f"http:{rest}" if rest.startswith("//") else rest
