"""What the page says of itself to feed readers follows the state."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import results

ALTERNATES = "head > link[rel=alternate][data-as]"


def addresses(page: Page) -> list[str]:
    found: list[str] = page.locator(ALTERNATES).evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return found


def titles(page: Page) -> list[str]:
    found: list[str] = page.locator(ALTERNATES).evaluate_all("links => links.map(link => link.title)")
    return found


def expected(state: str) -> list[str]:
    return [f"/entries.{suffix}{state}" for suffix in ("atom", "rss", "json")]


def test_feed_readers_find_the_state_that_is_shown(page: Page) -> None:
    page.goto("/")
    assert addresses(page) == expected("")
    with results.swap(page):
        results.facet(page, "weather").click()
    assert addresses(page) == expected("?tag=weather")
    with results.swap(page):
        results.facet(page, "crew").click()
    assert addresses(page) == expected("?tag=crew&tag=weather")
    page.go_back()
    expect(page.locator("#as-atom")).to_have_attribute("href", "/entries.atom?tag=weather")
    page.go_back()
    expect(page.locator("#as-atom")).to_have_attribute("href", "/entries.atom")
    assert addresses(page) == expected("")


def test_feed_readers_find_what_the_state_is_called(page: Page) -> None:
    named = [f"Entries tagged {{}} ({name})" for name in ("Atom", "RSS", "JSON Feed")]
    page.goto("/?tag=weather")
    assert titles(page) == [name.format("weather") for name in named]
    with results.swap(page):
        results.facet(page, "crew").click()
    again = titles(page)
    assert again != [name.format("weather") for name in named]
    page.reload()
    assert titles(page) == again
    page.go_back()
    expect(page.locator("#as-atom")).to_have_attribute("href", "/entries.atom?tag=weather")
    assert titles(page) == [name.format("weather") for name in named]


def test_more_entries_leave_the_address_of_the_feed_as_it_is(page: Page) -> None:
    page.goto("/?tag=weather&size=5")
    before = addresses(page)
    with results.swap(page):
        page.locator("#more").click()
    assert addresses(page) == before == expected("?tag=weather")


def test_each_format_is_a_link_that_gives_it(page: Page) -> None:
    page.goto("/?tag=weather")
    types = page.locator("#elsewhere a[type]").evaluate_all("links => links.map(link => [link.href, link.type])")
    assert len(types) == 5
    for address, mimetype in types:
        answer = page.request.get(address)
        assert answer.ok
        assert answer.headers["content-type"].startswith(mimetype)
