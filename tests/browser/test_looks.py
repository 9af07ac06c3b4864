"""Looks: narrow windows, wide content, both themes, print, and less motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import addresses, checks, media, results, states
from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.watch import Watch

NARROW = {"width": 320, "height": 640}
WIDE_ENTRY = addresses.PAGES["wide entry"]


@pytest.fixture
def narrow_page(new_page: NewPage) -> Page:
    """A window as wide as a small telephone, or as a large one at 400 %."""
    return new_page(viewport=NARROW)


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@addresses.each
def test_no_page_scrolls_sideways_or_cuts_text_off(narrow_page: Page, watches: list[Watch], address: str):
    addresses.allow_not_found(watches[0], address)
    narrow_page.goto(address)
    assert checks.overflow(narrow_page) == []
    if narrow_page.locator("#facets-toggle").count():
        narrow_page.locator("#facets-toggle").click()
        assert checks.overflow(narrow_page) == []
    narrow_page.set_viewport_size(DESKTOP)
    assert checks.overflow(narrow_page) == []
    checks.space_text(narrow_page)
    assert checks.clipped(narrow_page) == []
    narrow_page.set_viewport_size(NARROW)
    assert checks.clipped(narrow_page) == []


@states.each
def test_no_state_of_finding_scrolls_sideways_cuts_text_off_or_has_small_targets(
    narrow_page: Page, state: tuple[str, states.Reach]
):
    states.reach(narrow_page, state)
    assert checks.overflow(narrow_page) == []
    assert checks.small_targets(narrow_page) == []
    checks.space_text(narrow_page)
    assert checks.clipped(narrow_page) == []
    narrow_page.set_viewport_size(DESKTOP)
    assert checks.clipped(narrow_page) == []
    assert checks.small_targets(narrow_page) == []


@pytest.mark.parametrize("viewport", [DESKTOP, NARROW], ids=["wide", "narrow"])
def test_images_keep_within_the_text_and_keep_their_shape(new_page: NewPage, viewport: dict[str, int]):
    page = new_page(viewport=viewport)
    page.goto(WIDE_ENTRY)
    room = page.locator(".prose").bounding_box()
    assert room is not None
    images = page.locator(".prose img")
    assert images.count() == 2
    for image in images.all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        expect(image).to_have_js_property("naturalWidth", 2_400)
        box = image.bounding_box()
        assert box is not None
        assert room["x"] <= box["x"]
        assert box["x"] + box["width"] <= room["x"] + room["width"] + 1
        assert box["width"] / box["height"] == pytest.approx(4, rel=0.02)


def test_wide_tables_and_code_scroll_by_themselves(narrow_page: Page):
    narrow_page.goto(WIDE_ENTRY)
    for name in ("table", "pre"):
        box = narrow_page.locator(f".prose {name}")
        assert box.evaluate("box => box.scrollWidth > box.clientWidth")
        box.evaluate("box => (box.scrollLeft = 100)")
        assert box.evaluate("box => box.scrollLeft") == 100


def test_right_to_left_entries_read_from_the_right(page: Page):
    page.goto(addresses.PAGES["right-to-left entry"])
    for part in ("h1", ".prose p"):
        assert page.locator(part).first.evaluate("part => getComputedStyle(part).direction") == "rtl"
    expect(page.locator("article.entry")).to_have_attribute("lang", "he")
    page.goto("/")
    title = page.locator("#feed h3").nth(1)
    assert title.evaluate("title => getComputedStyle(title).direction") == "rtl"


@pytest.mark.parametrize(("theme", "color"), [("light", "rgb(250, 248, 244)"), ("dark", "rgb(21, 23, 26)")])
def test_the_theme_is_the_one_of_the_system(new_page: NewPage, theme: str, color: str):
    page = new_page(color_scheme=theme)
    page.goto("/")
    assert background(page) == color


def test_nothing_moves_for_those_who_want_no_motion(new_page: NewPage):
    page = new_page(reduced_motion="reduce")
    page.goto("/")
    let_go = results.held(page, lambda: results.facet(page, "weather").click())
    expect(page.locator("html")).to_have_class("js waiting")
    moving = """[...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      const seconds = `${style.transitionDuration}, ${style.animationDuration}`.split(", ").map(parseFloat);
      return Math.max(...seconds) > 0 || style.scrollBehavior === "smooth";
    }).map((element) => element.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []
    let_go()
    results.wait(page)


def test_waiting_shows_and_ends(page: Page):
    page.goto("/")
    let_go = results.held(page, lambda: results.facet(page, "weather").click())
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "true")
    expect(page.locator("html")).to_have_class("js waiting")
    let_go()
    expect(page.locator("html")).to_have_class("js")
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "false")


def test_an_answer_that_comes_soon_shows_no_waiting(page: Page):
    results.go_with_stopped_clock(page, "/")
    results.held(page, lambda: results.facet(page, "weather").click())
    expect(page.locator("#feed")).to_have_attribute("aria-busy", "true")
    page.clock.run_for(250)
    expect(page.locator("html")).to_have_class("js")
    page.clock.run_for(100)
    expect(page.locator("html")).to_have_class("js waiting")


def test_forced_colours_show_focus_and_what_is_chosen(new_page: NewPage):
    page = new_page(forced_colors="active")
    page.goto("/?tag=weather")
    outline = "link => [getComputedStyle(link).outlineStyle, parseFloat(getComputedStyle(link).outlineWidth)]"
    for link in (results.facet(page, "weather"), page.locator("#sort-newest")):
        assert link.evaluate(outline) == ["solid", 2]
    page.keyboard.press("Tab")
    assert page.locator(":focus").evaluate(outline) == ["solid", 3]


def test_paper_shows_the_entries_and_no_controls(page: Page):
    page.goto("/?tag=weather")
    media.print_on_screen(page)
    for control in (".skip", "header.site nav", "#search", "#facets", "#filters", ".sorts", "#pager", "footer.site"):
        expect(page.locator(control)).to_be_hidden()
    expect(results.heading(page)).to_be_visible()
    expect(page.locator("#feed > article").last).to_be_visible()
    page.goto(addresses.PAGES["plain entry"])
    media.print_on_screen(page)
    expect(page.locator(".neighbours")).to_be_hidden()
    expect(page.locator(".prose")).to_be_visible()
