from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import STATES, MakeApp

SITE = "http://localhost"
REFUSED = [
    "",
    "/",
    "/?tag=boats",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://localhost/",
    "http://localhost:81/",
    "http://localhost.evil.com/",
    "http://evil.com/",
    "//localhost/",
    "//evil.com",
    "http://user@localhost/",
    "http://localhost@evil.com/",
    "http://localhost\\@evil.com/",
    "http://[::1",
    "http://localhost:x/",
    f"{SITE}/nothing/",
    f"{SITE}/entries/",
    f"{SITE}/entries/999999/",
    f"{SITE}/entries/no-number/",
    f"{SITE}/entries/1%00/",
    f"{SITE}/entries/%ff/",
    f"{SITE}/entries/1/../../",
    f"{SITE}//evil.com/",
    f"{SITE}/feeds/",
    f"{SITE}/?{'a=1&' * 500}",
    f"{SITE}/{'x' * 20_000}",
    "\0",
    f"{SITE}/\0",
]


def ask(client: FlaskClient, url: str, **more: str) -> TestResponse:
    return client.get("/oembed", query_string={"url": url, **more})


def answer(client: FlaskClient, url: str, **more: str) -> dict[str, Any]:
    response = ask(client, url, **more)
    assert (response.status_code, response.content_type) == (200, "application/json")
    found = json.loads(response.text)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("state", STATES)
def test_every_list_can_be_embedded_as_a_frame_of_what_its_page_shows(client: FlaskClient, state: str):
    found = answer(client, SITE + state)
    assert (found["version"], found["type"], found["provider_url"]) == ("1.0", "rich", f"{SITE}/")
    frame = pages.one(pages.parsed(found["html"]), "iframe").attributes
    assert (frame["width"], frame["height"]) == (str(found["width"]), str(found["height"]))
    address = urlsplit(frame["src"] or "")
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{SITE}/embed/frame"
    tree = pages.get(client, state)
    # Of a corrected search, the canonical address has what was typed; the builder makes what is shown.
    shown = urlsplit(pages.one(tree, "#embed-this").attributes["href"] or "").query
    kept = {name: value for name, value in parse_qs(shown).items() if name not in ("size", "page")}
    assert parse_qs(address.query) == kept | {"size": ["5"]}
    assert found["title"] == pages.words(pages.one(tree, "#results-heading"))


def test_an_entry_is_a_link_with_its_title_and_author(client: FlaskClient):
    link = pages.one(pages.get(client, "/?size=1&q=Größe"), "article h3 a")
    address, found = link.attributes["href"] or "", answer(client, SITE + (link.attributes["href"] or ""))
    tree = pages.get(client, address)
    assert (found["type"], found["version"]) == ("link", "1.0")
    assert found["title"] == pages.words(pages.one(tree, "h1"))
    assert found["author_name"] == pages.words(pages.one(tree, ".by"))
    assert pages.total(pages.get(client, found["author_url"].removeprefix(SITE))) > 0
    assert found["provider_name"] == "Feedsift"
    assert found["cache_age"] > 0


def test_a_tag_s_short_address_gives_the_list_that_it_leads_to(client: FlaskClient):
    assert answer(client, f"{SITE}/tags/boats+knots/") == answer(client, f"{SITE}/?tag=boats&tag=knots")
    assert answer(client, f"{SITE}/tags/c%2B%2B/") == answer(client, f"{SITE}/?tag=c%2B%2B")


def test_a_misspelt_search_is_embedded_as_its_page_shows_it(client: FlaskClient):
    found = answer(client, f"{SITE}/?q=lantrn&tag=boats")
    assert found == answer(client, f"{SITE}/?q=lantern&tag=boats")
    assert "for lantern" in found["title"]
    for typed, right in (("baots", "boats"), ("lantrn%20zzzzqx", "lantrn%20zzzzqx")):
        assert answer(client, f"{SITE}/?q={typed}") == answer(client, f"{SITE}/?q={right}")


def test_an_embed_stays_with_what_was_asked_for(client: FlaskClient):
    assert "lantern" not in client.get("/embed/frame?q=lantrn").text
    assert "<entry>" not in client.get("/entries.atom?q=lantrn").text


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("https://pub.example", "https://pub.example:443/"),
        ("https://pub.example:443", "https://pub.example/"),
        ("http://pub.example", "HTTP://Pub.example:80/?tag=boats"),
        ("https://xn--e1afmkfd.xn--p1ai", "https://пример.рф/"),
    ],
)
def test_one_host_is_known_however_it_is_written(make_app: MakeApp, address: str, asked: str):
    client = make_app(one=atom(entry()), address=address).test_client()
    assert answer(client, asked)["provider_url"] == f"{address}/"


@pytest.mark.parametrize("asked", ["https://pub.example:80/", "http://pub.example:443/", "https://pub.example:4430/"])
def test_another_port_is_another_site(make_app: MakeApp, asked: str):
    client = make_app(one=atom(entry()), address="https://pub.example").test_client()
    assert ask(client, asked).status_code == 404


def test_the_host_is_told_in_any_case(client: FlaskClient):
    assert answer(client, "HTTP://LocalHost/?tag=boats") == answer(client, f"{SITE}/?tag=boats")


