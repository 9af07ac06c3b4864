"""Laws of what comes out, over thousands of vectors and mixtures of them, by checks that share no code with it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from index.sanitize import clean
from tests import vectors
from tests.laws import Reading, bare, canonical

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
