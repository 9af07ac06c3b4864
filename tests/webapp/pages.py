"""What tests read in the HTML of a page or a fragment."""

from __future__ import annotations

import re
from typing import NamedTuple

from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

OF_EACH_REQUEST = ("Date", "X-Request-Id")
"""Headers that no two answers have in common."""


class Link(NamedTuple):
    """A control: where it leads without and with scripts, and the number printed in it, if any."""

    id: str
    href: str
    fragment: str
    count: int | None


def get(client: FlaskClient, address: str) -> LexborHTMLParser:
    """Give the page at an address, parsed; it has to be there."""
    return parsed(text(client, address))


def text(client: FlaskClient, address: str) -> str:
    """Give what stands at an address, which has to be HTML."""
    response = client.get(address)
    assert response.status_code == 200, f"{address}: {response.status}"
    assert response.content_type == "text/html; charset=utf-8"
    return response.text


def parsed(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def one(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    """Give the one element that a selector matches."""
    found = tree.css(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def words(node: LexborNode) -> str:
    """Give an element's text with runs of space folded."""
    return " ".join(node.text().split())


def said(node: LexborNode) -> str:
    """Give what a screen reader calls a control: its label, else its text without what is hidden from it."""
    if label := node.attributes.get("aria-label"):
        return label
    return words(parsed(re.sub(r"<(\w+)[^>]* aria-hidden=\"true\">[^<]*</\1>", "", node.html or "")).body or node)


def title(tree: LexborHTMLParser) -> str:
    return one(tree, "head > title").text()


def canonical(tree: LexborHTMLParser) -> str:
    """Give the canonical address of a page without the host: search engines take whole addresses alone."""
    address = one(tree, "link[rel=canonical]").attributes["href"] or ""
    assert address.startswith(("http://", "https://"))
    return "/" + address.split("/", 3)[3]


def kept(tree: LexborHTMLParser) -> list[tuple[str, str]]:
    """Give what the search form keeps of the state beside its text."""
    return [(node.attributes["name"] or "", node.attributes["value"] or "") for node in tree.css("input[form=search]")]


def number(node: LexborNode) -> int:
    """Give the number that an element's text begins with."""
    found = re.match(r"[\d,]+", words(node))
    assert found, node.html
    return int(found[0].replace(",", ""))


def hits(tree: LexborHTMLParser) -> list[str]:
    """Give the ids of the entries shown, in order."""
    return [node.attributes["id"] or "" for node in tree.css("article[id^=entry-]")]


def notes(tree: LexborHTMLParser) -> list[str]:
    return [words(node) for node in tree.css("#results p.note")]


def total(tree: LexborHTMLParser) -> int:
    """Give the number that the heading of the results begins with."""
    sentence = words(one(tree, "#results-heading"))
    if sentence.startswith("No entries"):
        return 0
    found = re.match(r"([\d,]+) entr(y|ies)\b", sentence)
    assert found, sentence
    return int(found[1].replace(",", ""))


def headers(response: TestResponse) -> list[tuple[str, str]]:
    """Give the headers that the same request gets each time."""
    return [pair for pair in response.headers if pair[0] not in OF_EACH_REQUEST]


def controls(tree: LexborHTMLParser) -> list[Link]:
    """Give every link that swaps the changing part of the page."""
    return [_link(node) for node in tree.css('a[data-hx-target="#browse"]')]


def links(tree: LexborHTMLParser) -> list[str]:
    """Give every address on this site that a page links to."""
    found = [node.attributes.get("href") or "" for node in tree.css("a[href], link[href]")]
    return [address for address in dict.fromkeys(found) if address.startswith("/")]


def _link(node: LexborNode) -> Link:
    attributes = {name: value or "" for name, value in node.attributes.items()}
    count = _count_of(node)
    return Link(
        attributes["id"],
        attributes["href"],
        attributes["data-hx-get"],
        number(count) if count else None,
    )


def _count_of(link: LexborNode) -> LexborNode | None:
    """Give the number that is printed in a link, or behind it where a correction is offered."""
    beside = link.parent if link.attributes.get("id") == "did-you-mean" else None
    return (beside or link).css_first(".count")
