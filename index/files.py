"""The files of a generation as Whoosh reads them: each opened once for all threads, and read where it is wanted.

Whoosh itself would map a segment's file and then copy all of it into memory, for each thread anew. Called by
index.postings. A file is closed once nothing reads it any more.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

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

    def open_file(self, name: str, **options: Any) -> Any:
        """See whoosh.filedb.filestore.Storage. Raises OSError."""
        # Two threads may open it at the same time: then each reads its own.
        opened = self._opened.get(name) or _Opened(self._folder / name)
        self._opened[name] = opened
        return StructFile(_Place(opened), name=name, **options)


class _Opened:
    """A file that the system has opened."""

    def __init__(self, path: Path) -> None:
        self.descriptor = -1
        self.descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.size = os.fstat(self.descriptor).st_size

    def read(self, size: int, at: int) -> bytes:
        """Give so many bytes or fewer, none at the end."""
        return os.pread(self.descriptor, size, at)

    def __del__(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)


class _Place:
    """A place in a file, for one thread: what Whoosh needs of a file in Python's sense."""

    def __init__(self, opened: _Opened) -> None:
        self._opened: _Opened | None = opened
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        """Give so many bytes, fewer at the end; by default all that is left. Raises OSError."""
        if self._opened is None:
            raise ValueError("The file was closed.")
        wanted, found = size if size >= 0 else max(0, self._opened.size - self._at), b""
        while len(found) < wanted and (more := self._opened.read(wanted - len(found), self._at + len(found))):
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

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; gives it."""
        end = self._opened.size if self._opened else 0
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: end}[whence]
        return self._at

    def tell(self) -> int:
        """Give the place."""
        return self._at

    def close(self) -> None:
        """Read no more."""
        self._opened = None
