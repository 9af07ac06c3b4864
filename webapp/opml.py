"""Lists of feeds as feed readers take them: OPML 2.0. Called by whatever gives such a list away."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) cannot hold, not even escaped."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in the list."""

    title: str
    feed: str
    """Where the feed is."""
    page: str
    """Where its page is; may be empty."""


def document(title: str, outlines: Iterable[Outline]) -> bytes:
    """Give the list as a document in UTF-8."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = _legal(title)
    body = ET.SubElement(root, "body")
    for outline in outlines:
        name = _legal(outline.title)
        told = {"type": "rss", "text": name, "title": name, "xmlUrl": outline.feed, "htmlUrl": outline.page}
        ET.SubElement(body, "outline", {key: _legal(value) for key, value in told.items() if value})
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
