"""Complete builds of an index, side by side in one folder, and the pointer to the one that answers.

    index/gen-000007/   files of the engine, and about.json: schema version, last change number, documents, and the
                        checksum (CRC-32) of each file and of about.json itself
    index/CURRENT       the name of the newest complete one

A generation is built under a name of its own, flushed to disk, tried (index.proof), and only then named in CURRENT,
which is replaced in one step (rename). kill -9 before the rename leaves the old generation in force and a folder
without mention, which the next build removes; after it, the new one is in force. Readers that still have an old one
open keep its files, as removing a folder does not take open files away; the newest KEPT are not removed at all.
Engines may link to files of older generations, as files never change once written. One writer at a time.

Files are checked against their checksums before they are read, so that a truncated file or a turned bit leads to a new
build rather than to wrong answers. Where those of the one in force are found not to fit, a file `damaged` is put beside
them: for all processes that generation is not there any more. An older one may be half removed at that moment, and
counts as gone.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import stat
import zlib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from index import disk
from index.unchanged import Unchanged

KEPT = 3
ABOUT = "about.json"
DAMAGED = "damaged"
_CHUNK = 1 << 20
_NAME = re.compile(r"gen-([0-9]{6,})")


@dataclass(frozen=True, slots=True)
class About:
    """What a generation says of itself."""

    schema: int
    sequence: int
    documents: int
    checksum: int = 0
    """Over all else that about.json says, the checksums of all files among it."""


class Generations:
    """The folder of an index."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it need not be there yet."""
        self.folder = folder
        self._pointer = str(folder / "CURRENT")
        self._named: Unchanged[str | None] = Unchanged()
        self._about: Unchanged[About | None] = Unchanged()

    def current(self) -> str | None:
        """Give the name of the generation in force, or None where there is none."""
        name = self._named.get((self._pointer,), self._read_pointer)
        return name if name and _is_folder(f"{self.folder}/{name}") else None

    def published(self) -> int | None:
        """Give when the generation in force was put there; None where there is none."""
        try:
            return int((self.folder / "CURRENT").stat().st_mtime)
        except OSError:
            return None

    def edition(self) -> tuple[int, int] | None:
        """Give what differs after each generation that is put in force; None where there is none."""
        try:
            seen = (self.folder / "CURRENT").stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_ino

    def is_begun(self) -> bool:
        """Say whether a generation was ever put in force here."""
        return (self.folder / "CURRENT").exists()

    def path(self, name: str) -> Path:
        """Give the folder of a generation."""
        return self.folder / name

    def is_there(self, name: str) -> bool:
        """Say whether a generation of this name can still be opened; `name` may come from anywhere."""
        return bool(_NAME.fullmatch(name)) and self.about(name) is not None

    def about(self, name: str) -> About | None:
        """Give what a generation says of itself, or None where it says nothing sensible or is known to be damaged."""
        path = f"{self.folder}/{name}"
        # The folder is another one as soon as `damaged` is put into it.
        return self._about.get((path, f"{path}/{ABOUT}"), lambda: self._read_about(name))

    def checksums(self, name: str) -> dict[str, int]:
        """Give the checksum of each file of a generation, by its name; nothing where that is not known."""
        said = self._said(name)
        return dict(said["files"]) if said else {}

    def is_sound(self, name: str, but: Collection[tuple[str, int]] = ()) -> bool:
        """Say whether every file is there and as it was written; `but` are names and checksums not to look at again.

        Takes a second for about 1 GB. Raises OSError where they cannot be read for a reason that is not theirs.
        """
        said = self._said(name)
        if said is None:
            return False
        try:
            return all(
                (file, sum) in but or _checksum(self.path(name) / file) == sum for file, sum in said["files"].items()
            )
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            if error.errno == errno.EIO:  # the disk itself
                return False
            raise

    def mark_damaged(self, name: str) -> None:
        """Have no process open this generation again; where that cannot be written, each finds out for itself."""
        with suppress(OSError):
            (self.path(name) / DAMAGED).touch()

    def new(self) -> Path:
        """Make an empty folder for the next generation."""
        # Whoever can write here can run code, as Whoosh's files hold pickles: keep it to the owner.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        numbers = [int(match[1]) for path in self.folder.iterdir() if (match := _NAME.fullmatch(path.name))]
        path = self.path(f"gen-{max(numbers, default=0) + 1:06}")
        path.mkdir(mode=0o700)
        return path

    def publish(
        self,
        path: Path,
        about: About,
        known: Mapping[str, int] = MappingProxyType({}),
        prove: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Put a finished generation in force, and remove what is older than the newest KEPT.

        `known` are the checksums of files that it shares with an older one: they have to be as they were then. `prove`
        is called with its name when it can be opened, and raises what speaks against putting it in force.
        """
        files = {file.name: known.get(file.name) or _checksum(file) for file in sorted(path.iterdir())}
        said = {"schema": about.schema, "sequence": about.sequence, "documents": about.documents, "files": files}
        (path / ABOUT).write_text(json.dumps({**said, "checksum": _sum_of(said)}), encoding="utf-8")
        for file in path.iterdir():
            disk.flush(file)
        disk.flush(path)
        prove(path.name)
        pointer = self.folder / "CURRENT.new"
        pointer.write_text(path.name, encoding="ascii")
        disk.flush(pointer)
        pointer.replace(self.folder / "CURRENT")
        disk.flush(self.folder)
        self._prune(path.name)

    def discard(self, path: Path) -> None:
        """Remove a generation that was not finished."""
        shutil.rmtree(path, ignore_errors=True)

    def tidy(self) -> list[str]:
        """Remove what was not finished, or not put in force, by builds that were killed, and give the names of that.

        A damaged generation goes too. To be called by the one who may write.
        """
        current = self.current()
        if current is None:
            return []
        names = sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        left = [name for name in names if name != current and (name > current or self.about(name) is None)]
        for name in left:
            self.discard(self.path(name))
        pointer = self.folder / "CURRENT.new"
        if pointer.exists():
            pointer.unlink()
            left.append(pointer.name)
        return left

    def _read_pointer(self) -> str | None:
        try:
            name = Path(self._pointer).read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
            return None
        return name if _NAME.fullmatch(name) else None

    def _read_about(self, name: str) -> About | None:
        if (self.path(name) / DAMAGED).exists():
            return None
        said = self._said(name)
        return About(said["schema"], said["sequence"], said["documents"], said["checksum"]) if said else None

    def _said(self, name: str) -> dict[str, Any] | None:
        """Give all of about.json where it is as it was written."""
        try:
            said: dict[str, Any] = json.loads((self.path(name) / ABOUT).read_text(encoding="utf-8"))
            return said if said["checksum"] == _sum_of(said) else None
        except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError):
            return None

    def _prune(self, current: str) -> None:
        names = sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        complete = [name for name in names if (self.path(name) / ABOUT).is_file()]
        for name in names:
            if name != current and name not in complete[-KEPT:]:
                self.discard(self.path(name))


def _sum_of(said: Mapping[str, Any]) -> int:
    text = json.dumps({name: value for name, value in said.items() if name != "checksum"}, sort_keys=True)
    return zlib.crc32(text.encode())


def _checksum(path: Path) -> int:
    """Give the CRC-32 of a file."""
    sum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sum = zlib.crc32(chunk, sum)
    return sum


def _is_folder(path: str) -> bool:
    """Tell whether there is a folder; raises OSError where the system cannot tell, which os.path.isdir takes for no."""
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 - half as fast with a Path
    except (FileNotFoundError, NotADirectoryError):
        return False
