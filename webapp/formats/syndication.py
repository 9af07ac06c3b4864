"""Atom 1.0 (RFC 4287) and RSS 2.0, with archives and pages (RFC 5005), by way of feedgenerator.

What is written can be taken in again and gives the same entries. Two things have no place in these formats, so they
get one in a namespace of their own: that an entry has no date, and when it was first seen instead. RSS has no time of
change, and takes Atom's.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from html import escape
from importlib.metadata import version
from typing import IO, Any

from feedgenerator import Atom1Feed, Rss201rev2Feed
from feedgenerator.django.utils.feedgenerator import rfc3339_date

from index import NAMESPACE, Enclosure, Entry, Feed, plain, sound
from webapp.filters import moment
from webapp.formats.document import Document

HISTORY = "http://purl.org/syndication/history/1.0"
UNKNOWN = "application/octet-stream"
"""The media type of a file of which its feed does not say one, where a format wants to have it."""
_IRI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[^\s\"<>\\^`{|}]+")


def write_atom(document: Document, out: IO[bytes]) -> None:
    """Write an Atom feed."""
    _write(_Atom, document, out)


def write_rss(document: Document, out: IO[bytes]) -> None:
    """Write an RSS feed."""
    _write(_Rss, document, out)


def lasting_id(entry: Entry, feeds: dict[int, Feed]) -> str:
    """Give an id that is an IRI and stays: the feed's own, or one made of it where that holds within its feed alone."""
    local = re.fullmatch(r"feed:([0-9]+):(.*)", entry.identity, re.DOTALL)
    if not local:
        is_iri = _IRI.fullmatch(entry.identity)
        return entry.identity if is_iri else uuid.uuid5(uuid.NAMESPACE_URL, entry.identity).urn
    feed = feeds.get(int(local[1]))
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{feed.url if feed else local[1]}#{local[2]}").urn


def _write(kind: type[_Atom | _Rss], document: Document, out: IO[bytes]) -> None:
    feed = kind(
        title=sound(document.title),
        link=document.page,
        description=None,
        subtitle=sound(document.subtitle),
        feed_url=document.address(),
        feed_guid=document.page,
        language=document.site.language or None,
    )
    feed.document = document
    feed.items = _items(document)
    feed.write(out, "utf-8")
    out.write(b"\n")


def _items(document: Document) -> Iterator[dict[str, Any]]:
    """Give what feedgenerator's `add_item` would keep, one at a time; it would also rewrite addresses."""
    for entry in document.entries():
        yield {
            "entry": entry,
            "title": sound(entry.title),
            "link": sound(entry.link),
            "description": None,
            "content": sound(entry.html),
            "author_name": sound(entry.author),
            "author_email": None,
            "author_link": None,
            "pubdate": entry.date,
            "updateddate": moment(entry.time if entry.updated is None else entry.updated),
            "unique_id": sound(lasting_id(entry, document.site.feeds)),
            "unique_id_is_permalink": False,
            "categories": [_category(tag.name) for tag in entry.tags],
            "comments": None,
            "enclosures": (),
            "item_copyright": None,
            "ttl": None,
        }


def _category(name: str) -> str:
    """Give a tag's name; escaped where one that takes it for HTML would lose a part of it."""
    return sound(name if plain(name) == name else escape(name, quote=False))


class _Parts:
    """What Atom and RSS have in common beyond feedgenerator."""

    document: Document
    namespace = ""
    """Before the names of Atom's elements."""

    def latest_post_date(self) -> datetime:
        return self.document.run.newest

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["entry"].language} if item["entry"].language else {}

    def add_parts(self, handler: Any) -> None:
        """Write where the rest is: the other parts, or that there is none."""
        for relation, address in self.document.links():
            handler.addQuickElement(f"{self.namespace}link", "", {"rel": relation, "href": address})
        if self.document.part.archive:
            handler.addQuickElement("fh:archive", "", {"xmlns:fh": HISTORY})
        elif self.document.run.is_whole:
            handler.addQuickElement("fh:complete", "", {"xmlns:fh": HISTORY})

    def add_seen(self, handler: Any, entry: Entry) -> None:
        """Write when an entry without a date was first seen."""
        if not entry.is_dated:
            seen = rfc3339_date(moment(entry.time))
            handler.addQuickElement("feedsift:seen", seen, {"xmlns:feedsift": NAMESPACE})


class _Atom(_Parts, Atom1Feed):
    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        about = {"version": version("feedsift")}
        handler.addQuickElement("generator", "Feedsift", about)
        self.add_parts(handler)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler if item["link"] else _WithoutLinks(handler), item)
        for file in item["entry"].enclosures:
            handler.addQuickElement("link", "", {"rel": "enclosure", **_filled(_attributes(file, "href"))})
        self.add_seen(handler, item["entry"])


class _Rss(_Parts, Rss201rev2Feed):
    namespace = "atom:"

    def rss_attributes(self) -> dict[str, str]:
        spaces = {"content": "http://purl.org/rss/1.0/modules/content/"}
        return {**super().rss_attributes(), **{f"xmlns:{name}": uri for name, uri in spaces.items()}}

    def add_root_elements(self, handler: Any) -> None:
        # RSS asks for a description, and for a title that others take for HTML.
        self.feed["description"] = self.feed["subtitle"] or self.feed["title"]
        self.feed["title"] = _as_html(self.feed["title"])
        super().add_root_elements(handler)
        handler.addQuickElement("generator", f"Feedsift {version('feedsift')}")
        self.add_parts(handler)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        writer = handler if item["link"] else _WithoutLinks(handler)
        item = {**item, "title": _as_html(item["title"]), "author_name": item["author_name"] or None}
        super().add_item_elements(writer, item)
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        handler.addQuickElement("content:encoded", item["content"])
        for file in item["entry"].enclosures[:1]:  # there may be one, and it has to have all three
            said = _filled(_attributes(file, "url"))
            said.pop("title", None)
            handler.addQuickElement("enclosure", "", {"length": "0", "type": UNKNOWN, **said})
        self.add_seen(handler, item["entry"])


def _attributes(file: Enclosure, address: str) -> dict[str, str]:
    """Give what is known of a file, its address under this name."""
    length = str(file.length) if file.length > 0 else ""
    return {address: sound(file.url), "type": sound(file.type), "length": length, "title": sound(file.title)}


def _filled(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _as_html(title: str) -> str:
    return escape(title, quote=False) if "<" in title or "&" in title else title


class _WithoutLinks:
    """An XML writer that leaves out every link element: an entry without an address has none."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def addQuickElement(self, name: str, *rest: Any) -> None:
        """Write an element without children."""
        if name != "link":
            self._writer.addQuickElement(name, *rest)
