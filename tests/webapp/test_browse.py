from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from index import ALIASES
from tests.documents import DAY, START, atom, entry
from tests.webapp import pages
from tests.webapp.conftest import BAKERY, STATES, TOTAL, MakeApp
from webapp import browse


@pytest.mark.parametrize("address", STATES)
def test_the_canonical_address_of_a_state_is_itself_canonical(client: FlaskClient, address: str):
    canonical = pages.canonical(pages.get(client, address))
    assert canonical.isascii()
    again = pages.get(client, canonical)
    assert pages.canonical(again) == canonical


@pytest.mark.parametrize("address", STATES)
def test_no_id_stands_twice_on_a_page(client: FlaskClient, address: str):
    ids = [node.attributes["id"] for node in pages.get(client, address).css("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", STATES)
def test_what_the_marks_of_the_contract_promise_is_there(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    assert pages.one(tree, "form[role=search] input#q").attributes["name"] == "q"
    assert pages.words(pages.one(tree, "#status")).startswith(pages.words(pages.one(tree, "#results-heading")))
    for selector in ("#results", "#facets", "#filters", "link[rel=canonical]"):
        pages.one(tree, selector)
    shown = pages.hits(tree)
    assert len(tree.css("#results [role=feed]")) == (1 if shown else 0)
    assert len(tree.css("#results [role=feed] > article")) == len(shown)
    assert len(tree.css("a#more[rel=next]")) == (1 if len(shown) < pages.total(tree) else 0)


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_search_from_the_form_keeps_filters_and_the_chosen_order(client: FlaskClient, order: str):
    tree = pages.get(client, f"/?q=rope&tag=boats&tag=knots&size=7&page=2&sort={order}")
    kept = [(node.attributes["name"], node.attributes["value"]) for node in tree.css("input[form=search]")]
    assert sorted(kept) == [("size", "7"), ("sort", order), ("tag", "boats"), ("tag", "knots")]


def test_the_order_is_not_kept_where_none_was_chosen(client: FlaskClient):
    assert pages.get(client, "/?q=rope").css("input[form=search]") == []


def test_a_page_shows_all_pages_up_to_its_number(client: FlaskClient):
    whole = pages.hits(pages.get(client, "/?size=100"))
    assert len(whole) == len(set(whole)) == TOTAL
    for number in (1, 2, 3):
        assert pages.hits(pages.get(client, f"/?size=9&page={number}")) == whole[: number * 9]


@pytest.mark.parametrize(
    "state",
    ["/?size=7", "/?size=7&sort=oldest", "/?size=4&q=rope", "/?size=5&tag=boats&page=2", "/?size=31", "/?size=61"],
)
def test_loading_more_shows_every_entry_once_and_in_order(client: FlaskClient, state: str):
    tree = pages.get(client, state)
    shown, total = pages.hits(tree), pages.total(tree)
    while more := tree.css("a#more"):
        tree = pages.get(client, more[0].attributes["data-hx-get"] or "")
        shown += pages.hits(tree)
        assert len(shown) <= total
    assert shown == pages.hits(pages.get(client, state + "&size=100&page=1"))


@pytest.mark.parametrize("state", ["/?size=7", "/?size=4&q=rope", "/?size=61"])
def test_the_link_to_more_leads_to_the_same_entries_without_scripts(client: FlaskClient, state: str):
    tree = pages.get(client, state)
    more = pages.one(tree, "a#more")
    address, _, place = (more.attributes["href"] or "").partition("#")
    following = pages.hits(pages.get(client, more.attributes["data-hx-get"] or ""))
    assert pages.hits(pages.get(client, address)) == pages.hits(tree) + following
    assert place == following[0]


def test_more_entries_than_one_page_shows_lead_back_to_earlier_ones(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    whole = pages.hits(pages.get(client, "/?size=100"))
    monkeypatch.setattr(browse, "ENTRIES_SHOWN", 21)
    seen: list[str] = []
    address = "/?size=7&page=9"
    while address:
        tree = pages.get(client, address)
        assert len(pages.hits(tree)) <= 21
        seen = pages.hits(tree) + seen
        earlier = tree.css("a#earlier")
        address = earlier[0].attributes["href"] or "" if earlier else ""
    assert seen == whole


def test_positions_count_all_hits(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(browse, "ENTRIES_SHOWN", 14)
    articles = pages.get(client, "/?size=7&page=4").css("article[aria-posinset]")
    assert [node.attributes["aria-posinset"] for node in articles] == [str(place) for place in range(15, 29)]
    assert {node.attributes["aria-setsize"] for node in articles} == {str(TOTAL)}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("page=99", "There is no page 99: showing up to page 4, the last."),
        ("page=0", "There is no page 0: showing page 1."),
        ("page=" + "9" * 30, "There is no page"),
        ("page=two", "“two” is not a page, and was left out."),
        ("page=%D9%A3", "is not a page"),
        ("size=1000", "There is no size 1000: showing size 100."),
        ("size=-3", "There is no size -3: showing size 1."),
        ("year=soon", "“soon” is not a year"),
        ("year=0", "There is no year 0: showing year 1."),
        ("month=13", "There is no month 13: showing month 12."),
        ("from=2019-02-31", "“2019-02-31” was read as 2019-02-28."),
        ("to=yesterday", "“yesterday” is not a date"),
        ("sort=best", "“best” is not an order"),
    ],
)
def test_what_had_to_be_corrected_is_said(client: FlaskClient, asked: str, said: str):
    assert [note for note in pages.notes(pages.get(client, f"/?{asked}")) if said in note]


def test_nothing_is_said_where_nothing_had_to_be_corrected(client: FlaskClient):
    for address in STATES[:-1]:
        assert pages.notes(pages.get(client, address)) == []


def test_a_page_behind_the_last_shows_the_last(client: FlaskClient):
    behind, last = pages.get(client, "/?page=99"), pages.get(client, "/?page=4")
    assert pages.hits(behind) == pages.hits(last)
    assert pages.canonical(behind) == "/?page=4"


@pytest.mark.parametrize("alias", [*ALIASES, "sort"])
def test_an_alias_leads_to_the_canonical_address_for_good(client: FlaskClient, alias: str):
    response = client.get(f"/?size=7&{alias}={'date' if alias == 'sort' else '2010'}&tag=boats")
    assert response.status_code == 301
    target = response.headers["Location"]
    assert target.startswith("/?")
    assert alias not in dict(parse_qsl(urlsplit(target).query))
    assert pages.canonical(pages.get(client, target)) == target


@pytest.mark.parametrize(
    "value", ["//evil.com", "https://evil.com/", "/\\evil.com", "\r\nLocation: //evil.com", "日本"]
)
def test_an_alias_leads_nowhere_but_to_this_page(client: FlaskClient, value: str):
    response = client.get(
        "/", query_string={"search": value, "next": value, "url": value}, headers={"Host": "evil.com"}
    )
    assert response.headers["Location"].startswith("/?q=")
    assert response.headers["Location"].isascii()


def test_a_script_in_the_address_is_only_text(client: FlaskClient):
    text = '<script>alert("1")</script>\'&amp;'
    page = client.get(
        "/", query_string={"q": text, "tag": text, "author": text, "feed": text, "sort": text, "year": text}
    ).text
    assert "<script>alert" not in page
    assert "alert(&#34;1&#34;)" in page
    tree = pages.parsed(page)
    assert pages.one(tree, "#q").attributes["value"] == text
    assert text in pages.title(tree)
    assert text in pages.words(pages.one(tree, "#results-heading"))
    assert pages.words(pages.one(tree, "#chip-q")) == f"Remove “{text}” ×"
    assert len(pages.notes(tree)) == 3


def test_markup_in_a_feed_s_title_and_tags_is_only_text(client: FlaskClient):
    tree = pages.get(client, "/?size=100")
    scripts = [node.attributes.get("src") or "" for node in tree.css("script")]
    assert all(source.startswith("/static/") for source in scripts)
    assert "<script>alert(1)</script> & co" in [pages.words(node) for node in tree.css("h3")]
    assert "Ropes & Sails" in [pages.words(node) for node in tree.css("ul.tags a")]


def test_the_words_that_were_found_are_marked(client: FlaskClient):
    tree = pages.get(client, "/?q=lantern")
    assert {node.text() for node in tree.css("p.snippet mark")} == {"lantern"}


def test_an_empty_search_says_what_can_be_done(client: FlaskClient):
    tree = pages.get(client, "/?q=zyzzyva&tag=boats&year=2010")
    assert tree.css("[role=feed]") == []
    offered = {node.attributes["href"]: pages.words(node) for node in tree.css(".nothing a")}
    assert offered == {
        "/?tag=boats&year=2010": "7 entries without “zyzzyva”",
        "/": "see all entries",
        "/help/": "see what can be asked",
    }


def test_an_empty_library_says_how_to_fill_it(make_app: MakeApp):
    tree = pages.get(make_app().test_client(), "/")
    assert pages.total(tree) == 0
    assert "feedsift add" in pages.words(pages.one(tree, ".nothing"))
    assert tree.css("[role=feed], a#more") == []


def test_a_site_of_one_feed_has_its_name_and_no_feed_filter(make_app: MakeApp):
    tree = pages.get(
        make_app(only=atom(entry(), title="Only <one>", head="<subtitle>Its words</subtitle>")).test_client(), "/"
    )
    assert pages.title(tree) == "Only <one>"
    assert pages.words(pages.one(tree, "h1")) == "Only <one>"
    assert pages.words(pages.one(tree, ".subtitle")) == "Its words"
    assert tree.css("#facet-feed, article .from") == []


def test_a_site_of_several_feeds_says_which_entry_is_from_which(client: FlaskClient):
    tree = pages.get(client, "/?feed=2")
    assert pages.title(tree).endswith("– Feedsift")
    assert [pages.words(node) for node in tree.css("article .from")] == ["Bakery"] * BAKERY


def test_the_name_of_the_site_can_be_set(make_app: MakeApp):
    tree = pages.get(make_app("My & own", only=atom(entry())).test_client(), "/")
    assert pages.title(tree) == "My & own"


def test_entries_of_one_second_keep_their_order_over_pages(make_app: MakeApp):
    same = atom(*(entry(f"urn:e:{number}", published=START) for number in range(30)))
    client = make_app(same=same).test_client()
    once = pages.hits(pages.get(client, "/?size=30"))
    assert pages.hits(pages.get(client, "/?size=4&page=8")) == once
    assert pages.hits(pages.get(client, "/?size=30&sort=oldest")) == once[::-1]


def test_an_entry_from_the_future_and_one_from_long_ago_do_no_harm(make_app: MakeApp):
    times = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", START + DAY, None, "2010-02-30T25:61:61Z", "nonsense"]
    feed = atom(*(entry(f"urn:e:{number}", published=time) for number, time in enumerate(times)))
    client = make_app(feed=feed).test_client()
    for address in ("/", "/?sort=oldest", "/?from=1&to=9999", "/?year=9999"):
        assert pages.get(client, address).css("#results")
