"""Search as you type: one request after a pause, the newest answer wins, and the reader keeps place and focus."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser import results
from tests.browser.watch import SUPERSEDED, Watch

LISTEN = """
() => {
  window.said = [];
  const regions = [...document.querySelectorAll("#status > [role=status]")];
  new MutationObserver(() => window.said.push(regions.map((region) => region.textContent)))
    .observe(document.querySelector("#status"), { childList: true, characterData: true, subtree: true });
}
"""
"""Note what the two live regions say after each change."""


def caret(page: Page) -> int:
    return int(page.evaluate("document.querySelector('#q').selectionStart"))


def hold(page: Page, words: str) -> list[Route]:
    """Keep back the answers to searches for these words."""
    held: list[Route] = []
    page.route(lambda url: "/fragments/" in url and f"q={words}&" in f"{url}&", lambda route: held.append(route))
    return held


def let_go(page: Page, held: list[Route]) -> None:
    """Answer what was held; the browser may have given it up by now."""
    for route in held:
        route.fulfill(response=route.fetch())


TYPE = """(box, text) => {
  for (const sign of text) {
    box.value += sign;
    box.dispatchEvent(new InputEvent("input", { bubbles: true, data: sign }));
  }
}"""
"""Without any pause, as no key press of a busy machine comes."""


def test_typing_asks_once_after_a_pause(page: Page, watch: Watch):
    page.goto("/")
    with results.swap(page):
        results.search_box(page).evaluate(TYPE, "anchor")
    assert len(watch.fragments) == 1
    assert "q=anchor" in watch.fragments[0]
    assert page.locator("#feed mark").first.inner_text().lower() == "anchor"


def test_typing_replaces_the_address_and_titles_the_page(page: Page):
    page.goto("/")
    steps = results.history_length(page)
    with results.swap(page):
        results.search_box(page).press_sequentially("anchor")
    assert results.state(page) == "/?q=anchor"
    with results.swap(page):
        results.search_box(page).press_sequentially(" -foghorn")
    assert results.state(page) == "/?q=anchor%20-foghorn"
    assert results.history_length(page) == steps
    expect(page).to_have_title(f"{results.heading(page).inner_text()} – The Ferry Log")


def test_focus_and_caret_stay_where_the_reader_types(page: Page):
    page.goto("/")
    with results.swap(page):
        results.search_box(page).press_sequentially("anchor")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    with results.swap(page):
        page.keyboard.press("Delete")
    expect(results.search_box(page)).to_be_focused()
    expect(results.search_box(page)).to_have_value("anhor")
    assert caret(page) == 2


def test_typing_keeps_the_filters(page: Page):
    page.goto("/?tag=weather&year=2018&sort=oldest")
    with results.swap(page):
        results.search_box(page).press_sequentially("rope")
    assert results.state(page) == "/?q=rope&tag=weather&year=2018&sort=oldest"
    assert results.chips(page) == ["“rope”", "tag weather", "2018"]


def test_a_late_answer_never_replaces_a_newer_one(page: Page, watch: Watch):
    watch.allow(SUPERSEDED)
    page.goto("/")
    held = hold(page, "anchor")
    with page.expect_request(results.FRAGMENTS):
        results.search_box(page).press_sequentially("anchor")
    with results.swap(page):
        results.search_box(page).press_sequentially(" foghorn")
    newest = results.heading(page).inner_text()
    assert "anchor foghorn" in newest
    let_go(page, held)
    expect(results.status(page)).to_have_text(results.spoken(page))
    expect(results.heading(page)).to_have_text(newest)
    assert results.state(page) == "/?q=anchor%20foghorn"


def test_the_state_is_said_once_after_typing_and_never_for_each_key(page: Page):
    results.go_with_stopped_clock(page, "/")
    page.evaluate(LISTEN)
    for letters in ("an", "ch", "or"):
        results.search_box(page).press_sequentially(letters)
        with page.expect_response(results.FRAGMENTS):
            page.clock.run_for(310)
        expect(results.heading(page)).to_contain_text(results.search_box(page).input_value())
        page.clock.run_for(50)
    assert page.evaluate("window.said") == []
    page.clock.run_for(1_000)
    assert page.evaluate("window.said") == [["", results.spoken(page)]]


def test_a_sentence_that_stays_the_same_is_said_again_in_the_other_region(page: Page):
    page.goto("/?q=anchor")
    page.evaluate(LISTEN)
    sentence = results.spoken(page)
    for text, turn in [("anchor ", 1), ("anchor", 0)]:
        with results.swap(page):
            results.search_box(page).fill(text)
        expect(results.status(page).locator("[role=status]").nth(turn)).to_have_text(sentence)
    assert page.evaluate("window.said") == [["", sentence], [f"{sentence}\N{NO-BREAK SPACE}", ""]]


def test_enter_makes_a_step_in_history_and_leads_to_the_results(page: Page):
    page.goto("/")
    steps = results.history_length(page)
    with results.swap(page):
        results.search_box(page).press_sequentially("anchor")
    with results.swap(page):
        page.keyboard.press("Enter")
    assert results.focused(page) == "results-heading"
    assert results.state(page) == "/?q=anchor"
    assert results.history_length(page) == steps + 1


def test_what_the_heading_says_when_it_gets_the_focus_is_not_said_again(page: Page):
    results.go_with_stopped_clock(page, "/")
    page.evaluate(LISTEN)
    results.search_box(page).fill("anchor")
    with results.swap(page):
        page.keyboard.press("Enter")
    assert results.focused(page) == "results-heading"
    page.clock.run_for(3_000)
    assert page.evaluate("window.said") == [["", ""]]  # nor does what was said before stay there


def test_enter_right_after_the_last_key_is_the_last_word(page: Page, watch: Watch):
    page.goto("/")
    steps = results.history_length(page)
    held = hold(page, "anchor")
    with page.expect_request(results.FRAGMENTS):
        results.search_box(page).press_sequentially("anchor")
        page.keyboard.press("Enter")
    page.wait_for_timeout(500)  # longer than the pause after which typing would ask
    let_go(page, held)
    expect(results.heading(page)).to_contain_text("anchor")
    results.wait(page)
    assert results.focused(page) == "results-heading"
    assert results.history_length(page) == steps + 1
    assert len(watch.fragments) == 1


def test_the_button_searches_too(page: Page):
    page.goto("/?tag=weather")
    results.search_box(page).fill("anchor")
    with results.swap(page):
        page.get_by_role("button", name="Search", exact=True).click()
    expect(results.heading(page)).to_contain_text("anchor, tagged weather")
    results.wait(page)
    assert results.focused(page) == "results-heading"


def test_escape_empties_the_box_and_shows_every_entry(page: Page):
    page.goto("/?q=anchor")
    results.search_box(page).focus()
    with results.swap(page):
        page.keyboard.press("Escape")
    expect(results.search_box(page)).to_be_focused()
    expect(results.search_box(page)).to_have_value("")
    assert results.state(page) == "/"
    assert results.total(page) == 120


def test_odd_input_is_searched_as_text(page: Page):
    page.goto("/")
    for text in ['"unclosed', "(C++", "50% a:b", "&amp; -", "עבורת"]:
        with results.swap(page):
            results.search_box(page).fill(text)
        expect(results.heading(page)).to_contain_text(text)


def test_a_list_that_goes_is_not_taken_leave_of_element_by_element(page: Page):
    page.goto("/")
    page.evaluate(
        "() => { window.left = 0; document.addEventListener('htmx:beforeCleanupElement', () => (window.left += 1)); }"
    )
    with results.swap(page):
        results.search_box(page).fill("anchor")
    assert page.locator("#browse").count() == 1
    assert page.evaluate("window.left") < 40  # the suggestions that were shown before are some


COUNT_COPIES = """
() => {
  const clone = Node.prototype.cloneNode;
  window.copies = [];
  Node.prototype.cloneNode = function (isDeep) {
    window.copies.push(Boolean(this.querySelector?.("#browse")));
    return clone.call(this, isDeep);
  };
}
"""
"""Note of each element that is copied whether the list is in it."""


def test_the_page_is_not_copied_when_its_list_changes(page: Page):
    page.goto("/")
    page.evaluate(COUNT_COPIES)
    with results.swap(page):
        results.search_box(page).fill("anchor")
    assert True not in page.evaluate("window.copies")


def test_the_next_list_is_not_compared_with_the_one_that_goes(page: Page):
    page.goto("/")
    page.evaluate(COUNT_COPIES)
    with results.swap(page):
        results.search_box(page).fill("anchor")
    assert len(page.evaluate("window.copies")) < 5