def test_a_site_that_knows_its_address_answers_for_that_alone(make_app: MakeApp):
    client = make_app(one=atom(entry()), address="https://feeds.example").test_client()
    assert "https://feeds.example/embed/frame" in answer(client, "https://feeds.example/")["html"]
    assert ask(client, f"{SITE}/").status_code == 404


@pytest.mark.parametrize("state", ["/?tag=boats", "/?q=%3Cb%3E%22%26%27]]%3E", "/?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E"])
def test_xml_says_the_same_as_json(client: FlaskClient, state: str):
    response = ask(client, SITE + state, format="xml")
    assert (response.status_code, response.content_type) == (200, "text/xml; charset=utf-8")
    assert response.data.startswith(b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>')
    root = ElementTree.fromstring(response.data)
    assert root.tag == "oembed"
    assert {node.tag: node.text for node in root} == {
        name: str(value) for name, value in answer(client, SITE + state).items()
    }


def test_signs_that_xml_cannot_hold_leave_it_well_formed(client: FlaskClient):
    response = ask(client, f"{SITE}/?q=a%EF%BF%BEb%00c%0Bd", format="xml")
    assert "entries" in (ElementTree.fromstring(response.data).findtext("title") or "")


@pytest.mark.parametrize(("width", "height"), [(1, 1), (320, 300), (640, 900), (10_000, 10_000)])
def test_a_frame_is_never_larger_than_was_asked_for(client: FlaskClient, width: int, height: int):
    found = answer(client, f"{SITE}/?tag=boats", maxwidth=str(width), maxheight=str(height))
    assert 1 <= found["width"] <= width
    assert 1 <= found["height"] <= height


def test_less_room_holds_fewer_entries_rather_than_a_bar_to_scroll(client: FlaskClient):
    whole, cut = answer(client, f"{SITE}/"), answer(client, f"{SITE}/", maxheight="600")
    assert "size=5" in whole["html"]
    assert "size=2" in cut["html"]


@pytest.mark.parametrize("value", ["", "0", "-1", "x", "1e9", "٣", "9" * 5_000])
def test_a_limit_that_is_no_number_of_pixels_limits_nothing(client: FlaskClient, value: str):
    assert answer(client, f"{SITE}/", maxwidth=value, maxheight=value) == answer(client, f"{SITE}/")


@pytest.mark.parametrize("url", REFUSED)
@pytest.mark.parametrize("format", ["json", "xml"])
def test_what_is_no_page_of_this_site_is_not_found(client: FlaskClient, url: str, format: str):
    response = ask(client, url, format=format)
    assert response.status_code == 404
    assert "Location" not in response.headers
    assert sentence(response, format).startswith("This site has nothing at the address")


def test_without_an_address_nothing_is_found(client: FlaskClient):
    assert client.get("/oembed").status_code == 404


def sentence(response: TestResponse, format: str) -> str:
    """Read what an error says, in the format that was asked for."""
    if format == "json":
        assert response.content_type == "application/json"
        return str(json.loads(response.text)["error"])
    assert response.mimetype == "text/xml"
    return ElementTree.fromstring(response.data).findtext("error") or ""


@pytest.mark.parametrize("format", ["yaml", "", "JSON", "jsonp", "<b>"])
def test_an_unknown_format_is_not_implemented(client: FlaskClient, format: str):
    response = ask(client, f"{SITE}/", format=format)
    assert (response.status_code, response.content_type) == (501, "application/json")


@pytest.mark.parametrize("name", ["q", "s"])
@pytest.mark.parametrize("format", ["json", "xml"])
def test_a_search_that_is_too_long_is_too_large(client: FlaskClient, name: str, format: str):
    response = ask(client, f"{SITE}/?{name}={'a' * 1_001}", format=format)
    assert response.status_code == 413
    assert "1,000 characters" in sentence(response, format)


@given(st.text(max_size=80))
def test_any_text_at_all_gets_an_answer(client: FlaskClient, text: str):
    for url in (text, f"{SITE}/{text}", f"{SITE}/?{text}", f"{SITE}/entries/{text}"):
        response = client.get("/oembed", query_string={"url": url.encode("utf-8", "replace"), "format": "xml"})
        assert response.status_code in (200, 404)
        ElementTree.fromstring(response.data)


@pytest.mark.parametrize("address", ["/?tag=boats", "/?q=%22%3Cb%3E", "/", "/?q=lantrn", "entry"])
def test_a_page_says_where_to_ask_in_both_formats(client: FlaskClient, address: str):
    if address == "entry":
        address = pages.one(pages.get(client, "/?size=1"), "article h3 a").attributes["href"] or ""
    tree = pages.get(client, address)
    for format, type in (("json", "application/json"), ("xml", "text/xml")):
        link = pages.one(tree, f"link#oembed-{format}").attributes
        assert (link["rel"], link["type"]) == ("alternate", f"{type}+oembed")
        href = link["href"] or ""
        assert href.startswith(f"{SITE}/oembed?")
        assert href.isascii()
        response = client.get(href.removeprefix(SITE))
        assert (response.status_code, response.mimetype) == (200, type)
        if format == "json":
            assert link["title"] == json.loads(response.text)["title"]


def test_any_site_may_ask_and_no_robot_keeps_the_answer(client: FlaskClient):
    for url in (f"{SITE}/", ""):
        response = client.get("/oembed", query_string={"url": url}, headers={"Origin": "https://other.example"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Robots-Tag"] == "noindex"
