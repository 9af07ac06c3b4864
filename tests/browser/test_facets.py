"""Facets: a value that must be there, may stand for another, or must not; the chart of dates; all values of a facet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import corpus, results
from tests.browser.test_back import travel
from tests.browser.watch import Watch

VALUES = "**/fragments/facets/*"
FAILURE = "console: (Failed to load resource|Response Status Error Code)"


def row(page: Page, name: str) -> Locator:
    """Find the row of a facet's value, with all that can be done with it."""
    return page.locator("#facets li, .values li").filter(
        has=page.locator("> :first-child").get_by_text(name, exact=True)
    )


def control(page: Page, kind: str, name: str) -> Locator:
    """Find what makes a tag one that must be there, may be, or must not."""
    return row(page, name).locator(f"a[id^={kind}-]")


def count(link: Locator) -> int:
    return int(link.locator(".count").inner_text().split()[0])


def press(page: Page, link: Locator) -> None:
    """Follow a link with the keyboard; the focus is never lost by that."""
    link.focus()
    with results.swap(page):
        page.keyboard.press("Enter")
    assert results.focused(page) != "body"


def bars(page: Page) -> list[str]:
    return page.locator(".bars a").evaluate_all("bars => bars.map(bar => bar.id)")


def test_a_tag_can_be_wanted_be_an_alternative_and_be_left_out(page: Page):
    page.goto("/")
    steps = results.history_length(page)
    assert page.locator("#facets .or").count() == 0
    for kind, name, state, chips in [
        ("tag", "crew", "/?tag=crew", ["tag crew"]),
        ("any", "maps", "/?tag=crew,maps", ["tag crew or maps"]),
        ("not", "tides", "/?tag=crew,maps&exclude.tag=tides", ["tag crew or maps", "not tag tides"]),
        ("tag", "tides", "/?tag=crew,maps&tag=tides", ["tag crew or maps", "tag tides"]),
    ]:
        link = control(page, kind, name)
        promised, id = count(link), link.get_attribute("id")
        press(page, link)
        assert results.state(page) == state
        assert results.chips(page) == chips
        assert results.total(page) == promised
        assert results.focused(page) == id
        expect(page.locator(f"#{id}")).to_have_class("on")
        expect(row(page, name)).to_have_class({"tag": "must"}.get(kind, kind))
    assert results.history_length(page) == steps + 4
    expect(results.heading(page)).to_contain_text("tagged crew or maps and tides")


def test_what_is_on_takes_itself_off_and_keeps_the_focus(page: Page):
    page.goto("/?tag=crew,maps&exclude.tag=tides")
    for kind, name, state in [
        ("any", "maps", "/?tag=crew&exclude.tag=tides"),
        ("not", "tides", "/?tag=crew"),
        ("tag", "crew", "/"),
    ]:
        link = control(page, kind, name)
        expect(link).to_have_accessible_name(f"Remove tag {name} {count(link)} entries")
        promised, id = count(link), link.get_attribute("id")
        press(page, link)
        assert results.state(page) == state
        assert results.total(page) == promised
        assert results.focused(page) == id


def test_a_control_that_vanishes_hands_the_focus_on(page: Page):
    page.goto("/?tag=crew,maps")
    press(page, control(page, "any", "crew"))
    press(page, control(page, "tag", "maps"))
    press(page, control(page, "tag", "crew"))
    press(page, control(page, "any", "maps"))
    assert results.state(page) == "/?tag=crew,maps"
    press(page, control(page, "any", "maps"))
    press(page, control(page, "any", "harbour"))
    press(page, page.locator("#filters .chip"))  # with the only tag goes what could be an alternative to it
    assert results.focused(page) == "facets-heading"


def test_each_control_says_what_it_does(page: Page):
    page.goto("/?tag=crew")
    names = [control(page, kind, "maps") for kind in ("tag", "any", "not")]
    for link, words in zip(names, ["Tag maps", "crew or maps:", "Not maps:"], strict=True):
        expect(link).to_have_accessible_name(f"{words} {count(link)} entries")


def test_a_value_that_gives_nothing_is_no_link(page: Page):
    page.goto("/?tag=crew")
    dead = page.locator("#facets .dead[id^=tag-]").first
    assert dead.locator(".count").inner_text().split()[0] == "0"
    assert dead.evaluate("dead => dead.tagName") == "SPAN"


