"""Suggestions: an editable combobox with a list, as the ARIA Authoring Practices have it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import results
from tests.browser.test_back import travel
from tests.browser.test_search import LISTEN
from tests.browser.watch import FAILED, SUPERSEDED, Watch

FRAGMENTS = "**/fragments/suggest*"
COMPOSED = """
key => document.querySelector("#q").dispatchEvent(
  new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true }))
"""
"""Press a key as an input method does that composes a word; gives whether the page let it pass."""


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def labels(page: Page) -> list[str]:
    return page.locator("#suggestions .name").all_inner_texts()


def type_words(page: Page, words: str) -> None:
    """Type until the list is open, and what the words find is there."""
    with page.expect_response(FRAGMENTS), results.swap(page):
        results.search_box(page).press_sequentially(words)
    assert_is_open(page)


def assert_is_open(page: Page) -> None:
    expect(results.search_box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#suggestions")).to_be_visible()


def assert_is_closed(page: Page) -> None:
    expect(results.search_box(page)).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#suggestions")).to_be_hidden()
    assert results.search_box(page).get_attribute("aria-activedescendant") is None


def assert_chosen(page: Page, number: int | None) -> None:
    """Exactly this option is chosen, in every way in which that is said; the focus is in the box."""
    selected = options(page).evaluate_all("all => all.map(option => option.getAttribute('aria-selected') === 'true')")
    assert selected == [at == number for at in range(len(selected))]
    id = None if number is None else options(page).nth(number).get_attribute("id")
    assert results.search_box(page).get_attribute("aria-activedescendant") == id
    expect(results.search_box(page)).to_be_focused()


def test_the_box_says_that_it_is_a_combobox_and_that_its_list_opens(page: Page):
    page.goto("/")
    box = page.get_by_role("combobox", name="Search entries")
    expect(box).to_have_attribute("aria-autocomplete", "list")
    expect(box).to_have_attribute("aria-controls", "suggestions")
    assert_is_closed(page)
    box.focus()
    assert_is_closed(page)
    type_words(page, "har")
    expect(page.get_by_role("listbox", name="Suggestions")).to_have_attribute("id", "suggestions")
    assert labels(page) == ["harbour", "harbour"]
    expect(options(page).first).to_have_accessible_name("tag : harbour 20 entries")
    assert_chosen(page, None)


def test_the_arrow_keys_go_round_through_the_options_and_the_box(page: Page):
    page.goto("/")
    type_words(page, "har")
    for key, number in [
        *[("ArrowDown", 0), ("ArrowDown", 1), ("ArrowDown", None), ("ArrowDown", 0)],
        *[("ArrowUp", None), ("ArrowUp", 1), ("ArrowUp", 0)],
    ]:
        page.keyboard.press(key)
        assert_chosen(page, number)
    expect(results.search_box(page)).to_have_value("har")


def test_enter_takes_a_chosen_word_and_searches(page: Page):
    page.goto("/")
    steps = results.history_length(page)
    type_words(page, "harb")
    page.keyboard.press("ArrowUp")
    with results.swap(page):
        page.keyboard.press("Enter")
    assert_is_closed(page)
    assert results.state(page) == "/?q=harbour"
    assert results.focused(page) == "results-heading"
    assert results.history_length(page) == steps + 1
    expect(results.search_box(page)).to_have_value("harbour")


def test_a_chosen_tag_becomes_a_chip_and_the_other_words_stay(page: Page):
    page.goto("/?year=2019")
    type_words(page, "anchor har")
    page.keyboard.press("ArrowDown")
    with results.swap(page):
        page.keyboard.press("Enter")
    assert results.chips(page) == ["“anchor”", "tag harbour", "2019"]
    assert results.state(page) == "/?q=anchor&tag=harbour&year=2019"
    expect(results.search_box(page)).to_have_value("anchor")


def test_enter_without_a_choice_searches_what_was_typed(page: Page):
    page.goto("/")
    type_words(page, "har")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    with results.swap(page):
        page.keyboard.press("Enter")
    assert_is_closed(page)
    assert results.state(page) == "/?q=har"


def test_escape_first_closes_and_then_clears(page: Page):
    page.goto("/")
    type_words(page, "har")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert_is_closed(page)
    expect(results.search_box(page)).to_have_value("har")
    expect(results.search_box(page)).to_be_focused()
    with results.swap(page):
        page.keyboard.press("Escape")
    expect(results.search_box(page)).to_have_value("")
    assert_is_closed(page)
    assert results.state(page) == "/"


@pytest.mark.parametrize("way", ["Tab", "Shift+Tab", "click"])
def test_leaving_the_box_closes_and_takes_nothing(page: Page, way: str):
    page.goto("/")
    type_words(page, "har")
    page.keyboard.press("ArrowDown")
    if way == "click":
        page.locator("footer.site p").first.click()
    else:
        page.keyboard.press(way)
    assert_is_closed(page)
    assert results.state(page) == "/?q=har"
    results.search_box(page).focus()
    assert_is_closed(page)


def test_a_click_takes_an_option(page: Page):
    page.goto("/")
    type_words(page, "har")
    box = options(page).first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 10)
    page.mouse.down()
    expect(results.search_box(page)).to_be_focused()
    with results.swap(page):
        page.mouse.up()
    assert_is_closed(page)
    assert results.chips(page) == ["tag harbour"]
    expect(results.search_box(page)).to_have_value("")


def test_typing_on_updates_the_list_and_drops_the_choice(page: Page):
    page.goto("/")
    type_words(page, "har")
    page.keyboard.press("ArrowDown")
    held: list[Route] = []
    page.route(FRAGMENTS, lambda route: held.append(route))
    with page.expect_request(FRAGMENTS), results.swap(page):
        page.keyboard.type("b")
    assert_chosen(page, None)
    held[0].continue_()
    page.unroute(FRAGMENTS)
    with page.expect_response(FRAGMENTS):
        results.search_box(page).press_sequentially("qqq")
    assert_is_closed(page)
    with page.expect_response(FRAGMENTS):
        results.search_box(page).fill("")
        results.search_box(page).press_sequentially("cre")
    expect(options(page).first).to_contain_text("crew")
    assert_is_open(page)
    results.search_box(page).fill("")
    assert_is_closed(page)


def test_the_list_never_opens_by_itself(page: Page, watch: Watch):
    page.goto("/?q=har")
    results.search_box(page).focus()
    for key in ("ArrowDown", "Home", "Shift"):
        page.keyboard.press(key)
    assert_is_closed(page)
    assert watch.suggestions == []


@pytest.mark.parametrize("key", ["Enter", "Escape", "Tab"])
def test_what_comes_after_the_list_was_closed_comes_too_late(page: Page, watch: Watch, key: str):
    watch.allow(SUPERSEDED)
    page.goto("/")
    held: list[Route] = []
    type_words(page, "har")
    page.route(FRAGMENTS, lambda route: held.append(route))
    with page.expect_request(FRAGMENTS), results.swap(page):
        page.keyboard.type("b")
    page.keyboard.press(key)
    results.wait(page)
    assert_is_closed(page)
    with page.expect_response(FRAGMENTS):
        held[0].fulfill(response=held[0].fetch())
    expect(page.locator("#suggestions:is(.htmx-request, .htmx-swapping, .htmx-settling)")).to_have_count(0)
    assert_is_closed(page)


def test_enter_right_after_the_last_key_asks_for_no_suggestions(page: Page, watch: Watch):
    results.go_with_stopped_clock(page, "/")
    held: list[Route] = []
    page.route(results.FRAGMENTS, lambda route: held.append(route))
    results.search_box(page).press_sequentially("har")
    with page.expect_request(results.FRAGMENTS):
        page.keyboard.press("Enter")
    page.clock.run_for(1_000)
    assert_is_closed(page)
    assert watch.suggestions == []
    held[0].continue_()
    expect(results.heading(page)).to_contain_text("for har")


def test_keys_that_compose_a_word_are_left_alone(page: Page):
    page.goto("/")
    type_words(page, "har")
    page.keyboard.press("ArrowDown")
    for key in ("ArrowDown", "ArrowUp", "Enter", "Escape"):
        assert page.evaluate(COMPOSED, key) is True
        assert_chosen(page, 0)
    assert_is_open(page)
    expect(results.search_box(page)).to_have_value("har")


def test_the_results_follow_and_are_said_once_while_the_list_is_open(page: Page):
    results.go_with_stopped_clock(page, "/")
    page.evaluate(LISTEN)
    with page.expect_response(results.FRAGMENTS):
        results.search_box(page).press_sequentially("har")
        page.clock.run_for(310)
    expect(results.heading(page)).to_contain_text("har")
    page.clock.run_for(1_000)
    expect(results.status(page)).to_have_text(results.spoken(page))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert_is_open(page)
    assert results.state(page) == "/?q=har"
    assert page.evaluate("window.said") == [["", results.spoken(page)]]


@pytest.mark.parametrize("failure", ["broken", "offline"])
def test_suggestions_that_fail_are_not_spoken_of(page: Page, watch: Watch, failure: str):
    watch.allow(FAILED)
    page.goto("/?tag=crew")
    kind = {"broken": lambda route: route.fulfill(status=500), "offline": lambda route: route.abort()}[failure]
    page.route(FRAGMENTS, kind)
    with results.swap(page):
        results.search_box(page).press_sequentially("rope")
    assert watch.suggestions
    assert results.state(page) == "/?q=rope&tag=crew"
    expect(page.locator("#problem")).to_be_empty()
    expect(results.search_box(page)).to_be_focused()
    assert_is_closed(page)
    page.unroute(FRAGMENTS)
    type_words(page, " har")


def test_back_leaves_a_box_whose_list_opens(page: Page):
    page.goto("/")
    with results.swap(page):
        results.facet(page, "crew").click()
    travel(page, -1)
    expect(results.heading(page)).to_contain_text("120 entries")
    results.wait(page)
    expect(page.get_by_role("combobox", name="Search entries")).to_have_id("q")
    type_words(page, "har")
    page.keyboard.press("ArrowDown")
    assert_chosen(page, 0)
    page.keyboard.press("Escape")
    assert_is_closed(page)
    expect(results.search_box(page)).to_have_value("har")


def test_the_list_is_narrow_on_a_narrow_screen_and_scrolls_to_what_is_chosen(page: Page):
    page.set_viewport_size({"width": 320, "height": 400})
    page.goto("/")
    type_words(page, "sh")
    for _ in range(options(page).count()):
        page.keyboard.press("ArrowDown")
        expect(page.locator("#suggestions [aria-selected=true]")).to_be_in_viewport(ratio=0.9)


def test_without_javascript_there_is_a_search_box_and_no_list(plain_page: Page):
    plain_page.goto("/")
    expect(plain_page.get_by_role("searchbox", name="Search entries")).to_be_visible()
    assert plain_page.get_by_role("combobox", name="Search entries").count() == 0
    assert plain_page.get_by_role("listbox").count() == 0
