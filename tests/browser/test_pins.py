"""The page of pinned searches: what has come to each since the last look, and all of them for a feed reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import listparser
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import checks, corpus, results
from tests.browser.conftest import NewPage
from tests.browser.pinning import button, kept, names, path, pin, remover, row, states, store
from tests.browser.servers import Server
from tests.browser.watch import FAILED, Watch

NARROW = {"width": 320, "height": 640}


def with_news(*numbers: int) -> bytes:
    return corpus.feed(*(corpus.newer(number) for number in reversed(numbers)))


def test_what_has_come_since_the_last_look_is_counted(new_page: NewPage, own_server: Server):
    page = new_page(server=own_server)
    pin(page, "/", "/?tag=weather&sort=oldest", "/?q=zanzibar")
    page.goto("/pins/")
    expect(page.locator("#status")).to_have_text("Nothing new since you last looked.")
    own_server.publish(with_news(1, 2))
    ask_until(page, "4 new since you last looked.")
    assert names(page) == ["All entries", "Entries tagged weather, oldest first", "Entries for zanzibar"]
    expect(row(page, "All entries")).to_contain_text("2 new since you last looked")
    expect(row(page, "Entries for zanzibar")).to_contain_text("Nothing new")

    page.reload()
    expect(page.locator("#status")).to_have_text("4 new since you last looked.")
    row(page, "Entries tagged weather, oldest first").get_by_role("link", name="2 new").click()
    expect(results.heading(page)).to_contain_text("newest first")
    page.wait_for_load_state()
    assert set(results.entries(page)[:2]) == {f"entry-{corpus.ENTRIES + 1}", f"entry-{corpus.ENTRIES + 2}"}
    page.go_back()
    expect(page.locator("#status")).to_have_text("2 new since you last looked.")
    expect(row(page, "Entries tagged weather, oldest first")).to_contain_text("Nothing new")


def ask_until(page: Page, said: str) -> None:
    """Look again until the workers of the server know of what was published."""
    for _ in range(20):
        with page.expect_response("**/fragments/pins*"):
            page.get_by_role("button", name="Look again").click()
        page.wait_for_timeout(300)
        if page.locator("#status").inner_text().strip() == said:
            break
    expect(page.locator("#status")).to_have_text(said)


def test_a_list_reached_by_a_filter_has_been_looked_at(page: Page):
    store(page, json.dumps([{"state": "tag=weather", "seen": 7}, {"state": "q=fog", "seen": 7}]))
    page.goto("/")
    assert [pin["seen"] for pin in kept(page)] == [7, 7]
    with results.swap(page):
        results.facet(page, "weather").click()
    assert [pin["seen"] for pin in kept(page)] == [corpus.ENTRIES, 7]


def test_a_list_that_stood_open_elsewhere_does_not_take_the_last_look_back(page: Page):
    page.goto("/?q=anchor")
    other = page.context.new_page()
    store(other, json.dumps([{"state": "q=anchor", "seen": corpus.ENTRIES + 5}]))
    expect(button(page)).to_have_attribute("aria-pressed", "true")
    with page.expect_response(results.FRAGMENTS):
        page.locator("#more").click()
    results.wait(page)
    assert [pin["seen"] for pin in kept(page)] == [corpus.ENTRIES + 5]


# --- the page of pins ---


def test_a_pin_is_removed_and_the_focus_goes_on(page: Page):
    pin(page, "/?q=anchor", "/?q=fog", "/?q=rope")
    page.goto("/pins/")
    remover(page, "Entries for fog").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("No longer pinned: Entries for fog.")
    expect(remover(page, "Entries for rope")).to_be_focused()
    page.keyboard.press("Enter")
    expect(remover(page, "Entries for anchor")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pinned searches")).to_be_focused()
    expect(page.get_by_text("Nothing is pinned yet")).to_be_visible()
    expect(page.get_by_role("button", name="Look again")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_every_control_of_the_page_is_reached_by_tab(page: Page):
    pin(page, "/", "/?q=fog")
    page.goto("/pins/")
    expect(page.locator(".pins > li")).to_have_count(2)
    page.keyboard.press("Tab")
    stops, faults = checks.tab_walk(page)
    assert faults == []
    assert [stop["place"] for stop in stops] == list(range(stops[0]["count"]))


def test_the_focus_stays_when_another_tab_pins(page: Page):
    pin(page, "/?q=fog")
    page.goto("/pins/")
    remover(page, "Entries for fog").focus()
    pin(page.context.new_page(), "/?q=anchor")
    expect(page.locator(".pins > li")).to_have_count(2)
    assert page.evaluate("document.activeElement.textContent") == "Remove Entries for fog"  # in a tab behind


@pytest.mark.parametrize(
    "text",
    [
        "{", "null", "7", '"x"', "{}", "[null, 7, [], {}]", '[{"state": 1, "seen": 1}]', '[{"state": "q=a"}]',
        '[{"state": "q=a", "seen": -1}]', '[{"state": "q=a", "seen": 1.5}]', '[{"state": "q=\\ud800", "seen": 1}]',
        '[{"state": "q=<b>x y", "seen": 1}]', json.dumps([{"state": "q=" + "a" * 30_000, "seen": 1}]),
    ],
)  # fmt: skip
def test_what_means_nothing_in_the_storage_does_no_harm(page: Page, text: str):
    store(page, text)
    page.goto("/pins/")
    expect(page.get_by_text("Nothing is pinned yet")).to_be_visible()
    pin(page, "/?q=anchor")
    assert states(page) == ["q=anchor"]


def test_what_is_whole_in_a_damaged_storage_is_shown_and_nothing_of_it_is_trusted(page: Page):
    hostile = {
        "state": "q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
        "seen": 0,
        "title": "<img src=x onerror=alert(2)>",
    }
    store(page, json.dumps([None, hostile, {"state": "q=fog", "seen": 1}, {"state": "q=fog", "seen": 2}]))
    page.goto("/pins/")
    expect(page.locator(".pins > li")).to_have_count(2)
    assert names(page) == ["Entries for <img src=x onerror=alert(1)>", "Entries for fog"]
    assert page.locator("#pins img").count() == 0


def test_many_and_long_pins_are_asked_about_in_parts(page: Page):
    long = [f"q={'%E6%97%A5' * 300}{number}" for number in range(3)]
    store(page, json.dumps([{"state": state, "seen": 0} for state in [*long, *(f"q=w{n}" for n in range(40))]]))
    asked: list[str] = []
    page.on("request", lambda request: "/fragments/pins" in request.url and asked.append(request.url))
    page.goto("/pins/")
    expect(page.locator(".pins > li")).to_have_count(43)
    assert len(asked) == 4
    assert max(map(len, asked)) < 8_000
    exports = page.locator("#pins-export a")
    assert exports.all_inner_texts() == [f"Export as OPML, part {n} of 3" for n in (1, 2, 3)]
    taken = [page.request.get(link.get_attribute("href") or "").body() for link in exports.all()]
    assert sum(len(listparser.parse(document).feeds) for document in taken) == 43


def test_all_pins_go_into_a_file_for_feed_readers(page: Page, tmp_path: Path):
    pin(page, "/?q=anchor&tag=weather", "/")
    page.goto("/pins/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as OPML").click()
    assert download.value.suggested_filename == "pins.opml"
    download.value.save_as(tmp_path / "pins.opml")
    feeds = listparser.parse((tmp_path / "pins.opml").read_bytes()).feeds
    assert [feed.title for feed in feeds] == [
        f"Entries for anchor, tagged weather – {corpus.TITLE}",
        f"All entries – {corpus.TITLE}",
    ]
    assert all(feed.url.startswith(page.url.replace("/pins/", "/entries.atom")) for feed in feeds)


NOT_NOW = "The site cannot answer just now."


def test_a_site_that_does_not_answer_leaves_what_was_there(page: Page, watch: Watch):
    watch.allow(FAILED)
    pin(page, "/?q=fog")
    page.goto("/pins/")
    expect(page.locator(".pins > li")).to_have_count(1)
    page.route("**/fragments/pins*", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("#status")).to_have_text("The site cannot be reached. What you see is as it was.")
    page.unroute("**/fragments/pins*")
    page.route("**/fragments/pins*", lambda route: route.fulfill(status=500, body="<p>no</p>"))
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("#status")).to_have_text("The site could not answer. What you see is as it was.")
    expect(page.locator(".pins > li")).to_have_count(1)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (lambda route: route.abort("internetdisconnected"), "The site cannot be reached."),
        (lambda route: route.fulfill(status=500, body="<ul class=pins></ul>"), "The site could not answer."),
        (lambda route: route.fulfill(status=503, headers={"Retry-After": "5"}), f"{NOT_NOW} Try again in 5 seconds."),
    ],
)
def test_what_needs_no_answer_is_there_without_one(
    page: Page, watch: Watch, trouble: Callable[[Route], None], said: str
):
    watch.allow(FAILED)
    pin(page, "/?q=fog")
    page.route("**/fragments/pins*", trouble)
    page.goto("/pins/")
    expect(page.locator("#status")).to_have_text(said)
    expect(page.get_by_role("link", name="Export as OPML")).to_be_visible()
    page.unroute("**/fragments/pins*")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".pins > li")).to_have_count(1)


def test_a_slow_answer_is_awaited_in_words(page: Page):
    pin(page, "/?q=fog")
    held: list[Route] = []
    page.route("**/fragments/pins*", lambda route: held.append(route))
    page.goto("/pins/")
    expect(page.locator("#status")).to_have_text("Looking…")
    expect(page.get_by_role("link", name="Export as OPML")).to_be_visible()
    held[0].continue_()
    expect(page.locator("#status")).to_have_text("Nothing new since you last looked.")


def test_a_part_that_does_not_come_takes_no_other_with_it(page: Page, watch: Watch):
    watch.allow(FAILED)
    store(page, json.dumps([{"state": f"q=word{number}", "seen": 1} for number in range(30)]))
    last = "**/fragments/pins*word29*"
    page.route(last, lambda route: route.fulfill(status=500))
    page.goto("/pins/")
    expect(page.locator("#status")).to_have_text("The site could not answer. Some pins are missing, or as they were.")
    expect(page.locator(".pins > li")).to_have_count(25)
    page.unroute(last)
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".pins > li")).to_have_count(30)
    page.route(last, lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Look again").click()
    expect(page.locator("#status")).to_contain_text("The site cannot be reached. Some pins")
    assert names(page) == [f"Entries for word{number}" for number in range(30)]


def test_an_answer_that_was_overtaken_brings_no_removed_pin_back(page: Page):
    pin(page, "/?q=fog", "/?q=rope")
    page.goto("/pins/")
    expect(page.locator(".pins > li")).to_have_count(2)
    held: list[Route] = []
    page.route("**/fragments/pins*", lambda route: held.append(route))
    with page.expect_request("**/fragments/pins*"):
        page.get_by_role("button", name="Look again").click()
    remover(page, "Entries for fog").click()
    with page.expect_response("**/fragments/pins*"):
        held[0].continue_()
    page.wait_for_timeout(200)
    assert names(page) == ["Entries for rope"]


def test_no_cookie_is_set_and_only_the_page_of_pins_asks(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: "/static/" in request.url or asked.append(path(request.url)))
    pin(page, "/?q=fog")
    page.goto("/pins/")
    expect(page.locator(".pins > li")).to_have_count(1)
    assert asked == ["/?q=fog", "/pins/", f"/fragments/pins?pin={corpus.ENTRIES}%3Aq%3Dfog"]
    assert page.context.cookies() == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_fits_into_a_narrow_window(new_page: NewPage, theme: str):
    page = new_page(viewport=NARROW, color_scheme=theme)
    store(page, json.dumps([{"state": "", "seen": 3}, {"state": f"q={corpus.LONG_WORD}", "seen": 1}]))
    page.goto("/pins/")
    expect(page.locator(".pins > li")).to_have_count(2)
    assert checks.overflow(page) == []
    assert checks.clipped(page) == []
    assert checks.small_targets(page) == []


def test_without_javascript_the_page_says_what_to_do_instead(plain_page: Page):
    plain_page.goto("/pins/")
    expect(plain_page.get_by_text("scripts are off in this browser")).to_be_visible()
    expect(plain_page.get_by_text("Nothing is pinned yet")).to_be_hidden()
    plain_page.goto("/?q=zanzibar")
    expect(plain_page.locator("#pin")).to_be_hidden()
