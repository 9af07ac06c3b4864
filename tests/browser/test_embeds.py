"""Embeds in pages of another site: another origin, real browsers, the strictest policy that hosts have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests import packages
from tests.browser import checks, hosts, media
from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.servers import Server
from tests.browser.watch import Watch
from tests.site import Site

BLOCKED = r"console: (Failed to load resource|Access to XMLHttpRequest)|error: The Same Origin Policy disallows"
"""What Chromium and Firefox say of an answer that does not come."""
FRAGMENTS = re.compile(r"/embed/entries\?")
TALL = {"width": 900, "height": 6_000}
_EVENTS = """
() => {
  window.heard = [];
  for (const name of ["feedsift-load", "feedsift-error"]) {
    addEventListener(name, (event) => heard.push([name, event.target.localName, event.detail]));
  }
}
"""
_FORGED = """
(origin) => {
  const data = { type: "feedsift-height", height: 9000 };
  dispatchEvent(new MessageEvent("message", { data, origin, source: window }));
}
"""
_SHIFTS = """
() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().map((shift) => shift.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done([]), 1000);
})
"""


@pytest.fixture(scope="session")
def host(server: Server) -> Iterator[Site]:
    """Another site, whose pages embed the site."""
    with hosts.running(server.address) as running:
        yield running


@pytest.fixture
def visit(new_page: NewPage, watches: list[Watch], host: Site) -> Any:
    """Open a page of the host; takes the options of a context."""

    def visit(path: str, **options: Any) -> Page:
        page = new_page(**options)
        watches[-1].allow(f"request: {re.escape(host.address)}")
        page.goto(host.url(path))
        return page

    return visit


def element(page: Page, number: int = 0) -> Locator:
    return page.locator("feedsift-entries").nth(number)


def titles(embed: Locator) -> list[str]:
    expect(embed.locator("li h3").first).to_be_visible()
    return embed.locator("li h3").all_inner_texts()


def frame(page: Page, number: int = 0) -> Locator:
    """Give the embed in an iframe."""
    return page.frame_locator("iframe").nth(number).locator(".feedsift")


def wait(page: Page) -> None:
    """Wait until every embed of a page is there."""
    for number in range(page.locator("feedsift-entries").count()):
        expect(element(page, number).locator(".feedsift-entry").first).to_be_visible()
    for number in range(page.locator("iframe").count()):
        page.locator("iframe").nth(number).scroll_into_view_if_needed()
        expect(frame(page, number).locator(".feedsift-entry").first).to_be_visible()
    page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize("path", ["/strict", "/isolated", "/themes"])
def test_embeds_work_under_the_strictest_policies(visit: Any, path: str):
    page = visit(path)  # the watch fails the test if a policy refuses anything
    wait(page)
    expect(page.get_by_text("Entries on the weather")).to_have_count(page.locator("feedsift-entries").count())
    for link in page.get_by_text("Entries on the weather").all():
        expect(link).to_be_hidden()


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


def style(place: Locator, name: str) -> str:
    return str(place.evaluate("(element, name) => getComputedStyle(element)[name]", name))


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


def test_a_frame_gets_the_height_of_its_content(visit: Any):
    page = visit("/low", viewport=TALL)
    inner = frame(page)
    titles(inner)
    content = "() => Math.ceil(document.documentElement.getBoundingClientRect().height)"
    embedded = page.frames[1]
    for width in (900, 330):
        page.set_viewport_size({**TALL, "width": width})
        page.wait_for_function("height => document.querySelector('iframe').clientHeight >= height", arg=300)
        page.wait_for_timeout(300)
        assert page.locator("iframe").evaluate("frame => frame.clientHeight") == embedded.evaluate(content)
        assert embedded.evaluate("document.scrollingElement.scrollHeight <= innerHeight")


def test_only_the_frame_s_own_site_sets_its_height(visit: Any, server: Server):
    page = visit("/low")
    titles(frame(page))
    page.wait_for_function("document.querySelector('iframe').clientHeight > 300")
    before = page.locator("iframe").evaluate("frame => frame.clientHeight")
    page.evaluate("postMessage({ type: 'feedsift-height', height: 9000 }, '*')")
    page.evaluate(_FORGED, server.address.rstrip("/"))
    assert page.locator("iframe").evaluate("frame => frame.clientHeight") == before


@pytest.mark.parametrize("viewport", [DESKTOP, TALL, {"width": 390, "height": 700}], ids=["wide", "tall", "narrow"])
@pytest.mark.parametrize("path", ["/one", "/strict"])
def test_nothing_jumps_when_embeds_arrive(visit: Any, is_firefox: bool, path: str, viewport: dict[str, int]):
    page = visit(path, viewport=viewport)
    place = "document.querySelector('#after').getBoundingClientRect().top"
    before = page.evaluate(place)
    wait(page)
    if path == "/one" and viewport is DESKTOP:
        assert page.evaluate(place) == before
    if not is_firefox:
        assert page.evaluate(_SHIFTS) == []


def test_a_jump_would_be_measured(visit: Any, is_firefox: bool):
    if is_firefox:
        pytest.skip("Firefox does not measure layout shifts")
    page = visit("/low", viewport=TALL)
    titles(frame(page))
    page.wait_for_function("document.querySelector('iframe').clientHeight > 300")
    assert sum(page.evaluate(_SHIFTS)) > 0


def test_links_in_a_frame_leave_it_and_a_search_stays(visit: Any, server: Server):
    page = visit("/strict")
    inner = frame(page)
    page.locator("iframe").first.scroll_into_view_if_needed()
    inner.get_by_role("searchbox").fill("anchor")
    inner.get_by_role("button", name="Search").click()
    expect(inner.locator("mark").first).to_be_visible()
    expect(inner.locator(".feedsift-heading")).to_contain_text("for anchor, tagged weather")
    expect(inner.get_by_role("searchbox")).to_have_value("anchor")
    assert page.url.endswith("/strict")
    inner.locator("h3 a").first.click()
    page.wait_for_url(f"{server.address}entries/**")


@pytest.mark.parametrize("path", ["/without", "/low", "/strict"])
def test_without_scripts_there_are_entries_in_frames_and_links_elsewhere(
    visit: Any, watches: list[Watch], server: Server, path: str
):
    page = visit(path, java_script_enabled=False)
    watches[0].allow(BLOCKED)
    page.locator("iframe").first.scroll_into_view_if_needed()
    expect(frame(page).locator(".feedsift-entry").first).to_be_visible()
    for link in page.get_by_role("link", name="Entries on the weather").all():
        expect(link).to_be_visible()
    if path != "/low":
        page.get_by_role("link", name="Entries on the weather").first.click()
        page.wait_for_url(f"{server.address}?tag=weather")


@pytest.mark.parametrize("version", ["2", "4"])
def test_a_host_s_own_htmx_can_show_a_fragment(visit: Any, server: Server, version: str):
    page = visit(f"/htmx{version}")
    page.get_by_role("button", name="Show the entries").click()
    expect(page.locator("#place > .feedsift li h2")).to_have_count(3)
    assert page.url.endswith(f"/htmx{version}")
    assert style(page.locator(".feedsift-entry").first, "borderInlineStartColor") == "rgb(255, 0, 0)"
    page.get_by_role("searchbox").fill("anchor")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url(f"{server.address}?q=anchor&tag=weather")


@pytest.mark.parametrize("path", ["/strict", "/themes", "/htmx2"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_a_host(visit: Any, path: str, theme: str):
    page = visit(path)
    media.set_theme(page, theme)
    if path == "/htmx2":
        page.get_by_role("button", name="Show the entries").click()
        expect(page.locator("#place > .feedsift")).to_be_visible()
    wait(page)
    for part in page.frames:  # axe asks the frames, which it takes to be of one site
        part.evaluate(packages.AXE.read_text())
        part.evaluate("axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] })")
    assert checks.axe(page) == []
    assert checks.has_run(page, "frame-title") == (path != "/htmx2")


@pytest.mark.parametrize("width", [320, 1_280])
def test_an_embed_fits_into_any_width(visit: Any, width: int):
    page = visit("/themes", viewport={"width": width, "height": 800})
    wait(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for part in page.frames[1:]:
        assert part.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    targets = "embed => [...embed.shadowRoot.querySelectorAll('a, button, input')].map(e => e.getBoundingClientRect())"
    for number in range(2):
        boxes = element(page, number).evaluate(
            f"embed => ({targets})(embed).map(({{width, height}}) => [width, height])"
        )
        assert [box for box in boxes if min(box) < 24] == []


def test_no_cookie_is_set_or_sent(visit: Any, host: Site):
    page = visit("/strict")
    wait(page)
    page.context.add_cookies([{"name": "of", "value": "host", "url": page.url}])
    seen: list[Request] = []
    page.on("request", lambda request: seen.append(request))
    element(page).evaluate("embed => embed.setAttribute('tag', 'maps')")
    expect(element(page).locator(".feedsift-heading")).to_contain_text("tagged maps")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["of"]
    assert seen
    for request in seen:
        assert "cookie" not in request.all_headers()
        response = request.response()
        assert response is not None
        assert "set-cookie" not in response.all_headers()
