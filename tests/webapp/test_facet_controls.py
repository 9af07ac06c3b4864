from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from index import Library, from_pairs, lifted
from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import STATES, Look, MakeApp
from tests.webapp.states import led_to
from webapp import listing, values

NUMBER = re.compile(r":? [\d,]+ (entry|entries)$")
"""What is said last of each control."""


@pytest.fixture(scope="module")
def library(data: Path) -> Iterator[Library]:
    """The shared library, only to be read."""
    library = Library(data)
    yield library
    library.close()


def spoken(tree: LexborHTMLParser, facet: str) -> list[list[str]]:
    """Give what a screen reader says of each value of a facet: all that can be done with it, without the numbers."""
    rows = tree.css(f"section[aria-labelledby=facet-{facet}] li")
    return [[NUMBER.sub("", pages.said(control)) for control in row.css("a, .dead")] for row in rows]


@pytest.mark.parametrize("address", STATES)
def test_every_control_leads_to_the_count_that_is_printed_in_it(client: FlaskClient, look: Look, address: str):
    controls = pages.controls(pages.get(client, address))
    assert controls
    for control in controls:
        assert control.count in (None, look(control.href).total), control


@pytest.mark.parametrize("address", STATES)
def test_every_control_has_the_canonical_address_of_its_state(client: FlaskClient, look: Look, address: str):
    for control in pages.controls(pages.get(client, address)):
        assert look(control.href).canonical == control.href


@pytest.mark.parametrize("address", STATES)
def test_the_addresses_without_and_with_scripts_name_the_same_state(client: FlaskClient, address: str):
    for control in pages.controls(pages.get(client, address)):
        page, fragment = urlsplit(control.href), urlsplit(control.fragment)
        assert (page.path, fragment.path) == ("/", "/fragments/entries")
        assert parse_qsl(page.query) == parse_qsl(fragment.query)


@pytest.mark.parametrize("address", STATES)
def test_a_control_starts_at_the_first_page(client: FlaskClient, address: str):
    for control in pages.controls(pages.get(client, address)):
        assert "page" not in dict(parse_qsl(urlsplit(control.href).query))


@pytest.mark.parametrize("address", STATES)
def test_each_control_of_the_filters_has_an_id(client: FlaskClient, address: str):
    for node in pages.get(client, address).css("#browse a, #browse button"):
        in_a_hit = node.css_matches("article a")
        assert node.attributes.get("id") or in_a_hit, node.html


def test_the_ids_of_filters_stay_when_another_filter_is_chosen(client: FlaskClient):
    before = {
        link.id for link in pages.controls(pages.get(client, "/")) if link.id.startswith(("tag-", "year-", "feed-"))
    }
    after = {link.id for link in pages.controls(pages.get(client, "/?tag=boats"))}
    assert len(before & after) > len(before) // 2


def test_a_filter_keeps_the_search_text_and_the_chosen_order(client: FlaskClient):
    for link in pages.controls(pages.get(client, "/?q=rope&sort=oldest")):
        if link.id.startswith(("tag-", "year-", "feed-")):
            assert {("q", "rope"), ("sort", "oldest")} <= set(parse_qsl(urlsplit(link.href).query))


@pytest.mark.parametrize("address", STATES)
def test_every_count_belongs_to_a_control_that_leads_to_it_or_to_one_that_leads_nowhere(
    client: FlaskClient, address: str
):
    tree = pages.get(client, address)
    live = [link for link in pages.controls(tree) if link.count is not None]
    assert len(tree.css(".count")) == len(live) + len(tree.css(".dead .count"))


