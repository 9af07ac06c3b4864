"""Embeds in the pages of a host, as tests find them."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

FRAGMENTS = re.compile(r"/embed/entries\?")
BLOCKED = r"console: (Failed to load resource|Access to XMLHttpRequest)|error: The Same Origin Policy disallows"
"""What Chromium and Firefox say of an answer that does not come."""


def element(page: Page, number: int = 0) -> Locator:
    return page.locator("feedsift-entries").nth(number)


def titles(embed: Locator) -> list[str]:
    expect(embed.locator("li h3").first).to_be_visible()
    return embed.locator("li h3").all_inner_texts()


def frame(page: Page, number: int = 0) -> Locator:
    """Give the embed in an iframe."""
    return page.frame_locator("iframe").nth(number).locator(".feedsift")


def wait(page: Page) -> None:
    """Wait until every embed of a page is there."""
    for number in range(page.locator("feedsift-entries").count()):
        expect(element(page, number).locator(".feedsift-entry").first).to_be_visible()
    for number in range(page.locator("iframe").count()):
        page.locator("iframe").nth(number).scroll_into_view_if_needed()
        expect(frame(page, number).locator(".feedsift-entry").first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")


def style(place: Locator, name: str) -> str:
    return str(place.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def count_requests(page: Page) -> list[str]:
    """Give a list that grows with each fragment that is asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if FRAGMENTS.search(request.url) else None)
    return asked
