"""What a page says of itself to whoever links to it: Open Graph, Twitter cards, schema.org. For the pages' heads.

Nothing is made up: an entry without a date, an author or a language gets none here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index import Entry
from webapp import current, urls

SMALLEST_IMAGE = 100
"""Pixels: an image that says it is narrower or lower is a sign in the text, no picture of the entry."""
LARGE_IMAGE = 300
"""Pixels: below this width, cards show an image beside the text instead of above it."""

Properties = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Image:
    """The picture that stands for an entry."""

    address: str
    text: str
    """What it shows, in words."""
    is_large: bool
    """True unless it says that it is small."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What stands in the head of an entry's page."""

    properties: Properties
    """Open Graph: names and values, in order."""
    card: str
    """The kind of Twitter's card."""
    linked_data: dict[str, Any]
    """schema.org, for JSON-LD."""


def of_list(sentence: str, path: str) -> Properties:
    """Give the Open Graph properties of a page of results; `path` is its canonical address."""
    return [
        ("og:title", sentence),
        ("og:type", "website"),
        ("og:url", current.absolute(path)),
        ("og:site_name", current.site_title()),
    ]


def of_entry(entry: Entry) -> Metadata:
    """Give everything that is known of an entry."""
    image = picture(entry.html)
    return Metadata(
        properties=[*_properties(entry), *(_image_properties(image) if image else [])],
        card="summary_large_image" if image and image.is_large else "summary",
        linked_data=_linked_data(entry, image),
    )


def picture(html: str) -> Image | None:
    """Find the first image of sanitised HTML that other sites can show: over https, and no mere sign."""
    for node in LexborHTMLParser(html, is_fragment=True).css('img[src^="https://"]'):
        width, height = _pixels(node, "width"), _pixels(node, "height")
        if min(width, height) >= SMALLEST_IMAGE:
            return Image(node.attributes["src"] or "", node.attributes.get("alt") or "", width >= LARGE_IMAGE)
    return None


def _pixels(image: LexborNode, name: str) -> int:
    """Give a side of an image; one that is not said counts as large."""
    said = image.attributes.get(name) or ""
    return int(said) if said.isdecimal() and len(said) < 6 else LARGE_IMAGE


def _properties(entry: Entry) -> Properties:
    pairs = [
        ("og:title", entry.title),
        ("og:type", "article"),
        ("og:url", current.absolute(urls.entry(entry))),
        ("og:site_name", current.site_title()),
        ("og:description", entry.excerpt),
        ("og:locale", entry.language.replace("-", "_")),
        ("article:published_time", _published(entry)),
        ("article:modified_time", _modified(entry)),
        ("article:author", entry.author),
        *(("article:tag", tag.name) for tag in entry.tags),
    ]
    return [(name, value) for name, value in pairs if value]


def _image_properties(image: Image) -> Properties:
    pairs = [("og:image", image.address), ("og:image:alt", image.text)]
    return [(name, value) for name, value in pairs if value]


def _linked_data(entry: Entry, image: Image | None) -> dict[str, Any]:
    address = current.absolute(urls.entry(entry))
    data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": entry.title,
        "description": entry.excerpt,
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": _published(entry),
        "dateModified": _modified(entry),
        "author": {"@type": "Person", "name": entry.author} if entry.author else None,
        "keywords": [tag.name for tag in entry.tags],
        "inLanguage": entry.language,
        "image": image.address if image else None,
        "isBasedOn": entry.link,
        "isPartOf": {"@type": "WebSite", "name": current.site_title(), "url": current.absolute("/")},
    }
    return {name: value for name, value in data.items() if value}


def _published(entry: Entry) -> str:
    return entry.date.isoformat() if entry.date else ""


def _modified(entry: Entry) -> str:
    """Give when the author changed the entry, where that is not the date that it has anyway."""
    return entry.revised.isoformat() if entry.revised else ""
