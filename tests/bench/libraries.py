"""The libraries that are measured, made once and kept in build/bench/ as long as they fit. Called by every part.

`small` is a feed of 22 entries where real feeds are there, else the handbook; `real` is all feeds of a folder; a number
is so many entries of tests.bench.weblog.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index import Library
from index.storage.database import SCHEMA_VERSION
from tests.bench import weblog
from tests.bench.weblog import Weblog

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / "build" / "bench"
FEEDS = ROOT.parent / "shared" / "feeds"
SMALL_FEED = "djangocon.atom"
HANDBOOK = ROOT / "webapp" / "handbook.atom"
SEED = 1
USUAL, LARGE = "12000", "100000"


@dataclass(frozen=True)
class Measured:
    """A library that is there."""

    name: str
    folder: Path
    entries: int

    @property
    def title(self) -> str:
        """What it is, in words."""
        kinds = {"small": "one small feed", "real": "real feeds"}
        return f"{self.entries:,} entries ({kinds.get(self.name, 'made up')})"

    def opened(self) -> closing[Library]:
        """Open it until the end of a block."""
        return closing(Library(self.folder))


def ready(name: str) -> Measured | None:
    """Give a library, made now where none is kept that fits; None where its feeds are not there."""
    sources = _sources(name, feeds())
    if sources is None:
        return None
    folder = KEPT / "libraries" / name
    wanted = {"store": SCHEMA_VERSION, "sources": sources}
    if _said(folder) != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _make(name, folder, sources)
        (folder / "about.json").write_text(json.dumps(wanted), encoding="utf-8")
    with closing(Library(folder)) as library:
        if library.behind != 0:  # another version of the index
            library.publish()
        return Measured(name, folder, library.store.count())


def feeds() -> Path:
    """Give the folder of real feeds: the variable FEEDS, which processes that are started share, or the usual one."""
    return Path(os.environ.get("FEEDS") or FEEDS)


def every(names: Iterable[str]) -> Iterator[Measured]:
    """Give those libraries that can be had, and say which cannot."""
    for name in names:
        if found := ready(name):
            yield found
        else:
            print(f"There are no *.atom in {feeds()}, so the library of {name} feeds is left out.", flush=True)


def _sources(name: str, feeds: Path) -> dict[str, int] | None:
    """Give what a library is made of, with sizes: files in bytes, or a seeded weblog in entries."""
    if name.isdecimal():
        return {f"weblog {weblog.VERSION}, seed {SEED}": int(name)}
    small = feeds / SMALL_FEED
    found = [small if small.is_file() else HANDBOOK] if name == "small" else sorted(feeds.glob("*.atom"))
    return {str(path): path.stat().st_size for path in found} or None


def _said(folder: Path) -> object:
    try:
        return json.loads((folder / "about.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _make(name: str, folder: Path, sources: Mapping[str, int]) -> None:
    print(f"Making the library of {name} entries; it is kept in {KEPT.relative_to(ROOT)}/ ...", flush=True)
    files = list(map(Path, sources)) if not name.isdecimal() else list(written(Weblog(int(name), SEED), folder))
    with closing(Library(folder)) as library:
        for file in files:
            (intake,) = library.add(str(file))
            if intake.error or intake.skipped:
                raise ValueError(f"{file.name}: {intake.error or intake.skipped[:3]}")
        library.publish()


def written(made: Weblog, folder: Path) -> Iterator[Path]:
    """Write a made-up weblog as feeds."""
    for number, document in enumerate(made.documents(), 1):
        path = folder / f"weblog-{number}.atom"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(document)
        yield path
