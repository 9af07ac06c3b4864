"""Pages of another site with frames, elements and fragments in them: policies, room, looks, other scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests import packages
from tests.browser import checks, media
from tests.browser.conftest import DESKTOP
from tests.browser.embedded import BLOCKED, element, frame, style, titles, wait
from tests.browser.servers import Server
from tests.browser.watch import Watch
from tests.site import Site

TALL = {"width": 900, "height": 6_000}
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


@pytest.mark.parametrize("path", ["/strict", "/isolated", "/themes"])
def test_embeds_work_under_the_strictest_policies(visit: Any, path: str):
    page = visit(path)  # the watch fails the test if a policy refuses anything
    wait(page)
    expect(page.get_by_text("Entries on the weather")).to_have_count(page.locator("feedsift-entries").count())
    for link in page.get_by_text("Entries on the weather").all():
        expect(link).to_be_hidden()


def test_a_frame_in_a_sandbox_has_its_looks(visit: Any):
    page = visit("/sandbox")  # and the watch fails the test if a policy refuses anything
    wait(page)
    assert page.frames[1].evaluate("origin") == "null"
    assert [style(frame(page, number), "backgroundColor") for number in (0, 1)] == [
        "rgb(255, 255, 255)",
        "rgb(29, 32, 36)",
    ]


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
