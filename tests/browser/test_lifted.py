"""Tags and dates in the words are filters too, each state has one address, and other spellings are offered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import corpus, results
from tests.browser.test_back import travel


def show(page: Page) -> tuple[str, list[str], str, list[str]]:
    """Give the words in the box, the chips, the address and the entries."""
    return (
        results.search_box(page).input_value(),
        results.chips(page),
        results.state(page),
        results.entries(page),
    )


def test_a_tag_that_is_typed_stays_in_the_box_until_enter_makes_it_a_chip(page: Page):
    page.goto("/")
    with results.swap(page):
        results.search_box(page).press_sequentially("anchor tag:crew")
    typed = show(page)
    assert typed[:3] == ("anchor tag:crew", ["“anchor”", "tag crew"], "/?q=anchor&tag=crew")
    expect(results.heading(page)).to_contain_text("for anchor, tagged crew")
    with results.swap(page):
        page.keyboard.press("Enter")
    expect(results.search_box(page)).to_have_value("anchor")
    assert show(page)[1:] == typed[1:]
    results.search_box(page).press("End")
    with results.swap(page):
        results.search_box(page).press_sequentially(" date:2018")
    assert show(page)[:3] == ("anchor date:2018", ["“anchor”", "tag crew", "2018"], "/?q=anchor&tag=crew&year=2018")


def test_a_filter_takes_what_was_typed_out_of_the_box(page: Page):
    page.goto("/")
    with results.swap(page):
        results.search_box(page).press_sequentially("anchor tag:crew")
    with results.swap(page):
        results.facet(page, "2018").click()
    assert show(page)[:3] == ("anchor", ["“anchor”", "tag crew", "2018"], "/?q=anchor&tag=crew&year=2018")


def test_the_chip_of_a_typed_tag_takes_it_out_of_the_box(page: Page):
    page.goto("/")
    with results.swap(page):
        results.search_box(page).press_sequentially("tag:crew")
    with results.swap(page):
        results.chip(page, "tag crew").click()
    assert show(page)[:3] == ("", [], "/")
    assert results.total(page) == corpus.ENTRIES


def test_the_same_words_can_be_typed_again_after_they_were_taken_away(page: Page):
    page.goto("/")
    for _ in range(2):
        with results.swap(page):
            results.search_box(page).fill("anchor")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Escape")  # closes the suggestions, which cover the chips
        with results.swap(page):
            results.chip(page, "anchor").click()
        expect(results.search_box(page)).to_have_value("")


def test_back_and_forward_bring_words_chips_and_results_back(page: Page):
    page.goto("/")
    results.search_box(page).fill("anchor tag:crew")
    with results.swap(page):
        page.keyboard.press("Enter")
    first = show(page)
    with results.swap(page):
        results.search_box(page).fill("rope #maps")
        page.keyboard.press("Enter")
    second = show(page)
    assert second[:3] == ("rope", ["“rope”", "tag crew", "tag maps"], "/?q=rope&tag=crew&tag=maps")
    for steps, shown in [(-1, first), (1, second)]:
        travel(page, steps)
        expect(results.search_box(page)).to_have_value(shown[0])
        results.wait(page)
        assert show(page) == shown


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("/?q=anchor+tag:crew", "/?q=anchor&tag=crew"),
        ("/?utm_source=x&tag=crew&fbclid=1", "/?tag=crew"),
        ("/?query=tag:crew", "/?tag=crew"),
        ("/?tag=crew,crew&sort=newest#results", "/?tag=crew"),
    ],
)
def test_a_state_asked_for_otherwise_gets_its_address(page: Page, asked: str, canonical: str):
    page.goto("/help/")
    steps = results.history_length(page)
    page.goto(asked)
    page.wait_for_url(f"**{canonical}" + ("#results" if "#" in asked else ""))
    assert results.history_length(page) == steps + 1
    chips = results.chips(page)
    page.reload()
    assert results.chips(page) == chips
    assert results.state(page) == canonical


def test_the_same_state_as_text_can_be_typed(page: Page):
    page.goto("/?tag=crew,maps&exclude.tag=tides&from=2017&to=2019")
    text, shown = page.locator(".as-text code").inner_text(), results.entries(page)
    page.goto("/")
    results.search_box(page).fill(text)
    with results.swap(page):
        page.keyboard.press("Enter")
    assert results.entries(page) == shown
    assert results.state(page) == "/?tag=crew,maps&exclude.tag=tides&from=2017&to=2019"


def test_what_is_shown_instead_can_be_undone(page: Page):
    page.goto("/")
    with results.swap(page):
        results.search_box(page).press_sequentially("zanzibr")
    expect(page.locator(".correction")).to_have_text(
        f"Showing {corpus.UNIQUE_WORD} instead of zanzibr. Search for zanzibr"
    )
    assert show(page)[:3] == ("zanzibr", [f"“{corpus.UNIQUE_WORD}”"], "/?q=zanzibr")
    assert results.total(page) == 1
    link = page.get_by_role("link", name="Search for zanzibr")
    link.focus()
    with results.swap(page):
        page.keyboard.press("Enter")
    assert show(page) == ('"zanzibr"', ['“"zanzibr"”'], "/?q=%22zanzibr%22", [])
    assert results.focused(page) == "results-heading"


def test_did_you_mean_leads_to_the_other_spelling(page: Page):
    page.goto("/?q=short&tag=history")
    link = page.get_by_role("link", name="shore", exact=True)
    promised = int(page.locator(".correction .count").inner_text().split()[0])
    link.focus()
    with results.swap(page):
        page.keyboard.press("Enter")
    assert show(page)[:3] == ("shore", ["“shore”", "tag history"], "/?q=shore&tag=history")
    assert results.total(page) == promised > 1
    assert results.focused(page) == "results-heading"


def test_each_way_out_of_nothing_gives_what_it_says(page: Page):
    nothing = "/?q=zanzibar%20foghorn&year=2024"
    page.goto(nothing)
    ways = page.locator(".nothing a[data-hx-get]").evaluate_all("links => links.map(link => link.id)")
    assert len(ways) > 2
    for id in ways:
        link = page.locator(f"#{id}")
        promised = link.locator(".count").inner_text().split()[0] if link.locator(".count").count() else corpus.ENTRIES
        link.focus()
        with results.swap(page):
            page.keyboard.press("Enter")
        assert results.total(page) == int(promised)
        assert results.focused(page) == "results-heading"
        words = page.locator("#chip-q [dir]").all_inner_texts()
        expect(results.search_box(page)).to_have_value(words[0].strip("“”") if words else "")
        travel(page, -1)
        expect(results.heading(page)).to_contain_text("No entries")
        results.wait(page)
        assert results.state(page) == nothing


def test_corrections_and_ways_out_are_links_without_javascript(plain_page: Page):
    plain_page.goto("/?q=zanzibr&utm_source=x")
    plain_page.get_by_role("link", name="Search for zanzibr").click()
    expect(results.search_box(plain_page)).to_have_value('"zanzibr"')
    plain_page.goto("/?q=short")
    plain_page.get_by_role("link", name="shore", exact=True).click()
    expect(results.search_box(plain_page)).to_have_value("shore")
    plain_page.goto("/?q=zanzibar+tag:weather+date:2019")
    assert results.chips(plain_page) == ["“zanzibar”", "tag weather", "2019"]
    plain_page.get_by_role("link", name="without “zanzibar”").click()
    expect(results.search_box(plain_page)).to_have_value("")
    assert results.state(plain_page) == "/?tag=weather&year=2019"
