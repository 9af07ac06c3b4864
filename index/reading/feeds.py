"""Feed bytes to parsed feeds: Atom, RSS 0.9x, 1.0 and 2.0. The only user of feedparser.

feedparser gets a BytesIO and nothing else (bytes or text would first be tried as a file name or an address),
and neither sanitises nor resolves links: index.sanitize does both.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import feedparser

from index.analysis import tag_key
from index.entries import FeedHead, ParsedEntry, ParsedFeed, SkippedEntry, Tag, named
from index.errors import SourceError
from index.query import clean_text
from index.reading import archive
from index.sanitize import clean, escaped, plain, web_address

LONGEST_TITLE = 1_000
MOST_TAGS = 100
LONGEST_TAG = 200
NAMESPACE = "urn:feedsift:entries"
"""Of the element `seen`: when an entry without a date was first seen, by the library that this document comes from."""
EARLIEST = calendar.timegm((1990, 1, 1, 0, 0, 0))
AHEAD = 24 * 60 * 60
"""Seconds that a date may lie in the future and still be believed."""

_BLANKS_BEFORE_ROOT = re.compile(rb"(?<![ \t\r\n])[ \t\r\n]{64,}+(?=<)")
_REFERENCE = re.compile(rb"&#([0-9]{1,4000}|[xX][0-9a-fA-F]{1,4000});?")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FeedBytes:
    """A feed's document as it was read, and where: `url` is the base of relative links."""

    body: bytes
    url: str
    content_type: str = ""


def parse(document: FeedBytes, known: Mapping[str, str] = MappingProxyType({})) -> Iterator[ParsedFeed]:
    """Give the feed in batches of some hundred entries; a small feed is one batch.

    `known` has the digests of known entries by name: where one is the same, the entry comes without its body.

    An entry that cannot be read is skipped and named in its batch. Raises SourceError where the bytes hold no feed.
    """
    position = 1
    pieces = archive.split(document.body)
    for body in pieces:
        batch = replace(_batch(_result(body, document), position, document.url, known), batches=len(pieces))
        position += len(batch.entries) + len(batch.skipped)
        yield batch


def _result(body: bytes, document: FeedBytes) -> Any:
    # A long run of blanks before the root element costs feedparser quadratic time.
    head = _BLANKS_BEFORE_ROOT.sub(b"\n", body[:1_000_000], count=8)
    result = _parsed(head + body[1_000_000:], document.content_type)
    if not result.get("version") and not result.get("entries"):
        raise SourceError("this is not a feed: no Atom and no RSS was found in it")
    return result


def _parsed(body: bytes, content_type: str) -> Any:
    try:
        return _read(body, content_type)
    except (ValueError, OverflowError):  # perhaps a reference to a character that there is not
        body = _REFERENCE.sub(_sound, body)
    try:
        return _read(body, content_type)
    except (ValueError, OverflowError) as error:
        raise SourceError(f"this feed cannot be read ({type(error).__name__})") from error


def _read(body: bytes, content_type: str) -> Any:
    # The document's address is kept back: RSS ids would be resolved against it as if they were links.
    return feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type} if content_type else {},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def _sound(reference: re.Match[bytes]) -> bytes:
    digits = reference[1].lower()
    number = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    is_sound = number < 0xD800 or 0xE000 <= number <= 0x10FFFF
    return reference[0] if is_sound else b"&#xFFFD;"


def _batch(result: Any, position: int, url: str, known: Mapping[str, str]) -> ParsedFeed:
    head = _head(result.feed, url)
    entries: list[ParsedEntry] = []
    skipped: list[SkippedEntry] = []
    for at, raw in enumerate(result.entries, position):
        try:
            entries.append(_entry(raw, head, url, known))
        except Exception as error:  # one foreign entry must not cost the others
            _log.info("entry %d skipped", at, exc_info=True)
            skipped.append(SkippedEntry(at, f"it cannot be read ({type(error).__name__})"))
    return ParsedFeed(head, tuple(entries), tuple(skipped))


def _head(raw: Any, url: str) -> FeedHead:
    title = _plain(raw, "title")[:LONGEST_TITLE]
    subtitle = _plain(raw, "subtitle")[:LONGEST_TITLE]
    site = web_address(_string(raw.get("link")), web_address(url))
    links = {_string(link.get("rel")): _string(link.get("href")) for link in reversed(_details(raw.get("links")))}
    return FeedHead(
        title=title,
        subtitle=subtitle if subtitle != title else "",
        site=site,
        language=_language(_string(raw.get("language")) or _string((raw.get("title_detail") or {}).get("language"))),
        author=clean_text(_string(raw.get("author")))[:LONGEST_TITLE],
        identity=next(filter(None, [links.get("self"), clean_text(_string(raw.get("id"))), site, title]), "")[
            :LONGEST_TITLE
        ],
        older=web_address(links.get("prev-archive") or links.get("next") or "", web_address(url)),
    )


