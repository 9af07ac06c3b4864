"""What the tests of pins do and see: the button above a list, what the browser keeps, and the page of pins."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Pin this search")


def expect_pinned(page: Page, is_pinned: bool = True) -> None:
    expect(button(page)).to_have_attribute("aria-pressed", "true" if is_pinned else "false")


def pin(page: Page, *addresses: str) -> None:
    for address in addresses:
        page.goto(address)
        button(page).click()
        expect_pinned(page)


def kept(page: Page) -> Any:
    return json.loads(page.evaluate("localStorage.getItem('feedsift.pins')") or "[]")


def states(page: Page) -> list[str]:
    return [pin["state"] for pin in kept(page)]


def store(page: Page, text: str) -> None:
    page.goto("/help/")
    page.evaluate("text => localStorage.setItem('feedsift.pins', text)", text)


def names(page: Page) -> list[str]:
    return page.locator(".pins li > p:first-child").all_inner_texts()


def row(page: Page, name: str) -> Locator:
    return page.locator(".pins > li").filter(has=page.get_by_role("link", name=name, exact=True))


def remover(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=f"Remove {name}", exact=True)


def path(address: str) -> str:
    """Give an address from the root."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
