from __future__ import annotations

import pytest

from index import Limits, Rules
from index.bringing import Bringer, Brought, Wanted
from index.errors import SeveralFeedsError
from index.fetching.client import Client
from index.reading.process import FeedReading, ListReading
from tests.conftest import LOOPBACK
from tests.documents import atom, entry, rss
from tests.site import Reply, Site

FEED = atom(entry())


def link(href: str, type: str = "application/atom+xml", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{type}" href="{href}">'


def page(*links: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}{''.join(links)}</head><body><p>x</html>".encode()


@pytest.fixture
def bringer() -> Bringer:
    return Bringer(Client(Rules(hosts=LOOPBACK)), Limits())


def titles(brought: Brought) -> list[str]:
    assert brought.error is None
    assert isinstance(brought.reading, FeedReading)
    with brought.reading as reading:
        return [entry.title for batch in reading for entry in batch.entries]


def test_a_feed_comes_with_what_its_server_said(bringer: Bringer, site: Site) -> None:
    site.pages["/"] = Reply(FEED, headers={"ETag": '"x"'})
    brought = bringer.bring(Wanted(site.url("/")))
    assert titles(brought) == ["A title"]
    assert brought.url == site.url("/")
    assert brought.response
    assert brought.response.etag == '"x"'


def test_what_has_not_changed_comes_without_a_reading(bringer: Bringer, site: Site) -> None:
    site.pages["/"] = Reply(status=304)
    brought = bringer.bring(Wanted(site.url("/"), etag='"x"', modified="yesterday"))
    assert (brought.reading, brought.error) == (None, None)
    assert site.requests[0][1]["If-None-Match"] == '"x"'
    assert site.requests[0][1]["If-Modified-Since"] == "yesterday"


def test_a_page_with_one_feed_gives_that_feed(bringer: Bringer, site: Site) -> None:
    site.pages["/blog/"] = Reply(page(link("feed.xml")))
    site.pages["/blog/feed.xml"] = Reply(FEED, headers={"ETag": '"x"'})
    brought = bringer.bring(Wanted(site.url("/blog/")))
    assert titles(brought) == ["A title"]
    assert brought.url == site.url("/blog/feed.xml")
    assert brought.response
    assert brought.response.etag == '"x"'


def test_a_page_with_several_feeds_names_them(bringer: Bringer, site: Site) -> None:
    site.pages["/"] = Reply(page(link("/b.rss", "application/rss+xml"), link("/a"), link("/a")))
    error = bringer.bring(Wanted(site.url("/"))).error
    assert isinstance(error, SeveralFeedsError)
    assert [feed.url for feed in error.feeds] == [site.url("/b.rss"), site.url("/a")]


@pytest.mark.parametrize("links", [[], [link("/x", rel="stylesheet")], [link("file:///etc/passwd")]])
def test_a_page_without_a_feed_is_an_error(bringer: Bringer, site: Site, links: list[str]) -> None:
    site.pages["/"] = Reply(page(*links))
    assert "links to no feed" in str(bringer.bring(Wanted(site.url("/"))).error)


def test_a_page_that_names_itself_as_its_feed_is_asked_once_more_at_most(bringer: Bringer, site: Site) -> None:
    site.pages["/"] = Reply(page(link("/")))
    assert bringer.bring(Wanted(site.url("/"))).error
    assert len(site.requests) <= 2


def test_a_part_of_a_feed_cannot_be_a_page(bringer: Bringer, site: Site) -> None:
    site.pages |= {"/2": Reply(page(link("/other"))), "/other": Reply(FEED)}
    assert bringer.bring(Wanted(site.url("/2"), base=site.url("/"))).error
    assert len(site.requests) == 1


@pytest.mark.parametrize("body", [FEED, rss("<item><title>A title</title></item>"), b"\xef\xbb\xbf  " + FEED])
def test_a_feed_served_as_a_page_is_a_feed(bringer: Bringer, site: Site, body: bytes) -> None:
    site.pages["/"] = Reply(body, headers={"Content-Type": "text/html"})
    assert titles(bringer.bring(Wanted(site.url("/")))) == ["A title"]


def test_a_feed_that_has_moved_keeps_its_name(bringer: Bringer, site: Site) -> None:
    site.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    site.pages["/new"] = Reply(FEED)
    brought = bringer.bring(Wanted(site.url("/old")))
    assert titles(brought) == ["A title"]
    assert brought.url == site.url("/old")
    assert brought.response
    assert brought.response.url == site.url("/new")


def test_a_list_of_feeds_is_one(bringer: Bringer, site: Site) -> None:
    body = b'<opml><body><outline text="f" xmlUrl="https://example.org/"/></body></opml>'
    site.pages["/"] = Reply(body, headers={"Content-Type": "text/plain"})
    reading = bringer.bring(Wanted(site.url("/"))).reading
    assert isinstance(reading, ListReading)
    assert [feed.url for feed in reading.feeds] == ["https://example.org/"]


@pytest.mark.parametrize("url", ["http://127.0.0.2/", "http://192.168.0.1/feed", "ftp://127.0.0.1/", "http://["])
def test_what_may_not_be_fetched_is_an_error_too(bringer: Bringer, url: str) -> None:
    assert bringer.bring(Wanted(url)).error
