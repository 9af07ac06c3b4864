from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import AUTHORS, TAGS, Look, MakeApp
from tests.webapp.test_hostile_addresses import HOSTILE
from webapp import facets

STATES = [
    "",
    "?q=rope",
    "?tag=boats,knots&exclude.tag=weather&sort=oldest&size=7",
    "?q=tag:boats%20rope%20date:2010",
    "?year=2010&month=8&feed=1",
    "?q=zyzzyva&author=nobody",
]
NAMES = ["tag", "year", "month", "author", "feed"]


def labels(tree: LexborHTMLParser) -> list[str]:
    """Give the names of the values shown, in order."""
    return [pages.words(row.css("[dir=auto]")[0]) for row in tree.css("ul.values > li")]


@pytest.fixture
def thousands(make_app: MakeApp) -> FlaskClient:
    """Fifty entries with a hundred tags each, no two of them the same."""
    tags = [[f"tag {number:04}" for number in range(first, first + 100)] for first in range(0, 5_000, 100)]
    return make_app(many=atom(*(entry(f"urn:{mine[0]}", tags=mine) for mine in tags))).test_client()


def test_all_values_of_each_facet_are_shown(client: FlaskClient):
    shown = {name: set(labels(pages.get(client, f"/facets/{name}/"))) for name in NAMES}
    assert shown["tag"] == {*TAGS, "Bread"} - {"Ropes & <b>Sails</b>"} | {"Ropes & Sails"}
    assert shown["author"] == set(AUTHORS)
    assert shown["feed"] == {"Bakery", "Harbour <Notes> & more"}
    assert shown["year"] == {"2010", "2011", "2012", "2013", "2014"}
    assert {"January", "December"} <= shown["month"]


