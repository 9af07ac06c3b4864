"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from index import sound

CONTENT_TYPE = "text/x-opml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list: its name, its address, and the page that it belongs to (may be empty)."""

    title: str
    feed: str
    page: str = ""


def document(title: str, outlines: Iterable[Outline]) -> bytes:
    """Give a list of feeds."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = sound(title)
    body = ElementTree.SubElement(root, "body")
    for outline in outlines:
        names = {"type": "rss", "text": sound(outline.title), "title": sound(outline.title)}
        page = {"htmlUrl": sound(outline.page)} if outline.page else {}
        ElementTree.SubElement(body, "outline", {**names, "xmlUrl": sound(outline.feed), **page})
    ElementTree.indent(root, "")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
