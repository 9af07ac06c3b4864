"""A reader's settings: they hold at once, in every tab, before the first paint, and stay in this browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import checks, results
from tests.browser.conftest import NewPage
from tests.browser.test_scroll import turn_the_wheel
from tests.browser.watch import Watch

NARROW = {"width": 320, "height": 640}
DARK, LIGHT = "rgb(21, 23, 26)", "rgb(250, 248, 244)"


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def size(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def choose(page: Page, id: str) -> None:
    page.goto("/settings/")
    page.locator(f"#{id}").check()


def test_a_theme_holds_at_once_and_everywhere(new_page: NewPage):
    page = new_page(color_scheme="light")
    choose(page, "theme-dark")
    assert background(page) == DARK
    page.goto("/")
    assert background(page) == DARK


def test_the_theme_of_the_system_gives_way_to_a_choice_and_comes_back(new_page: NewPage):
    page = new_page(color_scheme="dark")
    choose(page, "theme-light")
    assert background(page) == LIGHT
    choose(page, "theme-system")
    assert background(page) == DARK


def test_the_bars_of_the_browser_take_the_colour_of_the_theme(page: Page):
    metas = "[...document.querySelectorAll('meta[name=theme-color]')]"
    shown = f"{metas}.filter(meta => matchMedia(meta.media).matches).map(meta => meta.content)"
    page.emulate_media(color_scheme="light")
    page.goto("/")
    assert page.evaluate(shown) == ["#faf8f4"]
    choose(page, "theme-dark")
    assert page.evaluate(shown) == ["#15171a"]


def test_text_grows_and_lists_close_up(page: Page):
    page.goto("/")
    before, height = size(page), page.locator("#feed").bounding_box()["height"]
    choose(page, "density-compact")
    page.goto("/")
    assert page.locator("#feed").bounding_box()["height"] < height * 0.95
    choose(page, "size-largest")
    assert size(page) == pytest.approx(before * 1.375)
    choose(page, "size-large")
    assert size(page) == pytest.approx(before * 1.1875)


@pytest.mark.parametrize("address", ["/", "/settings/", "/entries/1/"])
def test_the_largest_text_fits_into_a_narrow_window(new_page: NewPage, address: str):
    page = new_page(viewport=NARROW)
    choose(page, "size-largest")
    page.goto(address)
    assert checks.clipped(page) == []
    if address == "/settings/":
        assert checks.small_targets(page) == []


def test_looks_are_there_before_anything_else_runs(page: Page, watch: Watch):
    watch.allow("console: Failed to load resource")
    choose(page, "theme-dark")
    page.locator("#size-large").check()
    page.route("**/site.js", lambda route: route.abort())
    page.context.add_init_script(
        "addEventListener('DOMContentLoaded', () => (window.early = {...document.documentElement.dataset}))"
    )
    page.goto("/help/", wait_until="commit")
    page.wait_for_load_state("domcontentloaded")
    assert page.evaluate("[window.early.theme, window.early.size]") == ["dark", "large"]


def test_a_choice_is_said_once_and_seen(page: Page):
    choose(page, "theme-dark")
    expect(page.locator("#status")).to_have_text("Theme: dark. Saved in this browser.")
    expect(page.locator("#status")).to_be_visible()
    page.locator("#auto").uncheck()
    expect(page.locator("#status")).to_have_text("Load more automatically: off. Saved in this browser.")


def test_the_keyboard_alone_chooses(page: Page):
    page.goto("/settings/")
    page.locator("#theme-system").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#theme-dark")).to_be_checked()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.locator("#auto").focus()
    page.keyboard.press("Space")
    expect(page.locator("#auto")).not_to_be_checked()


def test_what_was_chosen_is_shown_again_and_can_be_taken_back(page: Page):
    choose(page, "size-large")
    page.locator("#keys").uncheck()
    page.reload()
    expect(page.locator("#size-large")).to_be_checked()
    expect(page.locator("#keys")).not_to_be_checked()
    page.get_by_role("button", name="As it was at first").click()
    for id in ("theme-system", "size-normal", "density-normal", "auto", "keys"):
        expect(page.locator(f"#{id}")).to_be_checked()
    assert page.evaluate("localStorage.length") == 0


def test_another_tab_follows_at_once(page: Page):
    other = page.context.new_page()
    other.goto("/")
    choose(page, "theme-dark")
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    third = page.context.new_page()
    third.goto("/settings/")
    third.get_by_role("button", name="As it was at first").click()
    for follower in (page, other):
        expect(follower.locator("html")).to_have_attribute("data-theme", "system")
    expect(page.locator("#theme-system")).to_be_checked()


def test_what_means_nothing_in_the_storage_is_as_good_as_nothing(page: Page):
    page.goto("/settings/")
    page.evaluate("for (const name of ['theme', 'size', 'auto', 'keys']) localStorage.setItem(`feedsift.${name}`, 'x')")
    page.reload()
    for id in ("theme-system", "size-normal", "auto", "keys"):
        expect(page.locator(f"#{id}")).to_be_checked()


def test_a_storage_that_is_full_keeps_nothing_but_the_choice_holds(page: Page):
    choose(page, "theme-light")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') } }")
    page.locator("#theme-dark").check()
    expect(page.locator("#theme-dark")).to_be_checked()
    assert background(page) == DARK
    expect(page.locator("#status")).to_contain_text("This browser keeps nothing")


def test_a_browser_that_keeps_nothing_says_so_and_follows_until_the_page_is_left(page: Page):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"
    )
    choose(page, "theme-dark")
    assert background(page) == DARK
    expect(page.locator("#status")).to_contain_text("This browser keeps nothing")
    page.goto("/")
    page.keyboard.press("j")
    assert results.focused(page) == results.entries(page)[0]


def test_no_cookie_is_set_and_nothing_is_sent(page: Page, watch: Watch):
    page.goto("/settings/")
    asked: list[str] = []
    page.on("request", lambda request: "/static/" in request.url or asked.append(request.url))
    page.locator("#theme-dark").check()
    page.locator("#auto").uncheck()
    expect(page.locator("#status")).to_contain_text("Saved")
    assert asked == []
    assert page.context.cookies() == []


def test_automatic_loading_can_be_turned_off_below_the_list(page: Page, watch: Watch):
    page.goto("/")
    switch = page.get_by_role("checkbox", name="Load more automatically")
    expect(switch).to_be_checked()
    switch.uncheck()
    page.mouse.move(640, 400)
    while page.evaluate("scrollY + innerHeight < document.documentElement.scrollHeight - 2"):
        turn_the_wheel(page, 20_000)
    assert watch.fragments == []
    with results.swap(page):
        results.facet(page, "weather").click()
    expect(switch).not_to_be_checked()
    page.goto("/settings/")
    expect(page.locator("#auto")).not_to_be_checked()


def test_who_wants_less_motion_has_automatic_loading_off_until_they_turn_it_on(new_page: NewPage):
    page = new_page(reduced_motion="reduce")
    page.goto("/settings/")
    expect(page.locator("#auto")).not_to_be_checked()
    page.locator("#auto").check()
    page.goto("/")
    expect(page.get_by_role("checkbox", name="Load more automatically")).to_be_checked()


def test_without_javascript_the_page_says_what_holds(plain_page: Page):
    plain_page.goto("/settings/")
    expect(plain_page.locator("#settings")).to_be_hidden()
    expect(plain_page.get_by_text("scripts are off in this browser")).to_be_visible()
