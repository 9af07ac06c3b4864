"""Tells kinds of documents apart by what stands in them, whatever they are declared to be. Called by the worker."""

from __future__ import annotations

import enum
import re

from index.reading import charsets
from index.reading.material import Material

BEGINNING = 8_192
"""Characters of a document in which its root, or at least a mark of a feed, has to stand."""

_BEFORE_ROOT = re.compile(
    rb"(?:[^<]|<\?.*?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*+<([^\s/>!?]+)", re.DOTALL | re.IGNORECASE
)
_FEED_MARKS = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_PAGE_MARKS = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|link|script|div|p|a)[\s>]", re.IGNORECASE)
_FEED_ROOTS = {b"rss", b"feed", b"rdf", b"channel"}


class Kind(enum.Enum):
    """What a document is."""

    FEED = "feed"
    JSON = "json"
    PAGE = "page"
    LIST = "list"


def kind(material: Material) -> Kind:
    """Say what a document is; one that is nothing else is a feed, for the parser of feeds to say what is wrong."""
    body = charsets.settled(material.body[: 4 * BEGINNING], material.content_type).body
    beginning = body.lstrip()[:BEGINNING]
    if beginning.startswith((b"{", b"[")):
        return Kind.JSON
    found = _BEFORE_ROOT.match(beginning)
    root = found[1].rpartition(b":")[2].lower() if found else b""
    if root in _FEED_ROOTS:
        return Kind.FEED
    if root == b"opml":
        return Kind.LIST
    if root != b"html" and _FEED_MARKS.search(beginning):  # behind what went wrong while it was made
        return Kind.FEED
    is_page = root == b"html" or _PAGE_MARKS.search(beginning) or "html" in material.content_type.lower()
    return Kind.PAGE if is_page else Kind.FEED