def test_alternatives_and_exclusions_are_links_without_javascript(plain_page: Page):
    plain_page.goto("/?tag=crew")
    for kind, name, state in [
        ("any", "maps", "/?tag=crew,maps"),
        ("not", "tides", "/?tag=crew,maps&exclude.tag=tides"),
        ("not", "tides", "/?tag=crew,maps"),
        ("any", "maps", "/?tag=crew"),
    ]:
        promised = count(control(plain_page, kind, name))
        control(plain_page, kind, name).click()
        assert results.state(plain_page) == state
        assert results.total(plain_page) == promised


def test_a_bar_leads_to_its_year_and_a_month_and_back_to_all_years(page: Page):
    page.goto("/?tag=crew")
    assert page.locator(".bars.years > li").count() == 10
    promised = count(page.locator("#bar-2018"))
    press(page, page.locator("#bar-2018"))
    assert results.state(page) == "/?tag=crew&year=2018"
    assert results.total(page) == promised
    assert page.locator(".bars.months > li").count() == 12
    assert sum(count(bar) for bar in page.locator(".bars li").all()) == promised
    month = page.locator(".bars a").first
    promised, id = count(month), str(month.get_attribute("id"))
    press(page, month)
    assert results.state(page) == f"/?tag=crew&year=2018&month={id.split('-')[2]}"
    assert results.total(page) == promised
    assert results.focused(page) == id
    expect(page.locator(f"#{id}")).to_have_attribute("aria-current", "true")
    press(page, page.get_by_role("link", name="All years"))
    assert results.state(page) == "/?tag=crew"
    assert page.locator(".bars.years > li").count() == 10


def test_the_keyboard_reaches_every_bar(page: Page):
    page.goto("/")
    page.locator("#sort-oldest").focus()
    reached = []
    for _ in bars(page):
        page.keyboard.press("Tab")
        reached.append(results.focused(page))
        expect(page.locator(":focus")).to_be_in_viewport()
    assert reached == [f"bar-{year}" for year in range(2015, 2025)]
    page.keyboard.press("Tab")
    assert results.focused(page) == "range-from"


def test_a_range_is_chosen_with_a_form(page: Page):
    page.goto("/?q=anchor&tag=crew&sort=oldest")
    form = page.get_by_role("form", name="Choose a range of years")
    form.get_by_label("From").select_option("2017")
    form.get_by_label("to", exact=True).select_option("2019")
    press(page, form.get_by_role("button", name="Show"))
    assert results.state(page) == "/?q=anchor&tag=crew&from=2017&to=2019&sort=oldest"
    assert results.chips(page) == ["“anchor”", "tag crew", "2017 to 2019"]
    assert results.focused(page) == "range-button"
    expect(form.get_by_label("From")).to_have_value("2017")
    assert [bar for bar in bars(page) if page.locator(f"#{bar}[aria-current]").count()] == [
        f"bar-{year}" for year in (2017, 2018, 2019)
    ]
    expect(results.status(page)).to_have_text(results.spoken(page))
    form.get_by_label("From").select_option("2019")
    press(page, form.get_by_role("button", name="Show"))
    assert results.state(page) == "/?q=anchor&tag=crew&year=2019&sort=oldest"


def test_words_typed_a_moment_before_a_range_go_along_with_it(page: Page):
    page.goto("/?q=anchor")
    page.locator("#range-from").select_option("2017")
    results.search_box(page).fill("anchor rope")
    with results.swap(page):
        page.locator("#range-button").evaluate("button => button.click()")
    assert results.state(page) == "/?q=anchor%20rope&from=2017&to=2024"
    expect(results.search_box(page)).to_have_value("anchor rope")


def test_a_range_that_fails_can_be_tried_again(page: Page, watch: Watch):
    watch.allow(FAILURE)
    page.goto("/")
    page.route(results.FRAGMENTS, lambda route: route.fulfill(status=500), times=1)
    page.locator("#range-from").select_option("2017")
    page.locator("#range-button").click()
    with results.swap(page):
        page.get_by_role("button", name="Try again").click()
    assert results.state(page) == "/?from=2017&to=2024"
    assert results.focused(page) == "range-button"


