"""The Whoosh schema: which fields there are, and how an engine's document becomes a Whoosh document.

Text fields take lists of terms: the text was analysed before (index.analysis), so Whoosh's analysers are not used.
What filters, sorts and counts is kept in columns, one value a document, from which the arrays of a generation
are made (index.columns) without touching stored fields.
"""

from __future__ import annotations

import json
from typing import Any

from whoosh import columns
from whoosh.analysis import IDAnalyzer
from whoosh.fields import COLUMN, ID, TEXT, Schema

from index.engine import Document

VERSION = 2
"""Grows with each change of the schema or of the analysis; an index of another version is rebuilt."""

RANKED = {"title": 6.0, "tags": 3.0, "body": 1.0}
"""The fields that plain words are looked up in, with their weights (BM25F)."""
LENGTHS = {name: f"{name}_length" for name in RANKED}
FORMS_SUFFIX = "_forms"
FORMS = {name: name + FORMS_SUFFIX for name in (*RANKED, "author", "url")}
"""Where a prefix is looked up besides: the words of a field that are not their own term."""


def _text() -> TEXT:
    return TEXT(analyzer=IDAnalyzer(), phrase=True, stored=False, spelling=False)


SCHEMA = Schema(
    title=_text(),
    body=_text(),
    tags=_text(),
    author=_text(),
    url=_text(),
    **{name: ID() for name in FORMS.values()},
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
        **{FORMS[name]: list(found) for name, found in document.forms.items()},
        "id": document.id,
        "date": document.time,
        "is_dated": int(document.is_dated),
        "title_length": len(document.title),
        "body_length": len(document.body),
        "tags_length": len(document.tag_words),
        "values": json.dumps([document.author, document.feeds, document.tags]).encode(),
    }
