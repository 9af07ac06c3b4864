"""The main job from start to end, on real feeds and with real processes; .ci/run starts it.

It takes the folder that holds the feeds: feeds go in by the command line, a server with two workers
shows them, a second feed arrives while it runs, and the server stops when it is told to.
"""

import html
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

FEEDSIFT = str(Path(sys.executable).with_name("feedsift"))
SMALL_FEED, SMALL_COUNT = "djangocon.atom", 22
LARGE_FEED, LARGE_COUNT = "weblog-2002-2011.atom", 7_329
IN_BOTH = 15
"""Entries that both feeds have under ids of their own: one entry that belongs to each."""
UNLIMITED = {"FEEDSIFT_QUERY_SECONDS": "60", "FEEDSIFT_RATE_LIMIT": "0"}
"""Settings by which no lane meets a limit; those of the environment go before them."""
START_SECONDS = 30
STOP_SECONDS = 10
FRESH_SECONDS = 2
COMMAND_SECONDS = 600


class JobError(Exception):
    """A step did not do what it has to; the message says which and how."""


class Answer(NamedTuple):
    """What a GET came back with."""

    status: int
    type: str
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def main(feeds: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="feedsift-") as folder:
        data, log = Path(folder, "data"), Path(folder, "server.log")
        add_small_feed_twice(data, feeds / SMALL_FEED)
        port = free_port()
        with server(data, port, log) as process:
            browse(port)
            add_large_feed(data, port, feeds / LARGE_FEED)
            stop(process)
        check_store_and_search(data)
    say("the main job is done")


def add_small_feed_twice(data: Path, feed: Path) -> None:
    first = feedsift(data, "add", str(feed))
    expect(count(first, "new") == SMALL_COUNT, f"{SMALL_COUNT} new expected, not: {first}")
    say(f"{feed.name}: {SMALL_COUNT} new")
    second = feedsift(data, "add", str(feed))
    unmoved = count(second, "new") == count(second, "updated") == 0
    expect(unmoved, f"0 new and 0 updated expected the second time, not: {second}")
    say(f"{feed.name} again: 0 new, 0 updated")


def browse(port: int) -> None:
    """Go through the pages as a reader would: by the links that they hold."""
    home = page(port, "/")
    expect(SMALL_COUNT in shown_counts(home), f"/ does not show the total of {SMALL_COUNT}")
    expect(bool(hits(home)), "/ lists no entry")
    search = page(port, "/?q=django")
    expect(bool(hits(search)), "/?q=django has no hit")
    say(f"/ lists {len(hits(home))} entries, /?q=django {len(hits(search))}")
    browse_tag(port, home)
    browse_fragment(port)
    entry = link(home, r"/entries/[^\"/?]+/", "an entry")
    expect("<article" in page(port, entry), f"{entry} holds no article")
    for address in (entry, "/tags/", "/feeds/", "/help/"):
        page(port, address)
        say(f"{address} answers")
    fetch_assets(port, home)


def browse_tag(port: int, home: str) -> None:
    tagged = link(home, r"[^\"]*[?;&]tag=[^\"]+", "a tag")
    query = urlencode({"tag": parse_qs(urlsplit(tagged).query)["tag"][0]})
    found = hits(page(port, f"/?{query}"))
    expect(bool(found), f"/?{query} has no hit")
    say(f"/?{query} lists {len(found)} entries")


def browse_fragment(port: int) -> None:
    fragment = page(port, "/fragments/entries?q=django")
    expect("<html" not in fragment, "/fragments/entries answers a whole page")
    expect(bool(hits(fragment)), "/fragments/entries?q=django has no hit")
    say(f"/fragments/entries?q=django holds {len(hits(fragment))} entries and no page around them")


def fetch_assets(port: int, home: str) -> None:
    style = link(home, r"[^\"]+\.css(?:\?[^\"]*)?", "a style sheet")
    script = link(home, r"[^\"]*/site\.js(?:\?[^\"]*)?", "the scripts, htmx among them")
    for address, kind in ((style, "text/css"), (script, "javascript")):
        answer = get(port, address)
        right = answer.status == 200 and kind in answer.type and len(answer.body) > 100
        expect(right, f"{address}: {answer.status} {answer.type}, {len(answer.body)} bytes")
        say(f"{address}: {answer.type}, {len(answer.body)} bytes")
    expect("htmx:beforeSwap" in answer.text, f"{script} holds no htmx")


