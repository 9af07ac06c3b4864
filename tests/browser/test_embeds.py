"""The custom element in pages of another site: another origin, a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import NewPage
from tests.browser.embedded import BLOCKED, FRAGMENTS, count_requests, element, titles
from tests.browser.watch import Watch
from tests.site import Site

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


def test_more_that_is_wanted_while_a_search_waits_is_the_search(visit: Any):
    page = visit("/one")
    embed = element(page)
    titles(embed)
    asked = count_requests(page)
    embed.evaluate("""embed => {
      const [box, more] = ["input", "[data-next]"].map((name) => embed.shadowRoot.querySelector(name));
      box.value = "anchor";
      box.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
      more.click();
    }""")
    expect(embed.locator(".feedsift-heading")).to_contain_text("for anchor")
    assert ["q=anchor" in address for address in asked] == [True]


@pytest.mark.parametrize("change", [("q", "rope"), ("query", "q=rope")])
def test_words_of_the_host_that_change_go_before_those_of_a_reader(visit: Any, change: tuple[str, str]):
    page = visit("/one")
    embed = element(page)
    embed.get_by_role("searchbox").fill("anchor")
    expect(embed.locator(".feedsift-heading")).to_contain_text("for anchor")
    embed.evaluate("(embed, [name, value]) => embed.setAttribute(name, value)", change)
    expect(embed.locator(".feedsift-heading")).to_contain_text("for rope")
    expect(embed.get_by_role("searchbox")).to_have_value("rope")


def test_the_box_begins_with_the_words_of_the_host_and_a_reader_may_clear_them(visit: Any):
    page = visit("/one")
    embed = element(page)
    embed.evaluate("embed => embed.setAttribute('q', 'anchor')")
    expect(embed.get_by_role("searchbox")).to_have_value("anchor")
    embed.get_by_role("searchbox").fill("")
    expect(embed.locator(".feedsift-heading")).to_have_text("120 entries, newest first")


def test_controls_of_the_host_inside_an_element_are_its_own(visit: Any, watches: list[Watch]):
    page = visit("/one")
    watches[0].allow(BLOCKED)
    page.route(FRAGMENTS, lambda route: route.abort())
    page.goto(page.url.replace("/one", "/own"))
    asked = count_requests(page)
    page.wait_for_timeout(300)
    asked.clear()
    page.get_by_label("Mine").press_sequentially("abc")
    page.get_by_role("button", name="On").click()
    page.wait_for_timeout(500)
    assert asked == []
    page.get_by_role("button", name="Go").click()
    page.wait_for_url("**/own?mine=abc")


def test_an_answer_without_entries_is_no_more_entries(visit: Any):
    page = visit("/one")
    embed = element(page)
    before = titles(embed)
    page.evaluate(_EVENTS)
    empty = '<section class="feedsift"><div class="feedsift-results"><p class="feedsift-foot"></p></div></section>'
    answer = {
        "status": 200,
        "body": empty,
        "content_type": "text/html",
        "headers": {"Access-Control-Allow-Origin": "*"},
    }
    page.route(FRAGMENTS, lambda route: route.fulfill(**answer))
    embed.get_by_role("button", name="Load 3 more").click()
    expect(embed.get_by_text("could not be loaded")).to_be_visible()
    assert page.evaluate("heard") == [["feedsift-error", "feedsift-entries", {"status": 200}]]
    assert titles(embed) == before


def test_an_address_that_is_none_is_an_error_and_the_link_stays(new_page: NewPage, watches: list[Watch], host: Site):
    page = new_page()
    watches[0].allow(f"request: {re.escape(host.address)}")
    page.add_init_script(f"({_EVENTS})()")
    page.goto(host.url("/bad"))
    page.wait_for_function("heard.length")
    assert page.evaluate("heard") == [["feedsift-error", "feedsift-entries", {"status": 0}]]
    expect(page.get_by_role("link", name="Entries on the weather")).to_be_visible()


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
