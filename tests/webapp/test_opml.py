"""Lists of feeds: in folders, and without what an address may hold beside its host."""

from __future__ import annotations

from xml.etree import ElementTree

import listparser
import pytest
from flask import Flask

from index import Library
from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.commands import Shell
from tests.webapp.conftest import MakeApp
from webapp.formats import may_hold_secret
from webapp.formats.opml import Outline, document

SECRETS = ["/a?token=T0PSECRET", "/b/T0PSECRETa1b2c3d4e5f6/feed", "/c?x=T0PSECRET"]


def shape(element: ElementTree.Element) -> list[object]:
    """Give the names of feeds, and folders as their name with what is in them."""
    return [(one.get("text"), shape(one)) if one.get("type") is None else one.get("text") for one in element]


def listed(*outlines: Outline) -> list[object]:
    body = ElementTree.fromstring(document("T", outlines)).find("body")
    assert body is not None
    return shape(body)


def test_feeds_stand_in_their_folders() -> None:
    outlines = [
        Outline("one", "https://a.example/1", folder="news/daily"),
        Outline("two", "https://a.example/2"),
        Outline("three", "https://a.example/3", folder="news"),
        Outline("four", "https://a.example/4", folder="news/daily"),
        Outline("five", "https://a.example/5", folder="daily"),
    ]
    assert listed(*outlines) == [("news", [("daily", ["one", "four"]), "three"]), "two", ("daily", ["five"])]


def test_folders_of_odd_names_do_no_harm() -> None:
    assert listed(Outline("x", "https://a.example/", folder=" / a // b <&> \x00/")) == [("a", [("b <&>", ["x"])])]
    deep = listed(Outline("x", "https://a.example/", folder="a/" * 5_000))
    assert str(deep).count("'a'") == 10


def test_another_reader_finds_feeds_in_folders() -> None:
    found = listparser.parse(document("T", [Outline("one", "https://a.example/1", folder="news/daily")]))
    assert [(feed.url, feed.categories) for feed in found.feeds] == [("https://a.example/1", [["news", "daily"]])]


@pytest.fixture
def app(make_app: MakeApp, site: Site) -> Flask:
    """A site of feeds from a file, from an address that anybody may know, and from some that nobody may."""
    app = make_app(file=atom(entry(), title="File"))
    library: Library = app.extensions["feedsift.library"]
    for number, path in enumerate(["/open.atom", *SECRETS]):
        site.pages[path] = Reply(atom(entry(f"urn:{number}"), title="Open" * (number == 0)))
        assert [intake.error for intake in library.add(site.url(path))] == [""]
    library.publish()
    library.store.connection.execute("UPDATE feed SET folder = 'mine' WHERE url LIKE '%open%'")
    return app


def addresses(document: bytes) -> set[str]:
    return {feed.url for feed in listparser.parse(document).feeds}


def test_the_site_tells_no_address_that_may_hold_a_secret(app: Flask, site: Site) -> None:
    client, feeds = app.test_client(), app.extensions["feedsift.library"].feeds()
    public = client.get("/feeds.opml")
    assert addresses(public.data) == {site.url("/open.atom")} | {
        f"http://localhost/entries.atom?feed={feed.id}" for feed in feeds if not feed.url.endswith("/open.atom")
    }
    assert '<outline text="mine" title="mine">' in public.text
    pages = ["/", "/feeds/", "/facets/feed/", "/entries.atom", "/entries.json", "/entries.csv", "/entries.rss"]
    for address in ["/feeds.opml", *pages]:
        assert "T0PSECRET" not in client.get(address).text, address


def test_the_operator_gets_every_address_on_the_web(app: Flask, site: Site, shell: Shell) -> None:
    shell.data = app.extensions["feedsift.settings"].data
    exported = shell.run("export", "--format", "opml", "--address", "http://localhost").raw
    assert addresses(exported) >= {site.url(path) for path in ["/open.atom", *SECRETS]}
    assert b"file:" not in exported


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://a.example/feed.xml", False),
        ("https://a.example/2011/03/a-long-title-with-2-numbers/feed.atom", False),
        ("https://a.example/feeds/posts/default", False),
        ("https://a.example/aVeryLongPathOfNothingButLetters/feed", False),
        ("https://me:secret@a.example/feed.xml", True),
        ("https://token@a.example/feed.xml", True),
        ("https://a.example/feed.xml?key=1", True),
        ("https://a.example/feeds/private_5f4dcc3b5aa765d61d83/all.atom", True),
        ("https://a.example/5f4dcc3b5aa765d61d8327deb882cf99.atom", True),
    ],
)
def test_what_a_machine_made_up_may_be_a_secret(address: str, may: bool) -> None:
    assert may_hold_secret(address) is may
