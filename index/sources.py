"""From what a person names (address, web page, file, `-`, OPML) to feed documents. Called by the library."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import listparser
from selectolax.lexbor import LexborHTMLParser

from index.entries import FoundFeed
from index.errors import SeveralFeedsError, SourceError
from index.fetching import client as fetch
from index.query import clean_text
from index.reading.feeds import FeedBytes
from index.sanitize import web_address

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes; a file that an operator names is the operator's own, but a disk image is still a mistake."""
STDIN = "stdin:"
_FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/rdf+xml")
_BEGINNING = 4_096
LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class Source:
    """One feed to take in. `url` names it in the store: http(s), file: or stdin:."""

    url: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A feed's bytes, with what to send along the next time; `feed` is None where nothing changed."""

    feed: FeedBytes | None
    url: str
    etag: str = ""
    modified: str = ""


def resolve(name: str) -> list[Source]:
    """Say which feeds a SOURCE means: itself, or those of an OPML file.

    Raises SourceError where a file is not there. Whether an address leads to a page instead of a feed is seen
    only by `read`.
    """
    if name == "-":
        return [Source(STDIN)]
    if _scheme(name) in ("http", "https"):
        return [Source(name)]
    path = _path(name)
    if _is_passing(path):
        return [Source(path.absolute().as_uri())]
    if _is_opml(_beginning(path)):
        return _outlines(_file(path), str(path))
    return [Source(path.resolve().as_uri())]


def read(url: str, etag: str = "", modified: str = "") -> Document:
    """Read a feed's document. A web page that links to one feed gives that feed; several raise SeveralFeedsError."""
    if url == STDIN:
        return Document(FeedBytes(sys.stdin.buffer.read(LARGEST_FILE), url), url)
    if _scheme(url) == "file":
        return Document(FeedBytes(_file(_path(url)), url), url)
    response = fetch.get(url, etag, modified)
    if response.is_not_modified:
        return Document(None, url, response.etag or etag, response.modified or modified)
    if _is_page(response.body, response.content_type):
        url = _discovered(response)
        response = fetch.get(url)
        if _is_page(response.body, response.content_type):
            raise SourceError(f"{url} is said to be a feed, but is a page")
    return Document(
        FeedBytes(response.body, response.url, response.content_type), url, response.etag, response.modified
    )


def outlines_at(url: str, body: bytes) -> list[Source]:
    """Give the feeds of an OPML document that was met at an address, or nothing where it is none."""
    return _outlines(body, url) if _is_opml(body[:_BEGINNING]) else []


def lasting_name(url: str, identity: str) -> str:
    """Give what names a feed in the store: one that came by standard input or a pipe has to say itself who it is."""
    is_passing = url == STDIN or (_scheme(url) == "file" and _is_passing(_path(url)))
    return STDIN + identity if is_passing else url


def _scheme(name: str) -> str:
    try:
        return urlsplit(name).scheme
    except ValueError:
        return ""


def public_name(url: str) -> str:
    """Give what a feed's address may be called on a page: the rest can hold secrets, or say how a disk is laid out."""
    if url.startswith(STDIN):
        return "Standard input"
    return _path(url).name if urlsplit(url).scheme == "file" else fetch.host(url)


def _path(name: str) -> Path:
    if _scheme(name) == "file":
        return Path(unquote(urlsplit(name).path))
    try:
        return Path(name).expanduser()
    except RuntimeError:  # no such user
        return Path(name)


def _is_passing(path: Path) -> bool:
    """Say whether this is a pipe or a device: to be read once, under a name that may mean something else tomorrow."""
    try:
        return path.is_fifo() or path.is_char_device()
    except ValueError:  # a NUL in the name
        return False


def _beginning(path: Path) -> bytes:
    return _read(path, _BEGINNING)


def _file(path: Path) -> bytes:
    body = _read(path, LARGEST_FILE + 1)
    if len(body) > LARGEST_FILE:
        raise SourceError(f"{path} is larger than {LARGEST_FILE // 2**20} MB")
    return body


def _read(path: Path, size: int) -> bytes:
    """Give the first bytes of a file, `size` at the most."""
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder, not a feed")
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        raise SourceError(f"there is no file {path}, and it is no http(s) address") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _is_opml(beginning: bytes) -> bool:
    return b"<opml" in beginning.lower()


def _outlines(body: bytes, name: str) -> list[Source]:
    """Give the feeds of an OPML list; only http(s) ones, as a list may come from anybody."""
    try:
        # Bytes: text that starts like an address would be fetched.
        outlines = listparser.parse(body.decode("utf-8", "replace").encode()).feeds
    except (AssertionError, IndexError, ValueError) as error:  # what its HTML parser says to bad XML
        raise SourceError(f"{name} is an OPML list that cannot be read") from error
    feeds = [Source(feed.url, feed.title or "") for feed in outlines if web_address(feed.url)]
    if not feeds:
        raise SourceError(f"{name} is an OPML list without any feed in it")
    return list({feed.url: feed for feed in feeds}.values())


def _is_page(body: bytes, content_type: str) -> bool:
    start = body[:_BEGINNING].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_feed = any(mark in start for mark in (b"<rss", b"<feed", b"<rdf:rdf"))
    return not is_feed and (start.startswith((b"<!doctype html", b"<html")) or "text/html" in content_type.lower())


def _discovered(response: fetch.Response) -> str:
    """Find the feed that a page names (HTML, link rel=alternate)."""
    tree = LexborHTMLParser(response.body)
    base_node = tree.css_first("base[href]")
    base = (base_node.attributes.get("href") or "") if base_node else ""
    base = web_address(base, response.url) or response.url
    found = [
        FoundFeed(web_address(node.attributes.get("href") or "", base), _title(node.attributes.get("title") or ""))
        for node in tree.css("link[rel~=alternate][href]")
        if (node.attributes.get("type") or "").partition(";")[0].strip().lower() in _FEED_TYPES
    ]
    named: dict[str, FoundFeed] = {}
    for feed in found:
        named.setdefault(feed.url, feed)
    feeds = tuple(feed for url, feed in named.items() if url)
    if not feeds:
        raise SourceError(f"{response.url} is a page that links to no feed")
    if len(feeds) > 1:
        raise SeveralFeedsError(response.url, feeds)
    return feeds[0].url


def _title(text: str) -> str:
    return clean_text(text)[:LONGEST_TITLE]
