"""The documents in tests/odd: one for each rule, named for it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from index.errors import ReadingError
from index.reading import process
from index.reading.process import FeedReading, ListReading, Material, PageReading
from index.rules import Limits

FOLDER = Path(__file__).parents[2] / "odd"
ADDRESS = "https://tea.example/blog/feed"
CAFE = "Café “Ω” 茶"
FINE = "Café “fine”"


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def entries(*said: dict[str, Any], **head: Any) -> dict[str, Any]:
    """Say what a feed has to give: some values of each entry, and of the head."""
    return {"entries": list(said), "head": head}


def links(*urls: str) -> dict[str, Any]:
    return {"links": list(urls)}


def enclosure(url: str, type: str = "", length: int = 0, title: str = "") -> dict[str, Any]:
    return {"url": url, "type": type, "length": length, "title": title}


def titled(title: str) -> dict[str, Any]:
    return entries({"title": title})


UNDATED = {"published": None, "updated": None}
EXPECTED: dict[str, dict[str, Any] | str] = {
    "id-missing.xml": entries({"identity": "https://tea.example/1", "is_identity_global": True}, {"title": "Two"}),
    "id-repeated.xml": entries(
        {"identity": "urn:1", "updated": seconds("2020-01-01")}, {"identity": "urn:1", "updated": seconds("2020-01-02")}
    ),
    "id-not-a-permalink.xml": entries({"identity": "one", "is_identity_global": False, "link": ""}),
    "dates-missing.xml": entries(UNDATED),
    "dates-that-cannot-be.xml": entries(*[UNDATED] * 9),
    "date-in-the-future.xml": entries(UNDATED),
    "date-of-change-alone.xml": entries({"published": seconds("2020-01-02T03:04:05")}),
    "title-missing.xml": entries({"title": "", "text": "Leaves in water."}),
    "title-as-html.xml": titled("A fine & hot cup"),
    "title-as-text-with-markup.xml": titled("The <em> element"),
    "title-as-xhtml.xml": titled("A fine cup"),
    "title-with-controls.xml": titled("A fine cup"),
    "cdata.xml": entries({"title": "A fine cup", "html": "<p>Hot &amp; black</p>"}),
    "html-escaped-twice.xml": entries({"text": "<p> is a tag"}),
    "entities-of-html.xml": titled("Café — open"),
    "ampersand-alone.xml": entries({"title": "Milk & sugar", "link": "https://tea.example/?a=1&b=2"}),
    "cut-off.xml": entries({"title": "One"}, {"title": "Two"}),
    "noise-before.xml": titled("One"),
    "warning-before.xml": titled("One"),
    "doctype-with-entities.xml": titled("Just a cup"),
    "relative-to-xml-base.xml": entries({"link": "https://tea.example/a/one", "href": "https://tea.example/a/two"}),
    "relative-to-nested-xml-base.xml": entries({"href": "https://tea.example/a/b/two"}),
    "relative-to-the-entry.xml": entries({"href": "https://tea.example/2020/one/two"}),
    "relative-to-the-feed.xml": entries({"href": "https://tea.example/two"}),
    "link-that-is-none.xml": entries({"link": ""}, {"link": "", "identity": "urn:2"}),
    "link-in-several-kinds.xml": entries({"link": "https://tea.example/1"}),
    "authors-several.xml": entries({"author": "Ada, Bo"}),
    "author-by-mail.xml": entries({"author": "Ada"}),
    "author-of-dublin-core.xml": entries({"author": "Ada"}),
    "categories-odd.xml": entries({"tags": [{"key": "green", "name": "Green"}, {"key": "black", "name": "Black"}]}),
    "enclosures-of-rss.xml": entries(
        {
            "enclosures": [
                enclosure("https://tea.example/1.mp3", "audio/mpeg", 1234),
                enclosure("https://tea.example/2.ogg", "audio/ogg"),
            ]
        }
    ),
    "enclosures-of-atom.xml": entries(
        {"enclosures": [enclosure("https://tea.example/1.mp3", "audio/mpeg", 7, "The & talk")]}
    ),
    "enclosures-of-media-rss.xml": entries(
        {
            "enclosures": [
                enclosure("https://tea.example/1.mp4", "video/mp4", 99),
                enclosure("https://tea.example/2.mp4"),
            ]
        }
    ),
    "content-elsewhere.xml": entries({"text": "A film."}),
    "content-in-several-forms.xml": entries({"html": "<p>Marked up.</p>"}),
    "hub-and-self.xml": entries(hub="https://hub.example/", topic="https://tea.example/feed"),
    "interval-by-ttl.xml": entries(interval=90 * 60),
    "interval-by-period.xml": entries(interval=6 * 60 * 60),
    "interval-beyond-reason.xml": entries(interval=30 * 24 * 60 * 60),
    "older-entries-in-an-archive.xml": entries(older="https://tea.example/2019"),
    "tombstones.xml": entries({"identity": "urn:1"})
    | {"tombstones": [{"identity": "urn:9", "is_identity_global": True, "time": seconds("2020-01-01")}]},
    "empty-feed.xml": entries(title="Tea"),
    "rss-0.91.xml": entries({"title": "One", "link": "https://tea.example/1"}, title="Tea"),
    "rss-1.0.xml": entries({"title": "One", "link": "https://tea.example/1"}, title="Tea"),
    "rss-without-a-version.xml": entries({"title": "One"}, title="Tea"),
    "namespace-wrong.xml": entries({"title": "One"}, title="Tea"),
    "prefix-everywhere.xml": entries({"title": "One"}, title="Tea"),
    "utf-8-with-a-mark.xml": titled(CAFE),
    "utf-16-with-a-mark.xml": titled(CAFE),
    "utf-16-without-a-mark.xml": titled(CAFE),
    "utf-16-said-to-be-utf-8.xml": titled(CAFE),
    "utf-32-with-a-mark.xml": titled(CAFE),
    "utf-8-said-to-be-latin-1.xml": titled(CAFE),
    "utf-8-with-a-broken-byte.xml": titled(f"{CAFE}\ufffd"),
    "windows-1252-said-to-be-utf-8.xml": titled(FINE),
    "windows-1252-said-to-be-latin-1.xml": titled(FINE),
    "windows-1251.xml": titled("Чай"),
    "shift-jis.xml": titled("お茶"),
    "iso-2022-jp.xml": titled("お茶"),
    "gb2312.xml": titled("绿茶"),
    "encoding-that-there-is-not.xml": titled(CAFE),
    "surrogates-and-nothing.xml": entries({"identity": "1"}),
    "json-feed-1.1.json": entries(
        {
            "identity": "urn:1",
            "link": "https://tea.example/1",
            "title": "One & <b>only</b>",
            "href": "https://tea.example/two",
            "author": "Cy",
            "language": "fr",
            "published": seconds("2020-01-02T03:04:05"),
            "updated": seconds("2020-01-03T02:04:05"),
            "tags": [{"key": key.lower(), "name": key} for key in ("Green", "7", "Black")],
            "enclosures": [enclosure("https://tea.example/1.mp3", "audio/mpeg", 1234, "Talk")],
        },
        title="Tea",
        subtitle="Of leaves",
        site="https://tea.example/",
        identity="https://tea.example/feed.json",
        topic="https://tea.example/feed.json",
        older="https://tea.example/feed.json?page=2",
        hub="https://hub.example/",
        language="en-GB",
        author="Ada, Bo",
    ),
    "json-feed-1.0.json": entries(
        {"identity": "1", "html": "<p>a &lt; b</p><p>c</p>", "author": "Ada"},
        {"identity": "2", "link": "https://elsewhere.example/"},
    ),
    "json-feed-of-wrong-types.json": entries(
        {"identity": "1.50", "link": "", "title": "", "tags": [], "enclosures": [], "author": "1", **UNDATED}, hub=""
    ),
    "json-feed-with-surrogates.json": titled("A B"),
    "page-with-feeds.html": links(
        "https://tea.example/a.atom",
        "https://tea.example/blog/b.rss",
        "https://other.example/f.json",
        "https://tea.example/comments/feed",
    ),
    "page-with-a-base.html": links("https://tea.example/deep/feed.rdf"),
    "page-with-what-is-no-feed.html": links(),
    "page-with-a-feed-of-json.html": links("https://tea.example/feed.json"),
    "page-with-rel-feed.html": links("https://tea.example/x"),
    "page-with-visible-links.html": links(
        "https://tea.example/blog/feed/", "https://tea.example/?feed=rss2", "https://other.example/rss.xml"
    ),
    "page-in-windows-1252.html": links("https://tea.example/a") | {"titles": ["Café"]},
    "page-without-a-root.html": links("https://tea.example/feed"),
    "page-about-rss.html": links(),
    "page-of-xhtml.html": links("https://tea.example/a"),
    "list-in-folders.opml": links(
        "https://atoms.example/feed", "https://papers.example/feed", "https://tea.example/feed"
    )
    | {"titles": ["Atoms", "Papers", "Tea"], "folders": ["News/Science", "News", ""]},
    "list-with-entities.opml": links("https://tea.example/?a=1&b=2") | {"titles": ["Café & té"]},
    "list-with-repeats.opml": links("https://tea.example/feed"),
    "list-with-includes.opml": links("https://tea.example/feed"),
    "list-of-what-is-no-address.opml": links("http://tea.example/feed"),
    "list-without-feeds.opml": "this is an OPML list without any feed in it",
    "list-broken.opml": links("https://tea.example/feed"),
    "nothing.txt": "this is not a feed: no Atom, no RSS and no JSON Feed was found in it",
    "json-of-something-else.json": "this is not a feed: it is JSON, but no JSON Feed",
}
TYPES = ["text/html", "text/xml", "application/json"]


def read(name: str, content_type: str = "") -> dict[str, Any] | str:
    """Give all that a document says, in words that can be compared."""
    material = Material((FOLDER / name).read_bytes(), ADDRESS, content_type)
    try:
        reading = process.read(material, Limits())
    except ReadingError as error:
        return str(error)
    if not isinstance(reading, FeedReading):
        found = reading.links if isinstance(reading, PageReading) else reading.feeds
        return {
            "links": [feed.url for feed in found],
            "titles": [feed.title for feed in found],
            "folders": [feed.folder for feed in found],
        }
    with reading:
        assert not [skipped for batch in reading for skipped in batch.skipped]
        return {
            "entries": [_entry(asdict(entry)) for batch in reading for entry in batch.entries],
            "head": asdict(reading.head),
            "tombstones": [asdict(each) for each in reading.tombstones],
        }


def _entry(said: dict[str, Any]) -> dict[str, Any]:
    html = said["body"]["html"]
    href = html.partition('href="')[2].partition('"')[0]
    return (
        said
        | said["body"]
        | {"href": href, "tags": [tag._asdict() for tag in said["tags"]], "enclosures": list(said["enclosures"])}
    )


def of_interest(found: Any, expected: Any) -> Any:
    """Give what was found without what nothing is expected of."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {key: of_interest(found[key], value) for key, value in expected.items()}
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        return [of_interest(*pair) for pair in zip(found, expected, strict=True)]
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_an_odd_document_says_what_it_says(name: str) -> None:
    assert of_interest(read(name), EXPECTED[name]) == EXPECTED[name]


def test_every_odd_document_has_a_rule() -> None:
    assert {path.name for path in FOLDER.iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize("content_type", TYPES)
@pytest.mark.parametrize("name", sorted(EXPECTED.keys() - {"nothing.txt"}))
def test_what_a_document_is_declared_to_be_does_not_matter(name: str, content_type: str) -> None:
    assert read(name, content_type) == read(name)


def test_a_list_and_a_page_are_told_apart() -> None:
    def kind(name: str) -> type:
        return type(process.read(Material((FOLDER / name).read_bytes(), ADDRESS), Limits()))

    assert kind("list-in-folders.opml") is ListReading
    assert kind("page-with-feeds.html") is PageReading
