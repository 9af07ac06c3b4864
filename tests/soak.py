"""Days of a library that is kept fresh, in minutes: `make soak`, or `python -m tests.soak [--refreshes 2000]`.

Feeds on a server of this machine change each time they are fetched; each refresh is taken in and indexed, and a reader
of the same process asks after it, from a thread that ends after that, as those of a server do. Prints memory and open
files as it goes on; the exit code is 1 where memory has grown by more than a tenth from the second fifth to the last,
where more files are open, or where the library is not as it should be in the end.

The number of entries stays the same after the first fifth: what is measured is what stays behind, not what there is.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from index import Intake, Library, Rules, from_pairs
from tests import meters, site
from tests.documents import atom
from tests.meters import MEGABYTE, Reading
from tests.plenty import Plenty

FEEDS = 4
ENTRIES = 160
"""Of each feed, over all times."""
SHOWN = 20
"""Entries that a document holds at a time."""
FIRST = 0.2
"""Part of the refreshes that fills what is kept."""
GROWTH = 0.1
LEAST = 200
"""Refreshes; fewer do not fill what is kept, and their memory is not judged."""
SPARE_FILES = 8
"""Open files that may be more in the end: segments of the index come and go."""


class Feed:
    """A feed that changes each time: other entries, other texts, other tags."""

    def __init__(self, number: int) -> None:
        self._plenty = Plenty(ENTRIES, number)
        self._host = f"feed-{number}.example"
        self._dice = random.Random(number)

    def document(self, turn: int) -> bytes:
        """Give what the server has at a turn."""
        # All of the entries in the first turns, so that there are no more of them later.
        first = turn * SHOWN % ENTRIES
        entries = []
        for number in range(first, first + SHOWN):
            entry = self._plenty.entry(number % ENTRIES).replace("plenty.example", self._host)
            if self._dice.random() < 0.3:
                entry = entry.replace("</title>", f" {self._plenty.text(self._dice, 2)}</title>")
            entries.append(entry)
        return atom(*entries, title="Soaked")


class Soak:
    """A library, what feeds it, and who reads it."""

    def __init__(self, folder: Path, address: str) -> None:
        rules = Rules(hosts=("127.0.0.1",))
        self.writer, self.reader = Library(folder, rules=rules), Library(folder, rules=rules)
        self.feeds = [Feed(number) for number in range(FEEDS)]
        self.addresses = [f"{address}/{number}" for number in range(FEEDS)]
        self.wrong: list[str] = []
        self.total = 0

    def turn(self, turn: int) -> None:
        """Refresh one feed, index, and have somebody ask."""
        number = turn % FEEDS
        name = self.addresses[number]
        intakes = self.writer.refresh(self.writer.feed(name)) if turn >= FEEDS else self.writer.add(name)
        self.wrong += [f"{intake.feed}: {_trouble(intake)}" for intake in intakes if _trouble(intake)]
        self.writer.publish()
        asker = threading.Thread(target=self._ask, args=(turn,))
        asker.start()
        asker.join()

    def close(self) -> None:
        """Close both libraries."""
        self.writer.close()
        self.reader.close()

    def _ask(self, turn: int) -> None:
        words = self.feeds[0]._plenty.words
        word, other = words[turn % 500], words[turn * 7 % 5_000]
        for text in ("", word, f"{other} OR {word}", f"{word[:3]}*", f'"{word} {other}"', f"{other}x"):
            query, _ = from_pairs([("q", text)])
            page = self.reader.search(query)
            self.reader.suggestions(query)
            self.reader.correction(query, page.total)
        self.total = self.reader.search(from_pairs([])[0]).total


def main(arguments: Sequence[str]) -> int:
    """Soak, print, give the exit code."""
    refreshes = _options(arguments).refreshes
    step, start = max(1, refreshes // 10), time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="feedsift-")))
        server = stack.enter_context(site.running())
        soak = Soak(folder / "data", server.address)
        stack.callback(soak.close)
        taken: list[Reading] = []
        for turn in range(refreshes):
            server.pages[f"/{turn % FEEDS}"] = site.Reply(soak.feeds[turn % FEEDS].document(turn // FEEDS))
            server.requests.clear()
            soak.turn(turn)
            taken.append(meters.taken(os.getpid()))
            if (turn + 1) % step == 0:
                _tell(turn + 1, soak, taken[-step:], time.monotonic() - start)
        return _judged(taken, soak)


def _tell(turn: int, soak: Soak, taken: list[Reading], seconds: float) -> None:
    most = _most(taken)
    generations = len(list((soak.writer.folder / "index").glob("gen-*")))
    print(
        f"{turn:>7} refreshes, {seconds:6.0f} s: up to {most.memory / MEGABYTE:.1f} MB and {most.files} open files, "
        f"{threading.active_count()} threads, {soak.total} entries, {generations} generations",
        flush=True,
    )


def _judged(taken: list[Reading], soak: Soak) -> int:
    """Compare the second fifth with the last one: the first fills what is kept."""
    fifth = max(1, round(len(taken) * FIRST))
    before, after = _most(taken[fifth : 2 * fifth]), _most(taken[-fifth:])
    growth, files = after.memory / before.memory - 1, after.files - before.files
    print(f"from the second fifth to the last: memory {growth:+.1%}, open files {files:+}")
    if difference := soak.writer.check():
        soak.wrong.append(f"store and index differ: {difference}")
    for line in soak.wrong[:10]:
        print(f"WRONG {line}")
    if len(taken) < LEAST:
        print(f"fewer than {LEAST} refreshes are too few to judge memory by")
        return int(bool(soak.wrong))
    return int(bool(soak.wrong) or growth > GROWTH or files > SPARE_FILES)


def _most(taken: list[Reading]) -> Reading:
    """Give the most of each: how much there is at a moment depends on how many segments the index has just then."""
    return Reading(max(each.memory for each in taken), max(each.files for each in taken))


def _trouble(intake: Intake) -> str:
    return intake.error or "; ".join(skipped.reason for skipped in intake.skipped)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keep a library fresh for days that pass in minutes.")
    parser.add_argument("--refreshes", type=int, default=2_000)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
