"""The files that come with an entry of Atom or RSS: enclosures, and Media RSS. Called by index.reading.feeds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from index.entries import Enclosure
from index.reading.entry import MOST_ENCLOSURES, number, string


def enclosures(raw: Any) -> tuple[Enclosure, ...]:
    """Give the files that an entry of feedparser's names, with addresses as they stand there."""
    # A thumbnail (media:thumbnail) is no file of its own, but a picture of one.
    return tuple(islice(_found(raw), 4 * MOST_ENCLOSURES))


def _found(raw: Any) -> Iterator[Enclosure]:
    for link in _each(raw.get("links")):
        if string(link.get("rel")) == "enclosure":
            yield _enclosure(link, string(link.get("href")) or string(link.get("url")), "length")
    for media in _each(raw.get("media_content")):
        yield _enclosure(media, string(media.get("url")), "filesize")


def _enclosure(raw: Any, url: str, length: str) -> Enclosure:
    return Enclosure(url, string(raw.get("type")), number(raw.get(length)), string(raw.get("title")))


def _each(parts: Any) -> list[Any]:
    return [part for part in parts if hasattr(part, "get")] if isinstance(parts, list) else []
