"""The custom element in pages of another site: another origin, a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import NewPage
from tests.browser.embedded import BLOCKED, element, frame, style, titles, wait
from tests.browser.servers import Server
from tests.browser.watch import Watch
from tests.site import Site

FRAGMENTS = re.compile(r"/embed/entries\?")
LOOK = [
    "fontStyle",
    "fontWeight",
    "fontVariant",
    "wordSpacing",
    "textAlign",
    "textIndent",
    "textTransform",
    "textShadow",
]
LOOK += ["whiteSpace", "cursor", "lineHeight"]
_PUT = """
async (site) => {
  const text = await (await fetch(`${site}/embed/entries?size=3`)).text();
  document.querySelector(".loud").innerHTML = `<link rel="stylesheet" href="${site}/static/embed.css">${text}`;
}
"""
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


def focus(embed: Locator) -> str:
    """Give the class of what has the focus in an embed's shadow; empty where nothing has."""
    return str(embed.evaluate("embed => embed.shadowRoot.activeElement?.className ?? ''"))


def count_requests(page: Page) -> list[str]:
    """Give a list that grows with each fragment that is asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if FRAGMENTS.search(request.url) else None)
    return asked


def test_another_theme_leaves_everything_in_its_place(visit: Any):
    page = visit("/one")
    embed = element(page)
    embed.get_by_role("button", name="Load 3 more").click()
    expect(embed.locator("li h3")).to_have_count(6)
    asked = count_requests(page)
    for theme, ground in (("dark", "rgb(29, 32, 36)"), ("LIGHT", "rgb(255, 255, 255)"), ("", "rgba(0, 0, 0, 0)")):
        embed.evaluate("(embed, theme) => embed.setAttribute('theme', theme)", theme)
        assert style(embed.locator("section"), "backgroundColor") == ground
    embed.evaluate("embed => embed.setAttribute('query', 'theme=dark')")
    embed.evaluate("embed => embed.removeAttribute('theme')")
    assert style(embed.locator("section"), "backgroundColor") == "rgb(29, 32, 36)"
    page.wait_for_timeout(300)
    assert asked == []
    expect(embed.locator("li h3")).to_have_count(6)
    assert focus(embed) == "feedsift-title-link"


@pytest.mark.parametrize("start", ["field", "button", "title-link", "tag", "more", "link"])
def test_the_focus_stays_in_an_embed_whose_state_changes(visit: Any, start: str):
    page = visit("/one")
    embed = element(page)
    embed.locator(f".feedsift-{start}").first.focus()
    embed.evaluate("embed => embed.setAttribute('tag', 'crew')")
    expect(embed.locator(".feedsift-heading")).to_contain_text("tagged crew")
    assert focus(embed) == (f"feedsift-{start}" if start in ("field", "button") else "feedsift-heading")


def test_the_cursor_stays_in_the_words_when_the_state_changes(visit: Any):
    page = visit("/one")
    box = element(page).get_by_role("searchbox")
    box.fill("anchor")
    expect(element(page).locator("mark").first).to_be_visible()
    box.evaluate("box => box.setSelectionRange(2, 4)")
    element(page).evaluate("embed => embed.setAttribute('tag', 'crew')")
    expect(element(page).locator(".feedsift-heading")).to_contain_text("for anchor, tagged crew")
    expect(box).to_be_focused()
    assert box.evaluate("box => [box.value, box.selectionStart, box.selectionEnd]") == ["anchor", 2, 4]


def test_the_focus_goes_on_from_the_link_inside_and_from_results_that_go(visit: Any):
    page = visit("/own")
    embed = element(page)
    titles(embed)
    page.evaluate(
        "document.querySelector('feedsift-entries').outerHTML = '<feedsift-entries search>"
        "<a href=\"/\">Entries</a></feedsift-entries>'; document.querySelector('feedsift-entries a').focus()"
    )
    titles(embed)
    assert focus(embed) == "feedsift-heading"
    embed.get_by_role("searchbox").fill("anchor")
    embed.locator("h3 a").first.focus()
    expect(embed.locator("mark").first).to_be_visible()
    assert focus(embed) == "feedsift-heading"


def test_the_focus_outside_is_left_alone(visit: Any):
    page = visit("/strict")
    first, second = element(page), element(page, 1)
    titles(first), titles(second)
    second.locator("h3 a").first.focus()
    first.evaluate("embed => embed.setAttribute('query', 'tag=crew')")
    expect(first.locator(".feedsift-heading")).to_contain_text("tagged crew")
    assert (focus(first), focus(second)) == ("", "feedsift-title-link")


def test_an_element_that_is_moved_keeps_what_it_has(visit: Any):
    page = visit("/one")
    embed = element(page)
    embed.get_by_role("button", name="Load 3 more").click()
    expect(embed.locator("li h3")).to_have_count(6)
    asked = count_requests(page)
    embed.evaluate("embed => document.body.append(embed)")
    page.wait_for_timeout(300)
    assert asked == []
    expect(embed.locator("li h3")).to_have_count(6)
    embed.get_by_role("searchbox").fill("anchor")
    embed.evaluate("embed => document.body.prepend(embed)")  # what is on its way comes, too
    expect(embed.locator("mark").first).to_be_visible()
    assert len(asked) == 1


def test_an_element_that_was_away_asks_for_what_it_has_missed(visit: Any):
    page = visit("/one")
    embed = element(page)
    titles(embed)
    page.evaluate(
        "window.away = document.querySelector('feedsift-entries'); away.setAttribute('tag', 'crew'); away.remove()"
    )
    page.wait_for_timeout(300)
    page.evaluate("document.body.append(away)")
    expect(embed.locator(".feedsift-heading")).to_contain_text("tagged crew")


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


def test_a_page_from_right_to_left_leaves_english_as_it_is(visit: Any):
    page = visit("/rtl")
    embed = element(page)
    titles(embed)
    for place in (".feedsift-date", ".feedsift-foot", ".feedsift-label", "[role=status]"):
        assert style(embed.locator(place).first, "direction") == "ltr"


def looks(embed: Locator, places: str, names: list[str]) -> list[list[str]]:
    titles(embed)
    return [[style(embed.locator(f".feedsift-{place}").first, name) for name in names] for place in places.split()]


def test_how_text_looks_around_an_embed_is_not_how_it_looks_inside(visit: Any):
    seen = []
    for path in ("/one", "/loud"):
        embed = element(visit(path))
        titles(embed)
        embed.evaluate("embed => embed.shadowRoot.querySelector('[role=status]').toggleAttribute('data-problem', true)")
        seen.append(looks(embed, "date title snippet field status", [*LOOK, "letterSpacing"]))
    assert seen[0] == seen[1]


def test_a_fragment_with_the_style_sheet_keeps_its_look_too(visit: Any, server: Server):
    inside = looks(element(visit("/one")), "date title snippet", LOOK)
    page = visit("/loud")
    page.evaluate(_PUT, server.address.rstrip("/"))
    expect(page.locator(".loud > .feedsift .feedsift-date").first).to_have_css("font-style", "normal")
    assert looks(page.locator(".loud"), "date title snippet", LOOK) == inside


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
