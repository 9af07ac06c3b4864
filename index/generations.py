"""Complete builds of an index, side by side in one folder, and the pointer to the one that answers.

    index/gen-000007/   files of the engine, and about.json: schema version, last change number, documents
    index/CURRENT       the name of the newest complete one

A generation is built under a name of its own, flushed to disk, and only then named in CURRENT, which is replaced
in one step (rename). kill -9 before the rename leaves the old generation in force and a folder without mention,
which the next build removes; after it, the new one is in force. Readers that still have an old one open keep its
files, as removing a folder does not take open files away; the newest KEPT are not removed at all.
Engines may link to files of older generations, as files never change once written. One writer at a time.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = 3
_NAME = re.compile(r"gen-([0-9]{6,})")


@dataclass(frozen=True, slots=True)
class About:
    """What a generation says of itself."""

    schema: int
    sequence: int
    documents: int


class Generations:
    """The folder of an index."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it need not be there yet."""
        self.folder = folder

    def current(self) -> str | None:
        """Give the name of the generation in force, or None where there is none."""
        try:
            name = (self.folder / "CURRENT").read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
            return None
        return name if _NAME.fullmatch(name) and self.path(name).is_dir() else None

    def path(self, name: str) -> Path:
        """Give the folder of a generation."""
        return self.folder / name

    def is_there(self, name: str) -> bool:
        """Say whether a generation of this name can still be opened; `name` may come from anywhere."""
        return bool(_NAME.fullmatch(name)) and (self.path(name) / "about.json").is_file()

    def about(self, name: str) -> About | None:
        """Give what a generation says of itself, or None where it says nothing sensible."""
        try:
            return About(**json.loads((self.path(name) / "about.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def new(self) -> Path:
        """Make an empty folder for the next generation."""
        # Whoever can write here can run code, as Whoosh's files hold pickles: keep it to the owner.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        numbers = [int(match[1]) for path in self.folder.iterdir() if (match := _NAME.fullmatch(path.name))]
        path = self.path(f"gen-{max(numbers, default=0) + 1:06}")
        path.mkdir(mode=0o700)
        return path

    def publish(self, path: Path, about: About) -> None:
        """Put a finished generation in force, and remove what is older than the newest KEPT."""
        (path / "about.json").write_text(json.dumps(asdict(about)), encoding="utf-8")
        for file in path.iterdir():
            _flush(file)
        _flush(path)
        pointer = self.folder / "CURRENT.new"
        pointer.write_text(path.name, encoding="ascii")
        _flush(pointer)
        pointer.replace(self.folder / "CURRENT")
        _flush(self.folder)
        self._prune(path.name)

    def discard(self, path: Path) -> None:
        """Remove a generation that was not finished."""
        shutil.rmtree(path, ignore_errors=True)

    def _prune(self, current: str) -> None:
        names = sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        complete = [name for name in names if (self.path(name) / "about.json").is_file()]
        for name in names:
            if name != current and name not in complete[-KEPT:]:
                self.discard(self.path(name))


def _flush(path: Path) -> None:
    """Make what was written survive a power cut (fsync)."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
