"""axe finds nothing against WCAG 2.2 A and AA, nor its best practices: on every page and in every state of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index import Library
from tests import unwell
from tests.browser import addresses, checks, media, results, states
from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.servers import Server
from tests.browser.watch import FAILED, Watch

NARROW = {"width": 320, "height": 640}


def assert_sound(page: Page) -> None:
    """Ask axe in the light theme, and about colours in the dark one too: nothing else changes with it."""
    media.set_theme(page, "light")
    assert checks.axe(page) == []
    media.set_theme(page, "dark")
    assert checks.axe(page, "color-contrast") == []


@addresses.each
def test_axe_finds_nothing_on_a_page(page: Page, watch: Watch, address: str):
    addresses.allow_not_found(watch, address)
    page.goto(address)
    assert_sound(page)


def test_axe_checks_the_size_of_targets(page: Page):
    page.goto("/")
    assert checks.has_run(page, "target-size")


def test_pale_text_is_found_where_axe_cannot_tell(page: Page):
    page.goto(addresses.PAGES["wide entry"])
    assert checks.axe(page, "color-contrast") == []
    page.locator(".prose th").last.evaluate("cell => (cell.style.color = 'rgb(190, 190, 190)')")
    (found,) = checks.axe(page, "color-contrast")
    assert "column29" in found


@states.each
def test_axe_finds_nothing_in_any_state_of_finding(new_page: NewPage, state: tuple[str, states.Reach]):
    page = new_page(viewport=NARROW)
    states.reach(page, state)
    assert_sound(page)
    page.set_viewport_size(DESKTOP)
    assert_sound(page)


@pytest.mark.parametrize("address", ["/?tag=weather", "/entries/1/"])
def test_axe_finds_nothing_in_a_narrow_window(new_page: NewPage, address: str):
    page = new_page(viewport=NARROW)
    page.goto(address)
    if page.locator("#facets-toggle").count():
        page.locator("#facets-toggle").click()
        expect(page.locator("#facets-body")).to_be_visible()
    assert_sound(page)


@pytest.mark.parametrize("viewport", [DESKTOP, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_on_feeds_in_every_state(
    new_page: NewPage, own_server: Server, viewport: dict[str, int], tmp_path: Path
):
    library = Library(tmp_path / "data")
    unwell.fill(library.store, now=int(time.time()), folder="News/Local")
    library.close()
    page = new_page(server=own_server, viewport=viewport)
    page.goto("/feeds/")
    for details in page.locator("details").all():
        details.locator("summary").click()
    expect(page.get_by_role("table")).to_have_count(7)
    assert_sound(page)
    assert checks.overflow(page) == []
    page.goto("/")
    expect(page.locator("#freshness")).to_be_visible()
    assert_sound(page)


def test_axe_finds_nothing_after_swaps(page: Page):
    page.goto("/")
    with results.swap(page):
        results.search_box(page).press_sequentially("anchor")
    with results.swap(page):
        results.facet(page, "weather").click()
    with results.swap(page):
        page.locator("#more").click()
    assert_sound(page)


def test_axe_finds_nothing_while_an_error_shows(page: Page, watch: Watch):
    watch.allow(r"console: (Failed to load resource|Response Status Error Code)")
    page.goto("/")
    page.route(results.FRAGMENTS, lambda route: route.fulfill(status=500))
    results.facet(page, "weather").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert_sound(page)


def test_axe_finds_nothing_while_an_answer_is_awaited(page: Page):
    page.goto("/")
    let_go = results.held(page, lambda: results.facet(page, "weather").click())
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "true")
    assert_sound(page)
    let_go()
    results.wait(page)


def test_axe_finds_nothing_offline(page: Page, watch: Watch):
    watch.allow(FAILED)
    page.goto("/")
    page.route(results.FRAGMENTS, lambda route: route.abort("internetdisconnected"))
    page.locator("#more").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert_sound(page)


@pytest.mark.parametrize("viewport", [DESKTOP, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_while_the_keys_are_shown(new_page: NewPage, viewport: dict[str, int]):
    page = new_page(viewport=viewport)
    page.goto("/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_in_viewport()
    assert_sound(page)
    assert checks.overflow(page) == []


@pytest.mark.parametrize("address", ["/?tag=weather", "/settings/", "/entries/9/"])
def test_axe_finds_nothing_with_forced_colours(new_page: NewPage, address: str):
    page = new_page(forced_colors="active")
    page.goto(address)
    assert checks.axe(page) == []
