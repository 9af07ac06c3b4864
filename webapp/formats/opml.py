"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree

from index import sound

CONTENT_TYPE = "text/x-opml; charset=utf-8"
DEEPEST = 10
"""Folders inside each other; feeds that lie deeper stand in the last of these."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed in a list: its name, its address, the page that it belongs to, the folder `a/b` (both may be empty)."""

    title: str
    feed: str
    page: str = ""
    folder: str = ""


def document(title: str, outlines: Iterable[Outline]) -> bytes:
    """Give a list of feeds; each folder stands once, where its first feed does."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = sound(title)
    body = ElementTree.SubElement(root, "body")
    folders: dict[tuple[str, ...], ElementTree.Element] = {(): body}
    for outline in outlines:
        names = {"type": "rss", "text": sound(outline.title), "title": sound(outline.title)}
        page = {"htmlUrl": sound(outline.page)} if outline.page else {}
        parent = _folder(folders, tuple(filter(None, map(str.strip, sound(outline.folder).split("/"))))[:DEEPEST])
        ElementTree.SubElement(parent, "outline", {**names, "xmlUrl": sound(outline.feed), **page})
    ElementTree.indent(root, "")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _folder(folders: dict[tuple[str, ...], ElementTree.Element], path: tuple[str, ...]) -> ElementTree.Element:
    """Give the folder at a path; it is made, with those around it, where it is not there yet."""
    if path not in folders:
        names = {"text": path[-1], "title": path[-1]}
        folders[path] = ElementTree.SubElement(_folder(folders, path[:-1]), "outline", names)
    return folders[path]
