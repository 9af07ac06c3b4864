"""The keys of the feed, and long lists: from entry to entry, out of the list, and to every fiftieth entry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks, corpus, results, servers
from tests.browser.conftest import NewPage
from tests.browser.servers import Server

LONG = 620


@pytest.fixture(scope="module")
def long_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site with more entries than a page shows at most."""
    extra = [corpus.newer(number) for number in range(1, LONG - corpus.ENTRIES + 1)]
    with servers.running(tmp_path_factory.mktemp("long"), corpus.feed(*extra)) as running:
        yield running


def focus_entry(page: Page, at: int) -> None:
    page.locator("#feed > article").nth(at).focus()


def test_page_down_and_up_go_from_entry_to_entry(page: Page):
    page.goto("/")
    shown = results.entries(page)
    page.locator("#feed h3 a").first.focus()
    for key, at in [("PageDown", 1), ("PageDown", 2), ("PageUp", 1), ("PageUp", 0), ("PageUp", 0)]:
        page.keyboard.press(key)
        assert results.focused(page) == shown[at]
        expect(page.locator(f"#{shown[at]} h3")).to_be_in_viewport()


def test_page_down_on_the_last_entry_loads_more_and_goes_on(page: Page):
    page.goto("/")
    focus_entry(page, results.BATCH - 1)
    with results.swap(page):
        page.keyboard.press("PageDown")
    shown = results.entries(page)
    assert len(shown) == 2 * results.BATCH
    assert results.focused(page) == shown[results.BATCH]
    page.keyboard.press("PageDown")
    assert results.focused(page) == shown[results.BATCH + 1]


def test_page_down_on_the_very_last_entry_stays_there(page: Page):
    page.goto("/?tag=maps&size=100")
    last = len(results.entries(page)) - 1
    focus_entry(page, last)
    page.keyboard.press("PageDown")
    assert results.focused(page) == results.entries(page)[last]


def test_page_up_on_the_first_entry_is_the_browser_s(page: Page):
    page.goto("/")
    focus_entry(page, 0)
    page.evaluate("scrollTo(0, 400)")
    page.keyboard.press("PageUp")
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") < 400


def test_control_and_end_or_home_leave_the_feed(page: Page):
    page.goto("/")
    focus_entry(page, 3)
    page.keyboard.press("Control+End")
    assert results.focused(page) == "more"
    focus_entry(page, 3)
    page.keyboard.press("Control+Home")
    assert page.evaluate("document.activeElement.closest('#results') && !document.activeElement.closest('#feed')")


@pytest.mark.parametrize("key", ["Shift+PageDown", "Control+PageDown", "Alt+PageDown"])
def test_the_keys_do_nothing_with_others(page: Page, key: str):
    page.goto("/")
    focus_entry(page, 0)
    page.keyboard.press(key)
    assert results.focused(page) == results.entries(page)[0]


def test_outside_of_the_feed_the_keys_are_the_browser_s(page: Page):
    page.goto("/")
    results.facet(page, "weather").focus()
    before = results.focused(page)
    page.keyboard.press("PageDown")
    page.wait_for_function("scrollY > 0")
    assert results.focused(page) == before


def test_the_feed_holds_nothing_but_its_numbered_articles(page: Page):
    page.goto("/?tag=weather")
    assert page.locator("#feed > :not(article)").count() == 0
    feed = page.get_by_role("feed", name=results.heading(page).inner_text())
    articles = feed.get_by_role("article")
    assert articles.count() == len(results.entries(page))
    for at, article in enumerate(articles.all()):
        expect(article).to_have_attribute("aria-posinset", str(at + 1))
        expect(article).to_have_attribute("aria-setsize", str(results.total(page)))
        expect(article).to_have_accessible_name(article.locator("h3").inner_text())
    assert page.locator("#feed").locator("#more").count() == 0


def test_nothing_found_is_no_feed(page: Page):
    page.goto("/?q=zanzibar&year=2024&tag=weather")
    assert page.get_by_role("feed").count() == 0


def test_links_to_every_fiftieth_entry_come_with_a_long_list(page: Page):
    page.goto("/")
    expect(page.locator("#jump")).to_be_hidden()
    for _ in range(5):
        with results.swap(page):
            page.locator("#more").click()
    assert page.locator("#jumps a").evaluate_all("links => links.map(link => link.id)") == [
        "jump-1",
        "jump-51",
        "jump-101",
    ]
    page.locator("#jump-51").press("Enter")
    target = page.locator("#feed > article").nth(50)
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport()
    page.reload()
    assert page.locator("#jumps a").count() == 3
    with results.swap(page):
        results.facet(page, "maps").click()
    expect(page.locator("#jump")).to_be_hidden()


def test_with_500_entries_one_key_reaches_everything_and_axe_finds_nothing(new_page: NewPage, long_server: Server):
    page = new_page(server=long_server)
    page.goto("/?size=100&page=5")
    assert len(results.entries(page)) == 500
    assert page.locator("#jumps a").count() == 10
    assert checks.axe(page) == []
    page.locator("#feed > article").nth(494).locator("h3 a").focus()
    stops, faults = checks.tab_walk(page)
    assert faults == []
    assert [stop["place"] for stop in stops] == list(range(stops[0]["place"], stops[0]["count"]))


def test_with_500_entries_typing_still_answers_and_the_foot_is_two_keys_away(new_page: NewPage, long_server: Server):
    page = new_page(server=long_server)
    page.goto("/?size=100&page=5")
    page.locator("#feed > article").last.locator("a").last.focus()
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('footer.site'))")
    with results.swap(page):
        results.search_box(page).press_sequentially("news")
    assert results.total(page) == LONG - corpus.ENTRIES
