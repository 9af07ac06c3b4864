"""What foreign HTML may do on the page of an entry: link within itself, and load pictures; and what it may not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser import hostile_site
from tests.browser.conftest import WAIT_MILLISECONDS
from tests.browser.hostile_site import Hostile

NOTES = (
    '<p>A claim.<a href="#fn1" id="ref1">1</a></p>'
    + "<p>Filler.</p>" * 80
    + '<ol><li id="fn1">A note. <a href="#ref1">Back</a></li></ol>'
)
TURNED = "\u202eA turned\u2067 text <b>and \u202dmore</b>"
PICTURES = (
    '<img src="http://images.example/a.png" width="90" height="30" alt="A picture">'
    '<img src="http://images.example/pixel.gif" width="1" height="1">'
    '<img src="https://images.example/styled.gif" style="width:1px;height:1px">'
    '<video autoplay src="https://images.example/film.mp4"></video>'
    '<iframe src="https://player.vimeo.com/video/7" title="A film"></iframe>'
)
HIJACK = (
    '<a href="#status">x</a><div id="status" role="status">Stolen</div><a href="#q">y</a><p id="q">Stolen</p>'
    '<div id="problem" role="alert" hx-swap-oob="true">Stolen</div>'
)
VECTORS = [NOTES, TURNED, PICTURES, HIJACK]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """A site over these entries, with its policy."""
    with hostile_site.running(tmp_path_factory.mktemp("entries"), enumerate(VECTORS), policed=True) as running:
        yield running


@pytest.fixture
def entry(browser: Browser, site: Hostile) -> Iterator[Page]:
    context = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(WAIT_MILLISECONDS)
    yield context.new_page()
    context.close()


def address(site: Hostile, vector: str) -> str:
    number = next(n for n in site.numbers("html") if site.vectors[n] == VECTORS.index(vector))
    return f"/entries/{number}/"


def test_a_note_is_found_and_leads_back(entry: Page, site: Hostile) -> None:
    entry.goto(address(site, NOTES))
    prose = entry.locator(".prose")
    prose.get_by_role("link", name="1", exact=True).click()
    expect(prose.locator("li")).to_be_in_viewport()
    expect(prose.locator("p").first).not_to_be_in_viewport()
    assert re.search(r"#note-[0-9a-f]{8}-[0-9]+$", entry.url)
    prose.get_by_role("link", name="Back", exact=True).click()
    expect(prose.locator("p").first).to_be_in_viewport()


def test_signs_that_turn_text_around_end_with_the_entry(entry: Page, site: Hostile) -> None:
    entry.goto(address(site, TURNED))
    assert runs_left_to_right(entry, ".from")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", entry.locator("h1").inner_text() + entry.title())
    entry.goto("/?q=turned")
    for place in ("#feed h3", "#feed .snippet"):
        assert runs_left_to_right(entry, place)


def runs_left_to_right(page: Page, place: str) -> bool:
    """Tell whether the last sign of a short line stands right of its first."""
    edges = """(element) => {
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      const found = [];
      while (walker.nextNode()) if (walker.currentNode.data.trim()) found.push(walker.currentNode);
      const at = (node, offset) => {
        const range = document.createRange();
        range.setStart(node, offset), range.setEnd(node, offset + 1);
        return range.getBoundingClientRect().left;
      };
      const last = found.at(-1);
      return [at(found[0], 0), at(last, last.data.trimEnd().length - 1)];
    }"""
    first, last = page.locator(place).first.evaluate(edges)
    return bool(first < last)


def test_pictures_are_asked_for_securely_and_without_a_word_of_where(entry: Page, site: Hostile) -> None:
    asked: list[Request] = []
    entry.on("request", lambda request: asked.append(request))
    entry.route("https://*.example/**", lambda route: route.fulfill(body="", content_type="image/png"))
    entry.goto(address(site, PICTURES))
    entry.wait_for_load_state("networkidle")
    outside = [request for request in asked if not request.url.startswith(site.address)]
    assert [request.url for request in outside] == ["https://images.example/a.png"]
    assert {"referer", "cookie"}.isdisjoint(outside[0].headers)
    expect(entry.get_by_role("link", name="A film", exact=True)).to_have_attribute("href", "https://vimeo.com/7")


def test_a_place_of_an_entry_is_none_of_the_page(entry: Page, site: Hostile) -> None:
    for path in (address(site, HIJACK), "/?q=stolen"):
        entry.goto(path)
        assert "Stolen" not in "".join(
            entry.locator("#status, #problem, [role=status], [role=alert]").all_inner_texts()
        )
        ids = entry.evaluate("[...document.querySelectorAll('[id]')].map((element) => element.id)")
        assert len(ids) == len(set(ids))
