from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree

import listparser
import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborNode

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import BAKERY, HARBOUR, STATES, TOTAL, MakeApp
from webapp import assets, pins


def asked(*values: str) -> str:
    return "&".join(f"pin={quote(value, safe='')}" for value in values)


def rows(client: FlaskClient, *values: str) -> list[LexborNode]:
    return pages.get(client, f"/fragments/pins?{asked(*values)}").css("ul.pins > li")


def words(client: FlaskClient, *values: str) -> list[tuple[str, str]]:
    """Give name and numbers of each pin."""
    return [
        (pages.words(row.css("p")[0]), pages.words(row.css("p")[1]).split(" Atom ")[0]) for row in rows(client, *values)
    ]


def outlines(client: FlaskClient, *states: str) -> list[tuple[str, str]]:
    """Give title and address of each feed, as an independent reader takes them."""
    read = listparser.parse(client.get(f"/pins.opml?{asked(*states)}").data)
    assert not read.bozo
    return [(feed.title, feed.url) for feed in read.feeds]


# --- the button ---


@pytest.mark.parametrize("state", STATES)
def test_a_list_says_by_which_name_it_can_be_pinned(client: FlaskClient, state: str):
    tree = pages.get(client, state)
    button = pages.one(
        tree, "#results #elsewhere button#pin[aria-pressed=false].needs-script, #elsewhere .needs-script #pin"
    )
    named = button.attributes["data-state"] or ""
    assert not {"size", "page", "after"} & {name for name, _ in parse_qsl(named)}
    again = pages.get(client, f"/?{named}")
    assert pages.one(again, "#pin").attributes["data-state"] == named
    assert pages.total(again) == pages.total(tree)
    assert button.attributes["data-newest"] == str(TOTAL)


def test_a_fragment_carries_the_button_of_its_state(client: FlaskClient):
    tree = pages.get(client, "/fragments/entries?q=rope&size=7&sort=newest")
    assert pages.one(tree, "#pin").attributes["data-state"] == "q=rope&sort=newest"


# --- what is new ---


def test_a_pin_has_its_name_and_its_numbers(client: FlaskClient):
    assert words(client, f"{TOTAL}:", f"{HARBOUR}:feed=2", f"{HARBOUR + 2}:tag=bread", "0:tag=no-such-tag") == [
        ("All entries", f"Nothing new {TOTAL} entries"),
        ("Entries from Bakery", f"{BAKERY} new since you last looked at Entries from Bakery {BAKERY} entries"),
        ("Entries tagged Bread", f"3 new since you last looked at Entries tagged Bread {BAKERY} entries"),
        ("Entries tagged no-such-tag", "Nothing new 0 entries"),
    ]


def test_what_was_there_before_is_not_new(make_app: MakeApp):
    def day(number: int) -> str:
        return entry(f"urn:{number}", f"Entry {number}", "<p>Rope.</p>")

    client = make_app(feed=atom(day(1), day(2))).test_client()
    seen = pages.one(pages.get(client, "/?q=rope"), "#pin").attributes["data-newest"]
    assert words(client, f"{seen}:q=rope") == [("Entries for rope", "Nothing new 2 entries")]
    client = make_app(feed=atom(day(1), day(2), day(3))).test_client()
    assert words(client, f"{seen}:q=rope", f"{seen}:q=-rope") == [
        ("Entries for rope", "1 new since you last looked at Entries for rope 3 entries"),
        ("Entries for -rope", "Nothing new 0 entries"),
    ]


def test_a_pin_leads_to_its_list_to_what_is_new_in_it_and_to_its_feed(client: FlaskClient):
    (row,) = rows(client, "0:q=rope%20-tide&tag=boats&size=7&page=2")
    (button,) = row.css("button.unpin")
    assert [link.attributes["href"] for link in row.css("a")] == [
        "/?q=rope%20-tide&tag=boats",
        "/?q=rope%20-tide&tag=boats&sort=newest",
        "/entries.atom?q=rope%20-tide&tag=boats",
    ]
    assert button.attributes["data-state"] == "q=rope%20-tide&tag=boats&size=7&page=2", "by which the browser knows it"


def test_lists_that_differ_in_their_order_alone_have_names_of_their_own(client: FlaskClient):
    assert [name for name, _ in words(client, "0:q=rope", "0:q=rope&sort=oldest", "0:sort=oldest")] == [
        "Entries for rope",
        "Entries for rope, oldest first",
        "All entries, oldest first",
    ]


