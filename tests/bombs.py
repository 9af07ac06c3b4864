"""Documents made to take a parser's time, memory or life; `python -m tests.bombs` (`make bombs`) reads each.

Prints what it takes under the limits for what comes over the network, and what somebody is told; the exit code is 1
where one takes longer than it may, or it is told anything but what was read, that it is no feed, or that it takes more
than its limits allow.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable

from index.errors import ReadingError
from index.reading import process
from index.reading.process import Material
from index.rules import MEGABYTE, Limits
from tests.documents import atom, entry, rss
from tests.endings import FaultError, expect_plain

LONGEST = 16.0
"""Seconds by the clock."""


def _attribute(size: int) -> bytes:
    return atom(entry(more=f'<link href="https://example.org/{"a" * size}"/>'))


def _laughs(references: int, levels: int = 9) -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1))
    return with_entities(f'<!ENTITY l0 "lol">{entities}', f"&l{levels};" * references)


def with_entities(entities: str, title: str, number: int = 1) -> bytes:
    """Make a feed that declares entities, and entries with a title that refers to them."""
    body = atom(*(entry(f"urn:{n}", "T") for n in range(number)))
    doctype = f"?><!DOCTYPE feed [{entities}]>".encode()
    return body.replace(b"?>", doctype, 1).replace(b">T<", f">{title}<".encode())


def _json_depth(depth: int) -> bytes:
    return b'{"items":' + b"[" * depth + b"]" * depth + b"}"


BOMBS: dict[str, Callable[[int], bytes]] = {
    # what it is, made in a size of about so many thousand bytes
    "newlines before the root": lambda k: b'<?xml version="1.0"?>' + b"\n" * 1000 * k + b"<rss/>",
    "newlines and letters before the root": lambda k: b'<?xml version="1.0"?>' + b"\n x" * 333 * k + b"<rss/>",
    "newlines behind the root": lambda k: rss().replace(b"<channel>", b"\n" * 1000 * k + b"<channel>"),
    "an author a.a.a.a@": lambda k: rss(f"<item><author>{'a.' * 500 * k}@</author></item>"),
    "categories": lambda k: atom(entry(tags=[f"t{n}" for n in range(40 * k)])),
    "authors": lambda k: atom(entry(more="".join(f"<author><name>{n}</name></author>" for n in range(30 * k)))),
    "links": lambda k: atom(entry(more="".join(f'<link rel="enclosure" href="/{n}"/>' for n in range(30 * k)))),
    "style of url(url(": lambda k: atom(entry(html=f'<p style="{"url(" * 250 * k}">x</p>')),
    "comments in comments": lambda k: atom(entry(html="<!--" * 250 * k)),
    "nested div": lambda k: atom(entry(html="<div>" * 200 * k)),
    "nested lists": lambda k: atom(entry(html="<ul><li>" * 120 * k)),
    "nested quotes in many entries": lambda k: atom(*[entry(f"urn:{n}", html="<blockquote>" * 250) for n in range(k)]),
    "unclosed tags": lambda k: atom(entry(html="<a " * 330 * k)),
    "character references": lambda k: atom(entry(html="&#" * 500 * k)),
    "nested XML": lambda k: atom("<entry>" + "<a>" * 150 * k + "</a>" * 150 * k + "</entry>"),
    "nested XML left open": lambda k: b"<feed>" + b"<a>" * 333 * k,
    "namespaces": lambda k: atom(attributes=" ".join(f'xmlns:n{n}="u{n}"' for n in range(50 * k))),
    "nested namespaces": lambda k: b"".join(b'<feed xmlns:a%d="u">' % n for n in range(45 * k)),
    "attributes": lambda k: atom(attributes=" ".join(f'a{n}=""' for n in range(100 * k))),
    "one long attribute": lambda k: _attribute(1000 * k),
    "one long comment": lambda k: atom(f"<!--{'x' * 1000 * k}-->"),
    "one long title": lambda k: atom(entry(title="x<" * 500 * k)),
    "broken in many places": lambda k: rss(*["<item><title>a & b<title></item>"] * (30 * k)),
    "billions of laughs": lambda k: _laughs(1),
    "many billions of laughs": lambda k: _laughs(20 * k, 3),
    "one entity many times": lambda k: with_entities(f'<!ENTITY a "{"a" * 250 * k}">', "&a;" * 250 * k),
    "brackets in JSON": lambda k: _json_depth(500 * k),
    "digits in JSON": lambda k: b'{"items":[{"id":' + b"9" * 1000 * k + b"}]}",
    "many items in JSON": lambda k: b'{"items":[' + b'{"id":1},' * 111 * k + b"{}]}",
    "folders in an OPML list": lambda k: (
        b"<opml><body>" + b'<outline text="a">' * 55 * k + b'<outline xmlUrl="http://a.b/"/>'
    ),
    "broken OPML": lambda k: b"<opml><body>" + b"<!" * 500 * k,
    "nested page": lambda k: b"<!DOCTYPE html>" + b"<div>" * 200 * k,
    "links in a page": lambda k: b"<!DOCTYPE html>" + b'<a href="/feed">' * 60 * k,
    "attributes in a page": lambda k: b"<!DOCTYPE html><p " + b" ".join(b"a%d" % n for n in range(140 * k)),
    "random bytes": lambda k: bytes(range(256)) * 4 * k,
    "UTF-16": lambda k: atom(entry(html="<div>" * 100 * k)).decode().replace('encoding="utf-8"', "").encode("utf-16"),
}
SIZES = {"one long attribute": 15_900, "one long comment": 15_900, "one long title": 8_000, "categories": 3_000}
"""Thousands of bytes, where more than 1,000 does more harm."""


class Costs(logging.Handler):
    """Notes what the last reading took, as the process that watched it says."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seconds, self.memory = 0.0, 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.DEBUG and isinstance(record.args, tuple):
            self.seconds, self.memory = record.args[0], record.args[1]  # type: ignore[assignment]


def outcome(body: bytes, limits: Limits) -> str:
    """Read a document to its last entry; give what came of it. Raises FaultError where that is no way to end."""
    try:
        reading = process.read(Material(body, "https://example.org/"), limits)
    except ReadingError as error:
        expect_plain(str(error), is_bomb=True)
        return str(error)
    if not isinstance(reading, process.FeedReading):
        return f"{type(reading).__name__}"
    with reading:
        number = sum(len(batch.entries) for batch in reading)
        return f"read: {number} entries" + (f", {reading.left_out} left out" if reading.left_out else "")


def main() -> int:
    """Read every bomb, print a line for each, give the exit code."""
    costs, limits, code = Costs(), Limits(), 0
    logger = logging.getLogger(process.__name__)
    logger.addHandler(costs)
    logger.setLevel(logging.DEBUG)
    print(f"{'what':38}{'size':>10}{'seconds':>9}{'CPU':>7}{'memory':>9}   message")
    for name, make in BOMBS.items():
        body = make(SIZES.get(name, 1_000))[: limits.body]
        start = time.perf_counter()
        try:
            said = outcome(body, limits)
        except FaultError as error:
            said, code = f"FAULT: {error}", 1
        seconds = time.perf_counter() - start
        code = max(code, int(seconds > LONGEST))
        print(
            f"{name:38}{len(body) / 1000:7,.0f} KB{seconds:9.2f}{costs.seconds:7.2f}"
            f"{costs.memory / MEGABYTE:6.0f} MB   {said}",
            flush=True,
        )
    return code


if __name__ == "__main__":
    sys.exit(main())