@pytest.mark.parametrize("address", STATES)
def test_what_gives_nothing_is_shown_marked_and_is_no_link(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    assert {pages.number(node) for node in tree.css(".dead .count")} <= {0}
    assert tree.css(".dead a, a .dead, .dead[href], .dead[data-hx-get]") == []
    chosen = {node.attributes["id"] for node in tree.css("#facets a.on, #chart a[aria-current]")}
    assert {link.id for link in pages.controls(tree) if link.count == 0} <= chosen


@pytest.mark.parametrize("address", STATES)
def test_every_count_of_a_facet_is_that_of_its_state_dead_or_alive(library: Library, address: str):
    query = lifted(from_pairs(parse_qsl(urlsplit(address).query))[0])
    found = listing.build(library.search(query))
    offered = [(value.must, value.any, value.none) for box in found.boxes for value in box.values]
    for control in filter(None, itertools.chain.from_iterable(offered)):
        assert control.total == library.search(led_to(control), limit=0, facet_values=0).total, control


def test_the_values_that_give_nothing_stand_behind_all_others(client: FlaskClient):
    tree = pages.get(client, "/?feed=2")
    for facet in ("tag", "author"):
        rows = tree.css(f"section[aria-labelledby=facet-{facet}] li")
        kinds = [row.css("a, .dead")[0].tag for row in rows]
        assert kinds == sorted(kinds), facet  # a, then span
        assert "span" in kinds


@pytest.mark.parametrize(
    ("state", "facet", "first"),
    [
        ("/?tag=bread", "tag", ["must"]),
        ("/?tag=bread,%231&tag=knots&exclude.tag=boats", "tag", ["any", "not", "any", "must"]),
        ("/?year=2011", "year", ["must"]),
        ("/?year=2011&month=8", "month", ["must"]),
        ("/?author=Bo%20%E2%80%9CBosun%E2%80%9D%20Linden", "author", ["must"]),
        ("/?feed=2&q=zyzzyva", "feed", ["must"]),
    ],
)
def test_what_is_chosen_stands_first_and_is_marked(client: FlaskClient, state: str, facet: str, first: list[str]):
    rows = pages.get(client, state).css(f"section[aria-labelledby=facet-{facet}] li")
    assert [row.attributes.get("class") for row in rows][: len(first) + 1] == [*first, None]
    assert [len(row.css("a.on")) for row in rows] == [1] * len(first) + [0] * (len(rows) - len(first))


def test_a_screen_reader_hears_what_each_control_does(client: FlaskClient):
    assert spoken(pages.get(client, "/"), "tag")[0] == ["Tag Boats", "Not Boats"]
    one = spoken(pages.get(client, "/?tag=boats"), "tag")
    assert one[0] == ["Remove tag Boats", "Not Boats"]
    assert ["Tag Knots", "Boats or Knots", "Not Knots"] in one
    several = spoken(pages.get(client, "/?tag=boats,knots&exclude.tag=weather"), "tag")
    assert several[0] == ["Tag Boats", "Remove tag Boats", "Not Boats"]
    assert ["Tag Weather", "Boats or Knots or Weather", "Remove tag Weather"] in several
    assert ["Tag Bread", "Boats or Knots or Bread", "Not Bread"] in several


def test_a_screen_reader_hears_what_the_other_facets_do(client: FlaskClient):
    tree = pages.get(client, "/?year=2010&month=8&feed=1&author=Ada%20Brook")
    html = tree.html or ""
    for facet, chosen, other in (
        ("year", "Remove year 2010", "Year 2014"),
        ("month", "Remove month August", "Month January"),
        ("feed", "Remove feed Harbour <Notes> & more", "Feed Bakery"),
        ("author", "Remove author Ada Brook", "Author Bo “Bosun” Linden"),
    ):
        assert spoken(pages.parsed(html), facet)[:2] == [[chosen], [other]]


@pytest.mark.parametrize("address", ["/", "/?tag=boats", "/?tag=boats,knots&exclude.tag=weather", "/?year=2010"])
def test_what_is_heard_of_a_control_has_what_is_seen_of_it_and_its_number(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    for link in tree.css("#facets li > a"):
        assert NUMBER.search(pages.said(link))
        assert pages.words(link).removesuffix(pages.words(pages.one(link, ".count"))).strip() in pages.said(link)


def test_no_words_but_those_of_a_control_are_hidden_from_a_screen_reader(client: FlaskClient):
    for node in pages.get(client, "/?tag=boats").css("#facets [aria-hidden=true]"):
        assert pages.words(node) in ("or", "not")


def test_an_alternative_is_offered_only_where_there_is_something_to_be_one_to(client: FlaskClient):
    assert pages.get(client, "/").css("#facets .or") == []
    assert pages.get(client, "/?exclude.tag=boats").css("#facets .or") == []
    assert pages.get(client, "/?tag=boats").css("#facets li.must .or") == []
    assert pages.get(client, "/?tag=boats").css("#facets .or")


def test_a_tag_goes_from_one_choice_to_another_and_is_asked_for_once(client: FlaskClient):
    state = "/?tag=knots"
    for kind in ("tag", "any", "not", "any", "not", "tag"):
        links = [
            link
            for link in pages.controls(pages.get(client, state))
            if link.id.startswith(f"{kind}-") and "boats" in link.href
        ]
        (state,) = {link.href for link in links if link.id == f"{kind}-{values.short('boats')}"}
        asked = [value for _, value in parse_qsl(urlsplit(state).query)]
        assert ",".join(asked).split(",").count("boats") == 1


def test_months_are_offered_once_a_year_or_a_month_is_chosen(client: FlaskClient):
    for state, is_there in (("/", False), ("/?year=2010", True), ("/?month=3", True), ("/?from=2010&to=2011", False)):
        assert bool(pages.get(client, state).css("#facet-month")) == is_there


def test_the_address_of_all_values_is_given_only_where_some_are_left_out(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    assert pages.get(client, "/?q=rope").css("#facets a[id^=all-]") == []
    monkeypatch.setitem(values.SHOWN, "tag", 9)
    tree = pages.get(client, "/?q=tag:boats%20rope&sort=oldest&page=2")
    assert len(tree.css("section[aria-labelledby=facet-tag] li")) == 9
    link = pages.one(tree, "#facets a[id^=all-]")
    assert pages.words(link) == "All tags"
    assert link.attributes["href"] == "/facets/tag/?q=rope&tag=boats&sort=oldest"


def test_a_chosen_value_stays_among_those_shown_however_rare_it_is(make_app: MakeApp):
    common = [entry(f"urn:e:{number}", tags=[f"common {tag}" for tag in range(60)]) for number in range(3)]
    client = make_app(many=atom(*common, entry("urn:rare", tags=["rare", "common 1"]))).test_client()
    tree = pages.get(client, "/?tag=rare")
    assert spoken(tree, "tag")[0] == ["Remove tag rare", "Not rare"]
