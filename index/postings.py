"""Posting lists of a generation: which documents hold a word, how often and where. The one reader of Whoosh's files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query
from whoosh.index import FileIndex
from whoosh.scoring import Frequency

from index import schema
from index.columns import Floats, Ints
from index.files import SharedFiles
from index.kept import Kept

CACHED = 1_000_000
"""Documents, or places, in the lists that a generation keeps at hand: eight bytes each."""
PLACE_BITS = 22
"""A place is one number: the document's, then so many bits for where in its field. No field has 4 million words."""

Numbers = NDArray[np.int32]
"""Of documents in a generation."""
Postings = tuple[Numbers, Floats]


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

    def places(self, field: str, form: str) -> Ints:
        """Give every place of a word in a field, in order; the place after it is the number after it."""
        return self._places.get((field, form), lambda: self._read_places(field, form))

    def segments(self) -> list[tuple[Any, int]]:
        """Give the Whoosh searcher of each segment, and the number of its first document."""
        leaves = self._searcher().leaf_searchers()
        return [(leaf, offset) for leaf, offset in leaves if leaf.reader().segment() is not None]

    def _read_documents(self, field: str, form: str) -> Postings:
        documents: list[int] = []
        frequencies: list[float] = []
        for number, matcher in self._walk(field, form):
            documents.append(number)
            frequencies.append(matcher.weight())
        return np.array(documents, np.int32), np.array(frequencies, np.float32)

    def _read_places(self, field: str, form: str) -> Ints:
        documents: list[int] = []
        packed: list[bytes] = []
        for number, matcher in self._walk(field, form):
            documents.append(number)
            packed.append(matcher.value())
        counts = [len(places) // schema.PLACE.itemsize for places in packed]
        places = np.frombuffer(b"".join(packed), schema.PLACE).astype(np.int64)
        return (np.repeat(np.array(documents, np.int64), counts) << PLACE_BITS) + places

    def _walk(self, field: str, form: str) -> Iterator[tuple[int, Any]]:
        for leaf, offset in self.segments():
            matcher = query.Term(field, form).matcher(leaf)
            while matcher.is_active():
                yield matcher.id() + offset, matcher
                matcher.next()

    def _searcher(self) -> Any:
        """Give this thread's Whoosh searcher: two threads must never share one."""
        if not hasattr(self._local, "searcher"):
            index = FileIndex(self._files, schema=schema.SCHEMA)
            self._local.searcher = index.searcher(weighting=Frequency())
        return self._local.searcher
