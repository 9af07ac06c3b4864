"""Feed bytes to parsed feeds: Atom, RSS 0.9x, 1.0 and 2.0. The only user of feedparser.

feedparser gets a BytesIO and nothing else (bytes or text would first be tried as a file name or an address),
and neither sanitises nor resolves links: index.sanitize does both.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import feedparser

from index.entries import FeedHead, ParsedEntry, ParsedFeed, SkippedEntry
from index.errors import ReadingError
from index.query import clean_text
from index.reading import archive, charsets, times
from index.reading.enclosures import enclosures
from index.reading.entry import LONGEST_TITLE, Said, finished, joined, language_tag, number, string
from index.reading.material import Material
from index.rules import OWN, Limits
from index.sanitize import escaped, plain, web_address

LONGEST_INTERVAL = 30 * 24 * 60 * 60
"""Seconds; a feed that asks to be left alone for longer is fetched after that."""

_MOST_CATEGORIES = 1_000
"""Different ones of an entry or feed that feedparser keeps; more than entries get (`entry.MOST_TAGS`)."""
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_BLANKS_BEFORE_ROOT = re.compile(rb"(?<![ \t\r\n])[ \t\r\n]{64,}+(?=<)")
_DECLARATION = re.compile(r"^\s*<\?[^>]{0,2000}>")
_UTF_8 = "application/xml; charset=utf-8"
_MAIL = re.compile(r"\S+@\S+(?:\s+\(([^()]+)\))?|([^<>@]*[^<>@\s])\s*<\S+@\S+>")
_log = logging.getLogger(__name__)


def parse(
    material: Material, known: Mapping[str, str] = MappingProxyType({}), limits: Limits = OWN
) -> Iterator[ParsedFeed]:
    """Give the feed in batches of some hundred entries; a small feed is one batch.

    `known` has the digests of known entries by name: where one is the same, the entry comes without its body.
    Entries over the limit come in no batch and are counted there as left out.

    An entry that cannot be read is skipped and named in its batch. Raises ReadingError where the bytes hold no feed.
    """
    characters = charsets.settled(material.body, material.content_type)
    content_type = _UTF_8 if characters.is_utf8 else material.content_type
    position = 1
    pieces = archive.split(characters.body, is_utf8=characters.is_utf8)
    for body in pieces:
        result = _result(body, content_type)
        batch = replace(_batch(result, position, material.url, known, limits.entries), batches=len(pieces))
        position += len(result.entries)
        yield batch


def _result(body: bytes, content_type: str) -> Any:
    # A long run of blanks before the root element costs feedparser quadratic time.
    head = _BLANKS_BEFORE_ROOT.sub(b"\n", body[:1_000_000], count=8)
    result = _parsed(head + body[1_000_000:], content_type)
    if not result.get("version") and not result.get("entries"):
        raise ReadingError("this is not a feed: no Atom, no RSS and no JSON Feed was found in it")
    return result


_add_category = feedparser.mixin._FeedParserMixin._add_tag


def _add_one_of_few(parser: Any, *said: str | None) -> None:
    # It compares each with all before it, which takes 40,000 of them half a minute.
    if len(parser._get_context().get("tags") or ()) < _MOST_CATEGORIES:
        _add_category(parser, *said)


feedparser.mixin._FeedParserMixin._add_tag = _add_one_of_few


_add_character = feedparser.mixin._FeedParserMixin.handle_charref


def _add_sound_character(parser: Any, reference: str) -> None:
    try:
        _add_character(parser, reference)
    except (ValueError, OverflowError):  # there is no such character
        _add_character(parser, "xfffd")


feedparser.mixin._FeedParserMixin.handle_charref = _add_sound_character
_end_link = feedparser.mixin._FeedParserMixin._end_link


def _end_known_link(parser: Any) -> None:
    with suppress(LookupError):  # it began in an entry, and ends outside
        _end_link(parser)


feedparser.mixin._FeedParserMixin._end_link = _end_known_link


def _parsed(body: bytes, content_type: str) -> Any:
    """Read as XML, which what is none falls back from by itself; then as what may be anything; then as a page's text.

    Names of namespaces with blanks in them break the first way, names of encodings that are no text the second too.
    """
    with suppress(ValueError, OverflowError, LookupError):
        return _read(body, content_type, is_strict=True)
    with suppress(ValueError, OverflowError, LookupError):
        return _read(body, content_type, is_strict=False)
    text = _DECLARATION.sub("", charsets.text(body, content_type), count=1).encode("utf-8", "replace")
    try:
        return _read(text, _UTF_8, is_strict=False)
    except (ValueError, OverflowError, LookupError) as error:
        raise ReadingError(f"this feed cannot be read ({type(error).__name__})") from error


def _read(body: bytes, content_type: str, *, is_strict: bool) -> Any:
    usual = feedparser.api._XML_AVAILABLE
    feedparser.api._XML_AVAILABLE = is_strict
    try:
        # The document's address is kept back: RSS ids would be resolved against it as if they were links.
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type} if content_type else {},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    finally:
        feedparser.api._XML_AVAILABLE = usual


def _batch(result: Any, position: int, url: str, known: Mapping[str, str], most: int) -> ParsedFeed:
    head = _head(result.feed, url)
    entries: list[ParsedEntry] = []
    skipped: list[SkippedEntry] = []
    raws = result.entries[: max(0, most + 1 - position)]
    for at, raw in enumerate(raws, position):
        try:
            entries.append(finished(_said(raw), head, url, known))
        except MemoryError:
            raise
        except Exception as error:  # one foreign entry must not cost the others
            _log.info("entry %d skipped", at, exc_info=True)
            skipped.append(SkippedEntry(at, f"it cannot be read ({type(error).__name__})"))
    return ParsedFeed(head, tuple(entries), tuple(skipped), left_out=len(result.entries) - len(raws))


def _head(raw: Any, url: str) -> FeedHead:
    title = _plain(raw, "title")[:LONGEST_TITLE]
    subtitle = _plain(raw, "subtitle")[:LONGEST_TITLE]
    site = web_address(string(raw.get("link")), web_address(url))
    links = {string(link.get("rel")): string(link.get("href")) for link in reversed(_details(raw.get("links")))}
    own = links.get("self") or clean_text(string(raw.get("id"))) or site or title
    return FeedHead(
        title=title,
        subtitle=subtitle if subtitle != title else "",
        site=site,
        language=language_tag(string(raw.get("language")) or string((raw.get("title_detail") or {}).get("language"))),
        author=joined(_authors(raw)),
        identity=own[:LONGEST_TITLE],
        older=web_address(links.get("prev-archive") or links.get("next") or "", web_address(url)),
        older_is_archive="prev-archive" in links,
        hub=web_address(links.get("hub", ""), web_address(url)),
        topic=web_address(links.get("self", ""), web_address(url)),
        interval=_interval(raw),
    )


def _interval(raw: Any) -> int:
    """Give the seconds between two fetches that are asked for: RSS ttl is in minutes, else a frequency in a period."""
    minutes = number(raw.get("ttl"))
    period = _PERIODS.get(string(raw.get("sy_updateperiod")).strip().lower(), 0)
    seconds = minutes * 60 or period // (number(raw.get("sy_updatefrequency")) or 1)
    return min(seconds, LONGEST_INTERVAL)


def _said(raw: Any) -> Said:
    html, base, language = _body(raw)
    return Said(
        id=string(raw.get("id")),
        title=_plain(raw, "title"),
        link=string(raw.get("link")),
        authors=_authors(raw),
        html=html,
        base=base,
        language=language,
        tags=tuple(string(tag.get("label")) or string(tag.get("term")) for tag in _details(raw.get("tags"))),
        published=_time(raw, "published"),
        updated=_time(raw, "updated"),
        seen=times.first_seen(string(raw.get("feedsift_seen"))),
        enclosures=enclosures(raw),
    )


def _authors(raw: Any) -> tuple[str, ...]:
    """Give the names of several authors; of a single one whatever there is."""
    names = tuple(filter(None, (string(each.get("name")) for each in _details(raw.get("authors")))))
    if len(names) > 1:
        return names
    text = string(raw.get("author")).strip()
    # feedparser takes a part of a long domain for a name, where the author is an address of mail.
    mail = _MAIL.fullmatch(text[:LONGEST_TITLE])
    name = next(filter(None, mail.groups()), text) if mail else string((raw.get("author_detail") or {}).get("name"))
    return (name or text,)


def _body(raw: Any) -> tuple[str, str, str]:
    """Give HTML, base and language of the entry's content, else of its summary."""
    contents = [part for part in _details(raw.get("content")) if string(part.get("value")).strip()]
    contents.sort(key=lambda part: "html" not in string(part.get("type")))
    for part in [*contents, *_details([raw.get("summary_detail")])]:
        value = string(part.get("value"))
        if value.strip():
            html = value if "html" in string(part.get("type")) else escaped(value)
            return html, string(part.get("base")), language_tag(string(part.get("language")))
    title = raw.get("title_detail") or {}
    return "", string(title.get("base")), language_tag(string(title.get("language")))


def _details(parts: Any) -> list[Any]:
    return [part for part in parts if hasattr(part, "get")] if isinstance(parts, list) else []


def _time(raw: Any, name: str) -> int | None:
    # feedparser gives the other time with a warning where `get` is asked for a missing one.
    key = f"{name}_parsed"
    return times.believed(string(raw.get(name)), raw.get(key)) if key in raw and name in raw else None


def _plain(raw: Any, name: str) -> str:
    detail = raw.get(f"{name}_detail") or {}
    value = string(detail.get("value")) or string(raw.get(name))
    return plain(value) if "html" in string(detail.get("type")) else clean_text(value)
