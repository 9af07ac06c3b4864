"""A generation's documents as arrays: ids, times, facet values. Counting and sorting happen here, with numpy.

Document number `n` of the generation is element `n` of every array. Segments never change, so the part of each
segment is read once in a process and shared by all generations that hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import schema
from index.column_types import Lists, narrow

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Codes = NDArray[Any]
DocumentNumbers = NDArray[np.int32]
"""Of documents in a generation."""

SECONDS_A_DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()
FEW = 4
"""Where not even one in so many documents is a hit, it is faster to look at the hits alone."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Some of the documents."""

    mask: Mask
    numbers: Ints
    """Of these documents, in order."""

    @classmethod
    def of(cls, mask: Mask) -> Selection:
        """Take those of a mask."""
        return cls(mask, np.flatnonzero(mask))

    @property
    def are_few(self) -> bool:
        """Whether it is faster to look at these alone than at all documents."""
        return len(self.numbers) * FEW <= len(self.mask)


class Values:
    """Which values of one facet each document has: any number of them, or none."""

    def __init__(self, lists: Lists, live: Mask) -> None:
        """Take the values of each document, and which documents are not deleted."""
        self.labels = lists.labels
        self._places = {label: code for code, label in enumerate(self.labels)}
        self._count = len(live)
        self._single: Codes | None = None
        """Where no document has more than one: that of each, and the number after the last one for none."""
        if lists.sizes.max(initial=0) <= 1:
            self._single = np.full(len(live), len(self.labels), np.min_scalar_type(len(self.labels)))
            self._single[lists.sizes == 1] = lists.codes
        else:
            self._sizes, self._codes = lists.sizes, lists.codes
            self._starts = np.cumsum(self._sizes, dtype=np.int32) - self._sizes.astype(np.int32)
            holders = np.repeat(np.arange(len(live), dtype=np.int32), self._sizes)
            self._documents = holders[np.argsort(self._codes, kind="stable")]
            self._ends = np.cumsum(np.bincount(self._codes, minlength=len(self.labels)))
        self.overall = self.counts(Selection.of(live))
        """For each value, in the order of `labels`, how many documents have it that are not deleted."""
        self.most = int(self.overall.max(initial=0))

    def having(self, labels: Iterable[str]) -> Mask:
        """Give the documents that have any of these values."""
        mask = np.zeros(self._count, bool)
        for label in labels:
            if (code := self._places.get(label)) is not None:
                mask |= self._with(code)
        return mask

    def place(self, label: str) -> int | None:
        """Give the place of a value in `labels`; None where no document has it."""
        return self._places.get(label)

    def of(self, number: int) -> list[str]:
        """Give the values of one document."""
        if self._single is not None:
            return self.labels[self._single[number] :][:1]
        start = self._starts[number]
        return [self.labels[code] for code in self._codes[start : start + self._sizes[number]].tolist()]

    def counts(self, selection: Selection) -> Ints:
        """Give for each value, in the order of `labels`, how many of these documents have it."""
        hits, none = selection.numbers, len(self.labels)
        if self._single is not None:
            return np.bincount(self._single[hits], minlength=none + 1)[:-1]
        if not selection.are_few:
            return np.bincount(self._codes[np.repeat(selection.mask, self._sizes)], minlength=none)
        sizes = self._sizes[hits].astype(np.int64)
        places = np.repeat(self._starts[hits] - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
        return np.bincount(self._codes[places], minlength=none)

    def _with(self, code: int) -> Mask:
        if self._single is not None:
            found: Mask = self._single == code
            return found
        mask = np.zeros(self._count, bool)
        mask[self._documents[self._ends[code - 1] if code else 0 : self._ends[code]]] = True
        return mask


@dataclass(frozen=True, slots=True)
class Segment:
    """The columns of one segment, deleted documents included."""

    ids: Ints
    times: Ints
    is_dated: Mask
    lengths: dict[str, Floats]
    values: dict[str, Lists]
    """Those of each of schema.VALUES."""

    @classmethod
    def read(cls, reader: Any) -> Segment:
        """Read a Whoosh segment reader."""

        def column(name: str, kind: type) -> NDArray[Any]:
            return np.asarray(reader.column_reader(name, translate=False).load(), kind)

        return cls(
            ids=column("id", np.int64),
            times=column("date", np.int64),
            is_dated=column("is_dated", np.bool_),
            lengths={field: column(name, np.float32) for field, name in schema.LENGTHS.items()},
            values={facet: reader.column_reader(name, translate=False).load() for facet, name in schema.VALUES.items()},
        )


class Columns:
    """The columns of a whole generation."""

    def __init__(self, segments: Sequence[Segment], deleted: Sequence[Sequence[int]]) -> None:
        """Join the segments in order; `deleted` are numbers within each segment."""
        self.ids = _joined([s.ids for s in segments], np.int64)
        self.newest_id = int(self.ids.max(initial=0))
        self.times = _joined([s.times for s in segments], np.int64)
        self.count = len(self.ids)
        self.live = ~_joined([_mask(len(s.ids), gone) for s, gone in zip(segments, deleted, strict=True)], np.bool_)
        self.lengths = {f: _joined([s.lengths[f] for s in segments], np.float32) for f in schema.RANKED}
        self.is_dated = _joined([s.is_dated for s in segments], np.bool_)
        self.days = (self.times // SECONDS_A_DAY + EPOCH).astype(np.int32)
        values = {name: Values(_listed([s.values[name] for s in segments]), self.live) for name in schema.VALUES}
        self.language = values.pop("language")
        self.facets = values | self._of_dates()
        # Newest first; of two at the same time, the one that its feed has first, and so has the lower id.
        self.newest = np.lexsort((self.ids, -self.times)).astype(np.int32)
        self._newer = np.empty(self.count, np.int32)
        """How many documents are newer than each: where it stands in `newest`."""
        self._newer[self.newest] = np.arange(self.count)

    def newest_of(self, selection: Selection) -> DocumentNumbers:
        """Give these documents, newest first."""
        if not selection.are_few:
            return self.newest[selection.mask[self.newest]]
        return self.newest[np.sort(self._newer[selection.numbers])]

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

    def _of_dates(self) -> dict[str, Values]:
        months = self.times[self.is_dated].astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
        numbers = {"year": months // 12 + 1970, "month": months % 12 + 1}
        return {name: Values(_numbered(self.is_dated, found), self.live) for name, found in numbers.items()}


def _listed(parts: list[Lists]) -> Lists:
    """Join the values of several segments."""
    if len(parts) == 1:
        return parts[0]
    codes: dict[str, int] = {}
    moved = [np.array([codes.setdefault(label, len(codes)) for label in part.labels], np.int64) for part in parts]
    return Lists(
        _joined([part.sizes for part in parts], np.uint32),
        narrow(_joined([new[part.codes] for new, part in zip(moved, parts, strict=True)], np.int64)),
        list(codes),
    )


def _numbered(has_one: Mask, numbers: Ints) -> Lists:
    """Make values of a number that each of some documents has."""
    found, codes = np.unique(numbers, return_inverse=True)
    return Lists(has_one.astype(np.uint8), narrow(codes), list(map(str, found.tolist())))


def _joined(arrays: list[NDArray[Any]], kind: type) -> NDArray[Any]:
    if len(arrays) == 1:  # as most libraries are; then it is not there twice
        return arrays[0].astype(kind, copy=False)
    return np.concatenate([np.zeros(0, kind), *arrays]).astype(kind, copy=False)


def _mask(count: int, numbers: Iterable[int]) -> Mask:
    mask = np.zeros(count, bool)
    mask[list(numbers)] = True
    return mask
