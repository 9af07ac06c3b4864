"""A custom element that changes or is moved: where a reader is in it stays."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.embedded import count_requests, element, style, titles


def focus(embed: Locator) -> str:
    """Give the class of what has the focus in an embed's shadow; empty where nothing has."""
    return str(embed.evaluate("embed => embed.shadowRoot.activeElement?.className ?? ''"))


def test_another_theme_leaves_everything_in_its_place(visit: Any):
    page = visit("/one")
    embed = element(page)
    embed.get_by_role("button", name="Load 3 more").click()
    expect(embed.locator("li h3")).to_have_count(6)
    asked = count_requests(page)
    for theme, ground in (("dark", "rgb(29, 32, 36)"), ("LIGHT", "rgb(255, 255, 255)"), ("", "rgba(0, 0, 0, 0)")):
        embed.evaluate("(embed, theme) => embed.setAttribute('theme', theme)", theme)
        assert style(embed.locator("section"), "backgroundColor") == ground
    embed.evaluate("embed => embed.setAttribute('query', 'theme=dark')")
    embed.evaluate("embed => embed.removeAttribute('theme')")
    assert style(embed.locator("section"), "backgroundColor") == "rgb(29, 32, 36)"
    page.wait_for_timeout(300)
    assert asked == []
    expect(embed.locator("li h3")).to_have_count(6)
    assert focus(embed) == "feedsift-title-link"


@pytest.mark.parametrize("start", ["field", "button", "title-link", "tag", "more", "link"])
def test_the_focus_stays_in_an_embed_whose_state_changes(visit: Any, start: str):
    page = visit("/one")
    embed = element(page)
    embed.locator(f".feedsift-{start}").first.focus()
    embed.evaluate("embed => embed.setAttribute('tag', 'crew')")
    expect(embed.locator(".feedsift-heading")).to_contain_text("tagged crew")
    assert focus(embed) == (f"feedsift-{start}" if start in ("field", "button") else "feedsift-heading")


def test_the_cursor_stays_in_the_words_when_the_state_changes(visit: Any):
    page = visit("/one")
    box = element(page).get_by_role("searchbox")
    box.fill("anchor")
    expect(element(page).locator("mark").first).to_be_visible()
    box.evaluate("box => box.setSelectionRange(2, 4)")
    element(page).evaluate("embed => embed.setAttribute('tag', 'crew')")
    expect(element(page).locator(".feedsift-heading")).to_contain_text("for anchor, tagged crew")
    expect(box).to_be_focused()
    assert box.evaluate("box => [box.value, box.selectionStart, box.selectionEnd]") == ["anchor", 2, 4]


def test_the_focus_goes_on_from_the_link_inside_and_from_results_that_go(visit: Any):
    page = visit("/own")
    embed = element(page)
    titles(embed)
    page.evaluate(
        "document.querySelector('feedsift-entries').outerHTML = '<feedsift-entries search>"
        "<a href=\"/\">Entries</a></feedsift-entries>'; document.querySelector('feedsift-entries a').focus()"
    )
    titles(embed)
    assert focus(embed) == "feedsift-heading"
    embed.get_by_role("searchbox").fill("anchor")
    embed.locator("h3 a").first.focus()
    expect(embed.locator("mark").first).to_be_visible()
    assert focus(embed) == "feedsift-heading"


def test_the_focus_outside_is_left_alone(visit: Any):
    page = visit("/strict")
    first, second = element(page), element(page, 1)
    titles(first), titles(second)
    second.locator("h3 a").first.focus()
    first.evaluate("embed => embed.setAttribute('query', 'tag=crew')")
    expect(first.locator(".feedsift-heading")).to_contain_text("tagged crew")
    assert (focus(first), focus(second)) == ("", "feedsift-title-link")


def test_an_element_that_is_moved_keeps_what_it_has(visit: Any):
    page = visit("/one")
    embed = element(page)
    embed.get_by_role("button", name="Load 3 more").click()
    expect(embed.locator("li h3")).to_have_count(6)
    asked = count_requests(page)
    embed.evaluate("embed => document.body.append(embed)")
    page.wait_for_timeout(300)
    assert asked == []
    expect(embed.locator("li h3")).to_have_count(6)
    embed.get_by_role("searchbox").fill("anchor")
    embed.evaluate("embed => document.body.prepend(embed)")  # what is on its way comes, too
    expect(embed.locator("mark").first).to_be_visible()
    assert len(asked) == 1


def test_an_element_that_was_away_asks_for_what_it_has_missed(visit: Any):
    page = visit("/one")
    embed = element(page)
    titles(embed)
    page.evaluate(
        "window.away = document.querySelector('feedsift-entries'); away.setAttribute('tag', 'crew'); away.remove()"
    )
    page.wait_for_timeout(300)
    page.evaluate("document.body.append(away)")
    expect(embed.locator(".feedsift-heading")).to_contain_text("tagged crew")
