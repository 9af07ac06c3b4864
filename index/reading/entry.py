"""From what a document says of an entry, in any format, to a parsed entry. Called by the modules of the formats."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.analysis import tag_key
from index.entries import Enclosure, FeedHead, ParsedEntry, Tag, named
from index.query import clean_text
from index.sanitize import clean, plain, web_address

LONGEST_TITLE = 1_000
LONGEST_IDENTITY = 2_000
LONGEST_TAG = 200
MOST_TAGS = 100
MOST_AUTHORS = 20
MOST_ENCLOSURES = 50
LARGEST_LENGTH = 2**53

_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says of an entry, each as it stands there; anything may be missing."""

    id: str = ""
    title: str = ""
    """Plain text."""
    link: str = ""
    authors: tuple[str, ...] = ()
    html: str = ""
    base: str = ""
    """What relative links are relative to, where the document says it."""
    language: str = ""
    tags: tuple[str, ...] = ()
    published: int | None = None
    updated: int | None = None
    seen: int | None = None
    enclosures: tuple[Enclosure, ...] = ()
    """With relative addresses."""


def finished(said: Said, head: FeedHead, url: str, known: Mapping[str, str]) -> ParsedEntry:
    """Make what is stored of what is said; `known` has the digests of known entries by name."""
    base = web_address(said.base, web_address(url))
    feed_base = web_address(url) or head.site
    link = web_address(said.link, base or feed_base)
    enclosures = _enclosures(said.enclosures, base or link or feed_base)
    # Without xml:base, an entry's own address is the better guess than the feed's.
    base = base or link or head.site or feed_base
    title, author = said.title[:LONGEST_TITLE], joined(said.authors)
    tags, language = _tags(said.tags), said.language or head.language
    published = None if said.seen else said.published
    words: list[object] = [title, link, author, said.html, base, [tag.name for tag in tags], published, language]
    # Only where there are any, so that entries of a library from before there were enclosures are as they were.
    words += [[[each.url, each.type, each.length, each.title] for each in enclosures]] if enclosures else []
    digest = _digest(words)
    identity, is_global = _identity(said.id, link, (title, published, said.html))
    updated = None if said.seen else said.updated
    return ParsedEntry(
        identity=identity,
        is_identity_global=is_global,
        title=title,
        link=link,
        author=author or head.author,
        language=language,
        tags=tags,
        published=published if published is not None else updated,
        updated=updated,
        seen=said.seen,
        digest=digest,
        body=None if known.get(named(identity)) == digest else clean(said.html, base),
        enclosures=enclosures,
    )


def identified(id: str) -> tuple[str, bool]:
    """Give an id as it is kept, and whether it is a URI, which means the same in any feed."""
    id = clean_text(id[: 4 * LONGEST_IDENTITY])[:LONGEST_IDENTITY]
    return id, bool(re.match(r"(?!feed:[0-9]+:)[a-zA-Z][a-zA-Z0-9+.-]*:\S", id))


def joined(authors: Iterable[str]) -> str:
    """Give several authors as one line, each once."""
    names = dict.fromkeys(clean_text(name[: 4 * LONGEST_TITLE]) for name in authors)
    return ", ".join(filter(None, [*names][:MOST_AUTHORS]))[:LONGEST_TITLE]


def language_tag(code: str) -> str:
    """Give a language tag (BCP 47) if it looks like one."""
    return code if re.fullmatch(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*", code) else ""


def string(value: object) -> str:
    """Give a value if it is text: what a document holds in a place can be of any type."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int:
    """Give a number that is no less than 0, written in any way, or 0."""
    try:
        return min(max(0, int(str(value).strip()[:30])), LARGEST_LENGTH)
    except ValueError:
        return 0


def _identity(id: str, link: str, words: Sequence[object]) -> tuple[str, bool]:
    """Give the entry's id, else its link, else a hash of what it says (RFC 4287, 4.2.6; RSS 2.0, guid)."""
    identity, is_global = identified(id)
    if identity:
        return identity, is_global
    return (link, True) if link else (f"sha256:{_digest(words)}", False)


def _digest(words: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(words).encode("utf-8", "surrogatepass")).hexdigest()


def _tags(names: Iterable[str]) -> tuple[Tag, ...]:
    found: dict[str, Tag] = {}
    for raw in [*names][:MOST_TAGS]:
        name = clean_text(plain(raw))[:LONGEST_TAG]
        if key := tag_key(name):
            found.setdefault(key, Tag(key, name))
    return tuple(found.values())


def _enclosures(raw: Iterable[Enclosure], base: str) -> tuple[Enclosure, ...]:
    """Give files under an address on the web, each once."""
    found: dict[str, Enclosure] = {}
    for each in raw:
        url = web_address(each.url, base)
        kind = each.type.partition(";")[0].strip().lower()
        if url and len(found) < MOST_ENCLOSURES:
            title = clean_text(each.title[: 4 * LONGEST_TITLE])[:LONGEST_TITLE]
            found.setdefault(url, Enclosure(url, kind if _TYPE.fullmatch(kind) else "", each.length, title))
    return tuple(found.values())
