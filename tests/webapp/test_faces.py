"""One state has three faces: the text of the search box, the chips, and the address. They say the same."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Query
from tests.webapp import pages
from tests.webapp.conftest import STATES

TYPED = "/?q=tag:boats%20rope%20date:2010"
AUTHORS_AND_MORE = [
    "/?tag=boats&author=Ada%20Brook",
    "/?q=rope&feed=1&tag=boats",
    "/?tag=boats&month=3",
    "/?tag=boats&year=2010&from=2010-06",
]
BARE = [address for address in STATES if not {"author", "feed", "month"} & dict(parse_qsl(address[2:])).keys()]


def found(app: Flask, text: str) -> int:
    """Give the number of hits of a text as the library reads it, with nothing made a filter."""
    return int(app.extensions["feedsift.library"].search(Query(text=text), limit=0).total)


def chips(client: FlaskClient, address: str) -> list[str]:
    return [pages.words(node) for node in pages.get(client, address).css("a.chip [dir=auto]")]


def paging_aside(address: str) -> list[tuple[str, str]]:
    return [pair for pair in parse_qsl(urlsplit(address).query) if pair[0] not in ("sort", "size", "page")]


def test_tags_and_dates_in_the_text_become_filters(client: FlaskClient):
    tree = pages.get(client, TYPED)
    assert pages.one(tree, "#q").attributes["value"] == "rope"
    assert chips(client, TYPED) == ["“rope”", "tag Boats", "2010"]
    assert pages.canonical(tree) == "/?q=rope&tag=boats&year=2010"
    assert pages.kept(tree) == [("tag", "boats"), ("year", "2010")]
    assert pages.one(tree, ".as-text code").text() == "rope tag:boats date:2010"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("#boats", "/?tag=boats"),
        ("tag:boats,knots", "/?tag=boats,knots"),
        ("tag:boats OR tag:knots", "/?tag=boats,knots"),
        ("(#boats OR #knots) rope", "/?q=rope&tag=boats,knots"),
        ("rope -tag:boats", "/?q=rope&exclude.tag=boats"),
        ("rope NOT #boats", "/?q=rope&exclude.tag=boats"),
        ('tag:"salt, pepper"', "/?tag=%22salt,%20pepper%22"),
        ("date:2010-03", "/?year=2010&month=3"),
        ("date:2010..2012", "/?from=2010&to=2012"),
        ("from:2010-03-01 to:2012-12-31", "/?from=2010-03&to=2012"),
        ("date:>2010", "/?from=2011"),
        ("date:>=2010 date:<2012 loaf", "/?q=loaf&from=2010&to=2011"),
        ("rope OR tag:boats", "/?q=rope%20OR%20tag:boats"),
        ("(rope tag:boats) OR loaf", "/?q=(rope%20tag:boats)%20OR%20loaf"),
        ("date:2010 OR date:2012", "/?q=date:2010%20OR%20date:2012"),
        ("-date:2010", "/?q=-date:2010"),
    ],
)
def test_what_a_filter_says_as_well_is_one_and_other_text_stays(client: FlaskClient, text: str, canonical: str):
    tree = pages.get(client, f"/?q={quote(text)}")
    assert parse_qsl(urlsplit(pages.canonical(tree)).query) == parse_qsl(urlsplit(canonical).query)


@pytest.mark.parametrize("address", [*STATES[:-1], *AUTHORS_AND_MORE])
def test_the_text_under_the_chips_is_the_same_state(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    said = tree.css(".as-text code")
    if said and not tree.css("#as-typed"):
        again = pages.get(client, f"/?q={quote(said[0].text())}")
        assert paging_aside(pages.canonical(again)) == paging_aside(pages.canonical(tree))


@pytest.mark.parametrize("address", BARE)
def test_the_text_under_the_chips_finds_as_many_entries(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    for said in tree.css(".as-text code"):
        assert pages.total(pages.get(client, f"/?q={quote(said.text())}")) == pages.total(tree)


@pytest.mark.parametrize(
    "days", ["2010-06-30", "2010-12-31", "2010-06-15..2010-06-30", "2010-06..2010-12", "2010-06..2010"]
)
def test_days_up_to_the_end_of_a_month_or_year_are_no_more_than_these(client: FlaskClient, app: Flask, days: str):
    tree = pages.get(client, f"/?q=date:{days}")
    assert pages.total(tree) == found(app, f"date:{days}")
    for said in tree.css(".as-text code"):
        assert found(app, said.text()) == found(app, f"date:{days}")


@pytest.mark.parametrize("address", ["/", "/?q=rope", "/?q=-rope&sort=oldest", "/?author=Ada%20Brook"])
def test_no_text_is_shown_where_it_stands_in_the_box_already(client: FlaskClient, address: str):
    assert pages.get(client, address).css(".as-text") == []


def test_while_somebody_types_the_box_and_what_goes_with_it_stay_and_the_address_is_canonical(client: FlaskClient):
    response = client.get("/fragments/entries" + TYPED[1:] + "&tag=knots&history=replace")
    tree = pages.parsed(response.text)
    assert pages.one(tree, "#results").attributes["data-text"] == "tag:boats rope date:2010"
    assert pages.kept(tree) == [("tag", "knots")]
    canonical = "/?q=rope&tag=boats&tag=knots&year=2010"
    assert response.headers["HX-Replace-Url"] == canonical
    assert response.headers["Link"] == f'<{canonical}>; rel="canonical"'
    assert "HX-Push-Url" not in response.headers
    assert pages.total(tree) == pages.total(pages.get(client, canonical))


def test_once_it_is_sent_the_box_keeps_the_words_and_the_address_is_pushed(client: FlaskClient):
    response = client.get("/fragments/entries" + TYPED[1:])
    tree = pages.parsed(response.text)
    assert pages.one(tree, "#results").attributes["data-text"] == "rope"
    assert pages.kept(tree) == [("tag", "boats"), ("year", "2010")]
    assert response.headers["HX-Push-Url"] == "/?q=rope&tag=boats&year=2010"


def test_the_form_as_it_stands_while_typing_and_as_sent_asks_for_the_same(client: FlaskClient):
    for history in ("", "&history=replace"):
        tree = pages.get(client, "/fragments/entries" + TYPED[1:] + history)
        text = pages.one(tree, "#results").attributes["data-text"] or ""
        sent = client.get("/", query_string=[("q", text), *pages.kept(tree)])
        assert pages.canonical(pages.parsed(sent.text)) == "/?q=rope&tag=boats&year=2010"


@pytest.mark.parametrize("address", STATES)
def test_the_sentence_is_title_heading_and_live_message(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    sentence = pages.one(tree, "#results-heading").text()
    assert pages.title(tree) in (f"{sentence} – Feedsift", "Feedsift")
    assert (pages.title(tree) == "Feedsift") == (tree.css("a.chip") == [])
    status = pages.one(tree, "#results").attributes["data-status"] or ""
    assert status.startswith(f"{sentence}.")
    assert [node.text() for node in tree.css("#status [role=status]")] == [status, ""]


@pytest.mark.parametrize("address", STATES)
def test_the_live_message_adds_what_is_shown_or_what_is_in_the_way(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    said = (pages.one(tree, "#results").attributes["data-status"] or "").removeprefix(
        f"{pages.one(tree, '#results-heading').text()}."
    )
    places = [node.attributes["aria-posinset"] for node in tree.css("#feed > article")]
    filters = len(tree.css("a.chip:not(#chip-q)"))
    if len(places) > 1:
        assert said == f" Showing {places[0]} to {places[-1]}."
    elif not places and filters:
        assert said == f" {filters} filter{'s' if filters > 1 else ''} on."
    else:
        assert said == ""


def test_an_alias_with_filters_in_its_text_leads_there_for_good(client: FlaskClient):
    response = client.get("/?search=tag:boats%20rope&since=2010&until=2010")
    assert response.status_code == 301
    tree = pages.get(client, response.headers["Location"])
    assert pages.canonical(tree) == "/?q=rope&tag=boats&year=2010"
    assert pages.one(tree, "#q").attributes["value"] == "rope"


SIGNS = ["(", ")", '"', "-", "AND", "OR", "NOT", ":", "*", "#", ",", "..", ">=", " "]
WORDS = ["rope", "tide", "lantrn", "Größe", "日本語", "number 7", "boats", "no", "2010", "2010-03", "title:day", "l'an"]
DAYS = st.lists(
    st.dates(date(2009, 12, 1), date(2012, 3, 1)).flatmap(lambda d: st.sampled_from([f"{d}", f"{d}"[:7], f"{d}"[:4]])),
    min_size=1,
    max_size=2,
).map(lambda ends: f"date:{'..'.join(ends)}")
TAGGED = ["tag:boats", "-tag:knots", 'tag:"salt, pepper"', "#1", "tag:c++,Bread", "tag:baots", "date:2010..2012"]
LANGUAGE = st.lists(st.sampled_from([*SIGNS, *WORDS, *TAGGED]), max_size=12).map(" ".join) | st.lists(
    st.sampled_from([*SIGNS, *WORDS, *TAGGED]), max_size=8
).map("".join)


@settings(max_examples=150)
@given(st.text(max_size=200) | LANGUAGE)
def test_any_text_at_all_gives_a_page_with_a_heading_and_one_canonical_address(client: FlaskClient, text: str):
    response = client.get("/", query_string={"q": text.encode("utf-8", "replace")})
    assert response.status_code == 200
    tree = pages.parsed(response.text)
    assert pages.words(pages.one(tree, "#results-heading"))
    canonical = pages.canonical(tree)
    again = pages.get(client, canonical)
    assert (pages.canonical(again), pages.total(again)) == (canonical, pages.total(tree))


@settings(max_examples=150)
@given(LANGUAGE | DAYS | st.tuples(DAYS, st.sampled_from(["rope", "", "-"]), DAYS).map(" ".join))
def test_any_text_finds_as_many_entries_once_its_tags_and_dates_are_filters(client: FlaskClient, app: Flask, text: str):
    text = " ".join(text.split())
    tree = pages.parsed(client.get("/", query_string={"q": text}).text)
    is_corrected = any("instead of" in pages.words(node) for node in tree.css(".correction"))
    assert (0 if is_corrected else pages.total(tree)) == found(app, text)


@settings(max_examples=150)
@given(LANGUAGE)
def test_any_text_gives_the_same_text_under_its_chips_again(client: FlaskClient, text: str):
    tree = pages.parsed(client.get("/", query_string={"q": text}).text)
    for said in tree.css(".as-text code"):
        if not tree.css("#as-typed"):
            again = pages.parsed(client.get("/", query_string={"q": said.text()}).text)
            assert pages.canonical(again) == pages.canonical(tree)
            assert pages.total(again) == pages.total(tree)