def test_time_stands_in_its_order(client: FlaskClient):
    assert labels(pages.get(client, "/facets/year/")) == ["2014", "2013", "2012", "2011", "2010"]
    assert labels(pages.get(client, "/facets/month/"))[:2] == ["January", "February"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_the_count_that_is_printed_in_it(client: FlaskClient, look: Look, name: str, state: str):
    tree = pages.get(client, f"/facets/{name}/{state}")
    links = tree.css("#values li a")
    for link in links:
        assert look(link.attributes["href"] or "").total == pages.number(link.css(".count")[0]), link.html
    assert {pages.number(node) for node in tree.css("#values .dead .count")} <= {0}
    assert len(tree.css("#values .count")) == len(links) + len(tree.css("#values .dead .count"))


@pytest.mark.parametrize("state", STATES)
def test_the_state_is_said_kept_and_can_be_gone_back_to(client: FlaskClient, state: str):
    tree, browsed = pages.get(client, f"/facets/tag/{state}"), pages.get(client, f"/{state}")
    back = pages.one(tree, "p.lead a").attributes["href"] or ""
    assert back == pages.canonical(browsed)
    kept = [(node.attributes["name"], node.attributes["value"]) for node in tree.css("#match-form input[type=hidden]")]
    assert kept == parse_qsl(urlsplit(back).query)
    said = pages.words(pages.one(tree, "p.lead a"))
    heading = pages.words(pages.one(browsed, "#results-heading"))
    assert heading.lower().startswith(said.lower())
    assert pages.words(pages.one(tree, "h1")) == "Tags"


@pytest.mark.parametrize(
    ("match", "shown"),
    [
        ("oa", ["Boats"]),
        ("BOAT", ["Boats"]),
        ("ete", ["Été"]),
        ("ÉT", ["Été"]),
        ("  salt,   pep ", ["salt, pepper"]),
        ("本", ["日本語"]),
        ("+", ["C++"]),
        ("&", ["Ropes & Sails"]),
        ("zyzzyva", []),
        ("<b>", []),
        ("%", []),
        (".*", []),
    ],
)
def test_values_are_filtered_by_a_part_of_their_names_without_case_and_accents(
    client: FlaskClient, match: str, shown: list[str]
):
    tree = pages.parsed(client.get("/facets/tag/", query_string={"match": match}).text)
    assert labels(tree) == shown
    typed = " ".join(match.split())
    assert pages.one(tree, "input#match").attributes["value"] == typed
    assert pages.words(pages.one(tree, "#values p.shown")) == f"{len(shown)} with “{typed}”."


def test_months_are_filtered_by_their_names(client: FlaskClient):
    assert labels(pages.get(client, "/facets/month/?match=JU")) == ["June"]


def test_filtering_changes_no_count(client: FlaskClient):
    whole = {row.html for row in pages.get(client, "/facets/tag/?tag=boats").css("ul.values > li")}
    assert {row.html for row in pages.get(client, "/facets/tag/?tag=boats&match=a").css("ul.values > li")} < whole


def test_200_values_are_shown_and_as_many_more_at_a_time(thousands: FlaskClient):
    tree = pages.get(thousands, "/facets/tag/")
    assert len(labels(tree)) == facets.VALUES_SHOWN == 200
    assert pages.words(pages.one(tree, "#values p.shown")) == "5,000 in all, 200 shown."
    more = pages.one(tree, "#more-values").attributes["href"] or ""
    assert more == "/facets/tag/?show=400"
    following = pages.get(thousands, more)
    assert labels(following)[:200] == labels(tree)
    assert len(set(labels(following))) == 400


def test_thousands_of_values_make_no_long_page(thousands: FlaskClient):
    for address in ("/", "/?tag=tag%200007", "/fragments/entries", "/?q=zyzzyva"):
        assert len(pages.get(thousands, address).css("#facets li")) <= 30
    for address in ("/facets/tag/", "/fragments/facets/tag", "/facets/tag/?match=tag"):
        assert len(pages.get(thousands, address).css("#values li")) == 200
    assert labels(pages.get(thousands, "/facets/tag/?match=4999")) == ["tag 4999"]


def test_more_is_offered_until_everything_is_shown_and_keeps_the_state(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(facets, "VALUES_SHOWN", 2)
    address, counts = "/facets/tag/?q=rope&tag=boats&match=s", []
    whole = pages.get(client, f"{address}&show=500")
    while address:
        tree = pages.get(client, address)
        counts.append(len(labels(tree)))
        more = tree.css("#more-values")
        address = more[0].attributes["href"] or "" if more else ""
        if address:
            assert dict(parse_qsl(urlsplit(address).query)) == {
                "q": "rope",
                "tag": "boats",
                "match": "s",
                "show": str(counts[-1] + 2),
            }
    assert counts == [*range(2, len(labels(whole)), 2), len(labels(whole))]
    assert labels(tree) == labels(whole)


def test_no_link_to_more_shows_nothing_more(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(facets, "VALUES_SHOWN", 3)
    monkeypatch.setattr(facets, "MOST_SHOWN", 6)
    tree = pages.get(client, "/facets/tag/?show=6")
    assert len(labels(tree)) == 6
    for more in tree.css("#more-values"):
        assert len(labels(pages.get(client, more.attributes["href"] or ""))) > 6


def test_the_fragment_is_a_part_of_the_page_and_names_it(client: FlaskClient):
    for state in ("", "?q=rope&tag=boats", "?tag=boats&match=kn"):
        page, response = pages.get(client, f"/facets/tag/{state}"), client.get(f"/fragments/facets/tag{state}")
        fragment = pages.parsed(response.text)
        assert pages.one(fragment, "#values").html == pages.one(page, "#values").html
        assert "<html" not in response.text
        assert response.headers["HX-Replace-Url"] == f"/facets/tag/{state}"
        assert response.headers["Link"] == f'</facets/tag/{state}>; rel="canonical"'
        assert response.headers["X-Robots-Tag"] == "noindex"


def test_the_number_of_values_is_told_to_a_screen_reader(client: FlaskClient):
    tree = pages.get(client, "/fragments/facets/tag?match=boat")
    assert pages.one(tree, "#values").attributes["data-status"] == "1 tags."


def test_no_id_stands_twice_on_the_page(client: FlaskClient):
    for name in NAMES:
        ids = [node.attributes["id"] for node in pages.get(client, f"/facets/{name}/?tag=boats").css("[id]")]
        assert len(ids) == len(set(ids))


def test_the_page_says_to_robots_that_it_is_none_of_theirs(client: FlaskClient):
    robots = pages.one(pages.get(client, "/facets/tag/"), "meta[name=robots]")
    assert robots.attributes["content"] == "noindex, follow"


@pytest.mark.parametrize("name", ["tags", "Tag", "q", "days", "exclude.tag", "..", "%00", "日本", "x" * 5_000])
def test_an_unknown_facet_is_not_found(client: FlaskClient, name: str):
    for path in (f"/facets/{name}/", f"/fragments/facets/{name}"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("name", ["match", "show", "q", "tag", "year", "page", "after", "size"])
@pytest.mark.parametrize("path", ["/facets/tag/", "/fragments/facets/month"])
def test_no_value_of_a_parameter_breaks_the_page(client: FlaskClient, path: str, name: str):
    for value in HOSTILE:
        response = client.get(path, query_string=[(name, value), ("match", "a"), (name, value)])
        assert response.status_code in (200, 413), value
        assert all(text.isprintable() and text.isascii() for text in response.headers.values()), value


@pytest.mark.parametrize("show", ["-1", "x", "1e3", "٣", "", "9" * 30, "2.5", " 7"])
def test_a_number_that_makes_no_sense_shows_as_many_as_without_it(thousands: FlaskClient, show: str):
    tree = pages.parsed(thousands.get("/facets/tag/", query_string={"show": show}).text)
    assert len(labels(tree)) == 200


def test_markup_in_what_is_typed_is_only_text(client: FlaskClient):
    tree = pages.parsed(client.get("/facets/tag/", query_string={"match": '"><script>alert(1)</script>'}).text)
    assert pages.one(tree, "input#match").attributes["value"] == '"><script>alert(1)</script>'
    assert all((node.attributes.get("src") or "").startswith("/static/") for node in tree.css("script"))


def test_a_facet_without_values_says_so(make_app: MakeApp):
    client = make_app().test_client()
    for name in NAMES:
        assert "0 in all." in pages.words(pages.one(pages.get(client, f"/facets/{name}/"), "#values"))
