"""What is left of HTML as text, and of HTML that is too much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import query, sanitize
from index.sanitize import clean

# --- headings ---


@pytest.mark.parametrize(
    ("levels", "expected"),
    [([1, 2], [2, 3]), ([2, 3], [2, 3]), ([4, 5, 6], [2, 3, 4]), ([1, 6], [2, 6]), ([3, 1], [4, 2])],
)
def test_headings_start_below_the_title_of_the_page(levels: list[int], expected: list[int]) -> None:
    html = "".join(f'<h{level} id="x" class="y">t</h{level}>' for level in levels)
    assert clean(html).html == "".join(f"<h{level}>t</h{level}>" for level in expected)


# --- size ---


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "word",
        "<div></x>" * 20_000 + "word",
        "<ul><li>" * 20_000 + "word",
        "<blockquote><p></blockquote-x>" * 20_000 + "word",
        "<p>word</p>" * 100_000,
        "<" * 2_000_000 + " word",
        "<div " * 400_000 + "> word",
        "&amp;<b" * 200_000 + "> word",
    ],
    ids=lambda html: html[:12],
)
def test_what_is_too_deep_or_too_large_becomes_plain_text(html: str) -> None:
    found = clean(html)
    assert found.html.startswith("<p>")
    assert found.html.endswith("</p>")
    assert "<" not in found.html[3:-4]
    assert found.text.endswith("word")


def test_what_is_not_deep_keeps_its_markup() -> None:
    shallow = "<p>a<br><b>b</b><li>c" * 1_000
    assert "<b>" in clean(shallow).html
    nested = "<div>" * 200 + "x" + "</div>" * 200
    assert clean(nested * 3).html == nested * 3


def test_text_of_what_is_too_large_is_what_a_reader_would_see() -> None:
    html = (
        "<style>p{}</style><p>one</p><SCRIPT>alert(1)</script ><p>two &amp;lt;</p><!-- --><textarea>three"
        + " " * 300_000
    )
    assert clean(html).text == "one two &lt;"


def test_html_of_just_the_largest_size_keeps_its_markup() -> None:
    html = "<p>" + "a" * (sanitize.LARGEST_HTML - 7) + "</p>"
    assert clean(html).html == html
    assert clean(html + "<b>").html == html.replace("<p>", "<p>")
    assert "<p>" not in clean(html.replace("a", "<b>a</b>", 50) + "x").html[3:]


@pytest.mark.parametrize(
    "html", ["<b>" * 200_000, "<div><script></script>" * 20_000, "<" * 500_000, "<div></x>" * 50_000]
)
def test_a_hostile_title_becomes_text_as_well(html: str) -> None:
    assert sanitize.plain(html + " word").endswith("word")


# --- text ---


@pytest.mark.parametrize(
    "html",
    [
        "<p>one</p><p>two</p>",
        "<p>one</p><b>two</b>",
        "<b><p>one</p></b><i>two</i>",
        "<ul><li>one</li></ul><a href='/'>two</a>",
        "<ul><li>one<li>two</ul>",
        "one<br>two",
        "<div>one</div>two",
        "one<div>two</div>",
        "<table><tr><td>one</td><td>two</td></tr></table>",
        "<h1>one</h1>two",
        "<dl><dt>one<dd>two</dl>",
        "one<hr>two",
        "one<script>alert(1)</script> two",
        "<p>one\n\t two</p>",
    ],
)
def test_words_of_neighbouring_blocks_stay_apart(html: str) -> None:
    assert clean(html).text == "one two"


@pytest.mark.parametrize("html", ["<b>on</b>e", "o<a href='/'>n</a>e", "<p>o<i>n</i><b>e</b></p>"])
def test_a_word_across_inline_elements_stays_one(html: str) -> None:
    assert clean(html).text == "one"


@pytest.mark.parametrize("sign", ["\x06", "&#6;", "&#x6;", "&#11", "&#xFFFE;", "\ufffe"])
def test_signs_that_no_page_can_have_are_left_out_however_they_are_written(sign: str) -> None:
    assert clean(f'<p>a{sign} b<img src="https://example.org/a" alt="c{sign} d"></p>').html.startswith("<p>a b<img ")
    assert 'alt="c d"' in clean(f'<img src="https://example.org/a" alt="c{sign} d">').html


def test_text_is_composed_without_control_characters() -> None:
    assert clean("<p>e\u0301\x00\u200b</p>").text.startswith("é")


@pytest.mark.parametrize("sign", "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
def test_no_text_turns_around_what_stands_beside_it(sign: str) -> None:
    assert sanitize.plain(f"a{sign}b &amp; c") == "ab & c"
    assert sanitize.clean(f"<p>a{sign}b</p>").text == "ab"
    assert query.clean_text(f"a{sign}b") == "ab"
    assert query.clean_text("a\u200fb\u200e") == "a\u200fb\u200e"


def test_hidden_things_are_not_text() -> None:
    assert clean("a<script>b</script><style>c</style><select><option>d</select><title>e</title>").text == "a"


def test_plain_text_becomes_paragraphs() -> None:
    assert sanitize.escaped("a < b\nc\n\n\n d & e ") == "<p>a &lt; b\nc</p><p>d &amp; e</p>"


@given(st.text(min_size=1))
def test_an_excerpt_is_a_beginning_of_the_text(text: str) -> None:
    text = " ".join(text.split()) * 50
    found = sanitize.excerpt(text)
    assert len(found) <= sanitize.EXCERPT + 1
    assert text.startswith(found.removesuffix("…"))


def test_an_excerpt_is_cut_between_words() -> None:
    assert sanitize.excerpt("word " * 100).endswith("word…")
    assert sanitize.excerpt("short") == "short"


@pytest.mark.parametrize(
    ("address", "base", "expected"),
    [
        ("https://a.example/x", "", "https://a.example/x"),
        ("HTTPS://a.example/x", "", "HTTPS://a.example/x"),
        (" https://a.exa\nmple/x ", "", "https://a.example/x"),
        ("x", "https://a.example/y", "https://a.example/x"),
        ("x", "", ""),
        ("", "https://a.example/y", ""),
        ("\t\n", "https://a.example/y", ""),
        ("javascript:alert(1)", "https://a.example/", ""),
        ("https:///x", "", ""),
        ("https://[", "", ""),
        ("x", "https://[", ""),
    ],
)
def test_only_http_addresses_are_addresses(address: str, base: str, expected: str) -> None:
    found = sanitize.web_address(address, base)
    assert found.lower() == expected.lower()
