"""What the first page weighs as it is sent: the page, its styles and its scripts, gzipped.

Everything that the page itself asks for is fetched as a browser would: style sheets, scripts, modules that are named to
be loaded beforehand, and what modules import, of whatever depth.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator
from posixpath import dirname, join, normpath
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

_IMPORT = re.compile(r"""(?:^|[;}\s])(?:import|export)\b[^;"'()]*?["'](\.{0,2}/[^"']+)["']""", re.MULTILINE)
_SHEET_IMPORT = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)""")
KINDS = {"text/html": "HTML", "text/css": "CSS", "text/javascript": "JS"}


class Sent(NamedTuple):
    """An answer: its media type, its text, and the bytes that its body took."""

    mimetype: str
    text: str
    size: int


Fetch = Callable[[str], Sent]


def weighed(fetch: Fetch, address: str = "/") -> dict[str, int]:
    """Give the bytes of HTML, CSS and JS that a page and all that it needs take on their way."""
    sizes: Counter[str] = Counter()
    seen, wanted = set[str](), [address]
    while wanted:
        path = wanted.pop()
        if path in seen:
            continue
        seen.add(path)
        sent = fetch(path)
        sizes[KINDS.get(sent.mimetype, sent.mimetype)] += sent.size
        wanted += needed(sent, path)
    return dict(sizes)


def needed(sent: Sent, path: str) -> Iterator[str]:
    """Give the addresses of what an answer needs."""
    if sent.mimetype == "text/html":
        yield from _of_page(LexborHTMLParser(sent.text))
    pattern = {"text/javascript": _IMPORT, "text/css": _SHEET_IMPORT}.get(sent.mimetype)
    for name in pattern.findall(sent.text) if pattern else ():
        yield normpath(join(dirname(path), name))


def _of_page(page: LexborHTMLParser) -> Iterator[str]:
    for node in page.css("link[rel~=stylesheet][href], link[rel~=modulepreload][href], link[rel~=preload][href]"):
        yield node.attributes["href"] or ""
    for node in page.css("script[src]"):
        yield node.attributes["src"] or ""


def unpacked(body: bytes, encoding: str | None) -> str:
    """Give the text of a body as it was sent."""
    return (gzip.decompress(body) if encoding == "gzip" else body).decode("utf-8")
