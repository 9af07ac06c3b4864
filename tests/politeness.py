"""A hundred feeds over a week that passes in minutes: what servers see of a library that is kept fresh.

    python -m tests.politeness [--feeds 100] [--days 7] [--seed 1]

The server is real and the time is not: it is moved on to the moment when the next feed is due. Feeds change at random
moments; their servers have every habit that policy.py knows of. Exits with 1 where a rule is broken.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path

from index import Library, Rules
from tests import site
from tests.documents import atom, entry, item, rss

START = 1_767_225_600
"""2026-01-01."""
DAY = 86_400
QUARTER = 900


@dataclass
class Habit:
    """What a server does: which validators it gives, how long it says that answers stay fresh, when it fails."""

    name: str
    etag: bool = True
    modified: bool = True
    max_age: int | None = None
    ttl: int = 0
    fails: float = 0
    busy: int = 0
    gone_after: int = 0
    moves_after: int = 0


HABITS = [
    Habit("ETag and Last-Modified"),
    Habit("ETag alone", modified=False),
    Habit("Last-Modified alone", etag=False),
    Habit("max-age=300", max_age=300),
    Habit("max-age=7200", max_age=7200),
    Habit("asks for 3 hours in the feed", ttl=180),
    Habit("no validators", etag=False, modified=False),
    Habit("fails now and then", fails=0.2),
    Habit("429 with Retry-After: 7200 now and then", fails=0.1, busy=7200),
    Habit("fails for ever after two days", gone_after=-2),
    Habit("410 after two days", gone_after=2),
    Habit("301 after one day", moves_after=1),
]


@dataclass
class Publisher:
    """A feed on a host of its own, and what was asked of it."""

    host: str
    habit: Habit
    changes: list[int]
    requests: list[tuple[int, bool, int]] = field(default_factory=list)
    """When, whether it had conditions, and the status of the answer."""

    def version(self, now: int) -> int:
        return sum(at <= now for at in self.changes)

    def document(self, now: int) -> bytes:
        newest = self.version(now)
        numbers = range(newest, max(-1, newest - 10), -1)
        if self.habit.ttl:
            items = [item(guid=f"urn:{self.host}:{n}", title=f"Entry {n}") for n in numbers]
            return rss(*items, title=self.host, head=f"<ttl>{self.habit.ttl}</ttl>")
        return atom(*(entry(f"urn:{self.host}:{n}", f"Entry {n}", "x") for n in numbers), title=self.host)


class World:
    """All publishers, their server, and the time."""

    def __init__(self, feeds: int, days: int, seed: int) -> None:
        dice = random.Random(seed)
        self.now = START
        self.end = START + days * DAY
        self.port = 0
        self.publishers = {}
        self.most_at_once: Counter[str] = Counter()
        self.at_once: Counter[str] = Counter()
        self.dice = dice
        self.guard = threading.Lock()
        for number in range(feeds):
            host = f"127.0.{1 + number // 250}.{1 + number % 250}"
            # From one change in two weeks to ten a day.
            rate = 10 ** dice.uniform(-1.2, 1)
            changes = sorted(dice.sample(range(START + 1, self.end), k=max(1, round(rate * days))))
            self.publishers[host] = Publisher(host, HABITS[number % len(HABITS)], changes)

    def answer(self, host: str, path: str, etag: str, modified: str) -> tuple[int, dict[str, str], bytes]:
        """Answer as the publisher's habit is."""
        publisher, now = self.publishers[host], self.now
        with self.guard:
            status, headers, body = self._answer(publisher, path, etag, modified, now)
            publisher.requests.append((now, bool(etag or modified), status))
        return status, headers, body

    def _answer(
        self, publisher: Publisher, path: str, etag: str, modified: str, now: int
    ) -> tuple[int, dict[str, str], bytes]:
        habit, age = publisher.habit, (now - START) / DAY
        if habit.gone_after and age >= abs(habit.gone_after):
            return (410 if habit.gone_after > 0 else 500), {}, b""
        if habit.fails and publisher.requests and self.dice.random() < habit.fails:
            return (429, {"Retry-After": str(habit.busy)}, b"") if habit.busy else (500, {}, b"")
        if habit.moves_after and age >= habit.moves_after and path == "/feed":
            return 301, {"Location": "/moved"}, b""
        version = publisher.version(now)
        headers = {"Content-Type": "application/atom+xml"}
        headers |= {"ETag": f'"{version}"'} if habit.etag else {}
        headers |= {"Last-Modified": f"version {version}"} if habit.modified else {}
        headers |= {} if habit.max_age is None else {"Cache-Control": f"max-age={habit.max_age}"}
        is_same = etag == headers.get("ETag", "-") or (not etag and modified == headers.get("Last-Modified", "-"))
        return (304, headers, b"") if is_same else (200, headers, publisher.document(now))


