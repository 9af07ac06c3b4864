"""Turns the words of documents into posting lists: which documents hold a word, how often and where.

Called by the writer. Every word of a document becomes a number; so many are collected as fit into memory (a run), and
are sorted by word. Where there are several runs, they wait in a file without a name, which goes with the process.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.codec import INLINED, WIDEST, Block, Places, rounded
from index.vocabulary import Texts, Vocabulary

RUN = 1_000_000
"""Words of documents that are collected, and that are written at a time: each takes some 50 bytes then.

The places of one word are never divided: of one that is more frequent than that, all are in memory at once.
"""
LARGEST = (1 << 8 * WIDEST) - 1
Array = NDArray[Any]


class Inversion:
    """The words of one field of many documents."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        """Take where files may be made, and the numbers of words, which several fields share."""
        self._folder = folder
        self._vocabulary = vocabulary
        self._texts = Texts(vocabulary)
        self._first = 0
        """The document of the first text in there."""
        self._lengths = array("i")
        self._runs: list[_Run] = []

    def add(self, forms: Sequence[str]) -> int:
        """Take the field of the next document; gives how many words it has.

        An empty form is none, and leaves its place free.
        """
        self._texts.add(forms)
        length = len(forms) - forms.count("")
        self._lengths.append(length)
        if len(self._texts) > RUN:
            self._runs.append(self._run().set_aside(self._folder))
        return length

    def lists(self) -> Iterator[tuple[bytes, Block]]:
        """Give each word and its list, in order; once."""
        self._runs.append(self._run())
        ranks, forms = self._vocabulary.order
        for part in _joined(self._runs, ranks):
            yield from _blocks(part, forms, rounded(np.array(self._lengths)))

    def _run(self) -> _Run:
        """Sort what was collected, and begin anew."""
        words, sizes = self._texts.take()
        documents = np.repeat(np.arange(self._first, self._first + len(sizes), dtype=np.int32), sizes)
        self._first += len(sizes)
        places = np.arange(len(words)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        # Word and where it was met in one number: sorted by word, and for each as they were met.
        order = np.sort(words << 32 | np.arange(len(words)))
        words, order = order >> 32, order & 0xFFFFFFFF
        first = int(np.searchsorted(words, 1))  # the empty form has the number 0
        words, order = words[first:], order[first:]
        documents = documents[order]
        is_next = np.concatenate([[True], (words[1:] != words[:-1]) | (documents[1:] != documents[:-1])])[: len(words)]
        starts = np.flatnonzero(is_next)
        counts, words = np.diff(starts, append=len(words)).astype(np.int32), words[starts]
        lists = np.flatnonzero(np.diff(words, prepend=0))
        return _Run(
            words=words[lists],
            sizes=np.diff(lists, append=len(words)),
            totals=np.add.reduceat(counts, lists, dtype=np.int64),
            documents=documents[starts],
            counts=counts,
            places=places[order].astype(np.uint32),
        )


class _Run(NamedTuple):
    """Posting lists, one after the other."""

    words: Array
    """The number of the word of each list; later: its place in the order of words."""
    sizes: Array
    """How many documents are in each list."""
    totals: Array
    """How many places are in each list."""
    documents: Array
    """Those of the first list, then those of the next."""
    counts: Array
    """How many places are in each of them."""
    places: Array

    def of(self, lists: Array) -> _Run:
        """Give some of the lists, in this order."""
        documents = _ranges(_starts(self.sizes)[lists], self.sizes[lists])
        places = _ranges(_starts(self.totals)[lists], self.totals[lists])
        return _Run(
            self.words[lists],
            self.sizes[lists],
            self.totals[lists],
            self.documents[documents],
            self.counts[documents],
            self.places[places],
        )

    def set_aside(self, folder: Path) -> _Run:
        """Give the same, kept in a file."""
        found = []
        with tempfile.TemporaryFile(dir=folder) as file:
            for part in self:
                file.write(part.tobytes())
            file.flush()
            whole, at = np.memmap(file, np.uint8, "r") if len(self.words) else self.words, 0
            for part in self:
                found.append(whole[at : at + part.nbytes].view(part.dtype))
                at += part.nbytes
        return _Run(*found)


def _joined(runs: list[_Run], ranks: Array) -> Iterator[_Run]:
    """Give the lists of all runs in the order of words, some at a time; those of one word together."""
    runs = [run._replace(words=ranks[run.words]) for run in runs]
    totals = sum((np.bincount(run.words, run.totals, len(ranks)) for run in runs), np.zeros(len(ranks)))
    parts = np.cumsum(totals) // RUN
    first = 0
    for end in (np.flatnonzero(np.diff(parts, append=-1)) + 1).tolist():
        found = [run.of(np.flatnonzero((run.words >= first) & (run.words < end))) for run in runs]
        joined = _Run(*map(np.concatenate, zip(*found, strict=True)))
        yield joined.of(np.argsort(joined.words, kind="stable"))  # the documents of a later run have larger numbers
        first = end


def _starts(sizes: Array) -> Array:
    """Give where each part begins, of parts of these sizes."""
    return np.cumsum(sizes) - sizes


def _ranges(starts: Array, sizes: Array) -> Array:
    """Give all numbers of several ranges, one after the other."""
    return np.repeat(starts - _starts(sizes), sizes) + np.arange(sizes.sum())


def _blocks(run: _Run, forms: list[bytes], lengths: Array) -> Iterator[tuple[bytes, Block]]:
    """Make a block of the lists of each word; `lengths` are those of all documents, rounded."""
    if not len(run.words):
        return
    lists = np.flatnonzero(np.diff(run.words, prepend=-1))
    starts, place_starts = _starts(run.sizes)[lists], _starts(run.totals)[lists]
    ends, place_ends = np.append(starts[1:], len(run.documents)), np.append(place_starts[1:], len(run.places))
    steps = np.diff(run.documents, prepend=0)
    steps[starts] = run.documents[starts]
    lengths = lengths[run.documents]
    steps_as, counts_as, places_as = _Typed(steps), _Typed(run.counts), _Typed(run.places)
    told = zip(
        run.words[lists].tolist(), starts.tolist(), ends.tolist(), place_starts.tolist(), place_ends.tolist(),
        run.documents[starts].tolist(), run.documents[ends - 1].tolist(),
        np.maximum.reduceat(steps, starts).tolist(), np.maximum.reduceat(run.counts, starts).tolist(),
        np.maximum.reduceat(run.places, place_starts).tolist(),
        np.minimum.reduceat(lengths, starts).tolist(), np.maximum.reduceat(lengths, starts).tolist(),
        strict=True,
    )  # fmt: skip
    for word, start, end, first, last, low, high, widest, most, farthest, shortest, longest in told:
        counts = counts_as.array(start, end, most) if most > 1 else None
        places = Places(counts, *places_as.content(first, last, farthest if end - start > INLINED else LARGEST))
        block = Block(
            steps_as.array(start, end, widest), counts, places,
            end - start, low, high, last - first, most, shortest, longest,
        )  # fmt: skip
        yield forms[word], block


class _Typed:
    """Numbers in as few bytes each as the largest of a part needs."""

    def __init__(self, numbers: Array) -> None:
        self._contents = {width: numbers.astype(f"<u{width}").tobytes() for width in (1, 2, 4)}

    def content(self, start: int, end: int, largest: int) -> tuple[int, bytes]:
        """Give the numbers from one place to another, of which this is the largest: how wide each is, and all."""
        width = 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
        return width, self._contents[width][start * width : end * width]

    def array(self, start: int, end: int, largest: int) -> array[int]:
        """Give the same as an array."""
        width, content = self.content(start, end, largest)
        return array({1: "B", 2: "H", 4: "I"}[width], content)
