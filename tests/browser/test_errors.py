"""When an answer does not come, what was on the screen stays, and one message offers to try again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import corpus, results, servers
from tests.browser.conftest import NewPage
from tests.browser.servers import Server
from tests.browser.test_back import travel
from tests.browser.watch import FAILED, SUPERSEDED, UNREACHED, Watch

STAYS = "What you see is as it was."
FAILURES = {
    "broken": (lambda route: fail(route, 500, "<title>Broken</title><p>Broken</p>"), "could not answer"),
    "too long": (lambda route: fail(route, 413, "<p>Too long</p>"), "too long"),
    "too many": (
        lambda route: fail(route, 429, "<p>Wait</p>", "42"),
        "Too many requests came from your connection. Try again in 42 seconds.",
    ),
    "not ready": (lambda route: fail(route, 503, "<p>Wait</p>", "1"), "cannot answer just now. Try again in 1 second."),
    "offline": (lambda route: route.abort("internetdisconnected"), "cannot be reached"),
}


def fail(route: Route, status: int, html: str, wait: str = "") -> None:
    headers = {"Retry-After": wait} if wait else {}
    route.fulfill(status=status, body=html, content_type="text/html", headers=headers)


@pytest.fixture(params=FAILURES.values(), ids=FAILURES.keys())
def failure(request: pytest.FixtureRequest) -> tuple[Callable[[Route], None], str]:
    """A way in which the site fails, and what is said of it."""
    return request.param


@pytest.fixture
def broken_page(page: Page, watch: Watch, failure: tuple[Callable[[Route], None], str]) -> Page:
    """A page whose next requests for fragments fail."""
    watch.allow(FAILED)
    page.goto("/?tag=crew")
    page.route(results.FRAGMENTS, failure[0])
    return page


def test_a_filter_that_fails_leaves_everything_as_it_was(broken_page: Page, failure: tuple[object, str]):
    title, shown = broken_page.title(), broken_page.locator("#browse").inner_text()
    results.facet(broken_page, "2019").click()
    expect(broken_page.locator("#problem")).to_contain_text(failure[1])
    expect(broken_page.locator("#problem")).to_contain_text(STAYS)
    assert broken_page.locator("#problem").count() == 1
    assert broken_page.get_by_role("button", name="Try again").count() == 1
    assert broken_page.locator("#browse").inner_text() == shown
    assert broken_page.title() == title
    assert results.state(broken_page) == "/?tag=crew"
    assert results.focused(broken_page) == "year-2019"
    expect(broken_page.locator("#feed")).to_have_attribute("aria-busy", "false")


def test_a_failure_is_an_alert_whose_words_differ_when_it_comes_again(broken_page: Page, failure: tuple[object, str]):
    alert = broken_page.get_by_role("alert")
    expect(alert).to_have_attribute("aria-live", "assertive")  # Orca hears nothing of the role alone from Firefox
    expect(alert).to_be_empty()
    said = []
    for control in (results.facet(broken_page, "2019"), broken_page.get_by_role("button", name="Try again")):
        control.click()
        results.wait(broken_page)
        expect(alert).to_contain_text(failure[1])
        said.append(alert.evaluate("alert => alert.textContent"))
    assert said[0] != said[1]  # Orca is silent where a region gets the text that it has


def test_trying_again_after_a_filter_works(broken_page: Page):
    results.facet(broken_page, "2019").click()
    expect(broken_page.locator("#problem")).to_contain_text(STAYS)
    broken_page.unroute(results.FRAGMENTS)
    with results.swap(broken_page):
        broken_page.get_by_role("button", name="Try again").click()
    assert results.state(broken_page) == "/?tag=crew&year=2019"
    assert results.focused(broken_page) == "year-2019"
    expect(broken_page.locator("#problem")).to_be_empty()


def test_anything_that_works_takes_the_message_away(broken_page: Page):
    results.facet(broken_page, "2019").click()
    expect(broken_page.locator("#problem")).to_contain_text(STAYS)
    broken_page.unroute(results.FRAGMENTS)
    with results.swap(broken_page):
        results.facet(broken_page, "2018").click()
    expect(broken_page.locator("#problem")).to_be_empty()
    expect(broken_page.get_by_role("button", name="Try again")).to_have_count(0)


def test_trying_again_in_vain_says_so_again(broken_page: Page, failure: tuple[object, str], watch: Watch):
    results.facet(broken_page, "2019").click()
    again = broken_page.get_by_role("button", name="Try again")
    with broken_page.expect_event("requestfinished" if failure[1] != "cannot be reached" else "requestfailed"):
        again.click()
    expect(again).to_have_count(1)
    expect(broken_page.locator("#problem")).to_contain_text(failure[1])
    assert results.focused(broken_page) == "year-2019"
    assert len(watch.fragments) == 2


def test_a_message_that_goes_with_the_focus_in_it_hands_it_on(broken_page: Page):
    results.facet(broken_page, "2019").click()
    again = broken_page.get_by_role("button", name="Try again")
    again.focus()
    broken_page.unroute(results.FRAGMENTS)
    with results.swap(broken_page):
        broken_page.locator("#more").evaluate("more => more.dispatchEvent(new CustomEvent('scrolled'))")
    expect(again).to_have_count(0)
    assert results.focused(broken_page) == "results-heading"


def test_typing_that_fails_keeps_the_words_and_can_be_tried_again(broken_page: Page):
    results.search_box(broken_page).press_sequentially("rope")
    expect(broken_page.locator("#problem")).to_contain_text(STAYS)
    expect(results.search_box(broken_page)).to_be_focused()
    expect(results.search_box(broken_page)).to_have_value("rope")
    broken_page.unroute(results.FRAGMENTS)
    with results.swap(broken_page):
        broken_page.get_by_role("button", name="Try again").click()
    assert results.state(broken_page) == "/?q=rope&tag=crew"
    assert results.focused(broken_page) == "results-heading"


def test_more_entries_that_fail_can_be_tried_again(broken_page: Page):
    shown = results.entries(broken_page)
    broken_page.locator("#more").click()
    expect(broken_page.locator("#problem")).to_contain_text(STAYS)
    assert results.entries(broken_page) == shown
    assert results.state(broken_page) == "/?tag=crew"
    broken_page.unroute(results.FRAGMENTS)
    with results.swap(broken_page):
        broken_page.get_by_role("button", name="Try again").click()
    assert results.entries(broken_page)[: len(shown)] == shown
    assert results.focused(broken_page) == results.entries(broken_page)[len(shown)]
    expect(broken_page.locator("#problem")).to_be_empty()


def test_scrolling_does_not_ask_a_broken_site_for_ever(broken_page: Page, watch: Watch):
    broken_page.mouse.move(640, 400)
    for _ in range(30):
        broken_page.mouse.wheel(0, 1_000)
        results.wait(broken_page)
    expect(broken_page.locator("#problem")).to_contain_text(STAYS)
    assert len(watch.fragments) <= 3


def test_an_answer_that_takes_too_long_is_given_up(page: Page, watch: Watch):
    watch.allow(r"console: htmx:(afterRequest|timeout), |console: htmx: htmx:error: timeout ")
    page.goto("/?tag=crew")
    page.route(results.FRAGMENTS, lambda _: None)
    results.facet(page, "2019").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached", timeout=20_000)
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "false")
    assert results.state(page) == "/?tag=crew"


def test_a_request_that_a_newer_one_replaces_is_no_problem(page: Page, watch: Watch):
    watch.allow(SUPERSEDED)
    page.goto("/")
    page.evaluate(
        "() => new MutationObserver(() => (window.hasAlarmed = true))"
        ".observe(document.getElementById('problem'), { childList: true, subtree: true })"
    )
    held: list[Route] = []
    page.route(lambda url: "/fragments/" in url and "year=2019" in url, lambda route: held.append(route))
    with page.expect_request(results.FRAGMENTS):
        results.facet(page, "2019").click()
    with results.swap(page):
        results.facet(page, "2018").click()
    assert results.chips(page) == ["2018"]
    assert page.evaluate("window.hasAlarmed") is None
    held[0].abort()


def test_back_to_a_state_that_fails_shows_its_page(
    page: Page, watch: Watch, failure: tuple[Callable[[Route], None], str]
):
    watch.allow(rf"console: (Failed to load resource|htmx:historyCacheMissLoadError|{UNREACHED})")
    page.goto("/?tag=crew")
    with results.swap(page):
        results.facet(page, "2019").click()
    page.route("**/?tag=crew", failure[0], times=1)
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    assert results.chips(page) == ["tag crew"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing/here", 404, "There is nothing at this address"),
        ("/entries/99999999/", 404, "There is nothing at this address"),
        (f"/?q={'x' * 1_001}", 413, "This search is too long"),
    ],
)
def test_an_error_is_a_page_like_any_other(page: Page, watch: Watch, address: str, status: int, words: str):
    watch.allow("console: Failed to load resource")
    response = page.goto(address)
    assert response is not None
    assert response.status == status
    expect(page.locator("h1")).to_have_text(words)
    page.get_by_role("link", name="To all entries").click()
    assert results.total(page) == corpus.ENTRIES


def test_a_site_that_is_not_ready_can_be_asked_again(
    new_page: NewPage, watches: list[Watch], own_server: Server, javascript: bool
) -> None:
    page = new_page(server=own_server, java_script_enabled=javascript)
    watches[0].allow("console: Failed to load resource")
    shutil.rmtree(own_server.folder / "data" / "index")
    response = page.goto("/?tag=crew")
    assert response is not None
    assert response.status == 503
    expect(page.locator("h1")).to_have_text("The site is not ready yet")
    for _ in range(100):  # its index is built meanwhile
        if not page.locator("#again").count():
            break
        with page.expect_navigation():
            page.get_by_role("link", name="Try again").click()
    expect(results.heading(page)).to_contain_text("tagged crew, newest first")
    assert results.state(page) == "/?tag=crew"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def ask(server: Server) -> None:
    connection = HTTPConnection(server.host, timeout=10)
    connection.request("GET", "/help/")
    connection.getresponse().read()
    connection.close()


def test_who_asks_for_too_much_keeps_the_page_and_is_told_when_to_go_on(
    new_page: NewPage, watches: list[Watch], tmp_path: Path
) -> None:
    most = 8
    with servers.running(tmp_path, corpus.feed(), FEEDSIFT_RATE_LIMIT=str(most)) as server:
        page = new_page(server=server)
        watches[0].allow(FAILED)
        page.goto("/?tag=crew")
        for _ in range(8 * most):  # each connection goes to either of two workers
            ask(server)
        shown = page.locator("#browse").inner_text()
        results.facet(page, "2019").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Too many requests came from your connection. Try again in ")
        expect(alert).to_contain_text(STAYS)
        expect(alert.get_by_role("button", name="Try again")).to_be_visible()
        assert page.locator("#browse").inner_text() == shown
        assert results.state(page) == "/?tag=crew"
        response = page.goto("/tags/")
        assert response is not None
        assert response.status == 429
        expect(page.locator("h1")).to_have_text("Too many requests")
        expect(page.locator("main")).to_contain_text(f"Try again in {response.headers['retry-after']} second")
        expect(page.get_by_role("link", name="Try again")).to_be_visible()