def test_a_range_and_bars_work_without_javascript(plain_page: Page):
    plain_page.goto("/?q=anchor")
    plain_page.locator("#bar-2018").click()
    assert results.state(plain_page) == "/?q=anchor&year=2018"
    plain_page.get_by_role("link", name="All years").click()
    plain_page.locator("#range-from").select_option("2017")
    plain_page.locator("#range-to").select_option("2019")
    plain_page.locator("#range-button").click()
    assert results.chips(plain_page) == ["“anchor”", "2017 to 2019"]
    plain_page.get_by_text("As a table").click()
    expect(plain_page.get_by_role("table")).to_be_visible()


def test_the_chart_is_there_as_a_table_too(page: Page):
    page.goto("/?tag=crew")
    page.get_by_text("As a table").press("Enter")
    table = page.get_by_role("table")
    expect(table).to_be_visible()
    rows = table.locator("tbody tr").all_inner_texts()
    assert [line.split() for line in rows] == [
        [str(year), str(count(page.locator(f"#bar-{year}")))] for year in range(2015, 2025)
    ]
    assert sum(int(line.split()[1]) for line in rows) == results.total(page)


def test_all_values_of_a_facet_can_be_filtered_by_name(page: Page):
    page.goto("/?year=2019")
    page.get_by_role("link", name="All tags").click()
    expect(page.locator("h1")).to_have_text("Tags")
    page.wait_for_load_state()
    assert results.state(page) == "/facets/tag/?year=2019"
    everything = page.locator(".values > li").count()
    box = page.get_by_role("searchbox", name="Show only tags with")
    with page.expect_response(VALUES):
        box.press_sequentially("OR")
    expect(page.locator("#values .shown")).to_have_text("3 with “OR”.")
    assert {"history", "two words"} < set(page.locator(".values > li > :first-child > [dir]").all_inner_texts())
    assert results.state(page) == "/facets/tag/?year=2019&match=OR"
    expect(box).to_be_focused()
    expect(results.status(page)).to_have_text("3 tags.")
    with page.expect_response(VALUES):
        box.fill("")
    expect(page.locator(".values > li")).to_have_count(everything)
    assert results.state(page) == "/facets/tag/?year=2019"
    with page.expect_response(VALUES):
        box.fill("nowhere")
    expect(page.locator("#values .shown")).to_have_text("0 with “nowhere”.")
    expect(results.status(page)).to_have_text("0 tags.")


def test_a_value_of_the_facet_page_leads_to_the_entries(page: Page):
    page.goto("/facets/tag/?tag=crew&match=ma")
    link = control(page, "any", "maps")
    promised = count(link)
    link.click()
    assert results.state(page) == "/?tag=crew,maps"
    assert results.total(page) == promised
    travel(page, -1)
    expect(page.get_by_role("searchbox")).to_have_value("ma")


def test_filtering_values_that_fails_can_be_tried_again(page: Page, watch: Watch):
    watch.allow(FAILURE)
    page.goto("/facets/tag/")
    page.route(VALUES, lambda route: route.fulfill(status=500), times=1)
    page.get_by_role("searchbox").press_sequentially("ma")
    with page.expect_response(VALUES):
        page.get_by_role("button", name="Try again").click()
    expect(page.locator(".values > li")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("#problem")).to_be_empty()


def test_the_facet_page_works_without_javascript(plain_page: Page):
    plain_page.goto("/facets/tag/?year=2019")
    plain_page.get_by_role("searchbox").fill("wor")
    plain_page.get_by_role("button", name="Filter").click()
    assert results.state(plain_page) == "/facets/tag/?year=2019&match=wor"
    expect(plain_page.locator(".values > li")).to_have_count(1)
    control(plain_page, "tag", "two words").click()
    assert results.chips(plain_page) == ["tag two words", "2019"]


@pytest.mark.parametrize("name", ["author", "year", "month"])
def test_every_facet_has_a_page(page: Page, name: str):
    page.goto(f"/facets/{name}/?tag=crew")
    promised = count(page.locator(".values a").first)
    page.locator(".values a").first.click()
    assert results.total(page) == promised < corpus.ENTRIES