@contextmanager
def served(world: World) -> Iterator[None]:
    """Serve the publishers' feeds."""

    class Handler(site.Handler):
        def get(self) -> None:
            host = self.headers["Host"].partition(":")[0]
            with world.guard:
                world.at_once[host] += 1
                world.most_at_once[host] = max(world.most_at_once[host], world.at_once[host])
            validators = self.headers.get("If-None-Match", ""), self.headers.get("If-Modified-Since", "")
            status, headers, body = world.answer(host, self.path, *validators)
            with world.guard:
                world.at_once[host] -= 1
            self.answer(status, headers, body)

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    world.port = server.server_port
    with site.serving(server):
        yield


def live(world: World, folder: Path) -> Library:
    """Take all feeds in, and keep them fresh until the time is over."""
    library = Library(folder, rules=Rules(hosts=("127.0.0.0/8",)), clock=lambda: world.now)
    for publisher in world.publishers.values():
        list(library.add(f"http://{publisher.host}:{world.port}/feed"))
    while (wait := library.seconds_to_wait()) is not None:
        world.now += max(1, int(wait))
        if world.now >= world.end:
            break
        list(library.refresh(*library.due()))
    return library


def faults(world: World, library: Library) -> list[str]:
    """Say which rules were broken."""
    found = []
    for publisher in world.publishers.values():
        times = [at for at, _, _ in publisher.requests]
        steps = [after - before for before, after in itertools.pairwise(times) if after != before]
        whole = [at for at, is_conditional, status in publisher.requests if not is_conditional and status == 200]
        name = f"{publisher.host} ({publisher.habit.name})"
        if min(steps, default=QUARTER) < QUARTER:
            found.append(f"{name} was asked twice within {min(steps)} s")
        if any(after - before < DAY for before, after in itertools.pairwise(whole)):
            found.append(f"{name} was asked without conditions twice within a day")
        if world.most_at_once[publisher.host] > 1:
            found.append(f"{name} was asked {world.most_at_once[publisher.host]} things at once")
        if publisher.habit.gone_after > 0 and sum(status == 410 for _, _, status in publisher.requests) > 1:
            found.append(f"{name} was asked again after it was gone for good")
        if publisher.habit.moves_after and sum(status == 301 for _, _, status in publisher.requests) > 40:
            found.append(f"{name} was still asked at its old address")
        for (at, _, status), (then, _, _) in zip(publisher.requests, publisher.requests[1:], strict=False):
            if status == 429 and then - at < publisher.habit.busy:
                found.append(f"{name} was asked again {then - at} s after it asked for {publisher.habit.busy}")
    if len(library.feeds()) < len(world.publishers):
        found.append(f"only {len(library.feeds())} feeds were taken in")
    held = {feed.url: feed.entries for feed in library.feeds()}
    found += [f"{url} has no entries" for url, entries in held.items() if not entries]
    return found


def report(world: World) -> None:
    """Print what each kind of server saw."""
    days = (world.end - START) / DAY
    print(f"{'server':42}feeds requests/day  304  200  other  changes  without conditions, by change")
    kinds: dict[str, list[Publisher]] = {}
    for publisher in world.publishers.values():
        kinds.setdefault(publisher.habit.name, []).append(publisher)
    for name, publishers in [*kinds.items(), ("all", list(world.publishers.values()))]:
        requests = [request for publisher in publishers for request in publisher.requests]
        status = Counter(status for _, _, status in requests)
        changes = sum(len(publisher.changes) for publisher in publishers) + len(publishers)
        whole = sum(not is_conditional and status == 200 for _, is_conditional, status in requests)
        other = len(requests) - status[200] - status[304]
        print(
            f"{name:42}{len(publishers):5}{len(requests) / len(publishers) / days:13.1f}{status[304]:5}{status[200]:5}"
            f"{other:7}{changes:9}{whole:10}{whole / changes:14.2f}"
        )


def main() -> int:
    """Run the simulation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("feeds", 100), ("days", 7), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    arguments = parser.parse_args()
    world = World(arguments.feeds, arguments.days, arguments.seed)
    with tempfile.TemporaryDirectory() as folder, served(world):
        library = live(world, Path(folder))
        report(world)
        found = faults(world, library)
        library.close()
    print("\n".join(found) or "No rule was broken.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
