"""An entry that carries every trick of foreign markup: it shows as text and links, and does nothing.

What it would do is heard by the watch: dialogs, requests, violations of the policy, errors.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser import addresses, corpus, results
from tests.browser.watch import Watch

HOSTILE = addresses.PAGES["hostile entry"]
DUPLICATES = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
ATTRIBUTES = """() => [...document.querySelectorAll(".prose *")].flatMap((element) => element.getAttributeNames())"""
HARMLESS = {"href", "rel", "src", "alt", "loading", "decoding", "referrerpolicy", "dir", "lang"}
FORBIDDEN = "script, style, template, form, input, button, iframe, object, svg, base, meta, title, h1, hx-partial"


def test_it_asks_for_nothing_but_the_page(page: Page):
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(HOSTILE)
    page.wait_for_load_state("networkidle")
    paths = [urlsplit(request.url).path for request in asked]
    assert [path for path in paths if not path.startswith(("/static/", "/entries/"))] == []


def test_it_changes_nothing_of_the_page_around_it(page: Page):
    page.goto(HOSTILE)
    expect(page).to_have_title(f'{corpus.HOSTILE} <img src=x onerror="alert(7)"> – {corpus.TITLE}')
    expect(page.locator("h1")).to_have_text(f'{corpus.HOSTILE} <img src=x onerror="alert(7)">')
    assert page.locator("h1").count() == 1
    assert results.focused(page) == "body"
    assert page.evaluate(DUPLICATES) == []
    expect(page.locator("#problem")).to_be_empty()
    assert page.url.startswith(page.evaluate("location.origin") + "/entries/")


def test_nothing_in_it_can_act(page: Page):
    page.goto(HOSTILE)
    assert page.locator(".prose").locator(FORBIDDEN).count() == 0
    assert set(page.evaluate(ATTRIBUTES)) <= HARMLESS
    for link in page.locator(".prose a[href]").all():
        assert (link.get_attribute("href") or "").startswith("https://")


def test_a_click_on_any_of_it_does_nothing(page: Page, watch: Watch):
    page.goto(HOSTILE)
    address = page.url
    for part in page.locator(".prose > :not(a, :has(a))").all():
        part.click()
    for key in ("Alt+s", "Alt+q"):
        page.keyboard.press(key)
    assert page.url == address
    assert watch.fragments == []


@pytest.mark.parametrize("way", ["loaded", "swapped in"])
def test_in_a_list_it_is_an_entry_like_any_other(page: Page, watch: Watch, way: str):
    if way == "loaded":
        page.goto("/?q=hostile")
    else:
        page.goto("/")
        with results.swap(page):
            results.search_box(page).fill("hostile")
    asked = len(watch.fragments)
    expect(results.heading(page)).to_have_text("1 entry for hostile")
    expect(page.locator("#feed h3")).to_have_text(f'{corpus.HOSTILE} <img src=x onerror="alert(7)">')
    assert page.evaluate(DUPLICATES) == []
    assert page.locator("#feed").locator(FORBIDDEN).count() == 0
    expect(results.status(page)).to_have_text("1 entry for hostile.")
    expect(page.locator("#problem")).to_be_empty()
    assert len(watch.fragments) == asked


def test_words_that_look_like_markup_are_shown_as_they_are(page: Page):
    page.goto("/")
    words = '<img src=x onerror=alert(1)> "><script>alert(2)</script>'
    with results.swap(page):
        results.search_box(page).fill(words)
    expect(results.heading(page)).to_contain_text(words)
    page.reload()
    expect(results.heading(page)).to_contain_text(words)
    expect(results.search_box(page)).to_have_value(words)
    expect(page).to_have_title(f"{results.heading(page).inner_text()} – {corpus.TITLE}")
