"""The builder of embeds: chosen by keyboard or without scripts, seen at once, copied."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import checks, corpus, results
from tests.browser.conftest import NewPage
from tests.browser.watch import Watch

NARROW = {"width": 320, "height": 640}
COPIED = "window.copied"
# Neither browser lets a page without a reader's hand read the clipboard back, so what is written is caught.
WRITES = "Object.defineProperty(navigator, 'clipboard', {{ value: {{ writeText: {} }} }})"
CATCH_COPIES = WRITES.format(f"async (text) => {{ {COPIED} = text }}")
REFUSE_COPIES = WRITES.format("() => Promise.reject(new DOMException('no', 'NotAllowedError'))")


def snippet(page: Page) -> str:
    return page.locator("#snippet").input_value()


def put(field: Locator, number: str) -> None:
    """Type a number in place of the one that is there; `fill` adds to it in Firefox."""
    field.focus()
    field.press("ControlOrMeta+a")
    field.press_sequentially(number)


def press_until(page: Page, id: str) -> None:
    """Go on with Tab to a control."""
    for _ in range(80):
        if results.focused(page) == id:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach #{id}")


def preview_heading(page: Page) -> str:
    return page.frame_locator("#preview").locator(".feedsift-heading").inner_text()


@pytest.mark.parametrize("chosen", ["kind", "size", "theme"])
def test_what_is_chosen_before_the_scripts_are_there_is_shown(page: Page, chosen: str):
    held: list[Route] = []
    page.route("**/js/site.js", lambda route: held.append(route))
    page.goto("/embed/?tag=weather", wait_until="commit")
    if chosen == "kind":
        page.locator("#kind-element").check()
    elif chosen == "size":
        put(page.locator("#size"), "3")
    else:
        page.locator("#theme").select_option("dark")
    while not held:
        page.wait_for_timeout(10)
    held[0].fallback()
    expected = {"kind": "<feedsift-entries ", "size": "size=3", "theme": "theme=dark"}[chosen]
    expect(page.locator("#snippet")).to_have_value(re.compile(expected))


def test_a_list_is_embedded_with_the_keyboard_alone(page: Page):
    page.add_init_script(CATCH_COPIES)
    page.goto("/?tag=weather&year=2018")
    page.locator("#more, #embed-this").first.focus()
    press_until(page, "embed-this")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Embed a list")
    press_until(page, "kind-frame")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#snippet")).to_have_value(re.compile("<feedsift-entries "))
    press_until(page, "size")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("3")
    expect(page.locator("#snippet")).to_have_value(re.compile('count="3"'))
    assert results.focused(page) == "size"
    press_until(page, "load-more")
    page.keyboard.press("Space")
    expect(page.locator("#snippet")).to_have_value(re.compile(" load-more>"))
    press_until(page, "copy")
    page.keyboard.press("Enter")
    expect(results.status(page)).to_contain_text("Copied.")
    assert page.evaluate(COPIED) == snippet(page)
    assert results.focused(page) == "copy"


def test_a_choice_shows_at_once_and_is_kept_by_the_address(page: Page):
    page.goto("/embed/?tag=weather")
    assert preview_heading(page) == "28 entries, tagged weather, newest first"
    expect(page.frame_locator("#preview").locator(".feedsift-entry")).to_have_count(5)
    before = results.history_length(page)
    put(page.locator("#size"), "2")
    expect(page.frame_locator("#preview").locator(".feedsift-entry")).to_have_count(2)
    page.locator("#theme").select_option("dark")
    expect(page.locator("#snippet")).to_have_value(re.compile("theme=dark"))
    assert parse_qs(urlsplit(page.url).query) == {"tag": ["weather"], "size": ["2"], "theme": ["dark"]}
    assert results.history_length(page) == before
    code = snippet(page)
    page.reload()
    assert snippet(page) == code
    expect(page.locator("#theme")).to_have_value("dark")


def test_a_change_is_said_once_it_is_there(page: Page):
    page.goto("/embed/")
    page.locator("#kind-element").check()
    expect(results.status(page)).to_contain_text("Preview and code changed: a custom element with up to 5 entries.")


def test_one_choice_asks_the_server_once(page: Page):
    page.goto("/embed/")
    asked: list[str] = []
    page.on("request", lambda request: "/fragments/embed" in request.url and asked.append(request.url))
    page.locator("#search-box").check()
    expect(page.locator("#snippet")).to_have_value(re.compile("search=1"))
    put(page.locator("#size"), "9")
    expect(page.locator("#snippet")).to_have_value(re.compile("size=9"))
    page.locator("#height").focus()
    page.wait_for_timeout(600)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("id", "typed", "taken", "said"),
    [
        ("size", "500", "100", "Entries can be 1 to 100: 100 is taken instead of 500."),
        ("size", "", "5", "Entries can be 1 to 100: 5 is taken where nothing is written."),
        ("width", "50", "120", "Width can be 120 to 10,000 pixels: 120 is taken instead of 50."),
    ],
)
def test_a_number_out_of_range_stops_nothing(page: Page, id: str, typed: str, taken: str, said: str):
    page.goto("/embed/?tag=weather")
    field = page.locator(f"#{id}")
    put(field, typed or "7")
    if not typed:
        field.press("Backspace")
    expect(page.get_by_text(said, exact=True)).to_be_visible()
    expect(results.status(page)).to_contain_text(said)
    expect(field).to_have_value(typed)
    field.press("Tab")
    expect(field).to_have_value(taken)
    page.locator("#kind-include").check()
    expect(page.locator("#snippet")).to_have_value(re.compile("include virtual"))
    kept = {"tag": ["weather"], "kind": ["include"], id: [taken]}
    assert parse_qs(urlsplit(page.url).query) == {name: kept[name] for name in kept if kept[name] != ["5"]}
    expect(page.get_by_text(said, exact=True)).to_have_count(0)


def test_a_number_out_of_range_that_is_left_at_once_is_put_right_too(page: Page):
    page.goto("/embed/")
    put(page.locator("#size"), "500")
    page.locator("#search-box").check()
    expect(page.locator("#size")).to_have_value("100")
    expect(page.locator("#snippet")).to_have_value(re.compile("size=100.*search=1"))


def test_the_room_for_an_element_is_copied_by_itself(page: Page):
    page.add_init_script(CATCH_COPIES)
    page.goto("/embed/?kind=element")
    page.get_by_role("button", name="Copy the line for the style sheet").click()
    expect(results.status(page)).to_contain_text("Copied.")
    assert page.evaluate(COPIED) == page.get_by_label("into its style sheet").input_value()


def test_what_cannot_be_copied_is_selected(page: Page):
    page.add_init_script(REFUSE_COPIES)
    page.goto("/embed/")
    page.locator("#copy").click()
    expect(results.status(page)).to_contain_text("Selected.")
    assert results.focused(page) == "snippet"
    selected = "(() => { const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd) })()"
    assert page.evaluate(selected) == snippet(page)


def test_without_scripts_the_button_shows_the_frame_and_its_code(plain_page: Page):
    page = plain_page
    page.goto("/?tag=weather&sort=oldest")
    page.get_by_role("link", name="Embed this").click()
    put(page.get_by_label("Entries", exact=True), "3")
    page.get_by_label("A search box").check()
    put(page.get_by_label("Height in pixels"), "600")
    page.get_by_role("button", name="Update the preview").click()
    expect(page.frame_locator("#preview").locator(".feedsift-entry")).to_have_count(3)
    assert preview_heading(page) == "28 entries, tagged weather, oldest first"
    assert 'height="600"' in snippet(page)
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()
    page.get_by_role("link", name="Choose other entries").click()
    assert results.state(page) == "/?tag=weather&sort=oldest"


def test_without_scripts_the_frame_is_searched(plain_page: Page):
    plain_page.goto("/embed/?tag=weather&search=1")
    frame = plain_page.frame_locator("#preview")
    frame.get_by_role("searchbox").fill("anchor")
    frame.get_by_role("button", name="Search").click()
    expect(frame.locator(".feedsift-heading")).to_contain_text("for anchor, tagged weather")
    assert results.state(plain_page).startswith("/embed/?")


@pytest.mark.parametrize("width", [320, 800])
def test_a_frame_is_as_high_as_its_entries_take(new_page: NewPage, width: int):
    page = new_page(viewport={"width": width, "height": 400})
    for choices in ("tag=weather&size=1", "tag=weather", "q=anchor&size=12", "tag=weather&search=1&more=1"):
        page.goto(f"/embed/?{choices}")
        height = int(page.locator("#preview").get_attribute("height") or 0)
        page.goto(page.locator("#preview").get_attribute("src") or "")
        needed = page.evaluate("document.documentElement.getBoundingClientRect().height")
        assert int(needed) <= height <= needed * 1.3, choices


def test_the_page_fits_and_every_control_can_be_hit(new_page: NewPage):
    for viewport in (NARROW, {"width": 1280, "height": 800}):
        page = new_page(viewport=viewport)
        page.goto("/embed/?tag=weather&size=2&search=1&width=900")
        assert checks.overflow(page) == []
        assert checks.small_targets(page) == []
        checks.space_text(page)
        assert checks.clipped(page) == []


def test_the_page_fits_a_narrow_window_with_text_twice_as_large(new_page: NewPage):
    page = new_page(viewport=NARROW)
    for kind in ("frame", "element", "include"):
        page.goto(f"/embed/?tag=weather&size=2&kind={kind}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_the_size_of_a_frame_is_asked_for_frames_alone(page: Page):
    page.goto("/embed/")
    expect(page.locator("#width")).to_be_visible()
    page.locator("#kind-element").check()
    expect(page.locator("#width")).to_be_hidden()


def test_an_answer_that_does_not_come_leaves_what_was_there(page: Page, watch: Watch):
    watch.allow(r"console: (Failed to load resource|Response Status Error Code)")
    page.goto("/embed/")
    before = snippet(page)
    page.route("**/fragments/embed*", lambda route: route.fulfill(status=500))
    page.locator("#search-box").check()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    assert snippet(page) == before
    page.unroute("**/fragments/embed*")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#snippet")).to_have_value(re.compile("search=1"))


def test_where_to_ask_for_an_embed_follows_the_state(page: Page):
    page.goto("/")
    for step in (lambda: results.facet(page, "weather").click(), lambda: results.search_box(page).fill("anchor & co")):
        with results.swap(page):
            step()
        found = page.request.get(page.locator("#oembed-json").get_attribute("href") or "").json()
        assert found["title"] == results.heading(page).inner_text()
        expect(page.locator("#oembed-xml")).to_have_attribute("title", found["title"])
    assert parse_qs(urlsplit(page.locator("#embed-this").get_attribute("href") or "").query)["tag"] == ["weather"]


def test_data_for_other_sites_breaks_no_policy_and_runs_nothing(page: Page):
    page.goto("/entries/4/")
    assert corpus.HOSTILE in page.title()
    data = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
    assert data["headline"].startswith(corpus.HOSTILE)
