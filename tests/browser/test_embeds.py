"""The custom element in pages of another site: another origin, a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import NewPage
from tests.browser.embedded import BLOCKED, element, frame, style, titles, wait
from tests.browser.watch import Watch
from tests.site import Site

FRAGMENTS = re.compile(r"/embed/entries\?")
_EVENTS = """
() => {
  window.heard = [];
  for (const name of ["feedsift-load", "feedsift-error"]) {
    addEventListener(name, (event) => heard.push([name, event.target.localName, event.detail]));
  }
}
"""


def test_two_elements_in_a_page_do_not_disturb_each_other(visit: Any):
    page = visit("/strict")
    first, second = element(page), element(page, 1)
    before = titles(second)
    assert (len(titles(first)), len(before)) == (3, 2)
    first.get_by_role("searchbox").press_sequentially("anchor")
    expect(first.locator("mark").first).to_be_visible()
    expect(first.get_by_role("searchbox")).to_be_focused()
    assert titles(second) == before
    assert second.locator("[role=status]").all_inner_texts() == ["", ""]
    second.get_by_role("button", name="Load 2 more").click()
    expect(second.locator("li h3")).to_have_count(4)
    expect(first.locator("li h3")).to_have_count(3)


def test_more_entries_come_in_the_element_and_the_focus_goes_to_the_first(visit: Any):
    page = visit("/one")
    embed = element(page)
    before = titles(embed)
    for batch in (2, 3):
        embed.get_by_role("button", name="Load 3 more").click()
        expect(embed.locator("li h3")).to_have_count(3 * batch)
        expect(embed.locator("li h3 a").nth(3 * batch - 3)).to_be_focused()
        said = f"3 more loaded, {3 * batch} of 120."
        expect(embed.get_by_role("status").filter(has_text=said)).to_have_count(1)
    assert titles(embed)[:3] == before
    assert len(set(titles(embed))) == 9


def test_what_was_found_is_said_once_and_a_search_without_hits_too(visit: Any):
    page = visit("/one")
    embed = element(page)
    titles(embed)
    assert embed.locator("[role=status]").all_inner_texts() == ["", ""]
    for words, said in (("zanzibar", "1 entry for zanzibar."), ("zyzzyva", "No entries for zyzzyva.")):
        embed.get_by_role("searchbox").fill(words)
        embed.get_by_role("button", name="Search").click()
        expect(embed.get_by_role("status").filter(has_text=said)).to_have_count(1)
        assert sorted(map(bool, embed.locator("[role=status]").all_inner_texts())) == [False, True]
    expect(embed.locator("li")).to_have_count(0)


def test_an_attribute_that_changes_changes_the_entries(visit: Any):
    page = visit("/one")
    embed = element(page)
    before = titles(embed)
    embed.evaluate("embed => { embed.setAttribute('tag', 'crew'); embed.setAttribute('heading-level', '5'); }")
    expect(embed.locator("li h5")).to_have_count(3)
    assert embed.locator("li h5").all_inner_texts() != before
    assert "tagged crew" in embed.locator(".feedsift-heading").inner_text()
    embed.evaluate("embed => embed.setAttribute('query', 'year=2016&exclude.tag=crew')")
    embed.evaluate("embed => embed.removeAttribute('tag')")
    expect(embed.locator(".feedsift-heading")).to_contain_text("not tagged crew, in 2016")


def test_an_answer_to_an_older_question_does_not_win(visit: Any):
    page = visit("/one")
    embed = element(page)
    titles(embed)
    held: list[Route] = []
    page.route(re.compile("tag=crew"), lambda route: held.append(route))
    with page.expect_request(re.compile("tag=crew")):
        embed.evaluate("embed => embed.setAttribute('tag', 'crew')")
    embed.evaluate("embed => embed.setAttribute('tag', 'maps')")
    expect(embed.locator(".feedsift-heading")).to_contain_text("tagged maps")
    for route in held:
        route.continue_()
    page.wait_for_timeout(500)
    expect(embed.locator(".feedsift-heading")).to_contain_text("tagged maps")


def test_the_host_hears_what_has_come(visit: Any):
    page = visit("/one")
    titles(element(page))
    page.evaluate(_EVENTS)
    element(page).get_by_role("button", name="Load 3 more").click()
    expect(element(page).locator("li h3")).to_have_count(6)
    assert page.evaluate("heard") == [["feedsift-load", "feedsift-entries", {"total": 120, "shown": 6}]]


@pytest.mark.parametrize("status", [0, 503, 200])
def test_where_nothing_comes_the_link_stays_and_the_host_hears_it(
    new_page: NewPage, watches: list[Watch], host: Site, status: int
):
    page = new_page()
    watches[0].allow(f"request: {re.escape(host.address)}")
    watches[0].allow(BLOCKED)
    page.add_init_script(f"({_EVENTS})()")
    answer = {"status": status, "body": "<p>Nothing</p>", "headers": {"Access-Control-Allow-Origin": "*"}}
    page.route(FRAGMENTS, lambda route: route.fulfill(**answer) if status else route.abort())
    page.goto(host.url("/one"))
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == [["feedsift-error", "feedsift-entries", {"status": status}]]
    expect(page.get_by_role("link", name="Entries on the weather")).to_be_visible()
    page.unroute(FRAGMENTS)
    element(page).evaluate("embed => embed.setAttribute('tag', 'crew')")
    titles(element(page))
    expect(page.get_by_role("link", name="Entries on the weather")).to_be_hidden()


def test_what_is_shown_stays_where_more_does_not_come(visit: Any, watches: list[Watch]):
    page = visit("/one")
    watches[0].allow(BLOCKED)
    before = titles(element(page))
    page.route(FRAGMENTS, lambda route: route.abort())
    element(page).get_by_role("button", name="Load 3 more").click()
    expect(element(page).get_by_text("could not be loaded")).to_be_visible()
    assert titles(element(page)) == before
    page.unroute(FRAGMENTS)
    element(page).get_by_role("button", name="Load 3 more").click()
    expect(element(page).locator("li h3")).to_have_count(6)
    expect(element(page).get_by_text("could not be loaded")).to_have_count(0)


def test_styles_of_the_host_stay_out_and_those_of_the_embed_stay_in(visit: Any):
    page = visit("/without")
    places = ("#before", "h1", "#after")
    without = [[style(page.locator(place), name) for name in ("margin", "font", "color")] for place in places]
    page = visit("/one")
    embed = element(page)
    titles(embed)
    assert style(page.locator("#before"), "letterSpacing") != "normal"
    assert style(embed.locator("li").first, "letterSpacing") == "normal"
    assert style(embed.locator("section"), "outlineStyle") == "none"
    assert style(embed.locator("li").first, "borderInlineStartWidth") == "0px"
    assert without == [[style(page.locator(place), name) for name in ("margin", "font", "color")] for place in places]


def test_the_host_styles_an_embed_by_properties_and_parts(visit: Any):
    page = visit("/strict", color_scheme="light")
    plain, branded = element(page), element(page, 1)
    titles(plain), titles(branded)
    assert style(branded.get_by_role("button", name="Search"), "color") == "rgb(120, 0, 160)"
    assert style(branded.locator("section"), "fontSize") == "18px"
    assert style(branded.locator("li h3").first, "textTransform") == "uppercase"
    assert style(plain.locator("li h3").first, "textTransform") == "none"
    assert style(plain.locator("section"), "color") == style(page.locator("#before"), "color")


def test_a_theme_holds_whatever_the_page_around_has(visit: Any):
    page = visit("/themes")
    wait(page)
    grounds = [style(element(page, number).locator("section"), "backgroundColor") for number in (0, 1)]
    assert grounds == ["rgb(255, 255, 255)", "rgb(29, 32, 36)"]
    assert [style(frame(page, number), "backgroundColor") for number in (0, 1)] == grounds
