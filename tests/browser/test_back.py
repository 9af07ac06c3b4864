"""Back and Forward: from an entry to the same place in the list, from a state to the state before it."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import results
from tests.browser.conftest import NewPage

PLACE = 24
"""How far down the list the entry stands that is opened; the first batch ends before it."""


class Place(NamedTuple):
    """Where a reader is."""

    state: str
    entries: list[str]
    scroll: float
    focus: str


@pytest.fixture(params=[True, False], ids=["kept", "fetched"])
def is_kept(request: pytest.FixtureRequest) -> bool:
    """Whether the browser keeps the page that Back leads to (bfcache), or fetches it again."""
    return bool(request.param)


@pytest.fixture
def far_down(is_kept: bool, browser_with_cache: Browser, browser: Browser, new_page: NewPage) -> Page:
    """A page with two batches, scrolled to the second."""
    page = new_page(browser_with_cache if is_kept else browser)
    page.goto("/?sort=oldest")
    page.evaluate("addEventListener('pageshow', event => (window.isKept = event.persisted))")
    with results.swap(page):
        page.locator("#more").click()
    return page


def place(page: Page) -> Place:
    # Asked of the page, as Playwright does not hear from Firefox where a page stands that was kept.
    state = page.evaluate("location.pathname + location.search")
    return Place(state, results.entries(page), page.evaluate("scrollY"), results.focused(page))


def open_entry(page: Page) -> tuple[str, Place]:
    """Open an entry far down the list; give its title, and where the reader was before."""
    link = page.locator("#feed > article h3 a").nth(PLACE)
    link.scroll_into_view_if_needed()
    link.focus()
    before = place(page)
    title = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(title)
    return title, before


def travel(page: Page, steps: int) -> None:
    """Go through history as the browser's buttons do; a page that was kept fires no load event to wait for."""
    page.evaluate(f"setTimeout(() => history.go({steps}), 0)")


def assert_is_back(page: Page, before: Place) -> None:
    expect(page.locator(f"#{before.focus} h3 a")).to_be_focused()
    expect(page.locator("#feed > article")).to_have_count(len(before.entries))
    after = place(page)
    assert after._replace(scroll=0) == before._replace(scroll=0)
    assert abs(after.scroll - before.scroll) <= 2


def test_back_from_an_entry_leads_to_the_same_place(far_down: Page, is_kept: bool):
    _, before = open_entry(far_down)
    assert before.scroll > 1_000
    travel(far_down, -1)
    assert_is_back(far_down, before)
    assert bool(far_down.evaluate("window.isKept")) is is_kept


def test_forward_and_back_again_lead_to_the_same_place(far_down: Page):
    title, before = open_entry(far_down)
    travel(far_down, -1)
    assert_is_back(far_down, before)
    travel(far_down, 1)
    expect(far_down.locator("h1")).to_have_text(title)
    travel(far_down, -1)
    assert_is_back(far_down, before)


def test_an_entry_opened_with_the_keyboard_is_found_again(far_down: Page):
    link = far_down.locator("#feed > article h3 a").nth(PLACE)
    link.focus()
    before = place(far_down)
    far_down.keyboard.press("Enter")
    expect(far_down.locator("article.entry")).to_be_visible()
    travel(far_down, -1)
    assert_is_back(far_down, before)


def test_the_list_goes_on_after_back(far_down: Page):
    _, before = open_entry(far_down)
    travel(far_down, -1)
    assert_is_back(far_down, before)
    with results.swap(far_down):
        far_down.locator("#more").click()
    shown = results.entries(far_down)
    assert len(set(shown)) == len(shown) == 3 * results.BATCH
    assert results.state(far_down) == "/?sort=oldest&page=3"


def test_back_after_a_filter_restores_filters_and_words(page: Page):
    page.goto("/?q=anchor&tag=crew")
    first = page.locator("#browse").inner_text()
    with results.swap(page):
        results.chip(page, "anchor").click()
    with results.swap(page):
        results.facet(page, "2019").click()
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    assert results.chips(page) == ["tag crew"]
    travel(page, -1)
    expect(results.search_box(page)).to_have_value("anchor")
    assert results.state(page) == "/?q=anchor&tag=crew"
    assert page.locator("#browse").inner_text() == first
    expect(page).to_have_title(f"{results.heading(page).inner_text()} – The Ferry Log")
    travel(page, 1)
    expect(results.search_box(page)).to_have_value("")
    assert results.state(page) == "/?tag=crew"


