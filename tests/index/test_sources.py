import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index import sources
from index.entries import FoundFeed
from index.errors import SeveralFeedsError, SourceError
from index.sources import Source
from tests.documents import atom, entry, rss
from tests.site import Reply, Site

FEED = atom(entry())
LINK = '<link rel="{rel}" type="{type}" href="{href}">'


def link(href: str, type: str = "application/atom+xml", rel: str = "alternate") -> str:
    return LINK.format(rel=rel, type=type, href=href)


def page(*links: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head>{head}{''.join(links)}</head><body><p>x</html>".encode()


def opml(*addresses: str) -> bytes:
    outlines = "".join(f'<outline type="rss" text="t" xmlUrl="{address}"/>' for address in addresses)
    return f'<?xml version="1.0"?><opml version="2.0"><body>{outlines}</body></opml>'.encode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- what a name means ---


def test_an_address_is_a_source() -> None:
    assert sources.resolve("https://example.org/feed") == [Source("https://example.org/feed")]


def test_a_file_is_a_source_by_its_whole_path(folder: Path) -> None:
    (folder / "my feed.xml").write_bytes(FEED)
    (found,) = sources.resolve("my feed.xml")
    assert found.url == (folder / "my feed.xml").resolve().as_uri()
    assert sources.resolve(str(folder / "my feed.xml")) == sources.resolve(found.url) == [found]
    assert sources.read(found.url).feed == sources.FeedBytes(FEED, found.url)


def test_a_home_folder_may_be_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    (folder / "feed.xml").write_bytes(FEED)
    assert sources.resolve("~/feed.xml") == sources.resolve("feed.xml")


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FEED)))
    (found,) = sources.resolve("-")
    document = sources.read(found.url)
    assert document.feed is not None
    assert document.feed.body == FEED


def _read_all(name: str) -> None:
    for source in sources.resolve(name):
        sources.read(source.url)


@pytest.mark.parametrize(
    "name", ["missing.xml", ".", "", "ftp://x/y", "feed:x", "a\x00b", "http://[", "~nobody-at-all/x"]
)
def test_what_cannot_be_read_is_a_source_error(folder: Path, name: str) -> None:
    with pytest.raises(SourceError):
        _read_all(name)


def test_a_file_that_is_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "feed.xml").write_bytes(FEED)
    monkeypatch.setattr(sources, "LARGEST_FILE", len(FEED))
    assert sources.read((folder / "feed.xml").as_uri()).feed
    monkeypatch.setattr(sources, "LARGEST_FILE", len(FEED) - 1)
    with pytest.raises(SourceError, match="larger than"):
        sources.read((folder / "feed.xml").as_uri())


# --- OPML ---


def test_an_opml_file_names_its_feeds_once(folder: Path) -> None:
    (folder / "list.opml").write_bytes(opml("https://a.example/", "https://b.example/", "https://a.example/"))
    assert [source.url for source in sources.resolve("list.opml")] == ["https://a.example/", "https://b.example/"]


def test_feeds_in_folders_of_an_opml_file_are_found(folder: Path) -> None:
    nested = opml("https://a.example/").replace(b"<outline", b'<outline text="f"><outline')
    (folder / "list.opml").write_bytes(nested.replace(b"/></body>", b"/></outline></body>"))
    assert [source.url for source in sources.resolve("list.opml")] == ["https://a.example/"]


def test_only_web_addresses_are_taken_from_a_list(folder: Path) -> None:
    addresses = ["file:///etc/passwd", "http://[", "ftp://x/", "stdin:", "", "https://a.example/"]
    (folder / "list.opml").write_bytes(opml(*addresses))
    assert [source.url for source in sources.resolve("list.opml")] == ["https://a.example/"]


@pytest.mark.parametrize("body", [opml(), b"<opml", b"<opml></opml>", opml("file:///x")])
def test_a_list_without_feeds_is_a_source_error(folder: Path, body: bytes) -> None:
    (folder / "list.opml").write_bytes(body)
    with pytest.raises(SourceError, match="without any feed"):
        sources.resolve("list.opml")


@pytest.mark.parametrize("damage", [b"</outline></outline>", b"<![x", b"<![", b"&#xD800;", b"\xff\x00", b"<!--"])
def test_a_damaged_list_gives_what_can_be_read_or_a_source_error(folder: Path, damage: bytes) -> None:
    (folder / "list.opml").write_bytes(opml("https://a.example/").replace(b"</body>", damage + b"</body>"))
    try:
        found = sources.resolve("list.opml")
    except SourceError:
        return
    assert [source.url for source in found] == ["https://a.example/"]


def test_a_list_at_an_address_is_known_by_its_body() -> None:
    assert sources.outlines_at("https://x.example/", opml("https://a.example/")) == [Source("https://a.example/", "t")]
    assert sources.outlines_at("https://x.example/", FEED) == []


# --- web pages ---


