"""What embeds look like in pages of another site, whatever the page around looks like."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.embedded import element, frame, style, titles, wait
from tests.browser.servers import Server

LOOK = [
    "fontStyle",
    "fontWeight",
    "fontVariant",
    "wordSpacing",
    "textAlign",
    "textIndent",
    "textTransform",
    "textShadow",
]
LOOK += ["whiteSpace", "cursor", "lineHeight"]
_PUT = """
async (site) => {
  const text = await (await fetch(`${site}/embed/entries?size=3`)).text();
  document.querySelector(".loud").innerHTML = `<link rel="stylesheet" href="${site}/static/embed.css">${text}`;
}
"""


def test_a_page_from_right_to_left_leaves_english_as_it_is(visit: Any):
    page = visit("/rtl")
    embed = element(page)
    titles(embed)
    for place in (".feedsift-date", ".feedsift-foot", ".feedsift-label", "[role=status]"):
        assert style(embed.locator(place).first, "direction") == "ltr"


def looks(embed: Locator, places: str, names: list[str]) -> list[list[str]]:
    titles(embed)
    return [[style(embed.locator(f".feedsift-{place}").first, name) for name in names] for place in places.split()]


def test_how_text_looks_around_an_embed_is_not_how_it_looks_inside(visit: Any):
    seen = []
    for path in ("/one", "/loud"):
        embed = element(visit(path))
        titles(embed)
        embed.evaluate("embed => embed.shadowRoot.querySelector('[role=status]').toggleAttribute('data-problem', true)")
        seen.append(looks(embed, "date title snippet field status", [*LOOK, "letterSpacing"]))
    assert seen[0] == seen[1]


def test_a_fragment_with_the_style_sheet_keeps_its_look_too(visit: Any, server: Server):
    inside = looks(element(visit("/one")), "date title snippet", LOOK)
    page = visit("/loud")
    page.evaluate(_PUT, server.address.rstrip("/"))
    expect(page.locator(".loud > .feedsift .feedsift-date").first).to_have_css("font-style", "normal")
    assert looks(page.locator(".loud"), "date title snippet", LOOK) == inside


def test_styles_of_the_host_stay_out_and_those_of_the_embed_stay_in(visit: Any):
    page = visit("/without")
    places = ("#before", "h1", "#after")
    without = [[style(page.locator(place), name) for name in ("margin", "font", "color")] for place in places]
    page = visit("/one")
    embed = element(page)
    titles(embed)
    assert style(page.locator("#before"), "letterSpacing") != "normal"
    assert style(embed.locator("li").first, "letterSpacing") == "normal"
    assert style(embed.locator("section"), "outlineStyle") == "none"
    assert style(embed.locator("li").first, "borderInlineStartWidth") == "0px"
    assert without == [[style(page.locator(place), name) for name in ("margin", "font", "color")] for place in places]


def test_the_host_styles_an_embed_by_properties_and_parts(visit: Any):
    page = visit("/strict", color_scheme="light")
    plain, branded = element(page), element(page, 1)
    titles(plain), titles(branded)
    assert style(branded.get_by_role("button", name="Search"), "color") == "rgb(120, 0, 160)"
    assert style(branded.locator("section"), "fontSize") == "18px"
    assert style(branded.locator("li h3").first, "textTransform") == "uppercase"
    assert style(plain.locator("li h3").first, "textTransform") == "none"
    assert style(plain.locator("section"), "color") == style(page.locator("#before"), "color")


def test_a_theme_holds_whatever_the_page_around_has(visit: Any):
    page = visit("/themes")
    wait(page)
    grounds = [style(element(page, number).locator("section"), "backgroundColor") for number in (0, 1)]
    assert grounds == ["rgb(255, 255, 255)", "rgb(29, 32, 36)"]
    assert [style(frame(page, number), "backgroundColor") for number in (0, 1)] == grounds
