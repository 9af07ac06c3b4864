"""Feeds of vectors, and the real site over them, but for two things that only a test can change.

A wrapper takes the policy off every answer, and the sanitiser is "removed" by writing the vector into the store in
place of what was made of it.
"""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.serving import WSGIRequestHandler, make_server

from index import Library
from webapp import create_app
from webapp.security import policy
from webapp.settings import Settings

BASE = "https://feeds.example/"
POLICIES = ("Content-Security-Policy",)
PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Untouched</title><link rel=icon href=data:,>
</head><body><div id=status role=status></div>{html}</body></html>"""

Vectors = Iterable[tuple[int, str]]


# --- feeds ---


def feeds(vectors: Vectors) -> dict[str, bytes]:
    """Give the vectors as content, title, author, tag, links and enclosure of entries in three kinds of feeds."""
    vectors = [(number, _sound(vector)) for number, vector in vectors]
    return {
        "html.atom": _atom("html", ((number, vector, _quoted(vector)) for number, vector in vectors)),
        "xhtml.atom": _atom("xhtml", ((number, vector, _as_xhtml(vector)) for number, vector in vectors)),
        "rss.xml": _rss(vectors),
    }


def _atom(kind: str, entries: Iterable[tuple[int, str, str]]) -> bytes:
    written = "".join(
        f"<entry><id>urn:v:{number}:{kind}</id><title type='html'>{_quoted(vector)} {number}</title>"
        f"<author><name>{_quoted(vector)}</name></author><category term={quoteattr(vector)}/>"
        f"<link href={quoteattr(vector)}/><link rel='enclosure' href={quoteattr(vector)} type={quoteattr(vector)}/>"
        f"<updated>2024-01-01T00:00:00Z</updated><content type='{kind}'>{content}</content></entry>"
        for number, vector, content in entries
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{BASE}"><title>{kind}</title><id>urn:{kind}</id>'
        f"{written}</feed>"
    ).encode()


def _rss(vectors: list[tuple[int, str]]) -> bytes:
    written = "".join(
        f"<item><guid isPermaLink='false'>urn:v:{number}:rss</guid><title>{_quoted(vector)} {number}</title>"
        f"<dc:creator>{_quoted(vector)}</dc:creator><category>{_quoted(vector)}</category><link>{_quoted(vector)}</link>"
        f"<enclosure url={quoteattr(vector)} type={quoteattr(vector)} length='1'/>"
        f"<content:encoded>{_quoted(vector)}</content:encoded></item>"
        for number, vector in vectors
    )
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>RSS</title><link>{BASE}</link>{written}'
        "</channel></rss>"
    ).encode()


def _sound(vector: str) -> str:
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", vector)


def _quoted(vector: str) -> str:
    return escape(vector, {"\r": "&#13;"})


def _as_xhtml(vector: str) -> str:
    """Write the tree that a browser makes of a vector as XHTML, in which it is as hostile."""
    tree = LexborHTMLParser(_sound(vector), is_fragment=True)
    inside = "".join(_written(node) for node in tree.root.iter(include_text=True)) if tree.root else ""
    first = _written(tree.root) if tree.root and not inside else inside
    return f'<div xmlns="http://www.w3.org/1999/xhtml" xmlns:xlink="http://www.w3.org/1999/xlink">{first}</div>'


def _written(node: LexborNode) -> str:
    if node.is_text_node:
        return _quoted(node.text_content or "")
    inside = "".join(_written(child) for child in node.iter(include_text=True))
    name = node.tag or ""
    if not re.fullmatch(r"[a-z][a-z0-9.-]*", name, re.IGNORECASE):
        return inside
    attributes = "".join(
        f" {attribute}={quoteattr(_sound(value or ''))}"
        for attribute, value in node.attributes.items()
        if re.fullmatch(r"(xlink:)?[a-zA-Z_][\w.-]*", attribute, re.ASCII) and not attribute.startswith("xmlns")
    )
    return f"<{name}{attributes}>{inside}</{name}>"


# --- the site ---


@dataclass
class Hostile:
    """A site over the vectors: what it is asked for, and what the store holds by the number of the entry."""

    address: str
    html: dict[int, str]
    texts: dict[int, str]
    vectors: dict[int, int]
    """The place of an entry's vector in its list."""
    kinds: dict[int, str]
    asked: Counter[str] = field(default_factory=Counter)

    def numbers(self, kind: str = "") -> list[int]:
        """Give all entries, or those that came in one kind of feed: html, xhtml, rss."""
        return sorted(number for number, name in self.kinds.items() if kind in ("", name))


@contextmanager
def running(folder: Path, vectors: Vectors, *, sanitised: bool = True, policed: bool = False) -> Iterator[Hostile]:
    """Serve the vectors until the end of the block."""
    vectors = list(vectors)
    data = folder / "library"
    _take_in(data, folder, vectors)
    if not sanitised:
        _remove_sanitiser(data, dict(vectors))
    app = create_app(Settings(data=data, rate_limit=0))
    site = Hostile("", *_stored(data))
    server = make_server("127.0.0.1", 0, _wrapped(app, site, policed), threaded=True, request_handler=_Silent)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["feedsift.library"].close()


def _take_in(data: Path, folder: Path, vectors: Vectors) -> None:
    library = Library(data)
    for name, document in feeds(vectors).items():
        (folder / name).write_bytes(document)
        (intake,) = library.add(str(folder / name))
        assert not intake.error, intake.error
        assert intake.new == len(list(vectors)), (name, intake.new, intake.skipped[:3])
    library.publish()
    library.close()


def _database(data: Path) -> sqlite3.Connection:
    (path,) = data.glob("*.db")
    return sqlite3.connect(path)


def _remove_sanitiser(data: Path, vectors: dict[int, str]) -> None:
    connection = _database(data)
    with connection:
        for id, identity in connection.execute("SELECT id, identity FROM entry").fetchall():
            vector = _sound(vectors[_place(identity)])
            connection.execute("UPDATE entry SET html = ? WHERE id = ?", (vector, id))
    connection.close()


def _stored(data: Path) -> tuple[dict[int, str], dict[int, str], dict[int, int], dict[int, str]]:
    connection = _database(data)
    rows = connection.execute("SELECT id, html, text, identity FROM entry").fetchall()
    connection.close()
    html, texts = {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
    return html, texts, {row[0]: _place(row[3]) for row in rows}, {row[0]: row[3].rpartition(":")[2] for row in rows}


def _place(identity: str) -> int:
    found = re.search(r"urn:v:(\d+):", identity)
    assert found
    return int(found[1])


class _Silent(WSGIRequestHandler):
    def log(self, *args: Any, **options: Any) -> None:
        """Say nothing."""


def _wrapped(app: Callable[..., Any], site: Hostile, policed: bool) -> Callable[..., Any]:
    """Answer addresses of one entry's HTML alone, and take the policy off all others unless it is asked for."""

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Any:
        path = environment["PATH_INFO"]
        site.asked[path] += 1
        if found := re.fullmatch(r"/__(?:page|frames|page/([0-9,]+))", path):
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
            if policed and path != "/__frames":
                headers.append(("Content-Security-Policy", policy(frame_ancestors="'self'")))
            start("200 OK", headers)
            numbers = map(int, found[1].split(",")) if found[1] else []
            entries = "".join(f"<div class=prose id=e{number}>{site.html[number]}</div>" for number in numbers)
            return [PAGE.format(html=entries or "<div class=prose></div>").encode()]

        def without(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = headers if policed else [pair for pair in headers if pair[0] not in POLICIES]
            return start(status, kept, *more)

        return app(environment, without)

    return answer
