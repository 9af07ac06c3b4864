"""What is shown or offered where a search finds nothing, or next to nothing."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp


@pytest.fixture
def lighthouse(make_app: MakeApp) -> FlaskClient:
    """Forty entries about a lighthouse, and two with the word misspelt."""
    right = [entry(f"urn:e:{number}", f"Lighthouse {number}", tags=["Coast"]) for number in range(40)]
    wrong = [entry(f"urn:w:{number}", f"Lihgthouse {number}", tags=["Typo"]) for number in range(2)]
    return make_app(feed=atom(*right, *wrong, entry("urn:x", "Keeper of the lamp"))).test_client()


def said(tree: LexborHTMLParser) -> str:
    return " ".join(pages.words(node) for node in tree.css(".correction"))


def alternatives(client: FlaskClient, address: str) -> dict[str, str]:
    """Give what is offered where nothing is found: the words of each link, and its address."""
    found = pages.get(client, address).css(".nothing a[id^=try-]")
    return {pages.words(node): node.attributes["href"] or "" for node in found}


# --- another spelling is shown ----------------------------------------------------------------------------------


def test_a_misspelt_word_gives_the_results_of_the_other_spelling_and_says_so(client: FlaskClient):
    tree, right = pages.get(client, "/?q=lantrn"), pages.get(client, "/?q=lantern")
    assert pages.hits(tree) == pages.hits(right)
    assert said(tree) == "Showing lantern instead of lantrn. Search for lantrn"
    assert pages.words(pages.one(tree, "#results-heading")) == "14 entries for lantern, best match first"


def test_the_box_and_the_address_keep_what_was_typed(client: FlaskClient):
    tree = pages.get(client, "/?q=lantrn&tag=boats")
    assert pages.one(tree, "#q").attributes["value"] == "lantrn"
    assert pages.one(tree, "#results").attributes["data-text"] == "lantrn"
    assert pages.canonical(tree) == "/?q=lantrn&tag=boats"


def test_while_somebody_types_the_other_spelling_is_shown_too(client: FlaskClient):
    response = client.get("/fragments/entries?q=lantrn&history=replace")
    assert said(pages.parsed(response.text)).startswith("Showing lantern instead of lantrn.")
    assert response.headers["HX-Replace-Url"] == "/?q=lantrn"


def test_another_spelling_keeps_filters_order_and_size(client: FlaskClient):
    state = "tag=boats&feed=1&year=2010&sort=oldest&size=7"
    tree = pages.get(client, f"/?q=lantrn&{state}")
    assert "instead of" in said(tree)
    assert pages.hits(tree) == pages.hits(pages.get(client, f"/?q=lantern&{state}"))
    assert f"&{state}" in (pages.one(tree, "#as-typed").attributes["href"] or "")
    for chip in tree.css("a.chip:not(#chip-q)"):
        assert dict(parse_qsl(urlsplit(chip.attributes["href"] or "").query))["q"] == "lantern"


def test_a_word_that_is_not_whole_yet_is_taken_for_the_one_that_it_begins(client: FlaskClient):
    tree = pages.get(client, "/?q=lante")
    assert said(tree).startswith("Showing lantern instead of lante.")
    assert pages.total(tree) == pages.total(pages.get(client, "/?q=lantern"))


def test_one_wrong_word_of_several_is_changed_and_the_others_stay(client: FlaskClient):
    tree = pages.get(client, "/?q=lantrn%20checked%20-loaf")
    assert pages.hits(tree) == pages.hits(pages.get(client, "/?q=lantern%20checked%20-loaf"))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "lantrn",
            "lantrn checked",
            "lantrn OR tidde",
            "lantrn (checked OR loaf)",
            "title:loav",
            "lantrn*",
            "Lantrn,",
        ),
        *('"was checked" lantrn', "lantrn -loaf", "lantrn NOT loaf", "body:lantrn", "tag:baots", "tag:baots lantrn"),
    ],
)
def test_the_link_to_what_was_typed_gives_just_that(client: FlaskClient, text: str):
    tree = pages.get(client, f"/?q={quote(text)}")
    for link in tree.css("#as-typed"):
        assert pages.words(link) != "Search for"
        exact = pages.get(client, link.attributes["href"] or "")
        assert pages.total(exact) == 0
        assert said(exact) == ""
        assert exact.css(".nothing")


def test_what_was_typed_is_searched_for_in_quotes_with_its_operators_as_they_were(client: FlaskClient):
    for text, exact in (
        ("lantrn", '"lantrn"'),
        ("lantrn OR tidde", '"lantrn" OR "tidde"'),
        ('"was checked" lantrn', '"was checked" "lantrn"'),
    ):
        link = pages.one(pages.get(client, f"/?q={quote(text)}"), "#as-typed").attributes["href"] or ""
        assert dict(parse_qsl(urlsplit(link).query))["q"] == exact


@pytest.mark.parametrize("address", ["/?tag=baots", "/?q=tag:baots"])
def test_another_tag_is_offered_by_its_name_and_not_shown_unasked(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    assert pages.total(tree) == 0
    found = pages.total(pages.get(client, "/?tag=boats"))
    assert said(tree) == f"Did you mean Boats? {found} entries"
    assert pages.one(tree, "#did-you-mean").attributes["href"] == "/?tag=boats"


def test_a_misspelt_word_beside_a_filter_that_is_to_blame_is_no_dead_end(client: FlaskClient):
    links = {n.attributes["href"]: pages.words(n) for n in pages.get(client, "/?q=lantrn&year=1999").css(".nothing a")}
    assert links["/?q=lantern"].endswith("entries spelled lantern, without any filter")


@pytest.mark.parametrize("name", ["q=tag:", "tag="])
def test_a_list_of_tags_is_used_up_to_its_limit_and_says_so(client: FlaskClient, name: str):
    tree = pages.get(client, f"/?{name}{','.join(f't{number}' for number in range(200))}")
    assert any(note.startswith("Only the first 32 ") for note in pages.notes(tree))
    assert "t31" in pages.title(tree)
    assert "t32" not in pages.title(tree)


@pytest.mark.parametrize(
    "text", ['"lantrn"', "-lantrn", "zyzzyvas", "1234567", "lantern", "日木語", "xq", "date:2010", ""]
)
def test_what_stands_in_quotes_and_what_resembles_nothing_is_left_alone(client: FlaskClient, text: str):
    assert said(pages.get(client, f"/?q={quote(text)}")) == ""


def test_a_script_in_a_misspelt_text_is_only_text(client: FlaskClient):
    response = client.get("/?q=lantrn%20-%3Cscript%3Ealert%3C/script%3E")
    assert "<script>alert" not in response.text
    assert "instead of lantrn -<script>alert</script>." in said(pages.parsed(response.text))


# --- another spelling is offered --------------------------------------------------------------------------------


def test_a_few_hits_are_shown_and_the_other_spelling_is_only_offered(lighthouse: FlaskClient):
    tree = pages.get(lighthouse, "/?q=lihgthouse")
    assert pages.total(tree) == 2
    assert said(tree) == "Did you mean lighthouse? 40 entries"
    (link,) = (link for link in pages.controls(tree) if link.id == "did-you-mean")
    assert link.count == pages.total(pages.get(lighthouse, link.href)) == 40
    assert pages.canonical(tree) == "/?q=lihgthouse"


def test_what_is_offered_keeps_the_filters_and_gives_nothing_less_than_it_says(lighthouse: FlaskClient):
    (link,) = (
        link
        for link in pages.controls(pages.get(lighthouse, "/?q=lihgthouse&year=2010&sort=oldest"))
        if link.id == "did-you-mean"
    )
    assert link.href == "/?q=lighthouse&year=2010&sort=oldest"
    assert link.count == 40


def test_nothing_is_offered_that_gives_nothing_or_hardly_more(lighthouse: FlaskClient):
    assert said(pages.get(lighthouse, "/?q=lihgthouse&tag=typo")) == ""
    assert said(pages.get(lighthouse, "/?q=lighthouse&tag=coast")) == ""
    assert said(pages.get(lighthouse, "/?q=keeperr&tag=coast")) == ""


# --- nothing is found -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        (
            "/?q=loaf&tag=boats",
            {"29 entries without “loaf”": "/?tag=boats", "5 entries without the tag Boats": "/?q=loaf"},
        ),
        ("/?q=loaf&author=Ada%20Brook", {"29 entries without “loaf”": "/?author=Ada%20Brook"}),
        ("/?q=loaf&feed=1", {"5 entries from any feed": "/?q=loaf"}),
        ("/?q=loaf&year=2011", {"5 entries of any date": "/?q=loaf"}),
        ("/?q=loaf&from=2011&to=2013-05", {"5 entries of any date": "/?q=loaf"}),
        ("/?q=loaf&exclude.tag=bread", {"5 entries with the tag Bread let in": "/?q=loaf"}),
        ("/?tag=bread&author=Ada%20Brook", {"5 entries by anybody": "/?tag=bread"}),
        ("/?q=loaf&tag=boats,knots", {"5 entries without the tag Boats or Knots": "/?q=loaf"}),
        ("/?q=lantern%20loaf", {"19 entries with any of the words": "/?q=lantern%20OR%20loaf"}),
        ("/?q=loaf%20-rye", {"5 entries without “-rye”": "/?q=loaf"}),
        (
            "/?q=lantern%20loaf&year=2011&author=nobody&tag=boats",
            {"19 entries with any of the words, without any filter": "/?q=lantern%20OR%20loaf"},
        ),
        ("/?q=loaf&year=2011&author=nobody", {"5 entries without any filter": "/?q=loaf"}),
        ("/?q=loaff%20zyzzyva&tag=boats&year=2012", {}),
    ],
)
def test_where_nothing_is_found_each_part_to_blame_is_named_with_what_there_is_without_it(
    client: FlaskClient, address: str, offered: dict[str, str]
):
    found = alternatives(client, address)
    assert offered.items() <= found.items()
    for words, href in found.items():
        assert pages.total(pages.get(client, href)) == int(words.split()[0])
        assert said(pages.get(client, href)) == ""


@pytest.mark.parametrize("address", ["/?q=zyzzyva", "/?q=zyzzyva%20qwxyz", "/?tag=qwxyz", "/?author=qwxyz&feed=99"])
def test_where_no_part_is_to_blame_all_entries_and_the_help_are_still_offered(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    for link in tree.css(".nothing a[id^=try-]"):
        assert pages.total(pages.get(client, link.attributes["href"] or "")) > 0
    if not tree.css(".nothing a[id^=try-]"):
        assert "Nothing matches this, nor a part of it." in pages.words(pages.one(tree, ".nothing"))
    assert pages.one(tree, "#all-entries").attributes["href"] == "/"
    assert pages.one(tree, "#nothing-help").attributes["href"] == "/help/"


def test_where_nothing_is_found_there_is_no_order_chart_or_link_to_more(client: FlaskClient):
    assert pages.get(client, "/?q=loaf&tag=boats").css(".sorts, #chart, #more, [role=feed]") == []


def test_where_something_is_found_there_is_nothing_of_that(client: FlaskClient):
    assert pages.get(client, "/?q=loaf&tag=bread").css(".nothing, .correction") == []


@pytest.mark.parametrize(
    "text",
    [
        "rope " + " ".join(f"zyzzyva{number:08}" for number in range(58)),
        " ".join(["lantrn"] * 142),
        "rope " + "zyzzyva " * 124,
    ],
    ids=["many words", "many misspelt words", "few words often"],
)
def test_however_long_a_text_is_no_link_leads_to_one_that_is_too_long(client: FlaskClient, text: str):
    assert len(text.strip()) <= 1_000
    for link in pages.controls(pages.get(client, f"/?q={quote(text.strip())}")):
        assert client.get(link.href).status_code == 200, link.id
