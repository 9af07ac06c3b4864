"""The Whoosh schema: which fields there are, and how an engine's document becomes a Whoosh document.

Text fields take lists of forms: the text was analysed before (index.analysis), so Whoosh's analysers are not used, and
the writer makes posting lists of them (index.inversion); an empty form leaves its place free.
What filters, sorts and counts is kept in columns, one value a document, from which the arrays of a generation
are made (index.columns) without touching stored fields.
"""

from __future__ import annotations

from typing import Any

from whoosh.analysis import IDAnalyzer
from whoosh.fields import COLUMN, TEXT, Schema

from index.column_types import Labels, Numbers
from index.engine import Document

VERSION = 5
"""Grows with each change of the schema or of the analysis; an index of another version is rebuilt."""

RANKED = {"title": 6.0, "tags": 3.0, "body": 1.0}
"""The fields that plain words are looked up in, with their weights (BM25F)."""
LENGTHS = {name: f"{name}_length" for name in RANKED}
VALUES = {name: f"{name}_values" for name in ("tag", "feed", "author", "language")}
"""What an entry has any number of, and the columns for that."""


def _text() -> TEXT:
    return TEXT(analyzer=IDAnalyzer(), phrase=True, stored=False, spelling=False)


SCHEMA = Schema(
    title=_text(),
    body=_text(),
    tags=_text(),
    author=_text(),
    url=_text(),
    id=COLUMN(Numbers("q")),
    date=COLUMN(Numbers("q")),
    is_dated=COLUMN(Numbers("b")),
    title_length=COLUMN(Numbers("i")),
    body_length=COLUMN(Numbers("i")),
    tags_length=COLUMN(Numbers("i")),
    tag_values=COLUMN(Labels()),
    feed_values=COLUMN(Labels()),
    author_values=COLUMN(Labels()),
    language_values=COLUMN(Labels()),
)


def fields(document: Document) -> dict[str, Any]:
    """Give the arguments of Whoosh's `add_document`."""
    return {
        "title": document.title,
        "body": document.body,
        "tags": document.tag_words,
        "author": document.author_words,
        "url": document.url,
        "id": document.id,
        "date": document.time,
        "is_dated": int(document.is_dated),
        "title_length": len(document.title),
        "body_length": len(document.body),
        "tags_length": len(document.tag_words),
        VALUES["tag"]: document.tags,
        VALUES["feed"]: list(map(str, document.feeds)),
        VALUES["author"]: [document.author] if document.author else [],
        VALUES["language"]: [document.language],
    }