def test_a_page_with_one_feed_gives_that_feed(site: Site) -> None:
    site.pages["/blog/"] = Reply(page(link("feed.xml")))
    site.pages["/blog/feed.xml"] = Reply(FEED, headers={"ETag": '"x"'})
    document = sources.read(site.url("/blog/"))
    assert document.feed is not None
    assert document.feed.body == FEED
    assert document.url == site.url("/blog/feed.xml")
    assert document.etag == '"x"'


def test_a_page_with_several_feeds_raises_with_their_addresses(site: Site) -> None:
    links = [link("/b.rss", "Application/RSS+XML; charset=utf-8"), link("/a"), link("/a")]
    site.pages["/"] = Reply(page(*links))
    with pytest.raises(SeveralFeedsError) as caught:
        sources.read(site.url("/"))
    assert [feed.url for feed in caught.value.feeds] == [site.url("/b.rss"), site.url("/a")]


def test_a_page_with_several_feeds_says_what_it_calls_them(site: Site) -> None:
    titled = [link(path).replace(">", f' title="{title}">') for path, title in (("/a", "Posts\x1b[2J "), ("/b", ""))]
    site.pages["/"] = Reply(page(*titled))
    with pytest.raises(SeveralFeedsError) as caught:
        sources.read(site.url("/"))
    assert caught.value.feeds == (FoundFeed(site.url("/a"), "Posts [2J"), FoundFeed(site.url("/b")))


def test_links_on_a_page_are_relative_to_its_base(site: Site) -> None:
    site.pages["/"] = Reply(page(link("feed.xml"), head='<base href="/deep/">'))
    site.pages["/deep/feed.xml"] = Reply(FEED)
    assert sources.read(site.url("/")).url == site.url("/deep/feed.xml")


@pytest.mark.parametrize(
    "links",
    [
        [],
        [link("/x", rel="stylesheet")],
        [link("/x", "text/html")],
        [link("javascript:alert(1)")],
        [link("file:///etc/passwd")],
        [link("http://[")],
    ],
)
def test_a_page_without_a_feed_is_a_source_error(site: Site, links: list[str]) -> None:
    site.pages["/"] = Reply(page(*links))
    with pytest.raises(SourceError, match="links to no feed"):
        sources.read(site.url("/"))


def test_a_page_that_names_itself_as_its_feed_is_asked_once_more_at_most(site: Site) -> None:
    site.pages["/"] = Reply(page(link("/")))
    with pytest.raises(SourceError):
        sources.read(site.url("/"))
    assert len(site.requests) <= 2


def test_a_page_of_words_alone_is_known_by_its_type(site: Site) -> None:
    site.pages["/"] = Reply(b"hello", headers={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(SourceError, match="links to no feed"):
        sources.read(site.url("/"))


@pytest.mark.parametrize("body", [FEED, rss(), b"\xef\xbb\xbf  " + FEED])
def test_a_feed_served_as_a_page_is_a_feed(site: Site, body: bytes) -> None:
    site.pages["/"] = Reply(body, headers={"Content-Type": "text/html"})
    document = sources.read(site.url("/"))
    assert document.feed is not None
    assert document.feed.body == body


# --- the next time ---


def test_what_has_not_changed_has_no_body_and_keeps_its_validators(site: Site) -> None:
    site.pages["/"] = Reply(status=304)
    document = sources.read(site.url("/"), '"x"', "yesterday")
    assert document == sources.Document(None, site.url("/"), '"x"', "yesterday")


def test_new_validators_of_what_has_not_changed_are_taken(site: Site) -> None:
    site.pages["/"] = Reply(status=304, headers={"ETag": '"y"'})
    assert sources.read(site.url("/"), '"x"', "").etag == '"y"'


def test_a_feed_that_has_moved_keeps_its_name_and_gets_a_new_base(site: Site) -> None:
    site.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    site.pages["/new"] = Reply(FEED)
    document = sources.read(site.url("/old"))
    assert document.feed is not None
    assert (document.url, document.feed.url) == (site.url("/old"), site.url("/new"))


def test_a_pipe_is_read_once_and_named_by_what_it_holds(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (found,) = sources.resolve(str(folder / "pipe"))
    with ThreadPoolExecutor(1) as pool:
        pool.submit((folder / "pipe").write_bytes, FEED)
        document = sources.read(found.url)
    assert document.feed is not None
    assert document.feed.body == FEED
    assert sources.lasting_name(found.url, "tag:one") == "stdin:tag:one"


def test_only_what_passes_by_is_named_by_its_content(folder: Path) -> None:
    (folder / "feed.xml").write_bytes(FEED)
    (found,) = sources.resolve("feed.xml")
    assert sources.lasting_name(found.url, "tag:one") == found.url
    assert sources.lasting_name("https://example.org/feed", "tag:one") == "https://example.org/feed"
    assert sources.lasting_name("stdin:", "tag:one") == "stdin:tag:one"
