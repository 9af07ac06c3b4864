"""How posting lists stand in Whoosh's files: each as one block of arrays, which is read at once.

Whoosh 2.7.4 (its codec "W3") writes blocks of 128 documents, each pickled and compressed, and reads them a document at
a time. Here a block has all documents of a word, and arrays instead of tuples; a list of very few documents is
no block, but stands with its word. Whoosh's own matchers read both as well.
Called by the writer (ListsWriter) and by index.postings (ListsReader).
"""

from __future__ import annotations

import io
import pickle
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import (
    WHOOSH3_HEADER_MAGIC,
    W3Codec,
    W3FieldWriter,
    W3TermInfo,
    W3TermsReader,
)
from whoosh.system import _INT_SIZE, pack_int, pack_long, pack_ushort
from whoosh.util.numeric import byte_to_length

INLINED = 3
"""Lists of so many documents or fewer stand with the word itself."""
WIDEST = 4
"""Bytes of the largest numbers, and of places in such short lists."""
_PROTOCOL = 4
_HEAD = len(WHOOSH3_HEADER_MAGIC) + _INT_SIZE
_EXTENT = Struct("!qi")
"""Where a list begins, and how long it is."""
_SLOT = Struct("!Iq")
"""Of the table of words: the hash of one, and where it stands; 0 is nowhere."""
_SIZES = Struct("!ii")
"""Before a word: its length, and that of what stands with it."""
_SLOTS = 4
"""That are read at once: most words are in the first."""
_USUAL = 160
"""Bytes that are read with a word at once: more than what stands with most."""
_NEAR = 4_096
"""Bytes that are read at once where many words are looked up: some forty of them."""
_KNOWN: Struct = W3TermInfo._struct
"""What stands with each word: first, whether its list does."""
_LENGTHS = [byte_to_length(byte) for byte in range(256)]


class Places:
    """The places of a word in each document of its list: what Whoosh calls the values of the postings."""

    __slots__ = ("content", "counts", "width")

    def __init__(self, counts: array[int] | None, width: int, content: bytes) -> None:
        """Take how many places there are in each document (None: one), and the places, of so many bytes each."""
        self.counts, self.width, self.content = counts, width, content

    def __reduce__(self) -> tuple[object, ...]:
        return Places, (self.counts, self.width, self.content)

    def __getitem__(self, number: int) -> bytes:
        """Give the places in one document, as Whoosh wants it."""
        start = number if self.counts is None else sum(self.counts[:number])
        count = 1 if self.counts is None else self.counts[number]
        return self.content[start * self.width : (start + count) * self.width]


