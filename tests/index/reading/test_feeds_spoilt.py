"""Feeds that broke feedparser, as `make fuzz-feeds` found them, in short."""

from __future__ import annotations

import feedparser
import pytest

from index.entries import ParsedFeed
from index.reading import feeds
from index.reading.material import Material
from tests.documents import atom, entry


def parse(body: bytes, content_type: str = "") -> ParsedFeed:
    (found,) = feeds.parse(Material(body, "https://example.org/", content_type))
    return found


def test_a_namespace_with_blanks_in_it_costs_no_entry() -> None:
    body = atom(entry("urn:1", "T", more="<x:y/>"), attributes='xmlns:x="a\u3000b\u3000c\u3000d"')
    assert [(each.identity, each.title) for each in parse(body).entries] == [("urn:1", "T")]
    assert feedparser.api._XML_AVAILABLE, "whoever else uses feedparser reads as ever"


@pytest.mark.parametrize("name", [b"\0", b"x\xad", b"x\xf8" * 40])
def test_an_encoding_whose_name_is_no_text_costs_no_entry(name: bytes) -> None:
    body = atom(entry("urn:1", "T\xe9")).replace(b"utf-8", name, 1).replace("é".encode(), b"\xe9")
    assert [(each.identity, each.title) for each in parse(body).entries] == [("urn:1", "Té")]


def test_a_reference_to_no_character_in_what_is_not_utf_8_costs_only_itself() -> None:
    body = atom(entry("urn:1", "Té A&#x110000;B")).decode().replace("&amp;", "&")
    (found,) = parse(body.replace("utf-8", "cp037").encode("cp037")).entries
    assert found.title.startswith("Té A")
    assert found.title.endswith("B")


def test_a_link_that_ends_after_its_entry_costs_no_entry() -> None:
    body = b"<rss><channel><item><guid>1</guid><title>T</title><link>x</item></link></channel></rss>"
    assert [each.title for each in parse(body).entries] == ["T"]


def test_what_ends_in_no_encoding_there_is_is_read_as_ascii() -> None:
    body = atom(entry("urn:1", "T")).replace(b"utf-8", b"iso-2022-none", 1)
    assert [each.title for each in parse(body).entries] == ["T"]
