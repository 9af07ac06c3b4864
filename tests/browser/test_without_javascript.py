"""Everything that can be done with JavaScript can be done without, by links and one form."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser import corpus, results
from tests.browser.conftest import NewPage
from tests.browser.test_scroll import places


def go(link: Locator) -> None:
    """Follow a link, or press a button, to the page that it leads to."""
    with link.page.expect_navigation():
        link.click()


def test_the_form_searches_and_keeps_the_filters(plain_page: Page):
    plain_page.goto("/?tag=weather&sort=oldest")
    results.search_box(plain_page).fill("anchor -foghorn")
    go(plain_page.get_by_role("button", name="Search"))
    assert results.chips(plain_page) == ["“anchor -foghorn”", "tag weather"]
    expect(results.search_box(plain_page)).to_have_value("anchor -foghorn")
    expect(plain_page.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    expect(plain_page).to_have_title(f"{results.heading(plain_page).inner_text()} – {corpus.TITLE}")


def test_enter_searches(plain_page: Page):
    plain_page.goto("/")
    results.search_box(plain_page).press_sequentially(corpus.UNIQUE_WORD)
    plain_page.keyboard.press("Enter")
    expect(results.heading(plain_page)).to_have_text("1 entry for zanzibar")


def test_filters_and_chips_and_orders_are_links(plain_page: Page):
    plain_page.goto("/")
    go(results.facet(plain_page, "weather"))
    go(results.facet(plain_page, "2018"))
    assert results.chips(plain_page) == ["tag weather", "2018"]
    assert results.state(plain_page) == "/?tag=weather&year=2018"
    expect(results.status(plain_page)).to_have_text(results.spoken(plain_page))
    go(plain_page.get_by_role("link", name="Oldest"))
    assert results.state(plain_page) == "/?tag=weather&year=2018&sort=oldest"
    go(results.chip(plain_page, "tag weather"))
    assert results.state(plain_page) == "/?year=2018&sort=oldest"
    go(results.facet(plain_page, "crew"))
    go(plain_page.get_by_role("link", name="Clear all"))
    assert results.total(plain_page) == corpus.ENTRIES


def test_the_filters_are_there_on_a_narrow_screen_too(new_page: NewPage):
    page = new_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/")
    expect(page.locator("#facets-toggle")).to_be_hidden()
    go(results.facet(page, "weather"))
    assert results.chips(page) == ["tag weather"]


def test_more_entries_come_on_one_page_that_opens_at_the_first_new_one(plain_page: Page):
    plain_page.goto("/?sort=oldest")
    first = results.entries(plain_page)
    go(plain_page.locator("#more"))
    shown = results.entries(plain_page)
    assert shown[: results.BATCH] == first
    assert len(set(shown)) == len(shown) == 2 * results.BATCH
    assert results.state(plain_page) == "/?sort=oldest&page=2"
    assert plain_page.url.endswith(f"#{shown[results.BATCH]}")
    expect(plain_page.locator(f"#{shown[results.BATCH]}")).to_be_in_viewport()
    assert 0 <= plain_page.locator(f"#{shown[results.BATCH]}").bounding_box()["y"] < 100


def test_every_entry_can_be_reached(plain_page: Page):
    plain_page.goto("/")
    while plain_page.locator("#more").count():
        go(plain_page.locator("#more"))
    shown = results.entries(plain_page)
    assert len(set(shown)) == len(shown) == corpus.ENTRIES
    assert places(plain_page)[-1] == [str(corpus.ENTRIES), str(corpus.ENTRIES)]


def test_an_entry_opens_and_leads_to_its_neighbours(plain_page: Page):
    plain_page.goto("/")
    titles = plain_page.locator("#feed h3").all_inner_texts()
    go(plain_page.locator("#feed h3 a").nth(5))
    expect(plain_page.locator("h1")).to_have_text(titles[5])
    go(plain_page.locator("a[rel=prev]"))
    expect(plain_page.locator("h1")).to_have_text(titles[6])
    go(plain_page.locator("a[rel=next]"))
    go(plain_page.locator("a[rel=next]"))
    expect(plain_page.locator("h1")).to_have_text(titles[4])


def test_the_other_pages_lead_back_to_the_entries(plain_page: Page):
    plain_page.goto("/tags/")
    go(plain_page.get_by_role("link", name="C++"))
    assert results.state(plain_page) == "/?tag=c%2B%2B"
    assert results.total(plain_page) > 0
    go(plain_page.get_by_role("link", name="Feeds", exact=True))
    go(plain_page.get_by_role("link", name=corpus.TITLE).last)
    assert results.total(plain_page) == corpus.ENTRIES
    go(plain_page.get_by_role("link", name="Help", exact=True))
    go(plain_page.get_by_role("link", name="title:search"))
    expect(results.search_box(plain_page)).to_have_value("title:search")


def test_back_needs_no_script_either(plain_page: Page):
    plain_page.goto("/")
    go(results.facet(plain_page, "crew"))
    go(plain_page.locator("#feed h3 a").first)
    plain_page.go_back()
    assert results.state(plain_page) == "/?tag=crew"
    assert results.chips(plain_page) == ["tag crew"]
