"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from index import Enclosure, Entry
from webapp import urls
from webapp.formats.document import Document
from webapp.formats.syndication import UNKNOWN, lasting_id

VERSION = "https://jsonfeed.org/version/1.1"


def write(document: Document, out: IO[bytes]) -> None:
    """Write the feed, an item at a time."""
    head = json.dumps(_head(document), ensure_ascii=False)
    out.write(f'{head[:-1]}, "items": ['.encode())
    for before, item in _separated(_item(entry, document) for entry in document.entries()):
        out.write(f"{before}\n{json.dumps(item, ensure_ascii=False)}".encode())
    out.write(b"\n]}\n")


def _head(document: Document) -> dict[str, Any]:
    links = dict(document.links())
    return _filled(
        {
            "version": VERSION,
            "title": document.title,
            "description": document.subtitle,
            "home_page_url": document.page,
            "feed_url": document.address(),
            "next_url": links.get("next"),
            "language": document.site.language,
        }
    )


def _item(entry: Entry, document: Document) -> dict[str, Any]:
    return {
        "id": lasting_id(entry, document.site.feeds),
        # One of the two contents has to be there, if only empty.
        "content_html": entry.html,
        **_filled(
            {
                "url": entry.link or document.site.address + urls.entry(entry),
                "title": entry.title,
                "summary": entry.excerpt,
                "date_published": entry.date.isoformat() if entry.date else None,
                "date_modified": entry.revised.isoformat() if entry.revised else None,
                "authors": [{"name": entry.author}] if entry.author else None,
                "tags": [tag.name for tag in entry.tags],
                "language": entry.language,
                "attachments": [_attachment(file) for file in entry.enclosures],
            }
        ),
    }


def _attachment(file: Enclosure) -> dict[str, Any]:
    said = {"title": file.title, "size_in_bytes": file.length}
    return {"url": file.url, "mime_type": file.type or UNKNOWN, **_filled(said)}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _separated(items: Iterator[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, item in enumerate(items):
        yield "," if number else "", item
