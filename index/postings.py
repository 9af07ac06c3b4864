"""Posting lists of a generation: which documents hold a word, how often and where."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex

from index import codec, schema
from index.columns import DocumentNumbers, Ints
from index.files import SharedFiles
from index.kept import Kept

CACHED = 300_000
"""Documents, or places, in the lists that a generation keeps at hand: up to eight bytes each."""
PLACE_BITS = 22
"""A place is one number: the document's, then so many bits for where in its field. No field has 4 million words."""

Postings = tuple[DocumentNumbers, NDArray[Any]]


class PostingLists:
    """The posting lists of one generation. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Take the generation's folder."""
        self._files = SharedFiles(path)
        self._local = threading.local()
        self._documents: Kept[Postings] = Kept(CACHED, lambda found: len(found[0]) + 16)
        self._places: Kept[Ints] = Kept(CACHED, lambda found: len(found) + 16)

    def documents(self, field: str, form: str) -> Postings:
        """Give the documents with a word in a field, deleted ones perhaps among them, and how often they have it."""
        return self._documents.get((field, form), lambda: self._read_documents(field, form))

    def documents_of_all(self, field: str, forms: tuple[str, ...]) -> Postings:
        """Give the same for many words at once, one list behind the other."""
        return self._documents.get((field, forms), lambda: self._read_all(field, forms))

    def places(self, field: str, form: str) -> Ints:
        """Give every place of a word in a field, in order; the place after it is the number after it."""
        return self._places.get((field, form), lambda: self._read_places(field, form))

    def segments(self) -> list[tuple[Any, int]]:
        """Give the Whoosh reader of each segment, and the number of its first document."""
        return [(leaf, offset) for leaf, offset in self._reader().leaf_readers() if leaf.segment() is not None]

    def _read_documents(self, field: str, form: str) -> Postings:
        parts = [
            (found.documents + np.int32(offset) if offset else found.documents, found.counts)
            for found, offset in self._found(field, form)
        ]
        return _joined(parts)

    def _read_all(self, field: str, forms: tuple[str, ...]) -> Postings:
        found = [(terms.documents(field, forms), offset) for terms, offset in self._terms()]
        return _joined([(documents + np.int32(offset), counts) for (documents, counts), offset in found])

    def _read_places(self, field: str, form: str) -> Ints:
        places = [np.zeros(0, np.int64)]
        for found, offset in self._found(field, form):
            documents = found.documents.astype(np.int64) + offset
            places.append((np.repeat(documents, found.counts) << PLACE_BITS) + found.places)
        return np.concatenate(places)

    def _found(self, field: str, form: str) -> Iterator[tuple[codec.PostingList, int]]:
        for terms, offset in self._terms():
            if found := terms.postings(field, form):
                yield found, offset

    def _terms(self) -> list[tuple[codec.ListsReader, int]]:
        """Give the words of each segment, and the number of its first document."""
        if not hasattr(self._local, "terms"):
            self._local.terms = [(leaf._terms, offset) for leaf, offset in self.segments()]
        found: list[tuple[codec.ListsReader, int]] = self._local.terms
        return found

    def _reader(self) -> Any:
        """Give this thread's Whoosh reader: two threads must never share one."""
        if not hasattr(self._local, "reader"):
            self._local.reader = FileIndex(self._files, schema=schema.SCHEMA).reader()
        return self._local.reader


def _joined(parts: list[Postings]) -> Postings:
    if len(parts) == 1:
        return parts[0]
    documents, counts = zip((np.zeros(0, np.int32), np.zeros(0, np.uint8)), *parts, strict=True)
    return np.concatenate(documents), np.concatenate(counts)
