"""The steps at which a writer may be killed, as tests.faults does it: each is a place in the program.

The names are those of the table in docs/architecture.md, "What survives what".
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from whoosh.writing import SegmentWriter

from index import disk, generations, library, recleaning, writer
from index.bringing import Bringer
from index.generations import Generations
from index.proof import Expected
from index.reading import process
from index.storage.database import Database
from index.storage.store import Store
from index.words import WordsWriter


class Fuse:
    """Kills this process the `turn`-th time that it is met (from 0)."""

    def __init__(self, turn: int) -> None:
        """Take when."""
        self.left = turn

    def burn(self) -> None:
        """Be met."""
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


@dataclass(frozen=True)
class Step:
    """A place in the program."""

    patch: Callable[[Fuse], None]
    turns: int = 3
    """How often it is met at most before it is deadly; which of them is left to chance."""

    def install(self, turn: int) -> None:
        """Have this process end there."""
        self.patch(Fuse(turn))


def before(owner: Any, name: str) -> Callable[[Fuse], None]:
    """Say the moment before a function is called."""

    def patch(fuse: Fuse) -> None:
        real = getattr(owner, name)

        @wraps(real)
        def deadly(*args: Any, **kwargs: Any) -> Any:
            fuse.burn()
            return real(*args, **kwargs)

        setattr(owner, name, deadly)

    return patch


def after(owner: Any, name: str) -> Callable[[Fuse], None]:
    """Say the moment after a function was called."""

    def patch(fuse: Fuse) -> None:
        real = getattr(owner, name)

        @wraps(real)
        def deadly(*args: Any, **kwargs: Any) -> Any:
            found = real(*args, **kwargs)
            fuse.burn()
            return found

        setattr(owner, name, deadly)

    return patch


def in_transaction(place: str) -> Callable[[Fuse], None]:
    """Say a place in a transaction of the store: `begun`, `written` or `committed`."""

    def patch(fuse: Fuse) -> None:
        real = Database.transaction

        @contextmanager
        def deadly(database: Database) -> Iterator[Any]:
            with real(database) as connection:
                if place == "begun":
                    fuse.burn()
                yield connection
                if place == "written":
                    fuse.burn()
            if place == "committed":
                fuse.burn()

        Database.transaction = deadly  # type: ignore[method-assign,assignment]

    return patch


def flushing(name: str) -> Callable[[Fuse], None]:
    """Say the moment after a file of a generation was written, before it is flushed to the disk."""

    def patch(fuse: Fuse) -> None:
        real = disk.flush

        def deadly(path: Path) -> None:
            if path.match(name):
                fuse.burn()
            real(path)

        disk.flush = deadly

    return patch


def switched(fuse: Fuse) -> None:
    """Die after the pointer was replaced, before that is flushed."""
    real = Path.replace

    def deadly(path: Path, target: Path) -> Path:
        found = real(path, target)
        if path.name == "CURRENT.new":
            fuse.burn()
        return found

    Path.replace = deadly  # type: ignore[method-assign,assignment]


def half_removed(fuse: Fuse) -> None:
    """Die with one file of an old generation removed."""

    def deadly(path: Path, ignore_errors: bool) -> None:
        next(path.iterdir()).unlink()
        fuse.burn()

    generations.shutil.rmtree = deadly  # type: ignore[assignment]


STEPS = {
    "before a document is fetched": Step(before(Bringer, "bring")),
    "before a document is read": Step(before(process, "read")),
    "after a document was read": Step(after(process, "read")),
    "in a transaction, with nothing written": Step(in_transaction("begun"), 9),
    "in a transaction, with all written": Step(in_transaction("written"), 9),
    "after a transaction": Step(in_transaction("committed"), 9),
    "with entries merged, before their links are": Step(before(Store, "pass_on"), 1),
    "while HTML is cleaned anew": Step(before(recleaning, "renewed"), 20),
    "before the index is looked at": Step(before(Store, "sequence")),
    "with an empty generation": Step(after(Generations, "new")),
    "with some documents in a generation": Step(after(WordsWriter, "add"), 30),
    "with all documents, before Whoosh writes them": Step(before(SegmentWriter, "commit")),
    "with Whoosh's files, without the words": Step(before(WordsWriter, "finish")),
    "with all files but about.json": Step(before(Generations, "publish")),
    "before a generation is tried": Step(before(Expected, "prove")),
    "after a generation was tried": Step(after(Expected, "prove")),
    "with all files, not flushed": Step(flushing("about.json")),
    "before the pointer is replaced": Step(flushing("CURRENT.new")),
    "after the pointer was replaced": Step(switched),
    "before old generations are removed": Step(before(Generations, "_prune")),
    "with an old generation half removed": Step(half_removed),
    "after the switch, before changes are forgotten": Step(before(Store, "forget_changes")),
    "while the lease is held": Step(after(library.Library, "take_turn"), 1),
    "before a file is flushed to the disk": Step(before(os, "fsync"), 9),
    "between two generations of one writer": Step(before(writer, "extend")),
}
"""By what has happened then."""
