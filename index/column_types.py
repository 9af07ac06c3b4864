"""The kinds of Whoosh columns that entries have, written and read as a whole: numbers, and lists of values.

Whoosh's own would give each document's value by itself. Called by the schema (which columns there are) and by
index.columns (what is in them).
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.columns import Column, ColumnReader, ColumnWriter, NumericColumn

Array = NDArray[Any]


class Numbers(NumericColumn):  # type: ignore[misc]
    """One number for each document, in the same files as Whoosh writes."""

    class Writer(NumericColumn.Writer):  # type: ignore[misc]
        """As Whoosh's, but for writing all at the end."""

        def __init__(self, dbfile: Any, typecode: str, default: int) -> None:
            super().__init__(dbfile, typecode, default)
            self._kind = f">{typecode}"
            self._numbers: list[int] = []

        def add(self, docnum: int, v: int) -> None:
            """Take the number of a document; those that are passed over have the default."""
            self._numbers += [self._default] * (docnum - len(self._numbers))
            self._numbers.append(v)

        def finish(self, doccount: int) -> None:
            """Write them."""
            self._dbfile.write(np.array(self._numbers, self._kind).tobytes())

    class Reader(NumericColumn.Reader):  # type: ignore[misc]
        """As Whoosh's, but for `load`."""

        def load(self) -> Array:
            """Give the numbers of all documents; those at the end that have the default are not in the file."""
            content = self._dbfile.get(self._basepos, self._count * self._fixedlen)
            found = np.full(self._doccount, self._default, self._typecode)
            found[: self._count] = np.frombuffer(content, f">{self._typecode}")
            return found


class Lists(NamedTuple):
    """Any number of values for each document, in the order of the documents."""

    sizes: Array
    """How many values each document has."""
    codes: Array
    """Every value of every document, by its place in `labels`."""
    labels: list[str]
    """Each value once, as they were first met."""


class Labels(Column):  # type: ignore[misc]
    """Any number of values for each document, given as a list of text."""

    class Writer(ColumnWriter):  # type: ignore[misc]
        """Collects the values of all documents."""

        def __init__(self, dbfile: Any) -> None:
            super().__init__(dbfile)
            self._sizes: list[int] = []
            self._codes: list[int] = []
            self._labels: dict[str, int] = {}

        def add(self, docnum: int, labels: Sequence[str]) -> None:
            """Take the values of a document; those that are passed over have none."""
            self._sizes += [0] * (docnum - len(self._sizes))
            self._sizes.append(len(labels))
            self._codes += [self._labels.setdefault(label, len(self._labels)) for label in labels]

        def finish(self, doccount: int) -> None:
            """Write them."""
            self._sizes += [0] * (doccount - len(self._sizes))
            text = json.dumps(list(self._labels)).encode()
            content = io.BytesIO()
            for array in (narrow(self._sizes), narrow(self._codes), np.frombuffer(text, np.uint8)):
                np.save(content, array, allow_pickle=False)
            self._dbfile.write(content.getvalue())

    class Reader(ColumnReader):  # type: ignore[misc]
        """Reads what the writer has written."""

        def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int) -> None:
            super().__init__(dbfile, basepos, length, doccount)
            self._length = length

        def load(self) -> Lists:
            """Give the values of all documents."""
            content = io.BytesIO(self._dbfile.get(self._basepos, self._length))
            sizes, codes, text = (np.load(content, allow_pickle=False) for _ in range(3))
            return Lists(sizes, codes, json.loads(text.tobytes()))

        def __getitem__(self, docnum: int) -> list[str]:
            found = self.load()
            start = int(found.sizes[:docnum].sum())
            return [found.labels[code] for code in found.codes[start : start + int(found.sizes[docnum])]]


def narrow(numbers: Sequence[int] | Array) -> Array:
    """Give numbers that are not negative in as few bytes each as the largest needs."""
    found = np.asarray(numbers, np.int64)
    return found.astype(np.min_scalar_type(int(found.max(initial=0))))
