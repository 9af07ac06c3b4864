"""A large feed's document to small ones, so that a parser that holds a whole document at once needs little memory.

The document is cut where its entries begin and end, as expat sees them; each piece is the whole document with
only some of the entries in it, so declarations, namespaces and what the feed says of itself are in every piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

SMALL = 1_000_000
"""Bytes; a document up to here is not cut."""
PIECE = 500_000
"""Bytes of entries in a piece, about."""

_ENTRY_PATHS = {("feed", "entry"), ("rss", "channel", "item"), ("RDF", "item"), ("channel", "item")}
DEEPEST_ENTRY = 3


class Pieces:
    """The pieces of a document: their number is known before the first is made."""

    def __init__(self, body: bytes, cuts: list[tuple[int, int]]) -> None:
        """Take where each piece's entries start and end; no cuts: the document is one piece."""
        self._body = body
        self._cuts = cuts

    def __len__(self) -> int:
        """Give the number of pieces."""
        return max(1, len(self._cuts))

    def __iter__(self) -> Iterator[bytes]:
        """Make one piece after the other."""
        if not self._cuts:
            yield self._body
            return
        head, tail = self._body[: self._cuts[0][0]], self._body[self._cuts[-1][1] :]
        for start, end in self._cuts:
            yield head + self._body[start:end] + tail


def split(body: bytes, *, is_utf8: bool = False) -> Pieces:
    """Cut a document; it stays whole where it is small, holds no entries or is not well-formed XML.

    `is_utf8`: whatever the document declares.
    """
    # In UTF-16 the end of a tag would be found one byte early, and a letter cut in two.
    is_wide = b"\x00" in body[:64]
    spans = _spans(body, is_utf8) if len(body) > SMALL and not is_wide else []
    cuts: list[tuple[int, int]] = []
    start = spans[0].start if spans else 0
    # What stands between entries (blanks, RSS 0.9's channel parts) goes with the entry before it.
    for at, span in enumerate(spans):
        if span.end - start >= PIECE or at == len(spans) - 1:
            cuts.append((start, span.end))
            start = span.end
    return Pieces(body, cuts)


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


@dataclass(slots=True)
class _Finder:
    """Notes the byte offsets of entries while expat walks over the document."""

    parser: expat.XMLParserType
    body: bytes
    path: list[str] = field(default_factory=list)
    start: int = -1
    spans: list[_Span] = field(default_factory=list)

    def open(self, name: str, _: object) -> None:
        self.path.append(name.rpartition(":")[2])
        if self.start < 0 and self._is_at_entry():
            self.start = self.parser.CurrentByteIndex

    def close(self, name: str) -> None:
        if self.start >= 0 and self._is_at_entry():
            self.spans.append(_Span(self.start, self._after(name)))
            self.start = -1
        self.path.pop()

    def _is_at_entry(self) -> bool:
        return len(self.path) <= DEEPEST_ENTRY and tuple(self.path) in _ENTRY_PATHS

    def _after(self, name: str) -> int:
        """Say where the element ends: expat stands at its end tag, or behind an empty element."""
        at = self.parser.CurrentByteIndex
        has_end_tag = self.body.startswith(b"</" + name.encode(), at)
        return self.body.index(b">", at) + 1 if has_end_tag else at


def _spans(body: bytes, is_utf8: bool) -> list[_Span]:
    parser = expat.ParserCreate("utf-8" if is_utf8 else None)
    finder = _Finder(parser, body)
    parser.StartElementHandler = finder.open
    parser.EndElementHandler = finder.close
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        return []
    return finder.spans
