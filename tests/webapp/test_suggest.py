from __future__ import annotations

import json
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from tests.webapp.test_hostile_addresses import HOSTILE

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
BEGUN = [
    "lan",
    "bo",
    "rope ti",
    "tag:kn",
    "#kn",
    "-ti",
    "rope -tag:bo",
    "loa",
    "day 8 at",
    "Gr",
    "grö",
    "été",
    "salt",
    "日本",
]
ODD = [
    "",
    " ",
    "a",
    '"',
    '"rope',
    "(",
    "tag:",
    "-",
    "rope OR ",
    "date:2010",
    "title:ro",
    "***",
    "zyzzyva",
    "\u202e",
]


def asked(client: FlaskClient, text: str, **more: str) -> list[list[str]]:
    """Give texts, descriptions and addresses."""
    response = client.get("/suggest", query_string={"q": text, **more})
    assert response.status_code == 200
    return list(json.loads(response.data)[1:])


def options(client: FlaskClient, text: str, **more: str) -> dict[str, int]:
    """Give what the list under the search box offers: texts with their numbers of entries."""
    tree = pages.parsed(client.get("/fragments/suggest", query_string={"q": text, **more}).text)
    return {
        node.attributes["data-text"] or "": pages.number(node.css(".count")[0]) for node in tree.css("[role=option]")
    }


@pytest.mark.parametrize("text", [*BEGUN, *ODD])
def test_the_answer_is_the_text_and_three_lists_of_equal_length(client: FlaskClient, text: str):
    response = client.get("/suggest", query_string={"q": text})
    assert (response.status_code, response.content_type) == (200, "application/x-suggestions+json")
    said, texts, descriptions, addresses = json.loads(response.data)
    assert said == " ".join(text.split())
    assert len(texts) == len(descriptions) == len(addresses) == len(set(texts))
    assert all(isinstance(value, str) for value in (*texts, *descriptions, *addresses))


def test_tags_words_and_titles_are_suggested_by_what_they_begin_with(client: FlaskClient):
    tree = pages.get(client, "/fragments/suggest?q=loa")
    found = {(pages.words(node.css(".kind")[0]), pages.words(node.css(".name")[0])) for node in tree.css("li")}
    assert ("word:", "loaf") in found
    assert any(kind == "title:" and name.startswith("Loaf ") for kind, name in found)
    assert "tag:boats" in options(client, "boa")
    assert options(client, "LANT") == options(client, "lant") == {"lantern": 14}
    assert options(client, "rope -tag:bo") == {"rope -tag:boats": 9}
    assert options(client, "ete")["tag:été"] == 6


@pytest.mark.parametrize("text", BEGUN)
def test_every_suggestion_leads_to_the_count_that_is_printed_beside_it(client: FlaskClient, text: str):
    texts, descriptions, addresses = asked(client, text)
    assert texts
    for suggested, description, address in zip(texts, descriptions, addresses, strict=True):
        parts = urlsplit(address)
        assert (parts.scheme, parts.netloc, parts.path) == ("http", "localhost", "/")
        found = pages.get(client, f"/?{parts.query}")
        assert description in ("1 entry", f"{pages.total(found)} entries")
        assert pages.total(found) == pages.total(pages.get(client, f"/?q={quote(suggested)}")) > 0
        assert pages.canonical(found) == f"/?{parts.query}"


@pytest.mark.parametrize("text", BEGUN)
def test_the_list_under_the_search_box_offers_the_same(client: FlaskClient, text: str):
    assert list(options(client, text)) == asked(client, text)[0]


@pytest.mark.parametrize("filters", [{"tag": "knots"}, {"feed": "1", "year": "2010"}, {"exclude.tag": "boats"}])
@pytest.mark.parametrize("text", ["ti", "bo", "loa", "day 2"])
def test_the_filters_of_the_page_are_kept_and_nothing_is_offered_that_gives_nothing(
    client: FlaskClient, text: str, filters: dict[str, str]
):
    for suggested, count in options(client, text, **filters).items():
        found = pages.parsed(client.get("/", query_string={"q": suggested, **filters}).text)
        assert pages.total(found) == count > 0
        assert not found.css("#as-typed")
    assert options(client, "loa", feed="1") == {}


def test_an_answer_to_a_browser_knows_of_no_filters(client: FlaskClient):
    _, descriptions, addresses = asked(client, "ti", tag="knots")
    for description, address in zip(descriptions, addresses, strict=True):
        found = pages.total(pages.get(client, f"/?{urlsplit(address).query}"))
        assert description in ("1 entry", f"{found} entries")
        assert "tag=knots" not in address


@pytest.mark.parametrize("text", ODD)
def test_an_odd_text_gets_an_empty_list(client: FlaskClient, text: str):
    assert asked(client, text) == [[], [], []]
    response = client.get("/fragments/suggest", query_string={"q": text})
    assert (response.status_code, response.text.strip()) == (200, "")


def test_what_is_typed_already_is_not_suggested(client: FlaskClient):
    assert "lantern" not in options(client, "lantern")


