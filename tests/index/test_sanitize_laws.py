"""Laws of what comes out, over thousands of vectors and mixtures of them, by checks that share no code with it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from index.sanitize import clean
from tests import vectors

BASE = "https://example.org/blog/post"
VECTORS = vectors.all_of_them()
CHUNKS = [VECTORS[at : at + 500] for at in range(0, len(VECTORS), 500)]
PIECES = (
    "<table>",
    "<td>",
    "</p>",
    "<h1>",
    "<!--",
    "]]>",
    "<svg>",
    "<math>",
    "</math>",
    "<select>",
    "<p>",
    "a &lt; b ",
)
MIXTURES = st.lists(st.sampled_from([*VECTORS, *PIECES]), max_size=6).map("".join) | st.text(
    alphabet="<>/=\"'&; !-apsvgm\n"
)

TAGS = set(
    (
        "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn "
        "div dl dt em figcaption figure footer h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p picture pre q rp rt "
        "ruby s samp section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var "
        "video wbr"
    ).split()
)
ATTRIBUTES = {
    "href": r"(https?://|(?i:mailto):|#note-[0-9a-f]{8}-[0-9]+$)",
    "src": "https://",
    "poster": "https://",
    "cite": "https?://",
    "srcset": r"https://\S+( [0-9.]+[wx])?(, https://\S+( [0-9.]+[wx])?)*$",
    "id": r"note-[0-9a-f]{8}-[0-9]+$",
    "rel": "noopener noreferrer nofollow ugc$",
    "loading": "lazy$",
    "decoding": "async$",
    "referrerpolicy": "no-referrer$",
    "preload": "none$",
    "controls": "$",
    "reversed": "$",
    "width": "[0-9]{1,4}$",
    "height": "[0-9]{1,4}$",
    "span": "[0-9]{1,3}$",
    "colspan": "[0-9]{1,3}$",
    "rowspan": "[0-9]{1,3}$",
    "start": "-?[0-9]{1,9}$",
    "value": "-?[0-9]{1,9}$",
    "dir": "(?i:ltr|rtl|auto)$",
    "scope": "(?i:row|col|rowgroup|colgroup)$",
    **dict.fromkeys("lang hreflang title alt sizes media datetime type".split(), ""),
}


class Reading(HTMLParser):
    """Reads what came out by the rules of Python's own parser, and writes down what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attributes:
            if name not in ATTRIBUTES or not re.match(ATTRIBUTES[name], value or ""):
                self.wrong.append(f"{tag} {name}={value!r}")

    def handle_data(self, text: str) -> None:
        self.text += text

    def handle_comment(self, text: str) -> None:
        self.wrong.append(f"comment {text}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def canonical(html: str) -> str:
    """Write a tree the same way whatever the order of its attributes."""
    tree = LexborHTMLParser(html, is_fragment=True)
    for node in tree.css("*"):
        attributes = sorted((name, value or "") for name, value in node.attributes.items())
        for name, _ in attributes:
            del node.attrs[name]
        for name, value in attributes:
            node.attrs[name] = value
    return tree.html or ""


def bare(text: str) -> str:
    return re.sub(r"[\s\u202a-\u202e\u2066-\u2069]", "", text)


def assert_lawful(html: str) -> None:
    once = clean(html, BASE)
    read = Reading(once.html)
    assert read.wrong == [], html
    assert bare(read.text) == bare(once.text), html
    again = clean(once.html, BASE)
    assert canonical(again.html) == canonical(once.html), html
    assert again.text == once.text, html
    parsed = LexborHTMLParser(once.html, is_fragment=True).html or ""
    assert canonical(clean(parsed, BASE).html) == canonical(parsed) == canonical(once.html), html


@pytest.mark.parametrize("chunk", CHUNKS, ids=range(len(CHUNKS)))
def test_every_vector_comes_out_lawful(chunk: list[str]) -> None:
    for vector in chunk:
        assert_lawful(vector)


@given(MIXTURES)
@settings(max_examples=400)
def test_every_mixture_comes_out_lawful(html: str) -> None:
    assert_lawful(html)


def test_the_vectors_are_thousands_and_the_same_at_every_run() -> None:
    assert len(set(VECTORS)) == len(VECTORS) > 5_000
    assert vectors.all_of_them() == VECTORS


def test_the_checks_see_what_is_not_lawful() -> None:
    for vector in ("<script>", "<p onclick=x>", "<a href=javascript:x>", "<!--x-->", "<img src=http://x>", "<p id=q>"):
        assert Reading(vector).wrong
