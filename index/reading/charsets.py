"""Which characters the bytes of a document mean, where what is declared cannot be right. Called before any parser.

A byte order mark goes before all (RFC 7303, section 3); bytes that are UTF-8 are that, whatever is declared, as text in
another encoding does not come out as UTF-8 by chance; and a few broken bytes do not make UTF-8 anything else.
What is left is feedparser's to find out: charset of the answer, XML declaration, guesses.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (  # the longer first, as they begin like the shorter
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"'>]{1,40})""")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([a-zA-Z0-9_:.-]{1,40})""", re.IGNORECASE)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';]{1,40})""", re.IGNORECASE)
_BY_SEVEN_BITS = re.compile(r"iso-?2022|hz|utf-?7")
_NO_CHARACTERS = bytes({*range(32)} - {9, 10, 13})
"""The bytes that stand for no character of XML 1.0 (section 2.2) in any encoding that goes by bytes like ASCII."""
_NOT_IN_XML = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF


@dataclass(frozen=True, slots=True)
class Characters:
    """A document's bytes; `is_utf8` where they are sure to be sound UTF-8, whatever is declared."""

    body: bytes
    is_utf8: bool


def settled(body: bytes, content_type: str = "") -> Characters:
    """Give the bytes as UTF-8, without what XML has no place for, where that can be told from them."""
    utf8 = _as_utf8(body, content_type)
    if utf8 is None:
        return Characters(body, is_utf8=False)
    return Characters(_NOT_IN_XML.sub(b"", utf8.translate(None, _NO_CHARACTERS)), is_utf8=True)


def text(body: bytes, content_type: str = "") -> str:
    """Give the text of a web page: as it is declared there, else Windows-1252 (HTML, section 13.2.3)."""
    found = settled(body, content_type)
    if found.is_utf8:
        return found.body.decode()
    meta = _META.search(body, 0, 4_096)
    for name in (_http_charset(content_type), meta[1].decode("ascii", "replace") if meta else "", "windows-1252"):
        try:
            return body.decode(name)
        except (LookupError, ValueError):  # no such encoding, not in it, or none of text
            continue
    return body.decode("iso-8859-1")


def _as_utf8(body: bytes, content_type: str) -> bytes | None:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace").encode()
    for start, encoding in _WIDE:
        if body.startswith(start):
            return _decoded(body, encoding)
    declared = _declared(body, content_type)
    if body.isascii():
        return _decoded(body, declared) if _BY_SEVEN_BITS.match(declared) else body
    return _repaired(body, is_declared=declared in ("", "utf-8", "utf8"))


def _decoded(body: bytes, encoding: str) -> bytes | None:
    try:
        return body.decode(encoding).encode()
    except (LookupError, ValueError):
        return None


def _repaired(body: bytes, *, is_declared: bool) -> bytes | None:
    """Give bytes that are mostly UTF-8 as UTF-8; the less of it was declared, the more of it has to be right."""
    if b"\0" in body[:64]:
        return None
    try:
        body.decode()
    except UnicodeDecodeError:
        pass
    else:
        return body
    repaired = body.decode("utf-8", "replace")
    broken = repaired.count("\ufffd")
    sound = sum(map(body.count, _LEADS)) - broken
    return repaired.encode() if sound > (broken if is_declared else 9 * broken + 10) else None


_LEADS = [bytes([byte]) for byte in range(0xC2, 0xF5)]
"""The bytes that begin a character of several bytes."""


def _declared(body: bytes, content_type: str) -> str:
    found = _DECLARED.match(body[:1_000])
    return _http_charset(content_type) or (found[1].decode("ascii", "replace").lower().strip() if found else "")


def _http_charset(content_type: str) -> str:
    found = _CHARSET.search(content_type)
    return found[1].lower() if found else ""
