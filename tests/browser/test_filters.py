"""Filters: facets, chips and orders swap the results in place, and the address and title follow."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser import corpus, results
from tests.browser.watch import Watch


def mark(page: Page) -> None:
    """Mark the document, so that a page load in between can be told."""
    page.evaluate("window.mark = true")


def is_marked(page: Page) -> bool:
    return bool(page.evaluate("window.mark === true"))


def test_a_tag_narrows_the_results_in_place(page: Page, watch: Watch):
    page.goto("/")
    mark(page)
    with results.swap(page):
        results.facet(page, "weather").click()
    expect(results.heading(page)).to_have_text(f"{results.total(page)} entries, tagged weather, newest first")
    assert results.total(page) < 120
    assert len(results.entries(page)) == min(results.BATCH, results.total(page))
    assert page.locator("#feed > article").count() == page.locator("#feed .tags a", has_text="weather").count()
    assert results.chips(page) == ["tag weather"]
    assert results.state(page) == "/?tag=weather"
    assert is_marked(page)
    assert len(watch.fragments) == 1


@pytest.mark.parametrize("key", ["ControlOrMeta", "Shift"])
def test_a_filter_can_be_opened_in_a_tab_of_its_own(page: Page, watch: Watch, key: Literal["ControlOrMeta", "Shift"]):
    page.goto("/")
    with page.context.expect_page() as opened:
        results.facet(page, "weather").click(modifiers=[key])
    expect(results.heading(opened.value)).to_contain_text("tagged weather")
    assert results.state(opened.value) == "/?tag=weather"
    assert results.state(page) == "/"
    assert watch.fragments == []


def test_a_filter_is_a_new_step_in_history_with_a_title_of_its_own(page: Page):
    page.goto("/")
    steps = results.history_length(page)
    with results.swap(page):
        results.facet(page, "weather").click()
    with results.swap(page):
        results.facet(page, "2018").click()
    assert results.history_length(page) == steps + 2
    assert results.state(page) == "/?tag=weather&year=2018"
    expect(page).to_have_title(f"{results.heading(page).inner_text()} – The Ferry Log")


def test_what_was_swapped_in_is_what_a_reload_shows(page: Page):
    page.goto("/")
    with results.swap(page):
        results.facet(page, "crew").click()
    with results.swap(page):
        results.facet(page, "2019").click()
    swapped = page.locator("#browse").inner_text()
    page.reload()
    assert page.locator("#browse").inner_text() == swapped


def test_the_count_beside_a_value_is_the_number_of_results_after_the_click(page: Page):
    state = "/?q=anchor&tag=weather"
    page.goto(state)
    counts = page.locator("#facets li:not(:has(.on)) a").evaluate_all(
        "links => links.map(link => [link.id, parseInt(link.querySelector('.count').textContent)])"
    )
    counts = counts[::5]
    assert {id.split("-")[0] for id, _ in counts} == {"tag", "any", "not", "author", "year"}
    found = {}
    for id, _ in counts:
        with results.swap(page):
            page.locator(f"#{id}").click()
        found[id] = results.total(page)
        with results.swap(page):  # the same link takes the filter off again
            page.locator(f"#{id}").click()
        assert results.state(page) == state
    assert found == dict(counts)


def test_a_selected_value_shows_that_it_is_and_takes_itself_off(page: Page):
    page.goto("/?tag=weather")
    link = results.facet(page, "weather")
    expect(link).to_have_class("on")
    expect(link).to_have_accessible_name(f"Remove tag weather {corpus.ENTRIES} entries")
    with results.swap(page):
        link.click()
    assert results.state(page) == "/"
    assert results.total(page) == 120


def test_a_chip_removes_its_filter_and_keeps_the_rest(page: Page):
    page.goto("/?q=anchor&tag=crew&year=2019")
    assert results.chips(page) == ["“anchor”", "tag crew", "2019"]
    with results.swap(page):
        results.chip(page, "tag crew").click()
    assert results.chips(page) == ["“anchor”", "2019"]
    assert results.state(page) == "/?q=anchor&year=2019"
    expect(results.search_box(page)).to_have_value("anchor")


def test_the_chip_of_the_words_empties_the_search_box(page: Page):
    page.goto("/?q=anchor&tag=crew")
    with results.swap(page):
        results.chip(page, "anchor").click()
    assert results.state(page) == "/?tag=crew"
    expect(results.search_box(page)).to_have_value("")


def test_clear_all_leads_to_every_entry(page: Page):
    page.goto("/?q=anchor&tag=crew&year=2019")
    with results.swap(page):
        page.get_by_role("link", name="Clear all").click()
    assert results.state(page) == "/"
    assert results.chips(page) == []
    assert results.total(page) == 120
    expect(results.search_box(page)).to_have_value("")


def test_an_order_keeps_the_filters(page: Page):
    page.goto("/?tag=weather")
    newest = results.entries(page)
    with results.swap(page):
        page.get_by_role("link", name="Oldest").click()
    assert results.state(page) == "/?tag=weather&sort=oldest"
    assert results.entries(page)[0] != newest[0]
    expect(page.get_by_role("link", name="Oldest")).to_have_attribute("aria-current", "true")
    assert results.chips(page) == ["tag weather"]


@pytest.mark.parametrize("name", ["C++", "two words", "a,b", "Öresund"])
def test_a_tag_with_signs_in_it_filters_as_any_other(page: Page, name: str):
    page.goto("/")
    with results.swap(page):
        results.facet(page, name).click()
    assert results.chips(page) == [f"tag {name}"]
    assert page.locator("#feed > article").count() == results.total(page) > 0
    assert page.locator("#feed .tags").get_by_text(name, exact=True).count() == results.total(page)


def test_nothing_found_offers_ways_out_that_lead_somewhere(page: Page):
    page.goto("/?q=zanzibar&tag=weather&year=2019")
    assert results.total(page) == 0
    way = page.get_by_role("link", name="without “zanzibar”")
    count = int(way.locator(".count").inner_text().split()[0])
    expect(page.get_by_role("link", name="see what can be asked")).to_have_attribute("href", "/help/")
    with results.swap(page):
        way.click()
    assert results.state(page) == "/?tag=weather&year=2019"
    assert results.total(page) == count > 0
    expect(results.search_box(page)).to_have_value("")
