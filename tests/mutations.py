"""Spoils documents in the ways in which feeds are spoilt, and in others: bytes, markup, what it says. Seeded."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

MOST_STEPS = 6
LARGEST = 400_000
"""Bytes; what grows beyond is cut."""
_TAG = re.compile(rb"<[/!?]?[A-Za-z][^<>]{0,300}>")
_NUMBER = re.compile(rb"\d+")
_VALUE = re.compile(rb'"[^"<>]{0,200}"')
_TEXT = re.compile(rb">[^<>]{1,300}<")
_BLOCK = re.compile(rb"<(entry|item|category|link|author|outline|content|title)\b.*?</\1>", re.DOTALL)
_DATES = (
    b"2024-02-30 2024-13-01T00:00:00Z 99999-01-01 -0001-01-01 0000-00-00T00:00:00Z 1704067200 2024-W01-1 "
    b"1e400 1969-12-31T23:59:59Z 2038-01-19T03:14:08Z 9999-12-31T23:59:59-99:99 2024-01-01T24:00:60Z"
).split()
_NUMBERS = (b"0 -1 1 007 65536 4294967296 9223372036854775808 99999999999999999999999 1e308 NaN 0x41 \xd9\xa3").split()
_ENCODINGS = (
    b"utf-8 utf-16 utf-32 utf-7 iso-8859-1 windows-1252 shift_jis gb18030 koi8-r us-ascii idna punycode"
).split()
_ENCODINGS += [
    b"rot13",
    b"unicode_escape",
    b"base64",
    b"none-such",
    b"cp037",
    b"hz",
    b"big5",
    b"euc-kr",
    b"",
    b"x" * 200,
]
_ADDRESSES = [
    *(b"javascript:alert(1)", b"JaVa\tScRiPt:x", b"data:text/html,x", b"file:///etc/passwd", b"//evil.example/", b"#x"),
    *(b"http://[::1", b"http://a b/", b"http://user:pass@h.example/", b"http://xn--/", b"mailto:a@b.example", b"?"),
    *(
        b"https://h.example:99999/",
        b"HTTPS://H.EXAMPLE/%zz",
        b"http://\xe2\x98\x83.example/\xc3\xa9",
        b"ftp://h.example/",
    ),
    *(b"https://h.example/" + b"a/" * 2_000, b"../../..", b"urn:x:y", b"tag:h.example,2024:1", b"\x00", b""),
]
_PIECES = [
    *(
        b"&nosuch;",
        b"&#0;",
        b"&#x110000;",
        b"&#xD800;",
        b"&amp;lt;",
        b"&lt;script&gt;alert(1)&lt;/script&gt;",
        b"&",
        b"<",
    ),
    *(
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"<?x",
        b"?>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"\x00",
        b"\x0b",
        b"\x1b[31m",
    ),
    *(
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xc0\xaf",
        b"\xe2\x80\xae",
        b"\xef\xbf\xbe",
    ),
    *(b"<div>" * 400, b"</div>" * 50, b"<svg><style><img src=x onerror=alert(1)>", b"<math><mi//xlink:href='data:x'>"),
    *(
        b"<img src=x onerror=alert(1)>",
        b"<a href=javascript:x>",
        b"<template><p id=main>",
        b"<plaintext>",
        b"<base href=//e>",
    ),
    *(
        b" xml:base='http://[' ",
        b" xmlns:a='b' ",
        b" type='xhtml' ",
        b" type='text/plain' ",
        b" mode='base64' ",
        b'"',
        b"'",
    ),
    *(
        b"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9",
        b"\xef\xb7\xba" * 50,
        b"e\xcc\x81",
        b"a" * 5_000,
        b" " * 3_000,
        b"\r\n" * 900,
    ),
]
_NAMES = (
    b"entry item channel feed rss title link id guid content description category author updated published pubDate "
    b"summary source enclosure media:group at:deleted-entry fh:complete svg style html body script outline ttl"
).split()

Spoil = Callable[[random.Random, bytes, bytes], bytes]


def spoilt(dice: random.Random, body: bytes, other: bytes) -> bytes:
    """Spoil a document in some ways, one after the other; `other` is one that pieces may come from."""
    for _ in range(dice.choice([1, 1, 2, 3, MOST_STEPS])):
        body = dice.choice(WAYS)(dice, body, other)[:LARGEST]
    return body


def _flip(dice: random.Random, body: bytes, _: bytes) -> bytes:
    """Turn bits."""
    found = bytearray(body)
    for _n in range(min(len(found), dice.choice([1, 3, 20]))):
        found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
    return bytes(found)


def _insert(dice: random.Random, body: bytes, _: bytes) -> bytes:
    at = dice.randint(0, len(body))
    return body[:at] + dice.choice(_PIECES) * dice.choice([1, 1, 1, 5]) + body[at:]


def _insert_in_text(dice: random.Random, body: bytes, _: bytes) -> bytes:
    return _within(dice, _TEXT, body, lambda text: text[:1] + dice.choice(_PIECES) + text[1:])


def _cut(dice: random.Random, body: bytes, _: bytes) -> bytes:
    return body[: dice.randint(0, len(body))]


def _leave_out(dice: random.Random, body: bytes, _: bytes) -> bytes:
    start = dice.randint(0, len(body))
    return body[:start] + body[start + dice.choice([1, 10, 200]) :]


def _repeat(dice: random.Random, body: bytes, _: bytes) -> bytes:
    """Have a run of bytes several times."""
    start, length = dice.randint(0, len(body)), dice.choice([1, 20, 300, 3_000])
    return body[:start] + body[start : start + length] * dice.choice([2, 3, 40]) + body[start + length :]


def _repeat_block(dice: random.Random, body: bytes, _: bytes) -> bytes:
    return _within(dice, _BLOCK, body, lambda block: block * dice.choice([2, 3, 30]))


def _drop_block(dice: random.Random, body: bytes, _: bytes) -> bytes:
    return _within(dice, _BLOCK, body, lambda _: b"")


def _move_block(dice: random.Random, body: bytes, other: bytes) -> bytes:
    """Put a block of another document between two tags."""
    block = dice.choice([match[0] for match in _BLOCK.finditer(other)] or [b""])
    return _within(dice, _TAG, body, lambda tag: tag + block)


def _splice(dice: random.Random, body: bytes, other: bytes) -> bytes:
    """Go on with another document."""
    return body[: dice.randint(0, len(body))] + other[dice.randint(0, len(other)) :]


def _swap_tags(dice: random.Random, body: bytes, _: bytes) -> bytes:
    tags = [match[0] for match in _TAG.finditer(body)] or [b"<x>"]
    return _within(dice, _TAG, body, lambda _: dice.choice(tags))


def _rename(dice: random.Random, body: bytes, _: bytes) -> bytes:
    """Call an element otherwise, everywhere or in one place."""
    old, new = dice.choice(_NAMES), dice.choice(_NAMES)
    return body.replace(b"<" + old, b"<" + new, dice.choice([1, -1])).replace(
        b"</" + old, b"</" + new, dice.choice([1, -1])
    )


def _mangle_number(dice: random.Random, body: bytes, _: bytes) -> bytes:
    return _within(dice, _NUMBER, body, lambda _: dice.choice(_NUMBERS))


def _mangle_date(dice: random.Random, body: bytes, _: bytes) -> bytes:
    date = re.compile(rb"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?|\w{3}, \d+ \w{3} \d{4} [^<]{0,20}")
    return _within(dice, date, body, lambda _: dice.choice(_DATES))


def _mangle_address(dice: random.Random, body: bytes, _: bytes) -> bytes:
    return _within(dice, re.compile(rb"https?://[^\"'<>\s]+"), body, lambda _: dice.choice(_ADDRESSES))


def _mangle_value(dice: random.Random, body: bytes, _: bytes) -> bytes:
    values = [*_ADDRESSES, *_NUMBERS, *_DATES, *_NAMES, b"html", b"xhtml", b"text", b"alternate", b"self", b"next"]
    return _within(dice, _VALUE, body, lambda _: b'"' + dice.choice(values) + b'"')


def _lie_about_encoding(dice: random.Random, body: bytes, _: bytes) -> bytes:
    said = b"encoding='" + dice.choice(_ENCODINGS) + b"'"
    if b"encoding=" in body[:200]:
        return re.sub(rb"encoding=[\"'][^\"']*[\"']", lambda _: said, body, count=1)
    return b"<?xml version='1.0' " + said + b"?>" + body


def _encode(dice: random.Random, body: bytes, _: bytes) -> bytes:
    """Write it in another encoding, and leave what it says of that."""
    encoding = dice.choice(["utf-16", "utf-16-be", "utf-32", "utf-7", "shift_jis", "koi8-r", "cp037", "gb18030"])
    return body.decode("utf-8", "replace").encode(encoding, "xmlcharrefreplace")


def _nest(dice: random.Random, body: bytes, _: bytes) -> bytes:
    name, depth = dice.choice([*_NAMES, b"div", b"b", b"ul"]), dice.choice([5, 300, 5_000])
    inner = b"<" + name + b">"
    return _within(
        dice, _TAG, body, lambda tag: tag + inner * depth + (b"</" + name + b">") * depth * dice.randint(0, 1)
    )


def _surround(dice: random.Random, body: bytes, _: bytes) -> bytes:
    return (
        dice.choice([b"\n" * 3_000, b"\xef\xbb\xbf", b"<html>", b"{", b"\x1f\x8b", b"x"]) + body + dice.choice(_PIECES)
    )


WAYS: list[Spoil] = [
    *(_flip, _insert, _insert_in_text, _insert_in_text, _cut, _leave_out, _repeat, _repeat_block, _drop_block),
    *(_move_block, _splice, _swap_tags, _rename, _mangle_number, _mangle_date, _mangle_address, _mangle_value),
    *(_lie_about_encoding, _encode, _nest, _surround),
]


def _within(dice: random.Random, pattern: re.Pattern[bytes], body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change one of the places that a pattern finds."""
    places = [match.span() for match in pattern.finditer(body)]
    if not places:
        return body
    start, end = dice.choice(places)
    return body[:start] + change(body[start:end]) + body[end:]
