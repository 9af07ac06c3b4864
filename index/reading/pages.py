"""The feeds that a web page names. Called where a document is no feed, but HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.entries import FoundFeed
from index.query import clean_text
from index.reading import charsets
from index.reading.material import Material
from index.sanitize import web_address

MOST_LINKS = 100
LONGEST_TITLE = 200

_TYPES = {
    "application/atom+xml",
    "application/rss+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/x.atom+xml",
    "application/x-atom+xml",
    "text/rss+xml",
}
_WEAK_TYPES = {"application/json", "application/xml", "text/xml"}
"""Also of what is no feed: it has to be called one."""
_CALLED_FEED = re.compile(r"feed|rss|atom", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment|kommentar|coment[aá]rio|commenti|reacties", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"/(feed|feeds|rss|atom)/?$|/(feed|rss2?|atom|index)\.(xml|rss|atom|rdf|json)$|\.(rss|atom)$", re.IGNORECASE
)
_FEED_QUERY = re.compile(r"(^|&)feed=(rss2?|atom|rdf)(&|$)", re.IGNORECASE)


def links(material: Material) -> tuple[FoundFeed, ...]:
    """Give the feeds of a page, best first: as its head names them, else as its text links to them.

    A feed of comments comes after all that are none, and what is on the page's own site before the rest.
    """
    tree = LexborHTMLParser(charsets.text(material.body, material.content_type))
    address = web_address(material.url)
    node = tree.css_first("base[href]")
    base = web_address(_value(node, "href"), address) if node else ""
    named = list(_feeds(tree, "link[href], a[href][rel]", base or address, _is_named))
    found = named or sorted(
        _feeds(tree, "a[href]", base or address, _is_called), key=lambda feed: _host(feed.url) != _host(address)
    )
    return tuple(sorted(once(found), key=_is_of_comments)[:MOST_LINKS])


def once(found: Iterable[FoundFeed]) -> tuple[FoundFeed, ...]:
    """Give each feed once, as it is named first."""
    unique: dict[str, FoundFeed] = {}
    for feed in found:
        unique.setdefault(feed.url, feed)
    return tuple(unique.values())


def _feeds(
    tree: LexborHTMLParser, selector: str, base: str, is_feed: Callable[[LexborNode, str], bool]
) -> Iterator[FoundFeed]:
    for node in tree.css(selector):
        url = web_address(_value(node, "href"), base)
        if url and is_feed(node, url):
            text = _value(node, "title") or (node.text() if node.tag == "a" else "")
            yield FoundFeed(url, clean_text(text[: 4 * LONGEST_TITLE])[:LONGEST_TITLE])


def _is_named(node: LexborNode, url: str) -> bool:
    """Tell whether this is `rel=alternate` with the type of a feed, or `rel=feed` (HTML; microformats)."""
    relations = _value(node, "rel").lower().split()
    kind = _value(node, "type").partition(";")[0].strip().lower()
    if "feed" in relations:
        return kind in _TYPES | _WEAK_TYPES | {""}
    is_called_feed = kind in _WEAK_TYPES and bool(_CALLED_FEED.search(f"{urlsplit(url).path} {_value(node, 'title')}"))
    return "alternate" in relations and (kind in _TYPES or is_called_feed)


def _is_called(_: LexborNode, url: str) -> bool:
    """Tell whether an address looks like that of a feed."""
    parts = urlsplit(url)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def _is_of_comments(feed: FoundFeed) -> bool:
    return bool(_OF_COMMENTS.search(f"{feed.title} {urlsplit(feed.url).path}"))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _value(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
