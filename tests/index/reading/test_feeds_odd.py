"""Feeds in which something is missing, wrong or meant to harm."""

import sys
import time
from datetime import UTC, datetime

import pytest

from index.entries import Body, ParsedEntry, ParsedFeed, Tag
from index.errors import SourceError
from index.reading import archive, feeds
from index.reading import entry as entry_module
from index.reading.material import Material
from tests.documents import DAY, START, atom, entry

ADDRESS = "https://example.org/blog/feed.xml"


def parse(document: bytes, url: str = ADDRESS, content_type: str = "") -> ParsedFeed:
    (batch,) = feeds.parse(Material(document, url, content_type))
    return batch


def one(document: bytes, url: str = ADDRESS) -> ParsedEntry:
    (entry,) = parse(document, url).entries
    return entry


# --- what is missing or wrong ---


def test_an_empty_entry_gets_in() -> None:
    found = one(atom("<entry/>"))
    assert (found.title, found.link, found.author, found.body, found.tags) == ("", "", "", Body("", ""), ())
    assert (found.published, found.updated) == (None, None)
    assert found.identity


@pytest.mark.parametrize(
    "date",
    [
        *("1970-01-01T00:00:00Z", "1989-12-31T00:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z", "soon"),
        *("2024-02-30", "2023-02-29T00:00:00Z", "2024-13-01", "2024-00-10", "2024-W01-1", "-0001-01-01", "99999-01-01"),
        *("1704067200", "1704067200000", "2004067200", "Sat, 31 Feb 2024 10:00:00 GMT", "2024-01-01T25:00:00Z"),
        *("2004/05/28 11:01:00", "2004-július-13T9:15-05:00", "2004년 05월 28일  오후 11:31:15", "--05-28", "20"),
    ],
)
def test_a_date_that_cannot_be_is_no_date(date: str) -> None:
    found = one(atom(entry(published=date, updated=date)))
    assert (found.published, found.updated) == (None, None)


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("2004-05-28T11:00:00Z", "2004-05-28T11:00"),
        ("2004-05-28T11:00:00.5+02:00", "2004-05-28T09:00"),
        ("2003-12-31T23:00:00-05:00", "2004-01-01T04:00"),
        ("2004-02-29 23:30 +0000", "2004-02-29T23:30"),
        ("20040528T110000Z", "2004-05-28T00:00"),
        ("20040528", "2004-05-28T00:00"),
        ("2004-05", "2004-05-01T00:00"),
        ("2004", "2004-01-01T00:00"),
        ("2003-335", "2003-12-01T00:00"),
        ("Fri, 28 May 2004 11:00:00 GMT", "2004-05-28T11:00"),
        ("28 May 04 11:00 EST", "2004-05-28T16:00"),
        ("Fri, 28 May 2004 23:00:00 -0500", "2004-05-29T04:00"),
        ("Fri May 28 11:00:00 2004", "2004-05-28T11:00"),
        ("2004-05-28 오후 11:31:15", "2004-05-28T00:00"),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00"),
    ],
)
def test_a_date_is_read_in_every_way_of_writing_it(date: str, read: str) -> None:
    found = one(atom(entry(published=date))).published
    assert found is not None
    assert datetime.fromtimestamp(found, UTC).isoformat()[:16] == read


