"""Single keys: each does what a visible control does, none where it would be in the way, and one switch for all."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import results
from tests.browser.conftest import NewPage
from tests.browser.watch import Watch

NARROW = {"width": 320, "height": 640}
PRINTABLE = string.ascii_letters + string.digits + string.punctuation
"""Every character of ASCII that prints but the space, which scrolls."""
SNAPSHOT = "() => [location.href, document.body.innerHTML, document.activeElement.outerHTML.slice(0, 80)]"


def dialog(page: Page):
    return page.get_by_role("dialog", name="Keyboard shortcuts")


def turn_off(page: Page) -> None:
    page.goto("/settings/")
    page.get_by_role("checkbox", name="Use single keys").uncheck()


def test_slash_leads_to_the_search_box_and_types_nothing(page: Page):
    page.goto("/?q=anchor")
    page.keyboard.press("/")
    expect(results.search_box(page)).to_be_focused()
    expect(results.search_box(page)).to_have_value("anchor")


def test_j_and_k_go_from_entry_to_entry(page: Page):
    page.goto("/")
    shown = results.entries(page)
    for key, at in [("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0)]:
        page.keyboard.press(key)
        assert results.focused(page) == shown[at]


def test_j_starts_with_the_first_entry_in_view_and_goes_on_behind_the_last(page: Page):
    page.goto("/?sort=oldest")
    page.locator("#feed > article").nth(9).scroll_into_view_if_needed()
    page.evaluate("document.querySelectorAll('#feed > article')[9].scrollIntoView()")
    page.keyboard.press("j")
    assert results.focused(page) == results.entries(page)[9]
    page.locator("#feed > article").nth(results.BATCH - 1).focus()
    with results.swap(page):
        page.keyboard.press("j")
    assert results.focused(page) == results.entries(page)[results.BATCH]


def test_o_opens_the_entry_and_back_leads_to_it(page: Page):
    page.goto("/?sort=oldest")
    page.keyboard.press("j")
    page.keyboard.press("j")
    title = page.locator("#feed h3").nth(1).inner_text()
    page.keyboard.press("o")
    expect(page.locator("h1")).to_have_text(title)
    page.evaluate("setTimeout(() => history.back(), 0)")
    expect(page.locator("#feed h3 a").nth(1)).to_be_focused()


@pytest.mark.parametrize("address", ["/?sort=oldest", "/entries/9/"])
def test_v_leads_to_the_original(page: Page, watch: Watch, address: str):
    watch.allow("request: https://ferries.example/")
    page.route("https://ferries.example/**", lambda route: route.fulfill(body="The original"))
    page.goto(address)
    if address != "/entries/9/":
        page.keyboard.press("j")
        page.keyboard.press("j")
    link = page.locator("article:focus-within .original a, article.entry .original a").get_attribute("href") or ""
    page.keyboard.press("v")
    page.wait_for_url(link.split("#")[0] + "**")


def test_on_an_entry_s_page_j_and_k_lead_to_its_neighbours(page: Page):
    page.goto("/entries/9/")
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("k")
    page.wait_for_url(first)


def test_n_loads_more_and_leads_to_the_first_new_entry(page: Page):
    page.goto("/")
    with results.swap(page):
        page.keyboard.press("n")
    assert results.focused(page) == results.entries(page)[results.BATCH]


def test_t_leads_to_the_filters(page: Page, new_page: NewPage):
    page.goto("/")
    page.keyboard.press("t")
    assert results.focused(page) == "facets-heading"
    narrow = new_page(viewport=NARROW)
    narrow.goto("/")
    narrow.keyboard.press("t")
    assert results.focused(narrow) == "facets-toggle"
    expect(narrow.locator("#facets-body")).to_be_visible()
    narrow.keyboard.press("Tab")
    assert narrow.evaluate("Boolean(document.activeElement.closest('#facets-body'))")


def test_a_question_mark_shows_the_keys_and_escape_leads_back(page: Page):
    page.goto("/")
    page.keyboard.press("j")
    before = results.focused(page)
    page.keyboard.press("?")
    expect(dialog(page)).to_be_visible()
    assert results.focused(page) == "keys-dialog"
    page.keyboard.press("j")  # the page behind it stays as it is
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    assert results.focused(page) == before


def test_the_button_shows_the_keys_and_close_leads_back_to_it(page: Page):
    page.goto("/help/")
    opener = page.get_by_role("button", name="Keyboard shortcuts")
    opener.press("Enter")
    expect(dialog(page)).to_be_visible()
    page.get_by_role("button", name="Close").press("Enter")
    expect(dialog(page)).to_be_hidden()
    expect(opener).to_be_focused()


def test_typed_into_the_search_box_they_are_text(page: Page):
    page.goto("/")
    results.search_box(page).focus()
    page.keyboard.type(PRINTABLE)
    expect(results.search_box(page)).to_have_value(PRINTABLE)
    expect(results.search_box(page)).to_be_focused()
    expect(dialog(page)).to_be_hidden()


def test_with_the_switch_off_no_character_does_anything(page: Page):
    turn_off(page)
    page.goto("/")
    page.evaluate("document.activeElement.blur()")
    before = page.evaluate(SNAPSHOT)
    assert len(PRINTABLE) == 94
    page.keyboard.type(PRINTABLE)
    assert page.evaluate(SNAPSHOT) == before


def test_the_switch_in_the_dialog_is_the_one_of_the_settings(page: Page):
    page.goto("/")
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Use single keys").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("j")
    assert results.focused(page) == "body"
    page.goto("/settings/")
    expect(page.locator("#keys")).not_to_be_checked()
    page.locator("#keys").check()
    page.goto("/")
    page.keyboard.press("j")
    assert results.focused(page) == results.entries(page)[0]


def press(**options: object) -> Callable[[Page], None]:
    """Send a key press with these properties, as a browser would."""
    return lambda page: page.evaluate(
        "options => document.body.dispatchEvent(new KeyboardEvent('keydown', options))",
        {"key": "j", "bubbles": True, "cancelable": True, **options},
    )


@pytest.mark.parametrize("modifier", ["ctrlKey", "altKey", "metaKey", "isComposing", "repeat"])
def test_a_key_with_a_modifier_while_composing_or_held_down_does_nothing(page: Page, modifier: str):
    page.goto("/")
    press(**{modifier: True})(page)
    assert results.focused(page) == "body"
    press()(page)
    assert results.focused(page) == results.entries(page)[0]


def test_a_key_that_has_nothing_to_do_here_does_nothing(page: Page):
    page.goto("/tags/")
    before = page.evaluate(SNAPSHOT)
    page.keyboard.type("/jkovnt")
    assert page.evaluate(SNAPSHOT) == before


def test_without_javascript_there_is_no_button_and_the_help_page_lists_the_keys(plain_page: Page):
    plain_page.goto("/help/#shortcuts")
    expect(plain_page.locator("#keys-open")).to_be_hidden()
    expect(plain_page.locator("[aria-labelledby=shortcuts] table")).to_be_visible()


def test_after_back_to_a_state_the_keys_and_their_switches_still_work(page: Page):
    page.goto("/")
    with results.swap(page):
        results.facet(page, "weather").click()
    page.evaluate("history.back()")
    expect(results.heading(page)).to_have_text("120 entries, newest first")
    expect(page.locator("#auto")).to_be_checked()
    page.keyboard.press("?")
    expect(dialog(page)).to_be_visible()
    expect(page.locator("#keys-in-dialog")).to_be_checked()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert results.focused(page) == results.entries(page)[0]


def test_the_list_of_keys_fits_into_a_narrow_window_with_the_largest_text(new_page: NewPage):
    page = new_page(viewport=NARROW)
    page.goto("/settings/")
    page.locator("#size-largest").check()
    page.get_by_role("heading", name="Settings").click()
    page.keyboard.press("?")
    assert dialog(page).evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


def test_going_to_the_filters_is_no_step_in_history(page: Page):
    page.goto("/")
    steps = results.history_length(page)
    page.keyboard.press("t")
    assert results.history_length(page) == steps
    assert results.state(page) == "/"


def test_what_goes_while_the_keys_are_shown_leaves_the_focus_at_the_results(page: Page):
    page.goto("/")
    held: list[Route] = []
    page.route(results.FRAGMENTS, lambda route: held.append(route))
    with page.expect_request(results.FRAGMENTS):
        page.keyboard.press("n")
    page.keyboard.press("?")
    expect(dialog(page)).to_be_visible()
    held[0].continue_()
    expect(page.locator("#feed > article")).to_have_count(2 * results.BATCH)
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_hidden()
    page.wait_for_timeout(500)
    assert results.focused(page) == "results-heading"
