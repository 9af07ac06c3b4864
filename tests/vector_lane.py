"""Runs all vectors, ours and other projects', in a browser: `make vectors`. Prints a table; fails where one acts.

Each is taken in as Atom (HTML and XHTML) and RSS, as content, title, author, tag, link and enclosure. In three turns:
sanitised without the policy; as it came, without the policy, which shows what this can find; as it came, with it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import foreign_vectors, vectors
from tests.browser import browsers, hostile
from tests.browser.conftest import launch_chromium

PART = 2_000
"""Vectors of one library."""
TURNS = (
    ("sanitised, no policy", True, False),
    ("as it came, no policy", False, False),
    ("as it came, policy", False, True),
)
LISTS = 30


def main() -> int:
    """Run them; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--own", action="store_true", help="leave out those of other projects")
    parser.add_argument("--number", type=int, default=0, help="so many of each list alone")
    given = parser.parse_args()
    sets = {"own": vectors.all_of_them()} | ({} if given.own else foreign_vectors.found())
    everything = [(name, text) for name, texts in sets.items() for text in texts[: given.number or None]]
    for name, texts in sets.items():
        print(f"{name:20}{len(texts):6} vectors", flush=True)
    path = browsers.find_browser() or browsers.find_own_browser()
    if path is None:
        sys.exit(browsers.HOW_TO_HELP)
    harm = 0
    with sync_playwright() as playwright, launch_chromium(playwright, path) as browser:
        for turn, sanitised, policed in TURNS:
            seconds, seen, odd = time.monotonic(), set(), 0
            requests = navigations = pictures = 0
            for at in range(0, len(everything), PART):
                part = [(at + number, text) for number, (_, text) in enumerate(everything[at : at + PART])]
                acted, looked = run(browser, part, sanitised=sanitised, policed=policed)
                seen |= acted
                odd += len(looked.found)
                requests, navigations = requests + len(looked.requests), navigations + len(looked.navigations)
                pictures += looked.pictures
                if sanitised:
                    print(*looked.found[:20], *looked.requests[:20], *looked.navigations[:20], sep="\n", end="")
            print(
                f"{turn:24} {len(everything):6} vectors, {len(seen):6} acted, {requests:5} requests, {pictures:5} pictures, "
                f"{navigations:4} navigations, {odd:6} marks, {time.monotonic() - seconds:5.0f} s",
                flush=True,
            )
            harm += len(seen) + (requests + navigations + odd if sanitised else 0) if turn != TURNS[1][0] else 0
            harm += turn == TURNS[1][0] and not seen
    return int(bool(harm))


def run(
    browser: Browser, part: list[tuple[int, str]], *, sanitised: bool, policed: bool
) -> tuple[set[int], hostile.Seen]:
    """Run some vectors one turn; gives the places of those that acted, and what was seen besides."""
    acted: set[int] = set()
    with (
        tempfile.TemporaryDirectory() as folder,
        hostile.running(Path(folder), part, sanitised=sanitised, policed=policed) as site,
        hostile.looking(browser, site) as (page, seen),
    ):
        numbers = site.numbers("html")
        if sanitised:
            seen.found += hostile.together(page, site, site.numbers())
            seen.found += hostile.written(page, site, site.numbers())
            for list_page in range(1, LISTS + 1):
                page.goto(f"/?size=100&page={list_page}")
        else:
            hostile.written(page, site, numbers)
        seen.found += hostile.alone(page, site, numbers)
        said = {int(text.split()[1]) for text in seen.executed if text.split()[1:2] and text.split()[1].isdecimal()}
        acted = {site.vectors[number] for number in seen.entries}
        acted |= {place for place, text in part if place in said and f"alert({place})" in text}
        if sanitised and seen.executed and not acted:
            acted.add(-1)
    return acted, seen


if __name__ == "__main__":
    sys.exit(main())