def test_a_date_in_the_future_is_believed_for_a_day() -> None:
    now = int(time.time())
    assert one(atom(entry(published=now + DAY // 2))).published == now + DAY // 2
    assert one(atom(entry(published=now + 2 * DAY))).published is None


def test_an_entry_with_only_a_time_of_change_is_dated_by_it() -> None:
    found = one(atom(entry(published=None, updated=START)))
    assert (found.published, found.updated) == (START, START)


def test_one_unreadable_entry_is_skipped_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    real = entry_module._tags

    def failing(names: tuple[str, ...]) -> tuple[Tag, ...]:
        if names == ("bad",):
            raise ValueError("a value nobody thought of")
        return real(names)

    monkeypatch.setattr(entry_module, "_tags", failing)
    entries = [entry("urn:1"), entry("urn:2", tags=["bad"]), entry("urn:3")]
    found = parse(atom(*entries))
    assert [entry.identity for entry in found.entries] == ["urn:1", "urn:3"]
    (skipped,) = found.skipped
    assert skipped.position == 2
    assert "ValueError" in skipped.reason


def test_positions_count_on_over_the_pieces_of_a_large_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL", 100)
    monkeypatch.setattr(archive, "PIECE", 300)
    monkeypatch.setattr(entry_module, "_tags", lambda names: () if not names else 1 / 0)
    entries = [entry(f"urn:{n}", tags=["bad"] if n == 17 else []) for n in range(1, 21)]
    batches = list(feeds.parse(Material(atom(*entries), ADDRESS)))
    assert len(batches) > 3
    assert [entry.identity for batch in batches for entry in batch.entries] == [
        f"urn:{n}" for n in range(1, 21) if n != 17
    ]
    assert [skipped.position for batch in batches for skipped in batch.skipped] == [17]


def test_every_value_may_be_missing_or_strange() -> None:
    document = atom(
        '<entry><category/><category term=""/><category term="x" label="Label"/><link/><author/>'
        "<content/><summary/><title/><id/><published/><updated/></entry>",
        '<entry><content src="https://example.org/x" type="video/mp4"/><link rel="enclosure"/></entry>',
        '<entry><content type="application/xml"><x/></content><rights>©</rights></entry>',
    )
    found = parse(document)
    assert len(found.entries) == 3
    assert not found.skipped
    assert found.entries[0].tags == (Tag("label", "Label"),)


# --- hostile bytes ---


@pytest.fixture
def opened() -> list[str]:
    """Which files and connections were opened since the test began."""
    found: list[str] = []
    is_on = True

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if is_on and event in ("open", "socket.connect", "urllib.Request"):
            found.append(f"{event} {arguments[0]!r}")

    sys.addaudithook(hook)  # which nothing can take away again
    found.clear()
    yield found
    is_on = False


DOCTYPES = [
    b'<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed><title>&x;</title></feed>',
    b'<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/x.dtd"><feed><title>x</title></feed>',
    b'<!DOCTYPE feed PUBLIC "-//X//X" "file:///etc/passwd"><feed><title>x</title></feed>',
    b'<!DOCTYPE feed [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><feed><title>x</title></feed>',
]


@pytest.mark.parametrize("body", [b"/etc/passwd", b"/dev/zero", b"http://127.0.0.1:9/", b"-", *DOCTYPES])
def test_no_body_makes_the_parser_open_anything(body: bytes, opened: list[str]) -> None:
    parse(atom(entry()))  # what is imported at the first use
    opened.clear()
    try:
        titles = [batch.head.title for batch in feeds.parse(Material(body, ADDRESS))]
    except SourceError:
        titles = []
    assert opened == []
    assert "root:" not in "".join(titles)


def test_blanks_before_the_root_cost_nothing() -> None:
    document = atom(entry()).replace(b"?>\n", b"?>" + b"\n \t" * 100_000)
    assert one(document).identity == "urn:e:1"


def test_blanks_before_anything_else_cost_nothing() -> None:
    found = one(atom(entry(html="<pre>a" + " " * 500_000 + "b</pre>")))
    assert found.body
    assert "a" in found.body.html


def test_billions_of_laughs_are_not_laughed() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE feed [<!ENTITY l0 "lol">{entities}]><feed><title>&l9;</title></feed>'.encode()
    assert len(parse(bomb).head.title) <= entry_module.LONGEST_TITLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings_are_understood(encoding: str) -> None:
    document = atom(entry(title="Café")).decode().replace('encoding="utf-8"', f'encoding="{encoding}"')
    for content_type in ("", "text/xml", "application/atom+xml", f"text/xml; charset={encoding}"):
        (found,) = parse(document.encode(encoding), content_type=content_type).entries
        assert found.title == "Café"


ODD = [b"&#xD800;", b"&#55357;&#56832;", b"&#0;", b"\x0b", b"&#x110000;", b"&#99999999999;", b"&#xFFFE;"]


@pytest.mark.parametrize("odd", [*ODD, b"&#" + b"9" * 3_000 + b";", b"\xff\xfe", b"&nosuch;"])
def test_odd_characters_cost_no_entry(odd: bytes) -> None:
    broken = atom(entry(title="TITLE", html="x"), entry("urn:2")).replace(b"TITLE", b"a" + odd + b"c")
    found = parse(broken).entries
    assert [entry.identity for entry in found] == ["urn:e:1", "urn:2"]
    title = found[0].title
    title.encode()
    assert title[0] + title[-1] == "ac"
    assert not any(ord(character) < 32 for character in title)


def test_text_that_cannot_be_cleaned_costs_only_its_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(html: str, base: str = "") -> Body:
        if "bad" in html:
            raise ValueError("nobody thought of this")
        return Body(html, html)

    monkeypatch.setattr(entry_module, "clean", failing)
    found = parse(atom(entry("urn:1"), entry("urn:2", html="bad"), entry("urn:3")))
    assert [entry.identity for entry in found.entries] == ["urn:1", "urn:3"]
    assert "ValueError" in found.skipped[0].reason


def test_an_entry_that_is_known_comes_without_its_body() -> None:
    first = one(atom(entry("http://example.org/1", html="<p>x</p>")))
    known = {"https://example.org/1": first.digest}
    (batch,) = feeds.parse(Material(atom(entry("http://example.org/1", html="<p>x</p>")), ADDRESS), known)
    assert (batch.entries[0].digest, batch.entries[0].body) == (first.digest, None)
    (batch,) = feeds.parse(Material(atom(entry("http://example.org/1", html="<p>y</p>")), ADDRESS), known)
    assert batch.entries[0].body == Body("<p>y</p>", "y")
