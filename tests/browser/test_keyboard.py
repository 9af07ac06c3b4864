"""By keyboard alone: skip links, a walk through each page, and where the focus is after every change."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks, results
from tests.browser.conftest import DESKTOP, NewPage

NARROW = {"width": 320, "height": 640}
STATE = "/?q=anchor&tag=crew&tag=weather"
PAGES = ["/tags/", "/feeds/", "/help/", "/entries/1/"]


@pytest.fixture(params=[DESKTOP, NARROW], ids=["wide", "narrow"])
def any_page(request: pytest.FixtureRequest, new_page: NewPage) -> Page:
    """A page in a wide window, and in a narrow one."""
    return new_page(viewport=request.param)


def open_filters(page: Page) -> None:
    toggle = page.locator("#facets-toggle")
    if toggle.is_visible() and toggle.get_attribute("aria-expanded") == "false":
        toggle.press("Enter")


def press_enter_on(page: Page, selector: str) -> None:
    """Follow a control with the keyboard, and wait for what it swaps."""
    with results.swap(page):
        page.locator(selector).press("Enter")


def chip_ids(page: Page) -> list[str]:
    return page.locator("#filters .chip").evaluate_all("chips => chips.map(chip => chip.id)")


def test_the_first_two_links_skip_to_results_and_search(any_page: Page):
    any_page.goto("/")
    any_page.keyboard.press("Tab")
    expect(any_page.get_by_role("link", name="Skip to results")).to_be_focused()
    any_page.keyboard.press("Enter")
    assert results.focused(any_page) == "results"
    any_page.keyboard.press("Tab")
    assert results.focused(any_page) == "sort-newest"
    any_page.goto("/")
    any_page.keyboard.press("Tab")
    any_page.keyboard.press("Tab")
    expect(any_page.get_by_role("link", name="Skip to search")).to_be_focused()
    any_page.keyboard.press("Enter")
    assert results.focused(any_page) == "q"


@pytest.mark.parametrize("address", [*PAGES, "/nothing/here"])
def test_other_pages_skip_to_their_content(page: Page, address: str, request: pytest.FixtureRequest):
    if address == "/nothing/here":
        request.getfixturevalue("watch").allow("console: Failed to load resource")
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert results.focused(page) == "main"


def test_the_way_back_to_the_filters_moves_the_focus(page: Page):
    page.goto("/?page=2")
    page.locator("#to-filters").press("Enter")
    assert results.focused(page) == "filters-start"
    page.keyboard.press("Tab")
    assert results.focused(page) == "q"


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_one_key_reaches_everything_once_in_order_and_visibly(any_page: Page, key: str):
    any_page.goto(STATE)
    open_filters(any_page)
    ends = any_page.locator(".skip a, footer.site button")
    (ends.first if key == "Tab" else ends.last).focus()
    stops, faults = checks.tab_walk(any_page, key)
    assert faults == []
    count = stops[0]["count"]
    assert count > 50
    assert [stop["place"] for stop in stops] == list(range(count))[:: 1 if key == "Tab" else -1]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_holds_the_focus_or_hides_it(any_page: Page, address: str):
    any_page.goto(address)
    any_page.keyboard.press("Tab")
    stops, faults = checks.tab_walk(any_page)
    assert faults == []
    # Chromium also stops at boxes that scroll, such as wide tables and code.
    places = [stop["place"] for stop in stops if stop["place"] >= 0]
    assert places == list(range(stops[0]["count"]))


@pytest.mark.parametrize("selector", ["#facets li a >> nth=4", "#facets a[id^=year-] >> nth=4"])
def test_a_facet_keeps_the_focus(any_page: Page, selector: str):
    any_page.goto("/")
    open_filters(any_page)
    id = any_page.locator(selector).get_attribute("id")
    for _ in ("on", "off"):
        press_enter_on(any_page, f"#{id}")
        expect(any_page.locator(f"#{id}")).to_be_focused()
        expect(any_page.locator(f"#{id}")).to_be_in_viewport()


def test_a_chip_hands_the_focus_to_the_next_one(any_page: Page):
    any_page.goto(STATE)
    first, second, third = chip_ids(any_page)
    press_enter_on(any_page, f"#{second}")
    assert results.focused(any_page) == third
    press_enter_on(any_page, f"#{third}")
    assert results.focused(any_page) == first
    press_enter_on(any_page, f"#{first}")
    is_folded = any_page.locator("#facets-toggle").is_visible()
    assert results.focused(any_page) == ("facets-toggle" if is_folded else "facets-heading")


def test_clear_all_leads_to_the_search_box(any_page: Page):
    any_page.goto(STATE)
    press_enter_on(any_page, "#clear")
    assert results.focused(any_page) == "q"


def test_an_order_keeps_the_focus(any_page: Page):
    any_page.goto("/?q=anchor")
    for id in ("sort-oldest", "sort-relevance"):
        press_enter_on(any_page, f"#{id}")
        assert results.focused(any_page) == id


def test_the_search_button_leads_to_the_results(any_page: Page):
    any_page.goto("/")
    results.search_box(any_page).fill("anchor")
    press_enter_on(any_page, "#search-button")
    assert results.focused(any_page) == "results-heading"


def test_a_way_out_of_nothing_leads_to_the_results(any_page: Page):
    any_page.goto("/?q=zanzibar&year=2024&tag=weather")
    press_enter_on(any_page, ".nothing li:nth-child(2) a")
    assert results.focused(any_page) == "results-heading"
    any_page.goto("/?q=zanzibar&year=2024")
    press_enter_on(any_page, "#all-entries")
    assert results.focused(any_page) == "results-heading"


def test_more_entries_lead_to_the_first_of_them_until_there_are_no_more(any_page: Page):
    any_page.goto("/?tag=weather")
    total = results.total(any_page)
    while any_page.locator("#more").count():
        before = len(results.entries(any_page))
        press_enter_on(any_page, "#more")
        assert results.focused(any_page) == results.entries(any_page)[before]
    assert len(results.entries(any_page)) == total


def test_the_filters_open_and_close_behind_their_button(new_page: NewPage):
    page = new_page(viewport=NARROW)
    page.goto("/")
    toggle = page.locator("#facets-toggle")
    expect(page.locator("#facets-body")).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.press("Enter")
    expect(page.locator("#facets-body")).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    press_enter_on(page, "#year-2019")
    expect(page.locator("#facets-body")).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.press("Enter")
    expect(page.locator("#facets-body")).to_be_hidden()
    expect(toggle).to_be_focused()
