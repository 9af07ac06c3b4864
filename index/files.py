"""The files of a generation as Whoosh reads them: each opened once for all threads, and read where it is wanted.

Whoosh itself would map a segment's file and then copy all of it into memory, for each thread anew. Called by
index.postings. A file is closed once nothing reads it any more.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary, finalize

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

_LINE = 100


class SharedFiles(FileStorage):  # type: ignore[misc]
    """A folder of files that are only read, from any number of threads."""

    def __init__(self, folder: Path) -> None:
        """Take the folder."""
        super().__init__(str(folder), supports_mmap=False)
        self._folder = folder
        self._opened: WeakValueDictionary[str, _Opened] = WeakValueDictionary()

    def open_file(self, name: str, **_: Any) -> Any:
        """See whoosh.filedb.filestore.Storage. Raises OSError."""
        # Two threads may open it at the same time: then each reads its own.
        opened = self._opened.get(name) or _Opened(self._folder / name)
        self._opened[name] = opened
        return _Piece(opened, 0, opened.size, name)


class _Opened:
    """A file that the system has opened, until nobody has this object any more.

    It is closed once no weak reference gives the object either. That would not be so in `__del__`: there, another
    thread could still get it, and read what was closed or, under the same number, another file.
    """

    def __init__(self, path: Path) -> None:
        self.descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        finalize(self, os.close, self.descriptor).atexit = False
        self.size = os.fstat(self.descriptor).st_size


class _Piece(StructFile):  # type: ignore[misc]
    """A file or a part of one, with a place in it, for one thread.

    It is its own file in Python's sense: each number that Whoosh reads would go through three more calls otherwise.
    """

    is_real = False

    def __init__(self, opened: _Opened, start: int, size: int, name: str) -> None:  # not that of StructFile
        self.is_closed, self._name = False, name
        self._opened: _Opened | None = opened
        self._start, self._size, self._at = start, size, 0

    @property
    def file(self) -> _Piece:
        """What Whoosh has pickles read from; kept as an attribute, it would keep this one alive."""
        return self

    def subset(self, offset: int, length: int, name: str = "") -> _Piece:
        """Give a part, with a place of its own."""
        return _Piece(self._source(), self._start + offset, length, name or self._name)

    def get(self, position: int, length: int) -> bytes:
        """Give the bytes at a position; the place is behind them then. Raises OSError."""
        self._at = position
        return self.read(length)

    def read(self, size: int = -1) -> bytes:
        """Give so many bytes, fewer at the end; by default all that is left. Raises OSError."""
        left = max(0, self._size - self._at)
        wanted = left if size < 0 or size > left else size
        descriptor, at = self._source().descriptor, self._start + self._at
        found = os.pread(descriptor, wanted, at)
        while len(found) < wanted and (more := os.pread(descriptor, wanted - len(found), at + len(found))):
            found += more
        self._at += len(found)
        return found

    def readline(self) -> bytes:
        """Give what is left of a line, with its end. Raises OSError."""
        start, line = self._at, b""
        while b"\n" not in line and (more := self.read(_LINE)):
            line += more
        line = line[: line.find(b"\n") + 1] or line
        self._at = start + len(line)
        return line

    def read_array(self, typecode: str, length: int) -> Any:
        """See StructFile.read_array. Raises EOFError where there are not so many numbers."""
        found = super().read_array(typecode, length)
        if len(found) < length:
            raise EOFError(f"{self._name} ends too early.")
        return found

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; gives it."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        """Give the place."""
        return self._at

    def close(self) -> None:
        """Read no more."""
        self._opened = None
        self.is_closed = True

    def _source(self) -> _Opened:
        if self._opened is None:
            raise ValueError("The file was closed.")
        return self._opened
