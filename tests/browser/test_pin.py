"""The button that pins a search: what it keeps in the browser, and how it follows the list, Back and other tabs."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser import corpus, results
from tests.browser.pinning import button, expect_pinned, kept, pin, remover, states, store
from tests.browser.watch import Watch

NO_STORAGE = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
)
FULL = "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') }"


def test_a_search_is_pinned_and_let_go_of(page: Page):
    page.goto("/?q=anchor&tag=weather&size=7&page=2")
    expect_pinned(page, False)
    button(page).click()
    expect_pinned(page)
    expect(results.status(page)).to_have_text("Pinned.")
    expect(page.locator("#pin-said")).to_have_text("Pinned.")
    assert kept(page) == [{"state": "q=anchor&tag=weather", "seen": corpus.ENTRIES}]
    page.reload()
    expect_pinned(page)
    button(page).click()
    expect_pinned(page, False)
    expect(results.status(page)).to_have_text("No longer pinned.")
    assert page.evaluate("localStorage.length") == 0


def test_the_keyboard_alone_pins_and_the_focus_stays(page: Page):
    page.goto("/?q=zanzibar")
    button(page).focus()
    for is_now in (True, False):
        page.keyboard.press("Space")
        expect_pinned(page, is_now)
        assert results.focused(page) == "pin"


def test_the_button_follows_the_list_and_back(page: Page):
    pin(page, "/")
    with results.swap(page):
        results.facet(page, "weather").click()
    expect_pinned(page, False)
    page.go_back()
    expect(results.heading(page)).to_contain_text("120 entries")
    expect(button(page)).to_have_attribute("aria-pressed", "true")
    page.go_forward()
    expect(results.heading(page)).to_contain_text("tagged weather")
    expect_pinned(page, False)
    button(page).click()
    expect_pinned(page)
    assert states(page) == ["", "tag=weather"]


def test_the_list_that_is_shown_instead_of_a_misspelt_one_is_pinned(page: Page):
    pin(page, "/?q=zanzibr")
    assert states(page) == ["q=zanzibar"]


def test_other_tabs_follow_at_once(page: Page):
    page.goto("/?q=anchor")
    other, third = page.context.new_page(), page.context.new_page()
    other.goto("/?q=anchor")
    third.goto("/pins/")
    expect(third.get_by_text("Nothing is pinned yet")).to_be_visible()
    button(page).click()
    expect(button(other)).to_have_attribute("aria-pressed", "true")
    expect(third.get_by_role("link", name="Entries for anchor", exact=True)).to_be_visible()
    remover(third, "Entries for anchor").click()
    for tab in (page, other):
        expect(button(tab)).to_have_attribute("aria-pressed", "false")


def test_there_are_as_many_pins_as_there_can_be(page: Page):
    store(page, json.dumps([{"state": f"q=word{number}", "seen": 1} for number in range(100)]))
    page.goto("/")
    button(page).click()
    expect(page.locator("#pin-said")).to_contain_text("Not pinned: there are 100 pins")
    expect(results.status(page)).to_contain_text("Not pinned")
    expect_pinned(page, False)
    assert len(kept(page)) == 100
    page.goto("/?q=word7")
    expect_pinned(page)
    button(page).click()
    expect_pinned(page, False)
    assert len(kept(page)) == 99


@pytest.mark.parametrize("trouble", [NO_STORAGE, FULL])
def test_a_browser_that_keeps_nothing_says_so(page: Page, trouble: str):
    page.add_init_script(trouble)
    page.goto("/?q=anchor")
    button(page).click()
    expect(page.locator("#pin-said")).to_contain_text("This browser keeps nothing")
    expect(results.status(page)).to_contain_text("This browser keeps nothing")
    expect_pinned(page, False)
    page.goto("/pins/")
    expect(page.get_by_text("Nothing is pinned yet")).to_be_visible()


def test_what_pins_take_is_loaded_once_it_is_needed(page: Page):
    loaded: list[str] = []
    page.on("request", lambda request: request.url.endswith("/pin.js") and loaded.append(request.url))
    page.goto("/?q=anchor")
    with results.swap(page):
        results.search_box(page).fill("rope")
    assert loaded == []
    button(page).click()
    expect_pinned(page)
    page.goto("/")
    expect_pinned(page, False)
    assert len(loaded) in (1, 2)  # the second time perhaps from the cache


def test_a_pin_that_cannot_be_loaded_says_so(page: Page, watch: Watch):
    watch.allow("console: Failed to load resource")
    page.goto("/?q=anchor")
    page.route("**/pin.js", lambda route: route.abort())
    button(page).click()
    expect(results.status(page)).to_have_text("The site cannot be reached.")
    expect(page.locator("#pin-said")).to_have_text("The site cannot be reached.")
    expect_pinned(page, False)
    page.unroute("**/pin.js")
    button(page).click()
    expect_pinned(page)
    expect(page.locator("#pin-said")).to_have_text("Pinned.")


def test_what_nobody_asked_for_fails_in_silence(page: Page, watch: Watch):
    watch.allow("console: Failed to load resource")
    pin(page, "/?q=anchor")
    page.route("**/pin.js", lambda route: route.abort())
    page.goto("/?q=anchor")
    with results.swap(page):
        results.search_box(page).fill("rope")
    expect(results.status(page)).not_to_contain_text("cannot be reached")
