"""Two things at once: a filter while words are typed, Back while an answer is on its way."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser import results
from tests.browser.watch import SUPERSEDED, Watch

TAGS = "#facet-tag + ul li:not([class]) > a"


class Gate:
    """Keeps back the answers to all fragments until it is opened."""

    def __init__(self, page: Page) -> None:
        self._held: list[Route] = []
        self._is_open = False
        page.route(results.FRAGMENTS, self._meet)

    def open(self) -> None:
        """Answer what was held, if anybody still waits for it, and hold nothing more."""
        self._is_open = True
        for route in self._held:
            route.fulfill(response=route.fetch())

    def _meet(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._held.append(route)


def back(page: Page) -> None:
    """Go back as the browser's button does, and wait until the state is there."""
    page.evaluate(
        "() => new Promise(done => {"
        " for (const type of ['htmx:historyRestore', 'htmx:after:swap'])"  # of htmx 2 and 4
        " document.addEventListener(type, () => done(), { once: true }); history.back(); })"
    )
    results.wait(page)


def assert_page_and_address_agree(page: Page) -> None:
    shown = results.heading(page).inner_text(), results.entries(page), results.search_box(page).input_value()
    page.reload()
    assert shown == (results.heading(page).inner_text(), results.entries(page), results.search_box(page).input_value())


def test_words_typed_a_moment_before_a_filter_go_along_with_it(page: Page):
    page.goto("/")
    results.search_box(page).fill("anchor")
    with results.swap(page):
        page.locator(TAGS).first.click()
    expect(results.search_box(page)).to_have_value("anchor")
    assert "q=anchor" in results.state(page)
    assert "tag=" in results.state(page)
    assert_page_and_address_agree(page)


def test_words_whose_answer_is_on_its_way_go_along_with_a_filter(page: Page, watch: Watch):
    watch.allow(SUPERSEDED)
    page.goto("/")
    gate = Gate(page)
    with page.expect_request(results.FRAGMENTS):
        results.search_box(page).fill("anchor")
    with page.expect_request(lambda request: "tag=" in request.url):
        page.locator(TAGS).last.click()
    with page.expect_response(lambda response: "tag=" in response.url):
        gate.open()
    expect(page.locator("#filters .chip")).to_have_count(2)
    expect(results.search_box(page)).to_have_value("anchor")
    assert_page_and_address_agree(page)


def test_a_chip_takes_the_words_away_even_if_others_were_typed(page: Page):
    page.goto("/?q=anchor")
    with results.swap(page):
        page.locator("#chip-q").click()
    expect(results.search_box(page)).to_have_value("")
    assert results.state(page) == "/"


def test_back_while_a_filter_is_on_its_way_leaves_it_out(page: Page, watch: Watch):
    watch.allow(SUPERSEDED)
    page.goto("/")
    with results.swap(page):
        page.locator(TAGS).first.click()
    gate = Gate(page)
    with page.expect_request(results.FRAGMENTS):
        page.locator(TAGS).first.click()
    back(page)
    gate.open()
    expect(page.locator("html")).not_to_have_class("waiting")
    assert results.state(page) == "/"
    assert_page_and_address_agree(page)


def test_back_while_more_is_loading_mixes_no_entries(page: Page, watch: Watch):
    watch.allow(SUPERSEDED)
    page.goto("/")
    with results.swap(page):
        page.locator("#sort-oldest").click()
    gate = Gate(page)
    with page.expect_request(results.FRAGMENTS):
        page.locator("#more").click()
    back(page)
    gate.open()
    assert results.state(page) == "/"
    assert len(results.entries(page)) == results.BATCH
    assert_page_and_address_agree(page)


def test_waiting_ends_with_the_newest_answer_not_with_one_that_it_replaced(page: Page, watch: Watch):
    watch.allow(SUPERSEDED)
    page.goto("/")
    gate = Gate(page)
    for link in (page.locator(TAGS).first, page.locator(TAGS).last):
        with page.expect_request(results.FRAGMENTS):
            link.click()
    page.wait_for_timeout(300)
    expect(page.locator("html")).to_have_class("js waiting")
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "true")
    gate.open()
    expect(page.locator("html")).to_have_class("js")
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "false")


def test_back_twice_in_a_row_leads_to_the_first_state(page: Page):
    page.goto("/")
    for name in ("weather", "2018"):
        with results.swap(page):
            results.facet(page, name).click()
    held: list[Route] = []
    page.route(lambda url: url.endswith("/?tag=weather"), lambda route: held.append(route))
    with page.expect_request("**/?tag=weather"):
        page.evaluate("setTimeout(() => history.back(), 0)")
    back(page)
    held[0].fulfill(response=held[0].fetch())
    page.wait_for_timeout(300)
    assert results.state(page) == "/"
    assert_page_and_address_agree(page)
