"""The states of finding that are looked at one by one, by the names that their tests carry."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import results

Reach = Callable[[Page], None]
"""Goes from the page of the state's address to the state."""


def stay(page: Page) -> None:
    """The address says it all."""


def open_suggestions(page: Page) -> None:
    """Type, and choose an option that is not the first."""
    with results.swap(page):
        results.search_box(page).press_sequentially("sh")
    expect(page.get_by_role("option").nth(1)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#suggestion-2")).to_have_attribute("aria-selected", "true")


def open_table(page: Page) -> None:
    """Show the chart as a table."""
    page.get_by_text("As a table").click()
    expect(page.get_by_role("table")).to_be_visible()


def filter_values(page: Page) -> None:
    """Type a part of a value's name."""
    page.get_by_role("searchbox").press_sequentially("or")
    expect(page.locator("#values .shown")).to_contain_text("with “or”")


def pin_two(page: Page) -> None:
    """Pin the list that is shown and another one, and see what is new in them."""
    pin(page)
    page.goto("/?q=fog&sort=oldest")
    pin(page)
    page.evaluate("localStorage['feedsift.pins'] = localStorage['feedsift.pins'].replace(/120/, '60')")
    page.goto("/pins/")
    expect(page.locator("#status")).to_have_text("60 new since you last looked.")


def pin(page: Page) -> None:
    """Pin the list that is shown; what does it comes only now, so who leaves at once has not pinned."""
    page.locator("#pin").click()
    expect(page.locator("#pin")).to_have_attribute("aria-pressed", "true")


def choose_element(page: Page) -> None:
    """Choose another way to embed."""
    page.locator("#kind-element").check()
    expect(page.locator("#snippet")).to_have_value(re.compile("<feedsift-entries "))


STATES: dict[str, tuple[str, Reach]] = {
    "suggestions": ("/", open_suggestions),
    "any of and not": ("/?tag=crew,maps&exclude.tag=tides", stay),
    "months": ("/?year=2018&month=5", stay),
    "table": ("/?from=2017&to=2019", open_table),
    "correction": ("/?q=zanzibr", stay),
    "did you mean": ("/?q=short", stay),
    "alternatives": ("/?q=zanzibar+foghorn&year=2024", stay),
    "facet page": ("/facets/tag/?tag=crew,maps&exclude.tag=tides", stay),
    "facet page, filtered": ("/facets/tag/?tag=crew", filter_values),
    "pinned": ("/?q=zanzibar", pin),
    "pins": ("/", pin_two),
    "related entries": ("/entries/9/", stay),
    "builder, changed": ("/embed/?tag=weather&size=2", choose_element),
}

each = pytest.mark.parametrize("state", STATES.values(), ids=STATES.keys())


def reach(page: Page, state: tuple[str, Reach]) -> None:
    """Go to a state, with the filters unfolded where they are folded."""
    address, go_on = state
    page.goto(address)
    if page.locator("#facets-toggle").is_visible():
        page.locator("#facets-toggle").click()
    go_on(page)