def test_back_to_a_state_leads_to_the_same_place(page: Page):
    page.goto("/?tag=crew")
    results.facet(page, "2019").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 100
    with results.swap(page):
        results.facet(page, "2019").click()
    page.evaluate("scrollTo(0, 0)")
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    assert abs(page.evaluate("scrollY") - before) <= 2
    assert results.state(page) == "/?tag=crew"


def test_back_leads_to_the_place_also_where_the_focus_was_outside_of_the_list(page: Page):
    page.goto("/")
    results.search_box(page).focus()
    page.evaluate("scrollTo(0, 500)")
    with results.swap(page):
        page.evaluate("document.querySelector('#sort-oldest').click()")
    page.evaluate("scrollTo(0, 0)")
    travel(page, -1)
    expect(page.locator("#sort-newest")).to_have_attribute("aria-current", "true")
    assert abs(page.evaluate("scrollY") - 500) <= 2


def test_back_to_a_state_leaves_the_controls_working(page: Page):
    page.goto("/?tag=crew")
    with results.swap(page):
        results.facet(page, "2019").click()
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    with results.swap(page):
        results.search_box(page).press_sequentially("rope")
    assert results.state(page) == "/?q=rope&tag=crew"
    expect(results.search_box(page)).to_be_focused()
    expect(results.status(page)).to_have_text(results.spoken(page))


def test_back_to_a_state_where_the_focus_was_is_lost_leads_to_its_heading(page: Page):
    page.goto("/?tag=crew")
    with results.swap(page):
        results.facet(page, "2019").click()
    expect(results.status(page)).to_have_text(results.spoken(page))
    results.chip(page, "2019").focus()
    expect(results.status(page).locator("[role=status]").nth(1)).not_to_be_empty()
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    assert results.focused(page) == "results-heading"
    page.wait_for_timeout(1_500)
    expect(results.status(page).locator("[role=status]").nth(1)).to_be_empty()  # the heading is read out by itself


def test_back_to_a_state_says_it_where_the_focus_stays(page: Page):
    page.goto("/?tag=crew")
    with results.swap(page):
        results.facet(page, "2019").click()
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    assert results.focused(page) == "year-2019"
    expect(results.status(page).locator("[role=status]").nth(1)).to_have_text(results.spoken(page))


def test_back_to_a_state_keeps_the_focus_on_what_is_still_there(page: Page):
    page.goto("/?tag=crew")
    with results.swap(page):
        results.facet(page, "2019").click()
    assert results.focused(page) == "year-2019"
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    page.wait_for_timeout(300)  # a browser may take the focus away when Back has ended
    assert results.focused(page) == "year-2019"
    expect(page.locator("#year-2019")).to_be_in_viewport()


def test_back_from_an_entry_to_a_state_and_on_to_the_state_before_it(page: Page):
    page.goto("/")
    with results.swap(page):
        results.facet(page, "crew").click()
    page.locator("#feed h3 a").first.click()
    expect(page.locator("article.entry")).to_be_visible()
    travel(page, -1)
    expect(page.locator("#feed h3 a").first).to_be_focused()
    travel(page, -1)
    expect(results.heading(page)).to_have_text("120 entries, newest first")
    assert results.chips(page) == []


def test_back_twice_before_the_page_is_ready_shows_what_the_address_says(page: Page):
    page.goto("/")
    with results.swap(page):
        results.facet(page, "crew").click()
    page.locator("#feed h3 a").first.click()
    expect(page.locator("article.entry")).to_be_visible()
    held: list[Route] = []
    page.route("**/js/site.js", lambda route: held.append(route), times=1)
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew")
    travel(page, -1)
    page.wait_for_url("/", wait_until="commit")
    held[0].continue_()
    expect(results.heading(page)).to_have_text("120 entries, newest first")


def test_every_address_opens_as_a_whole_page(page: Page):
    page.goto("/")
    with results.swap(page):
        results.facet(page, "crew").click()
    with results.swap(page):
        results.search_box(page).press_sequentially("rope")
    address, shown = page.url, results.entries(page)
    page.goto("/help/")
    page.goto(address)
    expect(page.locator("h1")).to_have_text("The Ferry Log")
    expect(results.search_box(page)).to_have_value("rope")
    assert results.entries(page) == shown


def test_a_range_that_was_chosen_but_not_asked_for_is_gone_after_a_reload_or_back(page: Page):
    page.goto("/")
    since = page.locator("#range-from")
    asked = since.input_value()
    since.select_option(label="2018")
    page.reload()
    expect(since).to_have_value(asked)
    since.select_option(label="2018")
    page.locator("#feed h3 a").first.click()
    expect(page.locator("article.entry")).to_be_visible()
    travel(page, -1)
    expect(page.locator("#feed h3 a").first).to_be_focused()
    expect(since).to_have_value(asked)
