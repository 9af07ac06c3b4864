"""Reads spoilt feeds, thousands of them: `make fuzz-feeds SECONDS=1800`.

    python -m tests.fuzz_feeds [--seconds 60] [--seed 1] [--only 4711]

The documents of tests/odd and made-up ones are spoilt (tests.mutations) and read as what comes over the network is, in
a child process within its limits. What comes of it has to be a reading of all its entries, or one of the sentences that
say what else the document is (tests.endings), in time, with HTML and addresses that may be shown, and the child has to
end without having tried to open anything. Only what was made of one of tests.bombs may exceed a limit of time, memory
or size. One in TAKEN_IN of those that are feeds goes into a library, twice: it may be refused only as what no feed is,
the second time must change nothing, and store and index have to be sound after it.

Prints seed and counts; a document with which something went wrong is kept in build/fuzz-feeds/ with what it was, and
the exit code is 1. `--only` reads just the one of that number.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from index import Library
from index.entries import ParsedEntry
from index.errors import ReadingError
from index.reading import process
from index.reading.process import FeedReading, ListReading, Material, PageReading
from index.rules import Limits
from index.sanitize import clean
from tests import bombs, meters, mutations
from tests.browser import corpus
from tests.endings import FaultError, Warned, expect_not_taken_in, expect_plain, expect_plain_reasons
from tests.laws import Reading, canonical
from tests.plenty import Plenty, latecomers

ODD = Path(__file__).with_name("odd")
KEPT = Path("build", "fuzz-feeds")
ADDRESS = "https://spoilt.example/blog/feed"
TYPES = [
    "",
    "",
    "text/xml",
    "application/atom+xml; charset=utf-8",
    "text/html",
    "application/json",
    "text/plain; charset=x",
]
LONGEST = bombs.LONGEST
"""Seconds by the clock."""
TAKEN_IN = 12
FEEDS = 8
"""Files that the library has its feeds from: each is overwritten again and again."""
NEW_LIBRARY = 400
"""Documents that are taken into a library before the next one is made."""
ENDING = 2.0
"""Seconds for a child to be gone after its last word."""
_WEB = re.compile(r"https?://[^\x00-\x20\x7f]+", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """A document to spoil."""

    body: bytes
    is_bomb: bool = False
    """Whether it was made to exceed a limit."""


@dataclass
class Tally:
    """What came of all."""

    kinds: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)
    """The number of the first document of each kind."""
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    """Seconds, and the number of the document."""


def main(arguments: Sequence[str]) -> int:
    """Spoil and read until the time is over; gives the exit code."""
    options = _options(arguments)
    tally, start = Tally(), time.monotonic()
    sources = [Source(path.read_bytes()) for path in sorted(ODD.iterdir())] + made()
    with tempfile.TemporaryDirectory(prefix="feedsift-") as name, Warned() as warned:
        shelf = Shelf(Path(name))
        numbers = [options.only] if options.only else _until(start + options.seconds)
        for number in numbers:
            examine(options.seed, number, sources, shelf, tally, warned)
        shelf.close()
    over = time.monotonic() - start
    total = sum(number for kind, number in tally.kinds.items() if not kind.startswith("taken in"))
    for kind, count in tally.kinds.most_common():
        print(f"{count:8}  {kind} (number {tally.first.get(kind, 0)} is the first)")
    print(
        f"seed {options.seed}: {total} documents in {over:.0f} s, {60 * total / over:.0f} a minute, the slowest "
        f"{tally.slowest[0]:.2f} s (number {tally.slowest[1]}), {len(tally.faults)} faults"
    )
    return int(bool(tally.faults))


def made() -> list[Source]:
    """Make feeds with all that a feed may have, of several entries, and bombs."""
    feeds = Plenty(30, 7).document(), latecomers(12), corpus.feed()
    return [*map(Source, feeds), *(Source(make(2), is_bomb=True) for make in bombs.BOMBS.values())]


def document(seed: int, number: int, sources: Sequence[Source]) -> tuple[Source, str]:
    """Give the document of a number, always the same, and what its server says that it is."""
    dice = random.Random(f"{seed} {number}")
    first, other = dice.choice(sources), dice.choice(sources)
    spoilt = mutations.spoilt(dice, first.body, other.body)
    return Source(spoilt, first.is_bomb or other.is_bomb), dice.choice(TYPES)


def examine(seed: int, number: int, sources: Sequence[Source], shelf: Shelf, tally: Tally, warned: Warned) -> None:
    """Read one document, and see that all is as it has to be."""
    source, content_type = document(seed, number, sources)
    body, start = source.body, time.monotonic()
    try:
        kind = outcome(body, content_type, is_bomb=source.is_bomb)
        seconds = time.monotonic() - start
        tally.kinds[kind] += 1
        tally.first.setdefault(kind, number)
        tally.slowest = max(tally.slowest, (seconds, number))
        if seconds > LONGEST:
            raise FaultError(f"it took {seconds:.1f} s")
        children_are_gone()
        if kind.startswith("feeds") and number % TAKEN_IN == 0:
            taken = f"taken in: {shelf.take(body)}"
            tally.kinds[taken] += 1
            tally.first.setdefault(taken, number)
        warned.expect_nothing()
    except Exception as error:  # whatever it is, it is what is looked for
        tally.kinds["faults"] += 1
        tally.faults.append(repr(error))
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{seed}-{number}.bin").write_bytes(body)
        (KEPT / f"{seed}-{number}.txt").write_text(f"{content_type!r}\n{error!r}\n", encoding="utf-8")
        print(f"FAULT with number {number} ({KEPT}/{seed}-{number}.bin): {error!r}"[:600], flush=True)


def outcome(body: bytes, content_type: str, *, is_bomb: bool = False) -> str:
    """Read a document to its last entry; give the kind of what came of it. Raises FaultError."""
    try:
        reading = process.read(Material(body, ADDRESS, content_type), Limits())
    except ReadingError as error:
        expect_plain(str(error), is_bomb=is_bomb)
        return f"errors: {re.sub(r'[0-9]+', 'N', str(error))[:70]}"
    if isinstance(reading, PageReading | ListReading):
        found = reading.links if isinstance(reading, PageReading) else reading.feeds
        for feed in found:
            _expect_web(feed.url, "the address of a feed")
        return "lists" if isinstance(reading, ListReading) else "pages"
    with reading:
        return _feed(reading)


def _feed(reading: FeedReading) -> str:
    head = reading.head
    for address in (head.site, head.older, head.hub, head.topic):
        _expect_web(address, "an address of the feed")
    for batch in reading:
        expect_plain_reasons(batch.skipped)
        for entry in batch.entries:
            _expect_good(entry)
    return "feeds"


def _expect_good(entry: ParsedEntry) -> None:
    _expect_web(entry.link, "the link of an entry")
    for enclosure in entry.enclosures:
        _expect_web(enclosure.url, "the address of a file")
    if not entry.identity:
        raise FaultError("an entry without identity")
    if entry.body:
        expect_lawful(entry.body.html)
        _expect_sound(entry.body.text)
    for text in (entry.title, entry.author, entry.language, *(tag.name for tag in entry.tags)):
        _expect_sound(text)


def expect_lawful(html: str) -> None:
    """Raise FaultError where HTML may not be shown, or is other HTML when it is cleaned once more."""
    _expect_sound(html)
    if wrong := Reading(html).wrong:
        raise FaultError(f"HTML with {wrong[:3]}")
    if _followed(clean(html, ADDRESS).html) != _followed(html):
        raise FaultError("HTML that is other HTML when it is cleaned once more")


def _followed(html: str) -> str:
    """Write HTML in one form; a link whose address was none in the end is text the second time."""
    return canonical(re.sub(r'<a rel="noopener noreferrer nofollow ugc">(.*?)</a>', r"\1", html, flags=re.DOTALL))


def _expect_sound(text: str) -> None:
    """Raise FaultError where a text has what no page can show."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise FaultError(f"half a character in {text[:100]!r}") from None
    if found := re.search("[\0-\b\v\f\x0e-\x1f\ufffe\uffff]", text):
        raise FaultError(f"{found[0]!r} in {text[:100]!r}")