def test_the_sum_of_what_is_new_stands_with_the_list(client: FlaskClient):
    tree = pages.get(client, f"/fragments/pins?{asked(f'{HARBOUR}:', f'{HARBOUR + 3}:feed=2')}")
    assert pages.one(tree, "ul.pins").attributes["data-news"] == str(BAKERY + 2)


@pytest.mark.parametrize(
    "value",
    ["", ":", "x:q=rope", "-1:q=rope", "1e3:q=rope", f"{10**15}:q=rope", "q=rope", f"0:q={'x' * 1_001}", "١:q=rope"],
)
def test_a_pin_that_means_nothing_is_left_out(client: FlaskClient, value: str):
    assert [name for name, _ in words(client, value, "0:tag=bread", value)] == ["Entries tagged Bread"]


@pytest.mark.parametrize("value", ["0:page=x&size=-1&year=zz", "0:%FF%00=%ZZ", "0:q=%00%F0%9F", "0:&&&==", "0:foo=bar"])
def test_a_damaged_state_is_read_as_far_as_it_makes_sense(client: FlaskClient, value: str):
    assert len(rows(client, value)) == 1


def test_names_are_escaped(client: FlaskClient):
    (row,) = rows(client, "0:q=%3Cb%3E%22%27&author=%3Ci%20onclick%3D%22%22%3E")
    assert row.css("b, i") == []
    assert pages.words(row.css("p > a")[0]) == 'Entries for <b>"\', by <i onclick="">'


def test_no_more_pins_are_looked_into_at_once_than_scripts_ask_for(client: FlaskClient):
    assert len(rows(client, *(f"0:q=rope{n}" for n in range(pins.MOST_AT_ONCE + 5)))) == pins.MOST_AT_ONCE
    script = (assets.folder("static") / "js" / "parts.js").read_text()
    assert f"const MOST = {pins.MOST_AT_ONCE};" in script


def test_every_row_has_ids_of_its_own(client: FlaskClient):
    tree = pages.get(client, f"/fragments/pins?{asked('0:', '0:q=rope', '0:q=rope&sort=newest')}")
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids)) == 12


def test_the_page_of_pins_says_what_it_needs_and_what_is_sent(client: FlaskClient):
    tree = pages.get(client, "/pins/")
    assert pages.title(tree).startswith("Pinned searches – ")
    assert "scripts are off in this browser" in pages.words(pages.one(tree, "p.without-script"))
    assert "kept in this browser alone" in pages.words(pages.one(tree, "main .hint"))
    assert pages.one(tree, "nav[aria-label=Site] a[aria-current]").attributes["href"] == "/pins/"


# --- for feed readers ---


def test_all_pins_are_a_list_of_feeds(client: FlaskClient):
    assert [title.rpartition(" – ")[0] for title, _ in outlines(client, "", "q=rope&tag=boats", "feed=2")] == [
        "All entries",
        "Entries for rope, tagged Boats",
        "Entries from Bakery",
    ]
    assert outlines(client, "q=rope&tag=boats")[0][1] == "http://localhost/entries.atom?q=rope&tag=boats"


def test_a_list_of_feeds_is_a_file_of_its_kind(client: FlaskClient):
    response = client.get("/pins.opml?pin=q%3Drope")
    assert response.content_type == "text/x-opml; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=pins.opml"
    assert re.search(r'<outline type="rss" [^>]*htmlUrl="http://localhost/\?q=rope"', response.text)


def test_a_state_is_named_once_and_by_its_canonical_address(client: FlaskClient):
    assert [url for _, url in outlines(client, "tag=b&q=a", "q=a&tag=b&page=3", "s=a&tag=B&size=7")] == [
        "http://localhost/entries.atom?q=a&tag=b"
    ]


@pytest.mark.parametrize(
    "state", ["q=%3Cb%3E%26%22", "author=%EF%BF%BF%EF%BF%BE%00%1B", "q=%F0%9F%98%80%E6%97%A5", "q=]]%3E"]
)
def test_any_text_makes_a_list_that_can_be_read(client: FlaskClient, state: str):
    ElementTree.fromstring(client.get(f"/pins.opml?{asked(state)}").data)
    ((_, url),) = outlines(client, state)
    assert urlsplit(url).path == "/entries.atom"


def test_an_export_has_its_limits(client: FlaskClient):
    assert len(outlines(client, *(f"q={n}" for n in range(pins.MOST + 5)))) == pins.MOST
    assert outlines(client, f"q={'x' * 1_001}") == []
    assert outlines(client) == []
    assert f"const MOST = {pins.MOST};" in (assets.folder("static") / "js" / "pinned.js").read_text()
