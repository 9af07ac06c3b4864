"""Asks a real server thousands of random queries: `python tests/fuzz.py [--number N] [--seed S] FEED ...`.

Every answer has to be a page with its heading (200), or for what is too long the page that says so (413). Prints how
many of each there were, and the slowest with their times; the exit code is 1 where anything else came back.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.main_job import FEEDSIFT, free_port, server

CLIENTS = 4
SLOWEST = 10
SIGNS = [*"\"()-#:*,.<>=~^[]{}/\\|&%$!?@+_;'", "..", "OR", "AND", "NOT", "tag:", "date:", "from:", "to:", "title:"]
SIGNS += ["body:", "author:", "url:", "x:", ">=", "tag:a,b", "2008", "2009-13", "date:2004..2002", "  ", "\t", "\x00"]
WORDS = "python django web css the a javascript café naïve running O'Reilly C++ C# .NET 50% 日本語 한국어 ไทย".split()
WORDS += [
    "مرحبا",
    "שלום",
    "🙂",
    "👩‍👩‍👧",
    "ﬁ",
    "ﷺ",
    "e\u0301",
    "\u202e",
    "djngo",
    "pyhton",
    "co*",
    "*a",
    "s*",
    "x" * 70,
]
PATHS = ["/?q=", "/?q=", "/?q=", "/fragments/entries?q=", "/suggest?q=", "/fragments/suggest?q=", "/facets/tag/?q="]


@dataclass
class Outcome:
    """What came back: how many of each status, what was wrong, and the times."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    times: list[tuple[float, str]] = field(default_factory=list)


def main(arguments: Sequence[str]) -> int:
    """Start a server over the feeds, ask, print; gives the exit code."""
    options = _options(arguments)
    with _serving(options.feeds) as port:
        outcome = ask(port, list(addresses(random.Random(options.seed), options.number)))
    times = sorted(outcome.times, reverse=True)
    print(f"{len(times)} queries, seed {options.seed}: {dict(outcome.statuses)}, {len(outcome.wrong)} wrong")
    print(
        f"median {times[len(times) // 2][0] * 1000:.1f} ms, p99 {times[len(times) // 100][0] * 1000:.1f} ms; slowest:"
    )
    for seconds, address in times[:SLOWEST]:
        print(f"{seconds * 1000:8.1f} ms  {address[:110]}")
    for line in outcome.wrong[:SLOWEST]:
        print(f"WRONG {line}")
    return int(bool(outcome.wrong))


def addresses(dice: random.Random, number: int) -> Iterator[str]:
    """Give addresses with random texts: of the language's own signs and words, or of any characters at all."""
    for _ in range(number):
        make = dice.choice([_of_words, _of_words, _of_signs, _of_anything])
        yield dice.choice(PATHS) + quote(make(dice).encode("utf-8", "surrogatepass"), safe="")


def ask(port: int, asked: list[str]) -> Outcome:
    """Ask from several clients at once, each over a connection that it keeps."""
    outcome = Outcome()
    threads = [threading.Thread(target=_client, args=(port, asked[n::CLIENTS], outcome)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def _client(port: int, asked: list[str], outcome: Outcome) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for address in asked:
        start = time.perf_counter()
        try:
            connection.request("GET", address)
            response = connection.getresponse()
            body = response.read()
        except (OSError, HTTPException) as error:
            outcome.wrong.append(f"{error!r} {address}")
            connection.close()
            continue
        outcome.times.append((time.perf_counter() - start, address))
        outcome.statuses[response.status] += 1
        if not _is_right(response.status, address, body):
            outcome.wrong.append(f"{response.status} {address}")


def _is_right(status: int, address: str, body: bytes) -> bool:
    if status == 413:
        return b"too long" in body
    heading = (
        b"<h1" if address.startswith(("/?", "/facets")) else b'id="results-heading"' if "entries" in address else b""
    )
    return status == 200 and heading in body


def _of_words(dice: random.Random) -> str:
    return " ".join(
        dice.choice(["", "", "", "-", "#", "tag:", "("]) + dice.choice(WORDS) for _ in range(dice.randint(1, 8))
    )


def _of_signs(dice: random.Random) -> str:
    return "".join(dice.choice([*SIGNS, *WORDS, " "]) for _ in range(dice.randint(1, 60)))


def _of_anything(dice: random.Random) -> str:
    highest = dice.choice([0x7F, 0x24F, 0xFFFF, 0x10FFFF])
    return "".join(chr(dice.randint(0, highest)) for _ in range(dice.choice([1, 3, 10, 100, 1_001])))


@contextmanager
def _serving(feeds: Sequence[str]) -> Iterator[int]:
    with tempfile.TemporaryDirectory(prefix="feedsift-") as folder:
        data, port = Path(folder, "data"), free_port()
        subprocess.run([FEEDSIFT, "--data", str(data), "add", *feeds], check=True)
        with server(data, port, Path(folder, "log")):
            yield port


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask a real server random queries.")
    parser.add_argument("feeds", nargs="+")
    parser.add_argument("--number", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