def _expect_web(address: str, what: str) -> None:
    if address and not _WEB.fullmatch(address):
        raise FaultError(f"{what} is {address!r}")


def children_are_gone() -> None:
    """Raise FaultError where a child that has read is still there."""
    nursery = process._CHILDREN._process
    deadline = time.monotonic() + ENDING
    while nursery and any(True for _ in meters.children(nursery.pid)):
        if time.monotonic() > deadline:
            raise FaultError("a child does not end")
        time.sleep(0.01)


class Shelf:
    """A library that spoilt feeds are taken into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._library: Library | None = None
        self._taken = 0

    def take(self, body: bytes) -> str:
        """Take a feed in twice, and see that all is as it has to be; give what came of it. Raises FaultError."""
        library = self._opened()
        file = self._folder / f"{self._taken % FEEDS}.xml"
        file.write_bytes(body)
        self._taken += 1
        if problem := self._added(library, file):
            return problem
        library.publish()
        again = [intake for intake in library.add(str(file)) if intake.new or intake.updated or intake.removed]
        if again or library.publish():
            raise FaultError(f"the second time changed something: {again}")
        self._expect_sound(library)
        return "feeds"

    def close(self) -> None:
        """Close the library."""
        if self._library:
            self._library.close()
        self._library = None

    def _opened(self) -> Library:
        if self._taken % NEW_LIBRARY == 0:
            self.close()
        if self._library is None:
            self._library = Library(self._folder / f"library-{self._taken}")
        return self._library

    def _added(self, library: Library, file: Path) -> str:
        said = ""
        for intake in library.add(str(file)):
            expect_plain_reasons(intake.skipped)
            if intake.error:
                expect_not_taken_in(intake.error)
                said = f"errors: {intake.error}"
        return said

    def _expect_sound(self, library: Library) -> None:
        if difference := library.check():
            raise FaultError(f"store and index differ: {difference}")
        with closing(sqlite3.connect(library.folder / "library.db")) as connection:
            (found,) = connection.execute("PRAGMA integrity_check").fetchone()
            if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
                raise FaultError(f"the database is not sound: {found}")
            for html, link in connection.execute("SELECT html, link FROM entry"):
                _expect_web(link, "a stored link")
                if wrong := Reading(html).wrong:
                    raise FaultError(f"stored HTML with {wrong[:3]}")


def _until(deadline: float) -> Iterator[int]:
    number = 0
    while time.monotonic() < deadline:
        number += 1
        yield number


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Read spoilt feeds.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, default=0, help="the number of one document")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