def _entry(raw: Any, head: FeedHead, url: str, known: Mapping[str, str]) -> ParsedEntry:
    html, base, language = _body(raw)
    title = _plain(raw, "title")[:LONGEST_TITLE]
    base = web_address(base, web_address(url))
    feed_base = web_address(url) or head.site
    link = web_address(_string(raw.get("link")), base or feed_base)
    # Without xml:base, an entry's own address is the better guess than the feed's.
    base = base or link or head.site or feed_base
    tags = _tags(raw.get("tags") or [])
    seen = _seen(raw)
    published, updated = (None, None) if seen else (_time(raw, "published"), _time(raw, "updated"))
    author = clean_text(_string((raw.get("author_detail") or {}).get("name")) or _string(raw.get("author")))
    language = language or head.language
    said = [title, link, author, html, base, [tag.name for tag in tags], published, language]
    digest = hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()
    identity, is_global = _identity(raw, link, [title, published, html])
    return ParsedEntry(
        identity=identity,
        is_identity_global=is_global,
        title=title,
        link=link,
        author=(author or head.author)[:LONGEST_TITLE],
        language=language,
        tags=tags,
        published=published if published is not None else updated,
        updated=updated,
        seen=seen,
        digest=digest,
        body=None if known.get(named(identity)) == digest else clean(html, base),
    )


def _identity(raw: Any, link: str, said: list[object]) -> tuple[str, bool]:
    """Give the entry's id, else its link, else a hash of what it says (RFC 4287, 4.2.6; RSS 2.0, guid)."""
    id = clean_text(_string(raw.get("id")))[:2_000]
    if id:
        return id, bool(re.match(r"(?!feed:[0-9]+:)[a-zA-Z][a-zA-Z0-9+.-]*:\S", id))
    if link:
        return link, True
    return "sha256:" + hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest(), False


def _body(raw: Any) -> tuple[str, str, str]:
    """Give HTML, base and language of the entry's content, else of its summary."""
    contents = [part for part in _details(raw.get("content")) if _string(part.get("value")).strip()]
    contents.sort(key=lambda part: "html" not in _string(part.get("type")))
    for part in [*contents, *_details([raw.get("summary_detail")])]:
        value = _string(part.get("value"))
        if value.strip():
            html = value if "html" in _string(part.get("type")) else escaped(value)
            return html, _string(part.get("base")), _language(_string(part.get("language")))
    title = raw.get("title_detail") or {}
    return "", _string(title.get("base")), _language(_string(title.get("language")))


def _details(parts: Any) -> list[Any]:
    return [part for part in parts or [] if hasattr(part, "get")]


def _tags(raw: list[Any]) -> tuple[Tag, ...]:
    found: dict[str, Tag] = {}
    for tag in raw[:MOST_TAGS]:
        name = clean_text(plain(_string(tag.get("label")) or _string(tag.get("term"))))[:LONGEST_TAG]
        if key := tag_key(name):
            found.setdefault(key, Tag(key, name))
    return tuple(found.values())


def _time(raw: Any, name: str) -> int | None:
    """Give a time in seconds since 1970, or None where it is missing or not to be believed."""
    # feedparser gives the other time with a warning where `get` is asked for a missing one.
    key = f"{name}_parsed"
    parsed = raw.get(key) if key in raw else None
    try:
        seconds = calendar.timegm(parsed) if parsed else None
    except (ValueError, OverflowError):
        return None
    return seconds if seconds is not None and EARLIEST <= seconds <= time.time() + AHEAD else None


def _seen(raw: Any) -> int | None:
    """Give when an entry without a date was first seen, where a library like this one says so."""
    try:
        seconds = int(datetime.fromisoformat(_string(raw.get("feedsift_seen"))).timestamp())
    except (ValueError, OverflowError):
        return None
    return seconds if EARLIEST <= seconds <= time.time() else None


def _plain(raw: Any, name: str) -> str:
    detail = raw.get(f"{name}_detail") or {}
    value = _string(detail.get("value")) or _string(raw.get(name))
    return plain(value) if "html" in _string(detail.get("type")) else clean_text(value)


def _language(code: str) -> str:
    """Give a language tag (BCP 47) if it looks like one."""
    return code if re.fullmatch(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*", code) else ""


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""
