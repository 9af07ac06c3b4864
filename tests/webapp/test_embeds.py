from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from index import Query
from tests.webapp import pages
from tests.webapp.conftest import HARBOUR, STATES, TOTAL, MakeApp, harbour
from webapp import bundle, create_app, embeds, look
from webapp.look import Look
from webapp.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SITE = "http://localhost"
KINDS = ["/embed/entries", "/embed/frame"]
PARTS = (
    "search label field button results heading list entry title title-link date author snippet tags tag foot more link"
).split()
"""What hosts may style: docs/embedding.md names each, and `status`."""


def embed(client: FlaskClient, parameters: str = "", kind: str = "/embed/entries") -> LexborHTMLParser:
    return pages.get(client, f"{kind}?{parameters}")


def titles(tree: LexborHTMLParser) -> list[str]:
    return [node.attributes["href"] or "" for node in tree.css(".feedsift-title a")]


def results(tree: LexborHTMLParser, name: str) -> str:
    return pages.one(tree, ".feedsift-results").attributes[f"data-{name}"] or ""


@pytest.mark.parametrize("state", STATES)
def test_an_embed_shows_the_entries_of_its_page(client: FlaskClient, state: str):
    here = pages.get(client, f"/embed/entries{state[1:]}{'&' if '?' in state else '?'}size=20")
    there = pages.get(client, f"{state}{'&' if '?' in state else '?'}size=20&page=1")
    if there.css("#as-typed"):  # a page may show another spelling; an embed shows just what its host asked for
        assert titles(here) == []
    else:
        found = [node.attributes["href"] or "" for node in there.css("#feed h3 a")]
        assert titles(here) == [SITE + path for path in found]


def test_an_embed_is_short_where_nothing_else_is_asked_for(client: FlaskClient):
    assert len(titles(embed(client))) == 5
    assert (results(embed(client), "total"), results(embed(client), "shown")) == (str(TOTAL), "5")


@pytest.mark.parametrize(
    ("parameters", "count"),
    [("size=1", 1), ("size=0", 1), ("size=-3", 1), ("size=9999999999999", TOTAL), ("size=x", 5), ("size=", 5)],
)
def test_a_count_that_cannot_be_becomes_the_nearest(client: FlaskClient, parameters: str, count: int):
    assert len(titles(embed(client, parameters))) == count


