"""A generation's documents as arrays: ids, times, facet values. Counting and sorting happen here, with numpy.

Document number `n` of the generation is element `n` of every array. Segments never change, so the part of each
segment is read once in a process and shared by all generations that hold it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import schema

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

SECONDS_A_DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()


class Values:
    """Which values of one facet each document has: any number of them, or none."""

    def __init__(self, count: int, documents: Ints, labels: Sequence[str]) -> None:
        """Take pairs: document `documents[i]` has value `labels[i]`; `count` is the number of all documents."""
        self.count = count
        vocabulary: dict[str, int] = {}
        codes = np.fromiter((vocabulary.setdefault(v, len(vocabulary)) for v in labels), np.int64, len(labels))
        order = np.argsort(codes, kind="stable")
        self.codes, self.documents = codes[order].astype(np.int32), documents[order].astype(np.int32)
        self.vocabulary = vocabulary
        self.labels = list(vocabulary)
        self._starts = np.searchsorted(self.codes, np.arange(len(vocabulary) + 1))

    def having(self, labels: Iterable[str]) -> Mask:
        """Give the documents that have any of these values."""
        mask = np.zeros(self.count, bool)
        for label in labels:
            if (code := self.vocabulary.get(label)) is not None:
                mask[self.documents[self._starts[code] : self._starts[code + 1]]] = True
        return mask

    def of(self, number: int) -> list[str]:
        """Give the values of one document."""
        return [self.labels[code] for code in self.codes[self.documents == number].tolist()]

    def counts(self, mask: Mask) -> Ints:
        """Give for each value, in the order of `labels`, how many documents of the mask have it."""
        return np.bincount(self.codes[mask[self.documents]], minlength=len(self.labels))


@dataclass(frozen=True, slots=True)
class Segment:
    """The columns of one segment, deleted documents included."""

    ids: Ints
    times: Ints
    is_dated: Mask
    lengths: dict[str, Floats]
    values: list[tuple[str, list[int], list[str], str]]
    """Author, feeds, tags and language of each document."""

    @classmethod
    def read(cls, reader: Any) -> Segment:
        """Read a Whoosh segment reader."""

        def column(name: str, kind: type) -> NDArray[Any]:
            return np.array(reader.column_reader(name).load(), dtype=kind)

        values = reader.column_reader("values")
        return cls(
            ids=column("id", np.int64),
            times=column("date", np.int64),
            is_dated=column("is_dated", np.bool_),
            lengths={field: column(name, np.float32) for field, name in schema.LENGTHS.items()},
            values=[json.loads(values[number]) for number in range(reader.doc_count_all())],
        )


class Columns:
    """The columns of a whole generation."""

    def __init__(self, segments: Sequence[Segment], deleted: Sequence[Sequence[int]]) -> None:
        """Join the segments in order; `deleted` are numbers within each segment."""
        self.ids = _joined([s.ids for s in segments], np.int64)
        self.times = _joined([s.times for s in segments], np.int64)
        self.count = len(self.ids)
        self.live = ~_joined([_mask(len(s.ids), gone) for s, gone in zip(segments, deleted, strict=True)], np.bool_)
        self.lengths = {f: _joined([s.lengths[f] for s in segments], np.float32) for f in schema.RANKED}
        self.is_dated = _joined([s.is_dated for s in segments], np.bool_)
        self.days = self.times // SECONDS_A_DAY + EPOCH
        self._join_values([values for s in segments for values in s.values])
        # Newest first; of two at the same time, the one that its feed has first, and so has the lower id.
        self.newest = np.lexsort((self.ids, -self.times))

    def numbers(self, ids: Iterable[int]) -> Ints:
        """Give the numbers of all documents with these ids that are not deleted."""
        return np.flatnonzero(self.live & np.isin(self.ids, np.fromiter(ids, np.int64)))

    def doubled(self) -> tuple[int, ...]:
        """Give the ids that more than one document has which is not deleted, in order."""
        ids, counts = np.unique(self.ids[self.live], return_counts=True)
        return tuple(ids[counts > 1].tolist())

    def average_length(self, field: str) -> float:
        """Give the mean number of terms in a field, at least 1."""
        lengths = self.lengths[field][self.live]
        return max(1.0, float(lengths.mean())) if len(lengths) else 1.0

    def between(self, first: date, last: date) -> Mask:
        """Give the dated documents of these days, ends included."""
        return self.is_dated & (self.days >= first.toordinal()) & (self.days <= last.toordinal())

    def _join_values(self, values: list[tuple[str, list[int], list[str], str]]) -> None:
        numbers = np.arange(self.count)
        months = self.times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        years = np.char.mod("%d", months // 12 + 1970)[self.is_dated].tolist()
        month_names = np.char.mod("%d", months % 12 + 1)[self.is_dated].tolist()
        self.facets = {
            "tag": self._values([tags for _, _, tags, _ in values]),
            "feed": self._values([[str(feed) for feed in feeds] for _, feeds, _, _ in values]),
            "author": self._values([[author] if author else [] for author, _, _, _ in values]),
            "year": Values(self.count, numbers[self.is_dated], years),
            "month": Values(self.count, numbers[self.is_dated], month_names),
        }
        self.language = self._values([[language] for _, _, _, language in values])

    def _values(self, lists: list[list[str]]) -> Values:
        documents = np.repeat(np.arange(self.count), [len(labels) for labels in lists])
        return Values(self.count, documents, [label for labels in lists for label in labels])


def _joined(arrays: list[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *arrays]).astype(kind, copy=False)


def _mask(count: int, numbers: Iterable[int]) -> Mask:
    mask = np.zeros(count, bool)
    mask[list(numbers)] = True
    return mask