def add_large_feed(data: Path, port: int, feed: Path) -> None:
    added = feedsift(data, "add", str(feed))
    new = LARGE_COUNT - IN_BOTH
    expect(count(added, "new") == new, f"{new} new expected, not: {added}")
    expect(count(added, "unchanged") == IN_BOTH, f"{IN_BOTH} known from the other feed expected, not: {added}")
    say(f"{feed.name}: {new} new, {IN_BOTH} known already, added while the server runs")
    total = SMALL_COUNT + new
    started = time.monotonic()
    # Each of the two workers has to show it, so ask until no answer is the old one.
    fresh = 0
    while fresh < 10:
        shown = shown_counts(page(port, "/"))
        fresh = fresh + 1 if total in shown else 0
        late = time.monotonic() - started > FRESH_SECONDS
        expect(not late or fresh > 0, f"/ shows {shown} after {FRESH_SECONDS} s, not {total}")
        time.sleep(0.02)
    say(f"/ shows {total} entries, {time.monotonic() - started:.1f} s after the feed was added")


def check_store_and_search(data: Path) -> None:
    feedsift(data, "check")
    say("feedsift check: store and index agree")
    found = feedsift(data, "search", "django")
    expect("django" in found.lower(), f"feedsift search django prints no hit: {found[:200]}")
    say(f"feedsift search django: {len(found.splitlines())} lines")


# Processes


def feedsift(data: Path, *arguments: str) -> str:
    """Run one command to its end; return what it printed."""
    command = [FEEDSIFT, "--data", str(data), *arguments]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    shown = shlex.join(["feedsift", *arguments])
    expect(done.returncode == 0, f"{shown}: exit code {done.returncode}: {done.stdout[-500:]}")
    return done.stdout.strip()


@contextmanager
def server(data: Path, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Serve until the end of the block; what the server said is shown if anything fails in it."""
    command = [FEEDSIFT, "--data", str(data), "serve", "--port", str(port), "--workers", "2"]
    with log.open("wb") as output:
        # In a group of its own, so that no worker outlives a failed job.
        process = subprocess.Popen(
            command,
            env={**UNLIMITED, **os.environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(process, port)
        yield process
    except BaseException:
        print(log.read_text(errors="replace")[-3000:], file=sys.stderr)
        raise
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    started = time.monotonic()
    while True:
        expect(process.poll() is None, f"the server ended with exit code {process.returncode}")
        try:
            if get(port, "/").status == 200:
                break
        except (OSError, HTTPException):
            pass
        waited = time.monotonic() - started
        expect(waited < START_SECONDS, f"the server does not answer within {START_SECONDS} s")
        time.sleep(0.05)
    say(f"the server answers after {time.monotonic() - started:.1f} s")


def stop(process: subprocess.Popen[bytes]) -> None:
    started = time.monotonic()
    process.terminate()
    try:
        code = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        raise JobError(f"the server did not stop within {STOP_SECONDS} s of SIGTERM") from None
    expect(code == 0, f"the server stopped with exit code {code}, not 0")
    say(f"the server stopped {time.monotonic() - started:.1f} s after SIGTERM, exit code 0")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Pages


def get(port: int, address: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        return Answer(response.status, response.getheader("Content-Type", ""), response.read())
    finally:
        connection.close()


def page(port: int, address: str) -> str:
    answer = get(port, address)
    expect(answer.status == 200, f"{address} answers {answer.status}")
    expect("text/html" in answer.type, f"{address} answers {answer.type}")
    return answer.text


def link(page: str, pattern: str, what: str) -> str:
    """Return the first address in a page that a pattern matches."""
    found = re.search(rf'(?:href|src)="({pattern})"', page)
    if found is None:
        raise JobError(f"the page links to no address of {what}")
    return html.unescape(found[1])


def hits(page: str) -> list[str]:
    return re.findall(r'<article[^>]*\bid="(entry-[^"]+)"', page)


def shown_counts(page: str) -> list[int]:
    """Return the numbers in the one sentence of #status."""
    status = re.search(r'<(\w+)[^>]*\bid="?status\b[^>]*>(.*?)</\1>', page, re.DOTALL)
    words = re.sub(r"<[^>]+>", "", status[2]) if status else ""
    return [digits(number) for number in re.findall(r"\d[\d,.\u00a0\u202f]*", html.unescape(words))]


def count(line: str, word: str) -> int:
    """Return the number before a word in what a command printed, 0 if there is none."""
    found = re.search(rf"(\d[\d,]*)\s+{word}\b", line)
    return digits(found[1]) if found else 0


def digits(number: str) -> int:
    return int(re.sub(r"\D", "", number))


def expect(true: bool, otherwise: str) -> None:
    if not true:
        raise JobError(otherwise)


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (JobError, OSError, HTTPException, subprocess.TimeoutExpired) as error:
        sys.exit(f"The main job failed: {error}")
