from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from flask.testing import FlaskClient

from tests.webapp import pages
from tests.webapp.conftest import STATES, TOTAL

NON_ASCII = "/fragments/entries?q=%E6%B8%AF+Gr%C3%B6%C3%9Fe%20%F0%9F%9A%A2&tag=%E6%97%A5%E6%9C%AC%E8%AA%9E"
HTMX_HEADERS = [
    {"HX-Request": "true"},
    {"HX-Request": "true", "HX-Boosted": "true"},
    {"HX-Request": "true", "HX-History-Restore-Request": "true"},
    {"HX-Request": "true", "HX-Target": "browse", "HX-Trigger": "q", "HX-Current-URL": "http://localhost/"},
    {"X-Requested-With": "XMLHttpRequest"},
    {"Accept": "application/json", "Accept-Language": "de", "Cookie": "a=b", "User-Agent": "curl/8"},
    {"X-Forwarded-Host": "evil.com", "X-Forwarded-Prefix": "/evil", "X-HTTP-Method-Override": "DELETE"},
]


def fragment_of(address: str) -> str:
    return "/fragments/entries" + address[1:]


@pytest.mark.parametrize("address", STATES)
def test_a_fragment_is_the_text_that_stands_in_the_page(client: FlaskClient, address: str):
    page, fragment = pages.text(client, address), pages.text(client, fragment_of(address))
    title, _, rest = fragment.partition("\n")
    assert f"\n{title}\n" in page
    assert rest.strip() in page
    assert pages.one(pages.parsed(page), "#browse").html == pages.one(pages.parsed(fragment), "#browse").html


@pytest.mark.parametrize("address", STATES)
def test_a_fragment_is_no_page(client: FlaskClient, address: str):
    fragment = pages.text(client, fragment_of(address))
    for mark in ("<!doctype", "<html", "<head", "<body", 'id="q"', 'id="status"'):
        assert mark not in fragment


@pytest.mark.parametrize("headers", HTMX_HEADERS, ids=str)
@pytest.mark.parametrize("address", ["/", "/?q=rope&page=2", "/entries/1/", "/tags/", "/feeds/", "/help/", "/nothing"])
def test_no_request_header_makes_a_fragment_of_a_page(client: FlaskClient, address: str, headers: dict[str, str]):
    plain, asked = client.get(address), client.get(address, headers=headers)
    assert asked.text == plain.text
    assert pages.headers(asked) == pages.headers(plain)
    assert asked.status == plain.status
    assert asked.status_code == 301 or "<!doctype html>" in asked.text


@pytest.mark.parametrize("headers", HTMX_HEADERS, ids=str)
@pytest.mark.parametrize(
    "address", ["/fragments/entries?q=rope", "/fragments/entries?size=7&page=2", "/fragments/nothing"]
)
def test_no_request_header_makes_a_page_of_a_fragment(client: FlaskClient, address: str, headers: dict[str, str]):
    plain, asked = client.get(address), client.get(address, headers=headers)
    assert asked.text == plain.text
    assert pages.headers(asked) == pages.headers(plain)
    assert "<html" not in asked.text


@pytest.mark.parametrize("address", ["/", "/fragments/entries", "/tags/", "/nothing", "/healthz"])
def test_nothing_varies_by_a_request_header_but_the_compression(client: FlaskClient, address: str):
    assert client.get(address).headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("address", STATES)
def test_a_fragment_names_its_page(client: FlaskClient, address: str):
    canonical = pages.canonical(pages.get(client, address))
    response = client.get(fragment_of(address))
    assert response.headers["Link"] == f'<{canonical}>; rel="canonical"'
    assert response.headers["HX-Push-Url"] == canonical
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_new_state_is_pushed_and_typing_replaces(client: FlaskClient):
    pushed, replaced = client.get("/fragments/entries?q=rope"), client.get("/fragments/entries?q=rope&history=replace")
    assert pushed.headers["HX-Push-Url"] == replaced.headers["HX-Replace-Url"] == "/?q=rope"
    assert "HX-Replace-Url" not in pushed.headers
    assert "HX-Push-Url" not in replaced.headers
    assert pushed.text == replaced.text


def test_loading_more_replaces_the_address_by_that_of_all_pages_shown(client: FlaskClient):
    more = pages.one(pages.get(client, "/?size=7&page=2"), "a#more").attributes["data-hx-get"] or ""
    response = client.get(more)
    assert response.headers["HX-Replace-Url"] == "/?size=7&page=3"
    assert response.headers["Link"] == '</?size=7&page=3>; rel="canonical"'
    assert "HX-Push-Url" not in response.headers


@pytest.mark.parametrize("history", ["", "&history=replace"])
def test_addresses_in_headers_are_percent_encoded(client: FlaskClient, history: str):
    response = client.get(NON_ASCII + history)
    assert all(value.isascii() and value.isprintable() for value in response.headers.values())
    told = response.headers.get("HX-Replace-Url" if history else "HX-Push-Url", "")
    assert unquote(told) == "/?q=港 Größe 🚢&tag=日本語"
    assert pages.get(client, told)


@pytest.mark.parametrize("text", ["a\r\nX-Evil: 1", "a\nb", "a>; rel=evil, <b", 'a"b', "a;b", "\x00a", "\x85a\u2028b"])
def test_no_text_gets_out_of_a_header(client: FlaskClient, text: str):
    response = client.get("/fragments/entries", query_string={"q": text, "author": text})
    assert "X-Evil" not in response.headers
    assert response.headers["Link"].count("<") == 1
    assert response.headers["Link"].endswith('>; rel="canonical"')
    assert not {'"', ";", "<", ">", " "} & set(response.headers["HX-Push-Url"])


def test_the_next_batch_is_entries_for_the_list_and_a_new_pager(client: FlaskClient):
    more = pages.one(pages.get(client, "/?size=7"), "a#more").attributes["data-hx-get"] or ""
    tree = pages.get(client, more)
    assert len(tree.css('#feed[data-hx-swap-oob="beforeend"] > article')) == 7
    assert pages.one(tree, "#pager").attributes["data-status"] == f"7 more loaded, 14 of {TOTAL}."
    assert [node.attributes["aria-posinset"] for node in tree.css("article")] == [str(place) for place in range(8, 15)]
    assert tree.css("#browse, #facets, #results") == []


def test_the_last_batch_has_no_link_to_more(client: FlaskClient):
    more = pages.one(pages.get(client, "/?size=60"), "a#more").attributes
    tree = pages.get(client, more["data-hx-get"] or "")
    assert len(pages.hits(tree)) == TOTAL - 60
    assert tree.css("#more") == []
    assert f"{TOTAL} of {TOTAL} shown" in pages.words(pages.one(tree, "#pager"))


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "e30", "WzEsMl0", "AAAA", "%00", "日本"])
def test_a_cursor_that_nobody_gave_starts_at_the_beginning(client: FlaskClient, cursor: str):
    tree = pages.get(client, f"/fragments/entries?size=7&after={quote(cursor)}")
    assert pages.hits(tree) == pages.hits(pages.get(client, "/?size=7"))


def test_an_alias_holds_in_a_fragment_without_a_redirect(client: FlaskClient):
    response = client.get("/fragments/entries?search=rope&tags=boats")
    assert response.status_code == 200
    assert response.headers["HX-Push-Url"] == "/?q=rope&tag=boats"


@pytest.mark.parametrize("note", ["page=99", "size=0", "year=x"])
def test_what_had_to_be_corrected_is_said_in_a_fragment_too(client: FlaskClient, note: str):
    assert len(pages.notes(pages.get(client, f"/fragments/entries?{note}"))) == 1
