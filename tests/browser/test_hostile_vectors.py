"""Hundreds of hostile entries with the policy off, so that the sanitiser alone holds; and the other way round.

The set is a sample of tests.vectors; `make vectors` runs all of them, and those of other projects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import vectors
from tests.browser import hostile, hostile_site, hosts
from tests.browser.hostile import Seen
from tests.browser.hostile_site import Hostile
from tests.site import Reply

SAMPLE = 500
FORBIDDEN = (
    "script, style, template, form, input, iframe, object, embed, svg, math, base, meta, title, h1, hx-partial, dialog"
)
NEVER_ASKED = re.compile(r"/(x|stolen|none)\b")


@pytest.fixture(scope="module", autouse=True)
def chromium(is_firefox: bool) -> None:
    if is_firefox:
        pytest.skip("what the vectors execute is known of Chromium")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """The vectors as they are taken in, without a policy."""
    with hostile_site.running(tmp_path_factory.mktemp("hostile"), vectors.some(SAMPLE)) as running:
        yield running


@pytest.fixture
def looking(browser: Browser, site: Hostile) -> Iterator[tuple[Page, Seen]]:
    with hostile.looking(browser, site) as found:
        yield found
        page, seen = found
        page.wait_for_timeout(100)
        assert (seen.executed, seen.requests, seen.navigations) == (set(), [], [])
        assert [path for path in site.asked if NEVER_ASKED.match(path)] == []


def test_nothing_comes_through_where_entries_are_loaded(looking: tuple[Page, Seen], site: Hostile) -> None:
    page, _ = looking
    assert hostile.together(page, site, site.numbers()) == []


def test_nothing_comes_through_where_a_script_writes_entries_twice(looking: tuple[Page, Seen], site: Hostile) -> None:
    page, _ = looking
    assert hostile.written(page, site, site.numbers()) == []


def test_lists_of_them_are_lists_like_any_other(looking: tuple[Page, Seen], site: Hostile) -> None:
    page, _ = looking
    for number in (1, 7, 15):
        page.goto(f"/?size=100&page={number}")
        assert_untouched(page, least=100)


def test_a_swap_and_a_way_back_change_nothing_of_that(looking: tuple[Page, Seen]) -> None:
    page, _ = looking
    page.goto("/?size=100")
    with page.expect_response(re.compile("/fragments/entries")):
        page.locator("#more").click()
    expect(page.locator("#feed > article")).to_have_count(200)
    page.locator("#feed > article h3 a").nth(30).click()
    page.wait_for_url("**/entries/**")
    assert page.locator(".prose").locator(FORBIDDEN).count() == 0
    page.go_back()
    expect(page.locator("#feed > article").first).to_be_visible()
    with page.expect_response(re.compile("/fragments/entries")):
        page.locator("#q").fill("alert")
    expect(page.locator("#results-heading")).to_contain_text("alert")
    assert page.locator("#feed").locator(FORBIDDEN).count() == 0
    expect(page.locator("#problem")).to_be_empty()


def test_pages_of_entries_with_htmx_attributes_ask_for_nothing(looking: tuple[Page, Seen], site: Hostile) -> None:
    page, _ = looking
    places = dict(vectors.some(SAMPLE))
    marked = [number for number in site.numbers("html") if "hx-" in places[site.vectors[number]]]
    site.asked.clear()
    assert len(marked) >= 20
    assert hostile.alone(page, site, marked[:40], "/entries/{}/") == []
    assert site.asked["/fragments/entries"] == 0


def test_other_sites_that_embed_them_are_safe(browser: Browser, site: Hostile) -> None:
    with hosts.running(site.address) as host, hostile.looking(browser, site) as (page, seen):
        script = f'<script type="module" src="{site.address}/static/embed.js"></script>'
        frame = f'<iframe title="x" src="{site.address}/embed/frame?size=100" width="100%" height="900"></iframe>'
        text = hosts.PAGE.format(title="Host", head=script, body=hosts.element(site.address, ' count="100"') + frame)
        host.pages["/many"] = Reply(text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
        page.goto(host.url("/many"))
        expect(page.locator("feedsift-entries .feedsift-entry")).to_have_count(100)
        expect(page.frame_locator("iframe").locator(".feedsift-entry")).to_have_count(100)
        page.goto(host.url("/htmx2"))
        page.get_by_role("button").click()
        page.locator("#place").wait_for()
        page.wait_for_timeout(300)
        assert (seen.executed, seen.requests, seen.navigations) == (set(), [], [])
        assert page.title() == "htmx 2"


def test_without_the_sanitiser_hundreds_of_them_would_act(browser: Browser, tmp_path: Path) -> None:
    with (
        hostile_site.running(tmp_path, vectors.some(SAMPLE), sanitised=False) as site,
        hostile.looking(browser, site) as (page, seen),
    ):
        found = hostile.written(page, site, site.numbers("html"))
        hostile.alone(page, site, site.numbers("html")[:60])
    assert len(seen.executed) > 150
    assert len(found) > 1_000
    assert any(hostile.EVIL in request for request in seen.requests)


def test_the_policy_alone_holds_as_well(browser: Browser, tmp_path: Path) -> None:
    with (
        hostile_site.running(tmp_path, vectors.some(SAMPLE), sanitised=False, policed=True) as site,
        hostile.looking(browser, site) as (page, seen),
    ):
        hostile.written(page, site, site.numbers("html"))
        loaded = hostile.alone(page, site, site.numbers("html")[:60])
        assert len([said for said in loaded if "page has gone" in said]) < 30
        for number in site.numbers("html")[:20]:
            page.goto(f"/entries/{number}/")
    assert seen.executed == set()


def assert_untouched(page: Page, least: int) -> None:
    """A list shows at least so many entries, and nothing of them has touched the page around it."""
    assert page.locator("#feed > article").count() >= least
    assert page.locator("#feed").locator(FORBIDDEN).count() == 0
    assert page.locator("h1").count() == 1
    expect(page.locator("#problem")).to_be_empty()
    assert page.evaluate("document.activeElement === document.body")
    assert "stolen" not in page.title()
    assert "stolen" not in page.locator("[role=status]").all_inner_texts()
    assert page.evaluate("document.querySelectorAll('#status').length") <= 1
    links = page.locator("#feed a[href]").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(links) <= {"http:", "https:"}
