"""Entries as rows for programs and spreadsheets: NDJSON, a JSON object in each line, and CSV (RFC 4180).

In CSV a cell that a spreadsheet would take for a formula gets an apostrophe before it (defusedcsv); NDJSON has each
text as it is.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from io import TextIOWrapper
from typing import IO, Any

from defusedcsv import csv

from index import Entry
from webapp import urls
from webapp.formats.document import Document
from webapp.formats.syndication import lasting_id

COLUMNS = ("id", "title", "link", "page", "published", "updated", "author", "language", "tags", "feeds", "text")


def write_ndjson(document: Document, out: IO[bytes]) -> None:
    """Write an object for each entry."""
    for entry in document.entries():
        row = {**_row(entry, document), "html": entry.html, "files": [asdict(file) for file in entry.enclosures]}
        out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def write_csv(document: Document, out: IO[bytes]) -> None:
    """Write a line of names, and one for each entry; what is several values is joined by commas."""
    text = TextIOWrapper(out, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in document.entries():
        writer.writerow(_cell(value) for value in _row(entry, document).values())
    text.detach()


def _row(entry: Entry, document: Document) -> dict[str, Any]:
    feeds = document.site.feeds
    values = [
        lasting_id(entry, feeds),
        entry.title,
        entry.link,
        document.site.address + urls.entry(entry),
        entry.date.isoformat() if entry.date else None,
        entry.revised.isoformat() if entry.revised else None,
        entry.author,
        entry.language,
        [tag.name for tag in entry.tags],
        [feeds[id].title for id in entry.feeds if id in feeds],
        entry.text,
    ]
    return dict(zip(COLUMNS, values, strict=True))


def _cell(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else value or ""
