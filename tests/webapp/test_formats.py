"""What is written in the formats of other programs, as other people's parsers read it."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree

import fastfeedparser
import feedparser
import listparser
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from index import Enclosure, Library, sound
from tests.documents import DAY, START, atom, entry
from tests.webapp import pages
from tests.webapp.commands import Shell
from tests.webapp.conftest import STATES, TOTAL, MakeApp
from webapp.formats import FORMATS, numbered
from webapp.formats.document import Part

ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"


def titles(client: FlaskClient, address: str) -> list[str]:
    """Give the titles of the entries at the address of any format, read by a parser that is not ours."""
    response = client.get(address)
    assert response.status_code == 200, address
    if "csv" in response.mimetype:
        return [row["title"].removeprefix("'") for row in csv.DictReader(io.StringIO(response.text))]
    if "ndjson" in response.mimetype:
        return [json.loads(line)["title"] for line in response.text.splitlines()]
    if "json" in response.mimetype:
        return [item["title"] for item in response.json["items"]]
    found = feedparser.parse(io.BytesIO(response.data), sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return [item.title.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for item in found.entries]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("address", [state for state in STATES if "page=" not in state and "size=" not in state])
def test_every_state_has_the_same_entries_in_the_same_order_in_every_format(
    client: FlaskClient, address: str, suffix: str
) -> None:
    page = pages.get(client, f"{address}{'&' if '?' in address else '?'}size=100")
    link = pages.one(page, f"#as-{suffix}").attributes["href"]
    shown = [pages.words(node) for node in page.css("#feed article h3")]
    assert [" ".join(title.split()) for title in titles(client, link or "")] == shown


def test_an_atom_feed_names_its_state_its_page_and_itself(client: FlaskClient) -> None:
    found = feedparser.parse(io.BytesIO(client.get("/entries.atom?tag=boats&year=2011").data))
    assert found.feed.title == "Entries tagged Boats, in 2011 – Feedsift"
    assert found.feed.subtitle.startswith("6 entries, tagged Boats, in 2011, newest first")
    assert found.feed.id == found.feed.link == "http://localhost/?tag=boats&year=2011"
    assert [link.href for link in found.feed.links if link.rel == "self"] == [
        "http://localhost/entries.atom?tag=boats&year=2011"
    ]
    assert found.feed.updated == max(item.updated for item in found.entries)


def test_a_feed_of_nothing_is_a_feed(client: FlaskClient) -> None:
    found = feedparser.parse(io.BytesIO(client.get("/entries.atom?tag=nothing-has-this").data))
    assert (found.bozo, found.entries) == (False, [])
    assert found.feed.updated == "1970-01-01T00:00:00+00:00"
    assert client.get("/entries.json?tag=nothing-has-this").json["items"] == []
    assert client.get("/entries.ndjson?tag=nothing-has-this").data == b""


@pytest.mark.parametrize("suffix", ["atom", "rss", "json"])
def test_another_parser_reads_the_same(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/entries.{suffix}?tag=boats")
    found = fastfeedparser.parse(response.text)
    assert [item.title.replace("&amp;", "&") for item in found.entries] == titles(client, "/entries.ndjson?tag=boats")
    assert all(item.id.startswith("https://harbour.example/") for item in found.entries)


# --- parts ---


def parse(response: TestResponse) -> Any:
    return feedparser.parse(io.BytesIO(response.data))


def many(make_app: MakeApp, number: int = 620, title: str = "") -> FlaskClient:
    return make_app(
        title,
        many=atom(*(entry(f"urn:n:{n}", f"N {n}", published=START + n * DAY) for n in range(number)), title="Many"),
    ).test_client()


def links(client: FlaskClient, address: str) -> dict[str, str]:
    found = feedparser.parse(io.BytesIO(client.get(address).data))
    return {
        link.rel: re.sub("&mark=[0-9a-f]{8}", "", link.href.removeprefix("http://localhost"))
        for link in found.feed.links
    }


def test_a_long_feed_comes_in_archives_without_a_gap(make_app: MakeApp) -> None:
    client = many(make_app)
    address, seen = "/entries.atom", []
    while address:
        seen += titles(client, address)
        address = links(client, address).get("prev-archive", "")
    assert set(seen) == {f"N {n}" for n in range(620)}
    assert titles(client, "/entries.atom") == [f"N {n}" for n in range(619, 519, -1)]


def test_an_archive_stays_as_it_is_when_an_entry_arrives(make_app: MakeApp, tmp_path) -> None:
    client = many(make_app, title="One site")
    before = client.get("/entries.atom?archive=2")
    assert ElementTree.fromstring(before.data).find(f"{HISTORY}archive") is not None
    arrive(tmp_path, entry("urn:n:new", "New", published=START + 999 * DAY))
    after = client.get("/entries.atom?archive=2")
    assert after.data == before.data
    assert after.headers["ETag"] == before.headers["ETag"]
    assert titles(client, "/entries.atom")[0] == "New"


def arrive(folder, *entries: str) -> None:
    path = folder / "arrived.atom"
    path.write_bytes(atom(*entries, title="Arrived"))
    library = Library(folder / "library")
    list(library.add(str(path)))
    library.publish()
    library.close()


def test_an_old_entry_that_arrives_gives_archives_other_addresses(make_app: MakeApp, tmp_path) -> None:
    client = many(make_app, title="One site")
    before = client.get("/entries.atom")
    newest = parse(before).feed.links
    arrive(tmp_path, *(entry(f"urn:o:{n}", f"Old {n}", published=START - n * DAY) for n in range(1, 40)))
    after = client.get("/entries.atom")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert [link.href for link in parse(after).feed.links if link.rel == "prev-archive"] != [
        link.href for link in newest if link.rel == "prev-archive"
    ]


def test_behind_the_last_archive_is_the_way_back(make_app: MakeApp) -> None:
    assert links(many(make_app), "/entries.atom?archive=99")["prev-archive"] == "/entries.atom?archive=6"


def test_what_is_updated_counts_wherever_it_stands(make_app: MakeApp) -> None:
    old = entry("urn:1", "Old", published=START, updated=START + 900 * DAY)
    app = make_app(feed=atom(old, entry("urn:2", "New", published=START + DAY), title="F"))
    for address in ("/entries.atom", "/entries.atom?size=1"):
        assert parse(app.test_client().get(address)).feed.updated == "2012-06-19T00:00:00+00:00"


def test_ids_are_iris_and_tell_feeds_apart(make_app: MakeApp) -> None:
    same = [entry("42", "Local"), entry('foo:bar baz "<>', "Odd"), entry("feed:1:42", "Claimed")]
    app = make_app(one=atom(*same, title="One"), two=atom(*same, title="Two"))
    ids = [item.id for item in parse(app.test_client().get("/entries.atom")).entries]
    assert len(set(ids)) == len(ids) == 5
    assert all(id.startswith("urn:uuid:") for id in ids)


def test_a_link_that_xml_cannot_hold_spoils_no_document(make_app: MakeApp) -> None:
    app = make_app(feed=atom(entry("urn:1", "T", "<p>a\ufffeb</p>", link="http://a.example/\ufffe/x"), title="F"))
    assert not parse(app.test_client().get("/entries.atom")).bozo


def test_parts_name_each_other_and_the_one_to_subscribe_to(make_app: MakeApp) -> None:
    client = many(make_app)
    assert links(client, "/entries.rss?archive=6") == links(client, "/entries.atom?archive=6") | {
        "alternate": "/",
        "self": "/entries.rss?archive=6",
        "current": "/entries.rss",
        "prev-archive": "/entries.rss?archive=5",
    }
    assert "next-archive" not in links(client, "/entries.atom?archive=6")
    assert links(client, "/entries.atom?archive=1")["next-archive"] == "/entries.atom?archive=2"
    assert titles(client, "/entries.atom?archive=99") == []


def test_a_feed_in_another_order_comes_in_pages(make_app: MakeApp) -> None:
    client = many(make_app)
    found = links(client, "/entries.atom?sort=oldest&page=2&size=50")
    assert found["next"] == "/entries.atom?sort=oldest&size=50&page=3"
    assert found["previous"] == found["first"] == "/entries.atom?sort=oldest&size=50"
    assert found["last"] == "/entries.atom?sort=oldest&size=50&page=13"
    assert titles(client, "/entries.atom?sort=oldest&page=2&size=50")[0] == "N 50"


def test_json_and_rows_name_their_next_page(make_app: MakeApp) -> None:
    client = many(make_app)
    assert client.get("/entries.json").json["next_url"] == "http://localhost/entries.json?page=2"
    assert titles(client, "/entries.json?page=7") == [f"N {n}" for n in range(19, -1, -1)]
    assert '</entries.csv?size=100&page=2>; rel="next"'.replace("</", "<http://localhost/") in (
        client.get("/entries.csv?size=100").headers.getlist("Link")
    )
    assert len(titles(client, "/entries.csv")) == 620


@pytest.mark.parametrize("suffix", ["atom", "rss"])
def test_what_is_whole_says_so(client: FlaskClient, suffix: str) -> None:
    root = ElementTree.fromstring(client.get(f"/entries.{suffix}").data)
    head = root if suffix == "atom" else root.find("channel")
    assert head is not None
    assert head.find(f"{HISTORY}complete") is not None
    root = ElementTree.fromstring(client.get(f"/entries.{suffix}?size=3").data)
    assert not list(root.iter(f"{HISTORY}complete"))


@given(st.dictionaries(st.sampled_from(["size", "page", "archive"]), st.text(max_size=12)))
def test_any_part_that_is_asked_for_is_one(values: dict[str, str]) -> None:
    part = numbered(values)
    assert 0 <= part.size <= 100
    assert part.page >= 1
    assert part.archive >= 0


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "asked", ["page=9999999", "archive=9999999", "size=0", "page=-1", "size=٣", "archive=" + "9" * 999]
)
def test_a_part_that_is_not_there_is_empty_or_the_first(client: FlaskClient, suffix: str, asked: str) -> None:
    assert len(titles(client, f"/entries.{suffix}?{asked}")) in (0, TOTAL)


# --- round trip ---

FILE = '<link rel="enclosure" href="https://a.example/a%20b.mp3?x=1&amp;y=2" type="audio/mpeg" length="7100000"/>'
ODD = [
    entry(
        "urn:1", "a < b & c", "<p>x &amp; y</p>", tags=["AT&T", "R&amp;D", "&lt;canvas&gt;", "C++"], author="Ada <b>"
    ),
    entry("urn:2", "<script>alert(1)</script>", "<p>1</p>", published=None),
    entry("urn:3", "", "<h1>Head</h1><p>Text of it</p><img src='https://a.example/i.png'>", published=None, author=""),
    entry("relative", "Id of its own", "", link="https://a.example/ü?a=1&b=2", published=START, updated=START + DAY),
    entry("urn:5", "Tie 1", "<p>same second</p>", published=START + 5),
    entry("urn:6", "Tie 2", "<p>same second</p>", published=START + 5),
    entry("urn:7", "שלום", "<p>עולם</p>", attributes='xml:lang="he"'),
    entry("urn:9", "With a file", "<p>Listen</p>", published=START + 9, more=FILE),
    entry("urn:8", "AT&amp;T again &lt;b&gt;", "plain text", tags=["日本語", "salt, pepper"]),
]


@pytest.mark.parametrize("suffix", ["atom", "rss"])
def test_what_is_exported_and_taken_in_again_is_exported_the_same(shell: Shell, tmp_path, suffix: str) -> None:
    first = {}
    shell.run("add", shell.file("odd.atom", atom(*ODD, title="Odd & <ends>", head="<subtitle>Of all</subtitle>")))
    first = {name: exported(shell, name) for name in FORMATS}
    second = Shell(tmp_path / "again")
    second.folder.mkdir()
    assert f"{len(ODD)} new" in second.run("add", second.file(f"again.{suffix}", first[suffix])).out
    for name in FORMATS:
        assert without_pages(exported(second, name)) == without_pages(first[name]), name


def test_files_that_come_with_an_entry_are_handed_on(make_app: MakeApp) -> None:
    app = make_app(feed=atom(entry("urn:1", "One"), title="F"))
    store = app.extensions["feedsift.library"].store
    files = [Enclosure("https://a.example/1.mp3", "audio/mpeg", 7, "A <title>"), Enclosure("https://a.example/2")]
    with store.transaction():
        store.set_enclosures(1, files)
        store.touch(1)
    client = app.test_client()
    (found,) = parse(client.get("/entries.atom")).entries
    links = [{name: link.get(name) for name in ("href", "type", "length", "title")} for link in found.enclosures]
    assert links[0] == {"href": files[0].url, "type": "audio/mpeg", "length": "7", "title": "A <title>"}
    assert [link["href"] for link in links] == [file.url for file in files]
    (found,) = parse(client.get("/entries.rss")).entries
    assert [(link.href, link.type, link.length) for link in found.enclosures] == [(files[0].url, "audio/mpeg", "7")]
    (item,) = client.get("/entries.json").json["items"]
    assert item["attachments"] == [
        {"url": files[0].url, "mime_type": "audio/mpeg", "title": "A <title>", "size_in_bytes": 7},
        {"url": files[1].url, "mime_type": "application/octet-stream"},
    ]
    assert json.loads(client.get("/entries.ndjson").text)["files"] == [asdict(file) for file in files]


def exported(shell: Shell, name: str) -> bytes:
    done = shell.run("export", "--format", name)
    assert (done.code, done.err) == (0, "")
    return done.raw


def without_pages(document: bytes) -> list[str]:
    """Give the lines without the addresses of entries on this site, which say in which order they were taken in."""
    return re.sub(r"/entries/[a-z0-9-]*[0-9]+/", "/entries/", document.decode()).splitlines()


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert sound("a\x00b\x0b\ufffe\ud800c\t\n😀") == "abc\t\n😀"


# --- lists of feeds ---


def test_the_feeds_are_a_list_that_another_program_reads(client: FlaskClient) -> None:
    response = client.get("/feeds.opml")
    assert response.mimetype == "text/x-opml"
    found = listparser.parse(response.data)
    assert found.bozo == 0
    assert [feed.title for feed in found.feeds] == ["Bakery", "Harbour <Notes> & more"]
    # They came from files, so the site's own feeds stand for them.
    assert [feed.url for feed in found.feeds] == [f"http://localhost/entries.atom?feed={n}" for n in (2, 1)]


def test_a_cell_that_a_spreadsheet_would_run_is_made_text(make_app: MakeApp) -> None:
    app = make_app(feed=atom(entry("urn:1", "=HYPERLINK(1)"), title="F"))
    (row,) = csv.DictReader(io.StringIO(app.test_client().get("/entries.csv").text))
    assert row["title"] == "'=HYPERLINK(1)"


def test_parts_of_equal_value_are_equal() -> None:
    assert numbered({}) == Part()
