"""Kills a process that writes, again and again, while others read; `python -m tests.faults` (`make faults`).

A writer takes in, edits and removes feeds, publishes, rebuilds, copies and cleans, in random order, and notes in a log
what it is about to do and what is done. It is killed (SIGKILL) at random moments, and once at every step of
tests.fault_steps. After each kill, before anything is mended, the store has to be sound and to hold just what the log
says: all that was done, and of what was being done all or nothing. Then the next start has to make the index agree
with it, and all files have to be as they were written, as `feedsift check` finds. Meanwhile two processes search the
library and one asks a server that serves it; none of them may ever meet an error, or counts that do not add up. Prints
what was found; the exit code is 1 where anything was wrong.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click

from index import Library, Query, from_pairs
from index.rules import Rules
from tests import site
from tests.documents import DAY, START, atom, entry
from tests.fault_steps import STEPS
from tests.webapp import servers

FILES, ON_THE_WEB = 3, 3
"""Feeds from files; and the number of the one from a server."""
WINDOW, SHIFT = 12, 2
"""Entries in a document, and how many of them are new in the next."""
RULES = Rules(hosts=("127.0.0.1",))
KINDS = {"add": 50, "publish": 25, "remove": 5, "reindex": 4, "clean": 3, "copy": 3, "turn": 5, "fetch": 5}
"""What a writer does, and how often of 100 times."""
ADDRESSES = ["/", "/?q=rope", "/?tag=even&sort=oldest", "/fragments/entries?q=tide", "/entries.json", "/feeds/"]
"""That a server is asked for."""
DEADLINE = 90
"""Seconds for a writer to come to a step."""

Held = dict[str, str]
"""Titles by identity."""


def titles(feed: int, version: int) -> Held:
    """Give what a version of a feed holds: every other entry has a new title in each version."""
    numbers = range(version * SHIFT, version * SHIFT + WINDOW)
    return {f"urn:{feed}:{n}": f"Feed {feed} entry {n}" + (f" of {version}" if n % 2 else "") for n in numbers}


def document(feed: int, version: int) -> bytes:
    """Write a version of a feed."""
    entries = (
        entry(id, title, f"<p>rope and tide, {title}</p>", tags=[_kind(id), f"feed{feed}"], published=_date(id))
        for id, title in titles(feed, version).items()
    )
    return atom(*entries, title=f"Feed {feed}")


def _number(id: str) -> int:
    return int(id.rpartition(":")[2])


def _kind(id: str) -> str:
    return "odd" if _number(id) % 2 else "even"


def _date(id: str) -> int:
    return START + _number(id) * DAY


# --- the log of what is done --------------------------------------------------------------------------------------


@dataclass
class Log:
    """What a writer is about to do and has done, in a file that outlives it."""

    path: Path

    def say(self, **what: object) -> None:
        """Add a line, which is there once this comes back, whoever is killed."""
        with self.path.open("ab", buffering=0) as file:
            file.write(json.dumps(what).encode() + b"\n")

    def lines(self) -> list[dict[str, Any]]:
        """Give the lines up to now."""
        return [json.loads(line) for line in self.path.read_bytes().splitlines()] if self.path.exists() else []


@dataclass
class Truth:
    """What a library has to hold by its log."""

    feeds: dict[int, Held] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    pending: dict[str, Any] | None = None

    @classmethod
    def by(cls, log: Log) -> Truth:
        """Read a log."""
        truth = cls()
        for line in log.lines():
            if "will" in line:
                truth.pending = line
                truth.versions[line["feed"]] = line["version"]
            elif truth.pending:
                if line["did"]:
                    truth.feeds = truth.after()
                truth.pending = None
        return truth

    def held(self) -> Held:
        """Give all entries, without what is pending."""
        return {id: title for held in self.feeds.values() for id, title in held.items()}

    def after(self) -> dict[int, Held]:
        """Give the feeds once what is pending is done."""
        if not self.pending:
            return self.feeds
        feed = self.pending["feed"]
        if self.pending["will"] == "remove":
            return {number: held for number, held in self.feeds.items() if number != feed}
        return {**self.feeds, feed: {**self.feeds.get(feed, {}), **titles(feed, self.pending["version"])}}


# --- who writes ---------------------------------------------------------------------------------------------------


@dataclass
class Writer:
    """Works on a library until it is killed."""

    folder: Path
    log: Log
    address: str
    chance: random.Random

    def run(self, kinds: dict[str, int] = KINDS) -> None:
        """Do one thing after the other, for ever."""
        library, truth = Library(self.folder, rules=RULES), Truth.by(self.log)
        versions, there = dict(truth.versions), set(truth.feeds)
        while True:
            (kind,) = self.chance.choices(list(kinds), list(kinds.values()))
            if kind in ("add", "fetch"):
                feed = ON_THE_WEB if kind == "fetch" else self.chance.randrange(FILES)
                versions[feed] = versions.get(feed, -1) + 1
                self._add(library, feed, versions[feed])
                there.add(feed)
            elif kind == "remove" and there:
                feed = self.chance.choice(sorted(there))
                self.log.say(will="remove", feed=feed, version=versions[feed])
                library.remove(library.feed(self._source(feed)))
                self.log.say(did=True)
                there.remove(feed)
            else:
                self._other(library, kind)

    def _other(self, library: Library, kind: str) -> None:
        if kind in ("publish", "reindex"):
            library.publish(is_whole=kind == "reindex")
        elif kind == "clean":
            with library.store.transaction() as connection:
                connection.execute("UPDATE entry SET sanitizer = 0 WHERE id % 3 = 0")
            library.reclean()
        elif kind == "copy":
            library.store.copy(self.folder / "copy.db")
        elif kind == "turn":
            library.take_turn("a writer")
            library.end_turn("a writer")

    def _add(self, library: Library, feed: int, version: int) -> None:
        path = _file(self.folder, feed)
        path.with_suffix(".new").write_bytes(document(feed, version))
        path.with_suffix(".new").replace(path)
        self.log.say(will="add", feed=feed, version=version)
        (intake,) = library.add(self._source(feed))
        assert not intake.error, intake.error
        self.log.say(did=True)

    def _source(self, feed: int) -> str:
        return self.address if feed == ON_THE_WEB else str(_file(self.folder, feed))


def _file(folder: Path, feed: int) -> Path:
    return folder.parent / f"feed-{feed}.atom"


# --- who reads ----------------------------------------------------------------------------------------------------


def read(folder: Path, told: Path) -> None:
    """Search a library for ever; write down how often, and what was wrong."""
    library, number = Library(folder), 0
    searches = [Query(), from_pairs([("q", "rope")])[0], from_pairs([("tag", "even"), ("q", "tide")])[0]]
    while True:
        for query in searches:
            try:
                page = library.search(query, limit=10)
                counts = {value.value: value.total for value in page.facets["tag"].values}
                assert counts.get("odd", 0) + counts.get("even", 0) == page.total, (counts, page.total)
                assert sum(value.total for value in page.facets["year"].values) == page.total
            except Exception as error:
                _tell(told, f"{query}: {error!r}")
            number += 1
        told.with_suffix(".number").write_text(str(number))
        time.sleep(0.01)


def ask(port: int, told: Path) -> None:
    """Ask a server for pages for ever; write down how often, and what was wrong."""
    number = 0
    while True:
        for address in (
            "/",
            "/?q=rope",
            "/?tag=even&sort=oldest",
            "/fragments/entries?q=tide",
            "/entries.json",
            "/feeds/",
        ):
            try:
                with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
                    connection.request("GET", address)
                    response = connection.getresponse()
                    body = response.read()
                assert response.status == 200, response.status
                assert body
            except Exception as error:
                _tell(told, f"{address}: {error!r}")
            number += 1
        told.with_suffix(".number").write_text(str(number))
        time.sleep(0.05)


def _tell(told: Path, what: str) -> None:
    with told.open("a", encoding="utf-8") as file:
        file.write(what + "\n")


# --- killing ------------------------------------------------------------------------------------------------------


class Trial:
    """A library, its log, and those who read it; kills its writers."""

    def __init__(self, place: Path, seed: int) -> None:
        """Make the library in `place`, with one feed in it."""
        self.folder = place / "library"
        self.log = Log(place / "log")
        self.chance = random.Random(seed)
        self.problems: list[str] = []
        self.inside: dict[str, int] = {}
        """How many kills came while something was being done, by what came of that."""
        self.address = ""
        library = Library(self.folder)
        Writer(self.folder, self.log, "", self.chance)._add(library, 0, 0)
        library.publish()
        library.close()

    def kill(self) -> None:
        """Kill a writer at a random moment of its work."""
        writer = self._started(lambda: Writer(self.folder, self.log, self.address, self._dice()).run())
        lines = len(self.log.lines())
        deadline = time.monotonic() + DEADLINE
        while len(self.log.lines()) < lines + 2 and time.monotonic() < deadline:  # it has begun
            time.sleep(0.005)
        time.sleep(self.chance.uniform(0, 0.7))
        os.kill(writer, signal.SIGKILL)
        self._ended("at a random moment", os.waitpid(writer, 0)[1])
        self.examine("at a random moment")

    def die_at(self, step: str) -> None:
        """Have a writer kill itself at a step."""

        def work() -> None:
            STEPS[step].install(self._dice().randrange(STEPS[step].turns))
            Writer(self.folder, self.log, self.address, self._dice()).run(dict.fromkeys(KINDS, 1))

        writer, deadline = self._started(work), time.monotonic() + DEADLINE
        while (ended := os.waitpid(writer, os.WNOHANG)) == (0, 0):
            if time.monotonic() > deadline:
                self.problems.append(f"{step}: was not come to in {DEADLINE} s")
                os.kill(writer, signal.SIGKILL)
            time.sleep(0.01)
        self._ended(step, ended[1])
        self.examine(step)

    def _ended(self, moment: str, status: int) -> None:
        if not os.WIFSIGNALED(status):
            self.problems.append(f"{moment}: the writer ended by itself")

    def examine(self, moment: str) -> None:
        """Look at what a killed writer has left, then start again and look at that."""
        truth, stored = Truth.by(self.log), self._stored(moment)
        before, after = truth.held(), {id: t for held in truth.after().values() for id, t in held.items()}
        if stored not in (before, after):
            wrong = {id for id in stored.keys() | before.keys() if stored.get(id) != before.get(id)}
            self.problems.append(
                f"{moment}: {truth.pending} left {len(wrong)} entries otherwise, as {sorted(wrong)[:5]}"
            )
        if truth.pending:
            is_done = stored == after
            self.log.say(did=is_done)
            outcome = "nothing of it" if not is_done else "all of it"
            self.inside[outcome] = self.inside.get(outcome, 0) + 1
        library = Library(self.folder)
        with closing(library):
            library.publish()
            if findings := library.examine():
                self.problems.append(f"{moment}: after the next start {findings}")
                return
            found = {hit.entry.title for hit in library.search(Query(), limit=100_000).hits}
            if found != set(stored.values()):
                self.problems.append(f"{moment}: after the next start {len(found)} of {len(stored)} are found")

    def _stored(self, moment: str) -> Held:
        with closing(sqlite3.connect(self.folder / "library.db")) as connection:
            if (said := connection.execute("PRAGMA integrity_check").fetchall()) != [("ok",)]:
                self.problems.append(f"{moment}: {said}")
            if said := connection.execute("PRAGMA foreign_key_check").fetchall():
                self.problems.append(f"{moment}: {said}")
            rows = connection.execute("SELECT identity, title FROM entry").fetchall()
        if len(rows) != len(dict(rows)):
            self.problems.append(f"{moment}: doubled entries")
        return dict(rows)

    def _dice(self) -> random.Random:
        return random.Random(self.chance.random())

    @staticmethod
    def _started(work: Callable[[], None]) -> int:
        """Fork, so that nothing has to be imported again; gives the number of the process."""
        child = os.fork()
        if child == 0:
            try:
                work()
            except BaseException as error:
                print(f"a writer ended by itself: {error!r}", file=sys.stderr, flush=True)
            os._exit(1)
        return child


@contextmanager
def read_meanwhile(trial: Trial, has_server: bool = True) -> Iterator[Callable[[], tuple[int, list[str]]]]:
    """Read and ask until the end of the block; gives what tells how often, and what was wrong."""
    place = trial.folder.parent
    told = [place / "reader-1.wrong", place / "reader-2.wrong", place / "asker.wrong"]
    # Whoever forks has opened nothing of the library, and the server starts before any thread of ours.
    with servers.running(trial.folder, "--workers", "2") if has_server else _nothing() as server:
        works = [lambda path=path: read(trial.folder, path) for path in told[:2]]
        if server:
            works.append(lambda: ask(server.port, told[2]))
        readers = [Trial._started(work) for work in works]

        def outcome() -> tuple[int, list[str]]:
            numbers = [path.with_suffix(".number") for path in told]
            wrong = [line for path in told if path.exists() for line in path.read_text().splitlines()]
            ended = [str(reader) for reader in readers if os.waitpid(reader, os.WNOHANG) != (0, 0)]
            return sum(int(path.read_text() or 0) for path in numbers if path.exists()), wrong + ended

        try:
            yield outcome
        finally:
            for reader in readers:
                with suppress(ProcessLookupError, ChildProcessError):
                    os.kill(reader, signal.SIGKILL)
                    os.waitpid(reader, 0)


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def serving(trial: Trial) -> Iterator[None]:
    """Serve the feed that is on the web, as its file is at each moment."""
    path = _file(trial.folder, ON_THE_WEB)

    class Handler(site.Handler):
        def get(self) -> None:
            self.answer(200, {"Content-Type": "application/atom+xml"}, path.read_bytes())

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    trial.address = f"http://127.0.0.1:{server.server_port}/feed"
    with site.serving(server):
        yield


@click.command()
@click.option("--kills", default=200, show_default=True, help="At random moments.")
@click.option("--seed", default=1, show_default=True)
def main(kills: int, seed: int) -> None:
    """Kill at every step, then at random moments."""
    place = Path(tempfile.mkdtemp(prefix="feedsift-faults-"))
    start = time.monotonic()
    trial = Trial(place, seed)
    with read_meanwhile(trial) as outcome, serving(trial):
        for step in STEPS:
            trial.die_at(step)
            print(f"killed {step}: {'as it should be' if not trial.problems else trial.problems[-1]}", flush=True)
        print(f"in the middle of a change: {trial.inside or 'none'}")
        trial.inside.clear()
        for number in range(1, kills + 1):
            trial.kill()
            if number % 25 == 0 or number == kills:
                print(f"{number} kills at random moments, in the middle of a change: {trial.inside}", flush=True)
        reads, wrong = outcome()
    print(f"{reads} searches and pages meanwhile, {len(wrong)} wrong, {time.monotonic() - start:.0f} s, seed {seed}")
    for problem in (*trial.problems, *wrong[:20]):
        print(f"  {problem}")
    if trial.problems or wrong or not reads:
        sys.exit(1)
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
