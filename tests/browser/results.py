"""What the browse page shows, read off it, and how to wait for a swap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Route, expect

FRAGMENTS = "**/fragments/entries*"
BATCH = 20


@contextmanager
def swap(page: Page) -> Iterator[None]:
    """Wait at the end of the block for the answer that it asks for, until all of it is in its place."""
    with page.expect_response(FRAGMENTS):
        yield
    wait(page)


def wait(page: Page) -> None:
    """Wait until nothing is being asked for or swapped; suggestions come and go beside everything else."""
    busy = page.locator(":is(.htmx-request, .htmx-swapping, .htmx-settling):not(#suggestions, #suggestions *)")
    expect(busy).to_have_count(0)


def held(page: Page, ask: Callable[[], None]) -> Callable[[], None]:
    """Ask for a swap of which the answer is kept back; gives what lets it go."""
    kept: list[Route] = []
    page.route(FRAGMENTS, lambda route: kept.append(route))
    with page.expect_request(FRAGMENTS):
        ask()
    return lambda: kept[0].continue_()


def go_with_stopped_clock(page: Page, address: str) -> None:
    """Open a page whose time passes by `page.clock.run_for` alone, however long the browser takes for a key."""
    page.clock.install(time=0)
    page.goto(address)
    page.clock.pause_at(3_600)


def heading(page: Page) -> Locator:
    return page.locator("#results-heading")


def status(page: Page) -> Locator:
    return page.locator("#status")


def spoken(page: Page) -> str:
    """Give the sentence that stands for the results in the live regions."""
    return page.locator("#results").get_attribute("data-status") or ""


def entries(page: Page) -> list[str]:
    """Give the ids of the entries that are shown, in order."""
    return page.locator("#feed > article").evaluate_all("articles => articles.map(article => article.id)")


def total(page: Page) -> int:
    """Give the number that the heading of the results begins with."""
    words = heading(page).inner_text().split()
    return 0 if words[0] == "No" else int(words[0].replace(",", ""))


def facet(page: Page, name: str) -> Locator:
    """Find a facet's value by what it is called."""
    return page.locator("#facets li a").filter(has=page.get_by_text(name, exact=True))


def chip(page: Page, label: str) -> Locator:
    return page.locator("#filters a.chip").filter(has_text=label)


def chips(page: Page) -> list[str]:
    return page.locator("#filters a.chip > [dir]").all_inner_texts()


def search_box(page: Page) -> Locator:
    return page.locator("#q")


def state(page: Page) -> str:
    """Give the address in the address bar, from the root."""
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def focused(page: Page) -> str:
    """Say what has the focus: its id, else the id of the article around it, else its tag's name."""
    return str(
        page.evaluate(
            "(() => { const at = document.activeElement;"
            " return at.id || at.closest('article')?.id || at.tagName.toLowerCase() })()"
        )
    )


def history_length(page: Page) -> int:
    return int(page.evaluate("history.length"))


def exactly(text: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(text)}$")
