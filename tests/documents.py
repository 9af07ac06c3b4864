"""Small feeds for tests, as bytes of Atom and RSS."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

DAY = 86_400
START = 1_262_304_000
"""2010-01-01, in seconds since 1970."""


def atom(*entries: str, title: str = "A feed", head: str = "", attributes: str = "") -> bytes:
    """Make an Atom document of what `entry` gives; `head` is markup for the feed itself."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>'
        f"<title>{escape(title)}</title><id>urn:feed</id>{head}{''.join(entries)}</feed>"
    ).encode()


def entry(
    id: str = "urn:e:1",
    title: str = "A title",
    html: str = "",
    *,
    tags: Iterable[str] = (),
    published: int | str | None = START,
    updated: int | str | None = None,
    link: str = "",
    author: str = "",
    more: str = "",
    attributes: str = "",
) -> str:
    """Make an Atom entry. Times are in seconds or as they shall stand there; what is empty is left out."""
    parts = [
        _element("id", id),
        _element("title", title),
        _element("content", html, ' type="html"'),
        *(f"<category term={quoteattr(tag)}/>" for tag in tags),
        _element("published", _date(published)),
        _element("updated", _date(updated)),
        f"<link href={quoteattr(link)}/>" if link else "",
        f"<author>{_element('name', author)}</author>" if author else "",
        more,
    ]
    return f"<entry {attributes}>{''.join(parts)}</entry>"


def rss(*items: str, title: str = "A feed", head: str = "", version: str = "2.0") -> bytes:
    """Make an RSS document of what `item` gives."""
    return (
        f'<?xml version="1.0"?><rss version="{version}" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{escape(title)}</title>{head}{''.join(items)}</channel></rss>"
    ).encode()


def item(**elements: str) -> str:
    """Make an RSS item of elements with text; `content` is content:encoded."""
    named = {"content:encoded" if name == "content" else name: v for name, v in elements.items()}
    return f"<item>{''.join(_element(name, value) for name, value in named.items())}</item>"


def _element(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{escape(text)}</{name}>" if text else ""


def _date(time: int | str | None) -> str:
    if isinstance(time, int):
        return datetime.fromtimestamp(time, UTC).isoformat()
    return time or ""
