"""JSON Feed 1.0 and 1.1 (jsonfeed.org) to parsed feeds. Lenient: a value of the wrong type is a missing one."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from typing import Any

from index.entries import Enclosure, FeedHead, ParsedEntry, ParsedFeed, SkippedEntry
from index.errors import ReadingError
from index.query import clean_text
from index.reading import charsets, times
from index.reading.entry import LONGEST_TITLE, Said, finished, joined, language_tag, number, string
from index.reading.material import Material
from index.rules import Limits
from index.sanitize import escaped, web_address

BATCH = 500
"""Entries."""

_log = logging.getLogger(__name__)


def parse(material: Material, known: Mapping[str, str], limits: Limits) -> Iterator[ParsedFeed]:
    """Give the feed in batches. Raises ReadingError where the document is no JSON Feed."""
    document = _document(material)
    head = _head(document, material.url)
    items = [item for item in _list(document.get("items")) if isinstance(item, dict)]
    taken = items[: limits.entries]
    starts = range(0, max(1, len(taken)), BATCH)
    for start in starts:
        entries, skipped = _entries(taken[start : start + BATCH], start + 1, head, material.url, known)
        left_out = len(items) - len(taken) if start == starts[-1] else 0
        yield ParsedFeed(head, entries, skipped, len(starts), left_out)


def _document(material: Material) -> dict[str, Any]:
    try:
        # A number of more than 4,300 digits would be a ValueError, and one as text may be an id.
        document = json.loads(charsets.text(material.body, material.content_type), parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise ReadingError("this is not a feed: it begins like JSON, but cannot be read as that") from error
    is_feed = isinstance(document, dict) and (
        "jsonfeed" in string(document.get("version")) or isinstance(document.get("items"), list)
    )
    if not is_feed:
        raise ReadingError("this is not a feed: it is JSON, but no JSON Feed")
    return dict(document)


def _head(raw: dict[str, Any], url: str) -> FeedHead:
    address = web_address(url)
    title = clean_text(string(raw.get("title")))[:LONGEST_TITLE]
    subtitle = clean_text(string(raw.get("description")))[:LONGEST_TITLE]
    site = web_address(string(raw.get("home_page_url")), address)
    own = web_address(string(raw.get("feed_url")), address)
    return FeedHead(
        title=title,
        subtitle=subtitle if subtitle != title else "",
        site=site,
        language=language_tag(string(raw.get("language"))),
        author=joined(_authors(raw)),
        identity=(own or site or title)[:LONGEST_TITLE],
        older=web_address(string(raw.get("next_url")), address),
        hub=_hub(raw, address),
        topic=own,
    )


def _hub(raw: dict[str, Any], address: str) -> str:
    hubs = [hub for hub in _list(raw.get("hubs")) if isinstance(hub, dict)]
    named = (string(hub.get("url")) for hub in hubs if string(hub.get("type")).lower() == "websub")
    return next(filter(None, (web_address(url, address) for url in named)), "")


def _entries(
    items: list[dict[str, Any]], position: int, head: FeedHead, url: str, known: Mapping[str, str]
) -> tuple[tuple[ParsedEntry, ...], tuple[SkippedEntry, ...]]:
    entries: list[ParsedEntry] = []
    skipped: list[SkippedEntry] = []
    for at, item in enumerate(items, position):
        try:
            entries.append(finished(_said(item), head, url, known))
        except MemoryError:
            raise
        except Exception as error:  # one foreign entry must not cost the others
            _log.info("entry %d skipped", at, exc_info=True)
            skipped.append(SkippedEntry(at, f"it cannot be read ({type(error).__name__})"))
    return tuple(entries), tuple(skipped)


def _said(raw: dict[str, Any]) -> Said:
    text = string(raw.get("content_text")).strip() or string(raw.get("summary"))
    return Said(
        id=string(raw.get("id")),
        title=clean_text(string(raw.get("title"))),
        # A post about something elsewhere names both; its own page is the one to go to.
        link=string(raw.get("url")) or string(raw.get("external_url")),
        authors=_authors(raw),
        html=string(raw.get("content_html")) if string(raw.get("content_html")).strip() else escaped(text),
        language=language_tag(string(raw.get("language"))),
        tags=tuple(map(string, _list(raw.get("tags")))),
        published=times.rfc_3339(string(raw.get("date_published"))),
        updated=times.rfc_3339(string(raw.get("date_modified"))),
        enclosures=tuple(_attachments(raw)),
    )


def _authors(raw: dict[str, Any]) -> tuple[str, ...]:
    """Give names: `authors` since 1.1, one `author` in 1.0; of one without a name its address."""
    authors = [*_list(raw.get("authors")), raw.get("author")]
    found = [author for author in authors if isinstance(author, dict)]
    names = tuple(string(author.get("name")).strip() or string(author.get("url")) for author in found)
    return names or tuple(filter(None, map(string, authors)))


def _attachments(raw: dict[str, Any]) -> Iterator[Enclosure]:
    for each in _list(raw.get("attachments")):
        if isinstance(each, dict):
            url, kind = string(each.get("url")), string(each.get("mime_type"))
            yield Enclosure(url, kind, number(each.get("size_in_bytes")), string(each.get("title")))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
