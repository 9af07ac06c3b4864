"""The Whoosh schema: which fields there are, and how an engine's document becomes a Whoosh document.

Text fields take lists of forms: the text was analysed before (index.analysis), so Whoosh's analysers are not used.
What filters, sorts and counts is kept in columns, one value a document, from which the arrays of a generation
are made (index.columns) without touching stored fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from whoosh import columns
from whoosh.analysis import IDAnalyzer
from whoosh.fields import COLUMN, TEXT, Schema
from whoosh.formats import Positions

from index.engine import Document

VERSION = 4
"""Grows with each change of the schema or of the analysis; an index of another version is rebuilt."""

RANKED = {"title": 6.0, "tags": 3.0, "body": 1.0}
"""The fields that plain words are looked up in, with their weights (BM25F)."""
LENGTHS = {name: f"{name}_length" for name in RANKED}
PLACE = np.dtype("<u4")
"""How a word's places in a field are written: one number each, counted in words."""


class _Places(Positions):
    """Whoosh's format with positions, for values that are lists of forms; an empty form leaves its place free."""

    def word_values(self, value: Sequence[str], analyzer: Any, **_: Any) -> Iterator[tuple[str, int, float, bytes]]:
        places: dict[str, list[int]] = {}
        for place, form in enumerate(value):
            if form:
                places.setdefault(form, []).append(place)
        for form, found in places.items():
            yield form, len(found), float(len(found)), np.array(found, PLACE).tobytes()


def _text() -> TEXT:
    field = TEXT(analyzer=IDAnalyzer(), phrase=True, stored=False, spelling=False)
    field.format = _Places()
    return field


SCHEMA = Schema(
    title=_text(),
    body=_text(),
    tags=_text(),
    author=_text(),
    url=_text(),
    id=COLUMN(columns.NumericColumn("q")),
    date=COLUMN(columns.NumericColumn("q")),
    is_dated=COLUMN(columns.NumericColumn("b")),
    title_length=COLUMN(columns.NumericColumn("i")),
    body_length=COLUMN(columns.NumericColumn("i")),
    tags_length=COLUMN(columns.NumericColumn("i")),
    values=COLUMN(columns.VarBytesColumn()),
)


def fields(document: Document) -> dict[str, Any]:
    """Give the arguments of Whoosh's `add_document`."""
    return {
        "title": list(document.title),
        "body": list(document.body),
        "tags": list(document.tag_words),
        "author": list(document.author_words),
        "url": list(document.url),
        "id": document.id,
        "date": document.time,
        "is_dated": int(document.is_dated),
        "title_length": len(document.title),
        "body_length": len(document.body),
        "tags_length": len(document.tag_words),
        "values": json.dumps([document.author, document.feeds, document.tags, document.language]).encode(),
    }
