"""Runs all vectors, ours and other projects', in a browser: `make vectors`. Prints a table; fails where one acts.

Each is taken in as Atom (HTML and XHTML) and RSS, as content, title, author, tag, link and enclosure. In three turns:
sanitised without the policy; as it came, without the policy, which shows what this can find; as it came, with it.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests import foreign_vectors, vectors
from tests.browser import browsers, hostile, hostile_site
from tests.browser.conftest import launch_chromium

PART = 1_000
"""Vectors of one library and one browser: some of them wear a browser down."""
LISTS = 30
"""Pages of lists that are looked at of each library."""


@dataclass
class Turn:
    """One way to run all vectors, and what came of it."""

    name: str
    is_sanitised: bool
    is_policed: bool
    acted: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    """Requests, navigations and whatever should not be in a page."""
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    @property
    def is_right(self) -> bool:
        """Nothing acts where something holds; the control has to show that the rest would see it."""
        if self.is_sanitised:
            return not self.acted and not self.said
        return not self.acted if self.is_policed else bool(self.acted)


def main() -> int:
    """Run them; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--own", action="store_true", help="leave out those of other projects")
    parser.add_argument("--turn", type=int, choices=[1, 2, 3], help="only this one of the three turns")
    parser.add_argument("--number", type=int, help="so many of each list alone")
    given = parser.parse_args()
    sets = {"own": vectors.all_of_them()} | ({} if given.own else foreign_vectors.found())
    print(*(f"{name:20}{len(texts):6} vectors" for name, texts in sets.items()), sep="\n", flush=True)
    everything = list(enumerate(text for texts in sets.values() for text in texts[: given.number]))
    path = browsers.find_browser() or browsers.find_own_browser()
    if path is None:
        sys.exit(browsers.HOW_TO_HELP)
    turns = [
        Turn("sanitised, no policy", True, False),
        Turn("as it came, no policy", False, False),
        Turn("as it came, policy", False, True),
    ]
    turns = turns[given.turn - 1 : given.turn] if given.turn else turns
    print(f"{'':24}{'vectors':>10}{'acted':>10}{'requests':>10}{'pictures':>10}{'went away':>10}{'marks':>10}{'s':>10}")
    for turn in turns:
        start = time.monotonic()
        for at in range(0, len(everything), PART):
            in_a_browser(path, everything[at : at + PART], turn)
        figures = [len(everything), len(turn.acted), *turn.counts, round(time.monotonic() - start)]
        print(f"{turn.name:24}{''.join(f'{figure:10}' for figure in figures)}", flush=True)
        print(*(turn.said[:40] if turn.is_sanitised else []), sep="\n", end="", flush=True)
    return 0 if all(turn.is_right for turn in turns) else 1


def in_a_browser(path: str, part: list[tuple[int, str]], turn: Turn) -> None:
    """Run some vectors in a browser of their own. One that breaks at it is a finding, but where all may act."""
    try:
        with sync_playwright() as playwright, launch_chromium(playwright, path) as browser:
            run(browser, part, turn)
    except Exception as error:
        turn.said.append(f"the browser broke at {part[0][0]} or one after it: {error}")
        print(f"{turn.name}: {turn.said[-1][:200]}", file=sys.stderr, flush=True)


def run(browser: Browser, part: list[tuple[int, str]], turn: Turn) -> None:
    """Run some vectors one turn."""
    with (
        tempfile.TemporaryDirectory() as folder,
        hostile_site.running(Path(folder), part, sanitised=turn.is_sanitised, policed=turn.is_policed) as site,
        hostile.looking(browser, site) as (page, seen),
    ):
        if turn.is_sanitised:
            seen.found += hostile.together(page, site, site.numbers())
            for number in range(1, min(LISTS, len(site.html) // 100) + 1):
                page.goto(f"/?size=100&page={number}")
        seen.found += hostile.written(page, site, site.numbers("" if turn.is_sanitised else "html"))
        seen.found += hostile.alone(page, site, site.numbers("html"))
        turn.acted |= {site.vectors[number] for number in seen.entries} | numbered(part, seen)
    for place, found in enumerate((seen.requests, [""] * seen.pictures, seen.navigations, seen.found)):
        turn.counts[place] += len(found)
    turn.said += [*seen.requests, *seen.navigations, *seen.found]


def numbered(part: list[tuple[int, str]], seen: hostile.Seen) -> set[int]:
    """Give the vectors of ours that said their number; whoever else was heard is none of them, but somebody."""
    said = {int(number) for text in seen.executed for number in re.findall(r"^executed (\d+)$", text)}
    ours = {place for place, text in part if place in said and f"alert({place})" in text}
    return ours or ({-1} if seen.executed and not seen.entries else set())


if __name__ == "__main__":
    sys.exit(main())