@pytest.mark.parametrize(
    ("parameters", "level"), [("", 3), ("h=2", 2), ("h=6", 6), ("h=1", 2), ("h=77", 6), ("h=x", 3), ("h=-1", 2)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_the_host_chooses_the_level_of_headings(client: FlaskClient, parameters: str, level: int, kind: str):
    found = {node.tag for node in embed(client, parameters, kind).css("h1, h2, h3, h4, h5, h6")}
    assert found == {f"h{level}"}


@pytest.mark.parametrize(("given", "theme"), [("", "auto"), ("dark", "dark"), ("LIGHT", "light"), ("<b>", "auto")])
def test_a_theme_is_one_of_three(client: FlaskClient, given: str, theme: str):
    for kind in KINDS:
        assert pages.one(embed(client, f"theme={given}", kind), "section").attributes["data-theme"] == theme


@pytest.mark.parametrize("parameters", ["search=1&more=1", "q=" + "x" * 1_001])
@pytest.mark.parametrize("kind", KINDS)
def test_an_embed_says_its_direction_as_it_says_its_language(client: FlaskClient, kind: str, parameters: str):
    section = pages.one(pages.parsed(client.get(f"{kind}?{parameters}").text), "section")
    assert (section.attributes["lang"], section.attributes["dir"]) == ("en", "ltr")


def test_no_filter_is_spoken_of_where_none_is_to_be_seen(client: FlaskClient):
    assert "filter" in pages.text(client, "/?tag=boats&q=zyzzyva")
    assert results(embed(client, "tag=boats&q=zyzzyva"), "status") == "No entries for zyzzyva, tagged Boats."
    assert results(embed(client, "tag=boats"), "status").endswith(" Showing 1 to 5.")


@pytest.mark.parametrize("kind", KINDS)
def test_an_embed_brings_no_landmark_and_no_script(client: FlaskClient, kind: str):
    tree = embed(client, "search=1&more=1", kind)
    assert tree.css("h1, main, header, footer, nav, aside, search, [role], section[aria-label]") == []
    assert tree.css("style, [style], body script, script:not([src])") == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", STATES[::4])
def test_every_address_in_an_embed_is_whole(client: FlaskClient, kind: str, state: str):
    tree = embed(client, f"{urlsplit(state).query}&search=1&more=1&size=2", kind)
    found = tree.css("body a, form, [data-next]")
    assert found
    for node in found:
        for name in {"href", "action", "data-next"} & node.attributes.keys():
            assert (node.attributes[name] or "").startswith(f"{SITE}/"), node.html


def test_the_public_address_of_the_site_stands_in_embeds(make_app: MakeApp):
    app = make_app(harbour=harbour())
    app.extensions["feedsift.settings"] = Settings(address="https://example.org")
    response = app.test_client().get("/embed/entries?more=1&search=1", headers={"Host": "evil.com"})
    assert "evil.com" not in response.text + str(response.headers)
    assert 'action="https://example.org/"' in response.text
    assert response.headers["Link"] == '<https://example.org/>; rel="canonical"'


def test_ids_carry_a_prefix_that_different_embeds_never_share(client: FlaskClient):
    addresses = ["", "q=rope", "tag=boats", "size=4", "h=4", "more=1", "theme=dark", "id=a", "id=b"]
    seen: set[str] = set()
    for parameters in addresses:
        ids = {node.attributes["id"] or "" for node in embed(client, f"{parameters}&search=1").css("[id]")}
        assert len(ids) == 2
        assert not ids & seen
        seen |= ids


def test_two_embeds_of_one_state_are_told_apart_by_their_host(client: FlaskClient):
    tree = embed(client, "id=Top%20%3Cb%3E-1" + "x" * 50 + "&search=1")
    prefix = ("topb-1" + "x" * 50)[:20]
    assert {node.attributes["id"] for node in tree.css("[id]")} == {f"{prefix}-q", f"{prefix}-entries"}
    assert pages.one(tree, "label").attributes["for"] == f"{prefix}-q"


def test_the_frame_holds_the_fragment_as_it_is(client: FlaskClient):
    parameters = "tag=boats&more=1&id=a&theme=dark"
    fragment = pages.text(client, f"/embed/entries?{parameters}").strip()
    assert fragment.startswith("<section")
    assert fragment in pages.text(client, f"/embed/frame?{parameters}")


def test_links_in_a_frame_leave_it(client: FlaskClient):
    tree = embed(client, "search=1", "/embed/frame")
    assert pages.one(tree, "base").attributes == {"target": "_top"}
    assert pages.one(tree, "form").attributes["target"] == "_self"
    assert tree.css("a[target]") == []
    assert embed(client, "search=1").css("[target], base") == []


def test_a_frame_names_itself_and_its_language(client: FlaskClient):
    tree = embed(client, "tag=boats", "/embed/frame")
    assert pages.title(tree).startswith("29 entries, tagged Boats")
    assert pages.one(tree, "html").attributes["lang"] == "en"
    assert pages.canonical(tree) == "/?tag=boats"


def test_the_search_box_of_a_fragment_leads_to_the_page(client: FlaskClient):
    form = pages.one(embed(client, "search=1&tag=boats&year=2011&theme=dark&q=rope&size=3"), "form")
    assert form.attributes["action"] == f"{SITE}/"
    sent = [(node.attributes["name"], node.attributes["value"]) for node in form.css("input")]
    assert sent == [("q", "rope"), ("tag", "boats"), ("year", "2011")]


def test_the_search_box_of_a_frame_keeps_its_looks(client: FlaskClient):
    given = "tag=boats&size=3&h=4&theme=dark&search=1&more=1&id=a"
    form = pages.one(embed(client, given, "/embed/frame"), "form")
    assert form.attributes["action"] == f"{SITE}/embed/frame"
    sent = {(node.attributes["name"], node.attributes["value"]) for node in form.css("input")}
    assert sent == {*parse_qsl(given), ("q", "")}


def test_in_an_embed_search_asks_for_the_box_and_is_no_word(client: FlaskClient):
    assert results(embed(client, "search=1"), "total") == str(TOTAL)
    for off in ("search=0", "search=", "search=off", ""):
        assert embed(client, off).css("form") == []


def test_more_entries_come_batch_by_batch_without_a_gap(client: FlaskClient):
    found, address = [], "/embed/entries?feed=1&size=20&more=1&h=4"
    while address:
        tree = pages.get(client, address)
        assert {node.tag for node in tree.css(".feedsift-title")} == {"h4"}
        found += titles(tree)
        assert results(tree, "shown") == str(len(found))
        more = tree.css_first("[data-next]")
        address = (more.attributes["data-next"] or "").removeprefix(SITE) if more else ""
    assert len(set(found)) == len(found) == HARBOUR


@pytest.mark.parametrize("size", [1, 7, 19, 20, 21])
def test_without_a_script_more_leads_to_the_next_entry_on_the_site(client: FlaskClient, size: int):
    more = pages.one(embed(client, f"size={size}&more=1"), "[data-next]")
    page, _, anchor = (more.attributes["href"] or "").removeprefix(SITE).partition("#")
    there = pages.hits(pages.get(client, page))
    assert there[size] == anchor


def test_more_is_only_there_where_it_was_asked_for_and_there_is_more(client: FlaskClient):
    assert embed(client).css("[data-next]") == []
    assert embed(client, "more=1&size=100").css("[data-next]") == []


def test_only_the_named_parts_have_classes(client: FlaskClient):
    tree = embed(client, "q=rope&search=1&more=1")
    classes = {name for node in tree.css("[class]") for name in (node.attributes["class"] or "").split()}
    assert classes == {"feedsift", *(f"feedsift-{part}" for part in PARTS)}


def test_the_parts_and_attributes_are_documented():
    written = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    address = (ROOT / "static" / "js" / "embed" / "address.js").read_text(encoding="utf-8")
    attributes = re.findall(r'"?([a-z-]+)"?: "', address)
    assert {"exclude-tag", "count", "load-more"} <= set(attributes)
    properties = re.findall(r"var\((--feedsift-[a-z-]+)", bundle.style())
    assert [name for name in {*PARTS, "status", *attributes, *properties} if f"`{name}`" not in written] == []


def test_the_style_sheet_touches_nothing_outside_an_embed():
    css = re.sub(r"/\*.*?\*/", "", bundle.style(), flags=re.DOTALL)
    body = css[css.index("{") + 1 : css.rindex("}")]
    for selectors in re.findall(r"([^{};]+)\{", body):
        for selector in re.split(r",(?![^(]*\))", selectors):
            bare = selector.strip()
            assert bare.startswith((".feedsift", ":host", "slot[hidden]", "@media")), bare


@pytest.mark.parametrize("kind", KINDS)
def test_an_embed_is_not_indexed_and_says_where_its_page_is(client: FlaskClient, kind: str):
    response = client.get(f"{kind}?tag=boats&size=3&theme=dark&h=5&more=1")
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["Link"] == f'<{SITE}/?tag=boats>; rel="canonical"'


@pytest.mark.parametrize("address", ["/embed/entries?q=a", "/embed/frame", "/static/embed.js", "/static/embed.css"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_embed_is_kept_a_while_and_not_sent_again(client: FlaskClient, address: str, coding: str):
    asked = {"Origin": "https://a.example", "Accept-Encoding": coding}
    first = client.get(address, headers=asked)
    assert first.cache_control.public
    assert 60 <= (first.cache_control.max_age or 0) <= 3_600
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"], **asked})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("query", "status"), [("?q=" + "x" * 1_001, 413), ("/nothing", 404)])
def test_an_error_in_an_embed_is_a_short_piece(client: FlaskClient, kind: str, query: str, status: int):
    response = client.get(kind + query, headers={"Origin": "https://a.example"})
    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "frame-ancestors *;" in response.headers["Content-Security-Policy"]
    tree = pages.parsed(response.text)
    assert len(pages.words(pages.one(tree, "section.feedsift > p"))) > 20
    assert tree.css("h1, header, main, nav, body a:not([href=''])") == []
    assert response.text.startswith("<section" if kind == "/embed/entries" else "<!doctype html>")


@pytest.mark.parametrize("kind", KINDS)
def test_without_an_index_an_embed_says_so(tmp_path_factory: pytest.TempPathFactory, kind: str):
    app = create_app(Settings(data=tmp_path_factory.mktemp("none")))
    response = app.test_client().get(kind)
    assert response.status_code == 503
    assert "not ready" in pages.words(pages.one(pages.parsed(response.text), "section.feedsift"))
    app.extensions["feedsift.mender"].end()
    app.extensions["feedsift.library"].close()


def test_the_script_is_one_file_with_the_style_sheet_inside(client: FlaskClient):
    response = client.get("/static/embed.js")
    assert response.content_type == "text/javascript; charset=utf-8"
    assert json.dumps(bundle.style()) in response.text
    assert re.findall(r"^\s*(import|export)\b(?!\.meta)", response.text, re.MULTILINE) == []
    assert re.findall(r"^(?:export )?(?:class|const|function) (\w+)", response.text, re.MULTILINE).count("Voice") == 1
    assert client.get("/static/embed.css").text == bundle.style()


def test_the_names_in_the_script_are_each_given_once():
    names = re.findall(r"^(?:class|const|let|function) (\w+)", bundle.script(), re.MULTILINE)
    assert len(names) == len(set(names)) > 10


@pytest.mark.parametrize("given", [Look(), Look(2, "dark", True, True, "a-1"), Look(6, "light", False, True, "")])
def test_a_look_survives_the_way_through_an_address(given: Look):
    address = embeds.address(embeds.FRAME, Query(text="a & b", size=7), given)
    pairs = dict(parse_qsl(urlsplit(address).query))
    assert look.from_address(pairs) == given
    assert (pairs["q"], pairs["size"]) == ("a & b", "7")
    assert {name for name, _ in Look(2, "dark", True, True, "a").pairs()} == set(look.NAMES)


def test_an_entry_of_hostile_text_stays_text(app: Flask):
    tree = embed(app.test_client(), "size=100&search=1&q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert tree.css("script") == []
    tree = embed(app.test_client(), "size=100")
    assert tree.css("script, b, img") == []
    assert "<script>alert(1)</script> & co" in [node.text() for node in tree.css(".feedsift-title a")]
