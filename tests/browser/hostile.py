"""Looks at what vectors do in a browser, that stand on a site of tests.browser.hostile_site."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Route

from tests.browser import corpus
from tests.browser.hostile_site import Hostile

EVIL = "evil.example"
WATCH = """(() => { const say = (n) => console.debug("executed " + n);
  for (const name of ["alert", "confirm", "prompt", "print"])
    Object.defineProperty(window, name, { value: say, writable: false, configurable: false }); })()"""
AUDIT = (Path(__file__).parent / "hostile.js").read_text(encoding="utf-8")

T = TypeVar("T")


@dataclass
class Seen:
    """What was seen of vectors in a browser."""

    executed: set[str] = field(default_factory=set)
    """What was said to `alert`: each of our own vectors says its own number."""
    entries: set[int] = field(default_factory=set)
    """Those in a document of their own that called it."""
    requests: list[str] = field(default_factory=list)
    """For anything but a picture, or to a host that no picture stands on."""
    pictures: int = 0
    navigations: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    """What should not be in a page."""


@contextmanager
def looking(browser: Browser, site: Hostile) -> Iterator[tuple[Page, Seen]]:
    """Open a page on the site whose doings are written down."""
    seen = Seen()
    context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(60_000)
    context.add_init_script(WATCH)
    _listen(context, seen)
    page = context.new_page()
    page.on("framenavigated", lambda frame: _navigated(frame.url, frame == page.main_frame, site, seen))
    try:
        yield page, seen
    finally:
        context.close()


def _listen(context: BrowserContext, seen: Seen) -> None:
    def hear(message: ConsoleMessage) -> None:
        if message.text.startswith("executed "):
            found = re.fullmatch(r"/__page/(\d+)", urlsplit(message.location["url"]).path)
            seen.executed.add(message.text)
            seen.entries |= {int(found[1])} if found else set()

    def outside(route: Route) -> None:
        request = route.request
        host = urlsplit(request.url).hostname
        if request.resource_type != "image" or host == EVIL or request.is_navigation_request():
            seen.requests.append(f"{request.resource_type} {request.url}")
        else:
            seen.pictures += 1
            route.fulfill(body=corpus.image(1, 1), content_type="image/png")
            return
        with suppress(Exception):  # the frame that asked may be gone
            route.abort()

    context.on("console", hear)
    context.on("dialog", lambda dialog: (seen.executed.add("dialog"), dialog.dismiss()))
    context.route(re.compile(r"^(?!http://127\.0\.0\.1[:/]|data:|blob:)"), outside)


def _navigated(url: str, is_main: bool, site: Hostile, seen: Seen) -> None:
    if not url.startswith((site.address, "about:", "http://127.0.0.1")) or (is_main and "stolen" in url):
        seen.navigations.append(url)


def together(page: Page, site: Hostile, numbers: list[int]) -> list[str]:
    """Load hundreds of entries in one document; gives what should not be in it."""
    found: list[str] = []
    for batch in _batches(numbers, 250):
        page.goto(f"/__page/{','.join(map(str, batch))}", wait_until="load")
        page.evaluate(AUDIT)
        texts = [(number, site.texts[number]) for number in batch]
        found += page.evaluate("(texts) => window.audit.page(texts)", json.dumps(texts))
    return found


def alone(page: Page, site: Hostile, numbers: list[int], path: str = "/__page/{}") -> list[str]:
    """Load each entry in a document of its own; gives what should not be in any of them."""
    entries = [(number, path.format(number), site.texts[number]) for number in numbers]
    return _in_turn(page, "frames", entries, 40)


def written(page: Page, site: Hostile, numbers: list[int]) -> list[str]:
    """Write each entry into a page by innerHTML, and what came of it once more."""
    entries = [(number, site.html[number], site.texts[number]) for number in numbers]
    found = _in_turn(page, "written", entries, 100)
    page.wait_for_timeout(200)
    return found


def _in_turn(page: Page, what: str, entries: list[tuple[int, str, str]], size: int) -> list[str]:
    """Audit some entries at a time; an entry that takes the page away does so from the rest of them."""
    found: list[str] = []
    for batch in _batches(entries, size):
        try:
            address = "/__frames" if what == "frames" else "/__page"
            if not page.url.endswith(address) or not page.evaluate("Boolean(window.audit)"):
                page.goto(address)
                page.evaluate(AUDIT)
            found += page.evaluate("([what, batch]) => window.audit[what](batch)", [what, json.dumps(batch)])
        except Error as error:
            found.append(f"{batch[0][0]} or one after it: {error}")
    return found


def _batches(items: list[T], size: int) -> Iterator[list[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