def test_a_text_that_is_too_long_is_refused(client: FlaskClient):
    for path in ("/suggest", "/fragments/suggest"):
        assert client.get(path, query_string={"q": "a" * 1_000}).status_code == 200
        assert client.get(path, query_string={"q": "a" * 1_001}).status_code == 413


def test_nothing_is_suggested_that_is_too_long_to_be_asked(make_app: MakeApp):
    client = make_app(long=atom(entry(title="Lighthouse " + "keepers " * 200), entry("urn:2", "Lamp"))).test_client()
    for _, address in zip(*asked(client, "light")[1:], strict=True):
        assert client.get("/?" + urlsplit(address).query).status_code == 200


def test_markup_in_a_tag_or_a_title_is_only_text(make_app: MakeApp):
    title = 'Evil <img src=x> "quoted" &amp; more'
    client = make_app(evil=atom(entry(title=title, tags=["evil & <b>bold</b>"]))).test_client()
    tree = pages.get(client, "/fragments/suggest?q=evil")
    assert tree.css("img, b, script") == []
    assert any("<img src=x>" in pages.words(node) for node in tree.css(".name"))
    for text in options(client, "evil"):
        assert pages.total(pages.get(client, f"/?q={quote(text)}")) == 1


def test_an_option_is_what_a_list_box_needs(client: FlaskClient):
    found = pages.get(client, "/fragments/suggest?q=lo").css("body > *")
    assert found
    assert {node.attributes["role"] for node in found} == {"option"}
    assert {node.attributes["aria-selected"] for node in found} == {"false"}
    assert [node.attributes["id"] for node in found] == [f"suggestion-{number}" for number in range(1, len(found) + 1)]
    box = pages.one(pages.get(client, "/"), "#suggestions")
    assert box.attributes["role"] == "listbox"
    assert "hidden" in box.attributes
    assert box.css("*")[1:] == []


def test_a_fragment_of_suggestions_is_none_of_a_robot_s(client: FlaskClient):
    assert client.get("/fragments/suggest?q=lo").headers["X-Robots-Tag"] == "noindex"


@given(st.text(max_size=60) | st.sampled_from(HOSTILE))
def test_any_text_at_all_gets_an_answer(client: FlaskClient, text: str):
    for path in ("/suggest", "/fragments/suggest"):
        response = client.get(path, query_string={"q": text.encode("utf-8", "replace")})
        assert response.status_code in (200, 413)
    if len(text) <= 60:
        assert len(json.loads(client.get("/suggest", query_string={"q": text.encode("utf-8", "replace")}).data)) == 4


def test_the_description_is_well_formed_and_names_three_absolute_addresses(client: FlaskClient):
    response = client.get("/opensearch.xml", headers={"Host": "feeds.example:8000"})
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.data)
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    urls = {url.attrib["type"]: url.attrib for url in root.iter(f"{OPENSEARCH}Url")}
    host = "http://feeds.example:8000"
    assert {kind: url["template"] for kind, url in urls.items()} == {
        "text/html": f"{host}/?q={{searchTerms}}",
        "application/x-suggestions+json": f"{host}/suggest?q={{searchTerms}}",
        "application/opensearchdescription+xml": f"{host}/opensearch.xml",
    }
    assert urls["application/opensearchdescription+xml"]["rel"] == "self"
    image = root.findtext(f"{OPENSEARCH}Image") or ""
    with client.get(image.removeprefix(host)) as icon:
        assert icon.mimetype == "image/svg+xml"


@pytest.mark.parametrize("title", ["A <b> & 'c' \"d\"", "x" * 2_000, "日本語" * 30, "Feedsift"])
def test_any_name_of_the_site_makes_a_description_within_the_limits_of_its_format(make_app: MakeApp, title: str):
    client = make_app(title, one=atom(entry())).test_client()
    root = ElementTree.fromstring(client.get("/opensearch.xml").data)
    lengths = {"ShortName": 16, "LongName": 48, "Description": 1_024}
    found = {name: root.findtext(f"{OPENSEARCH}{name}") or "" for name in lengths}
    assert all(0 < len(text) <= lengths[name] for name, text in found.items()), found
    assert title[:10] in found["ShortName"]


def test_the_addresses_of_the_description_answer(client: FlaskClient):
    root = ElementTree.fromstring(client.get("/opensearch.xml").data)
    for url in root.iter(f"{OPENSEARCH}Url"):
        address = url.attrib["template"].replace("{searchTerms}", "rope%20%26%20tide")
        response = client.get(address.removeprefix("http://localhost"))
        assert (response.status_code, response.mimetype) == (200, url.attrib["type"])


@pytest.mark.parametrize(
    "address", ["/", "/?q=rope", "/entries/{}/", "/tags/", "/feeds/", "/help/", "/facets/tag/", "/no"]
)
def test_every_page_tells_browsers_how_to_search_the_site(client: FlaskClient, address: str):
    entry_address = pages.one(pages.get(client, "/?size=1"), "article h3 a").attributes["href"] or ""
    response = client.get(entry_address if "{}" in address else address)
    link = pages.one(pages.parsed(response.text), "link[rel=search]").attributes
    assert (link["href"], link["type"]) == ("/opensearch.xml", "application/opensearchdescription+xml")
    assert link["title"] == "Feedsift"