class PostingList(NamedTuple):
    """The posting list of a word."""

    documents: NDArray[np.int32]
    counts: NDArray[Any]
    """How often each has it."""
    places: NDArray[Any]
    """All places in the first document, then in the next."""


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's codec with lists that are written and read as a whole."""

    def field_writer(self, storage: Any, segment: Any) -> ListsWriter:
        """See whoosh.codec.base.Codec."""
        return ListsWriter(self, storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ListsReader:
        """See whoosh.codec.base.Codec."""
        name = segment.make_filename(self.TERMS_EXT)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return ListsReader(self, storage.open_file(name), storage.file_length(name), postings)


class ListsWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes the words of a segment, field by field and in order."""

    def __init__(self, codec: Codec, storage: Any, segment: Any) -> None:
        super().__init__(codec, storage, segment)
        self._list_at, self._word_at = 0, self._tindex.tell()

    def add_list(self, text: bytes, block: Block) -> None:
        """Write a word of the field that was started, with its list."""
        is_inlined = block.size <= INLINED
        # As W3TermInfo.to_bytes does.
        known = _KNOWN.pack(
            is_inlined, block.total, block.size, block.shortest, block.longest, block.most, block.first, block.last
        )
        found = _inlined(block) if is_inlined else self._written(block)
        self._add(pack_ushort(self._fieldid) + text, known + found)

    def _written(self, block: Block) -> bytes:
        """Write a list among the others; gives where it begins, and how long it is."""
        # What Whoosh wants to know before it looks into a block; 0 is for no compression.
        said = block.size, block.last, block.most, 0, block.shortest, block.longest
        content = pickle.dumps(said, _PROTOCOL) + pickle.dumps((block.steps, block.counts, block.places), _PROTOCOL)
        # The length is negative in the last block of a list.
        self._postfile.write(WHOOSH3_HEADER_MAGIC + pack_int(-len(content)) + content)
        start, self._list_at = self._list_at, self._list_at + _HEAD + len(content)
        found: bytes = pack_long(start) + pack_int(self._list_at - start)
        return found

    def _add(self, key: bytes, value: bytes) -> None:
        """Do what OrderedHashWriter.add does, with one call where that has a dozen."""
        table = self._tindex
        table.dbfile.write(pack_int(len(key)) + pack_int(len(value)) + key + value)
        hash = table.hashfn(key)
        table.buckets[hash & 255].append((hash, self._word_at))
        table.index.append(self._word_at)
        self._word_at += 2 * _INT_SIZE + len(key) + len(value)


def _inlined(block: Block) -> bytes:
    counts = tuple(block.counts or [1] * block.size)
    values = tuple(map(block.places.__getitem__, range(block.size)))
    return pickle.dumps((tuple(accumulate(block.steps)), counts, values), _PROTOCOL)


class Block(NamedTuple):
    """A posting list as it is written."""

    steps: array[int]
    """From each document to the next, from 0 to the first."""
    counts: array[int] | None
    """How often each has the word; None where all have it once."""
    places: Places
    size: int
    first: int
    last: int
    total: int
    """How often all of them have it."""
    most: int
    """How often one has it."""
    shortest: int
    """The length of the field in the shortest of them, as Whoosh rounds it to a byte (`rounded`)."""
    longest: int


def rounded(lengths: NDArray[Any]) -> NDArray[Any]:
    """Give what Whoosh's `length_to_byte` gives for each."""
    return np.minimum(np.searchsorted(_LENGTHS, lengths), 255)


class ListsReader(W3TermsReader):  # type: ignore[misc]
    """Reads the words of a segment."""

    def postings(self, field: str, form: str) -> PostingList | None:
        """Give the list of a word in a field; None where no document has it."""
        if (known := self._known(self._keycoder(field, form.encode()))) is None:
            return None
        if not _is_inlined(known):
            return _unpacked(*self._block(known))
        numbers, counts, values = _inlined_in(known)
        places = np.frombuffer(b"".join(values), f"<u{WIDEST}")
        return PostingList(np.array(numbers, np.int32), np.array(counts), places)

    def documents(self, field: str, forms: Iterable[str]) -> tuple[NDArray[np.int32], NDArray[Any]]:
        """Give the documents with each of many words, and how often they have it: one list behind the other.

        Where words begin alike and most are rare, that takes a quarter of the time of lists that are read one by one.
        """
        few: list[int] = []
        counts_of_few: list[int] = []
        steps, counts = [np.zeros(0, np.uint8)], [np.zeros(0, np.uint8)]
        for known in self._all_known(sorted(self._keycoder(field, form.encode()) for form in forms)):
            if _is_inlined(known):
                numbers, of_each, _ = _inlined_in(known)
                few += numbers
                counts_of_few += of_each
            else:
                found = self._block(known)
                steps.append(np.frombuffer(found[0], found[0].typecode))
                counts.append(_counts(found[1], len(found[0])))
        return (
            np.concatenate([np.array(few, np.int32), _accumulated(steps)]),
            np.concatenate([np.array(counts_of_few, np.int32), *counts]),
        )

    def _block(self, known: bytes) -> tuple[array[int], array[int] | None, Places]:
        """Give the list of which this stands with the word, as it was written."""
        content = io.BytesIO(self._postfile.get(*_EXTENT.unpack_from(known, _KNOWN.size)))
        content.seek(_HEAD)
        pickle.load(content)  # noqa: S301  # as all pickles of Whoosh: of our own files, found to be as they were written
        found: tuple[array[int], array[int] | None, Places] = pickle.load(content)  # noqa: S301
        return found

    def _known(self, key: bytes) -> bytes | None:
        """Give what stands with a word, as HashReader does: here with two reads of the file, there with five."""
        for at in self._places(key):
            if (value := self._value(key, at)) is not None:
                return value
        return None

    def _all_known(self, keys: Iterable[bytes]) -> Iterator[bytes]:
        """Give what stands with each of many words, which are in order, as the file has them: many are read at once."""
        near: dict[bytes, bytes] = {}
        for key in keys:
            if key not in near:
                for at in self._places(key):
                    size = min(_NEAR, self._tindex.endofdata - at)
                    near = dict(_words_in(self._dbfile.get(at, size)))
            if known := near.get(key) or self._known(key):
                yield known

    def _places(self, key: bytes) -> Iterator[int]:
        """Give where a word may stand: that, and before it where another one with the same hash does."""
        table = self._tindex
        hash: int = table.hashfn(key)
        start, slots = table.tables[hash & 255]
        first = (hash >> 8) % slots if slots else 0
        for place in chain(range(first, slots, _SLOTS), range(0, first, _SLOTS)):
            content = self._dbfile.get(start + place * _SLOT.size, min(_SLOTS, slots - place) * _SLOT.size)
            for found, at in _SLOT.iter_unpack(content):
                if not at:
                    return
                if found == hash:
                    yield at

    def _value(self, key: bytes, at: int) -> bytes | None:
        """Give what stands at a place with a key; None where that is another key."""
        start = _SIZES.size + len(key)
        content: bytes = self._dbfile.get(at, start + _USUAL)
        length, size = _SIZES.unpack_from(content)
        if length != len(key) or content[_SIZES.size : start] != key:
            return None
        return content[start : start + size] if size <= _USUAL else bytes(self._dbfile.get(at + start, size))


def _words_in(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the words of a part of the file that begins with one, each with what stands with it; not what is cut off."""
    at = 0
    while at + _SIZES.size <= len(content):
        length, size = _SIZES.unpack_from(content, at)
        if min(length, size) < 0:  # never written so
            return
        start = at + _SIZES.size + length
        at = start + size
        if at <= len(content):
            yield content[start - length : start], content[start:at]


def _is_inlined(known: bytes) -> bool:
    return bool(_KNOWN.unpack_from(known)[0])


def _inlined_in(known: bytes) -> tuple[tuple[int, ...], tuple[int, ...], tuple[bytes, ...]]:
    found: tuple[tuple[int, ...], tuple[int, ...], tuple[bytes, ...]] = pickle.loads(known[_KNOWN.size :])  # noqa: S301
    return found


def _unpacked(steps: array[int], counts: array[int] | None, places: Places) -> PostingList:
    documents = np.frombuffer(steps, steps.typecode).cumsum(dtype=np.int32)
    return PostingList(documents, _counts(counts, len(steps)), np.frombuffer(places.content, f"<u{places.width}"))


def _counts(counts: array[int] | None, size: int) -> NDArray[Any]:
    return np.ones(size, np.uint8) if counts is None else np.frombuffer(counts, counts.typecode)


def _accumulated(lists: list[NDArray[Any]]) -> NDArray[np.int32]:
    """Give the documents of lists of steps, one list behind the other."""
    sizes = [len(steps) for steps in lists]
    documents = np.concatenate(lists).cumsum(dtype=np.int64)
    # What the steps of all lists before had come to.
    before = np.concatenate([np.zeros(1, np.int64), documents])[np.cumsum([0, *sizes[:-1]])]
    found: NDArray[np.int32] = (documents - np.repeat(before, sizes)).astype(np.int32)
    return found
