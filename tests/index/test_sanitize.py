import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from index import allowlist, sanitize
from index.sanitize import clean

BASE = "https://example.org/blog/post/"
ALLOWED = set(
    (
        "dir lang href hreflang rel src controls preload cite span datetime alt width height loading decoding "
        "referrerpolicy value start reversed type colspan rowspan scope poster"
    ).split()
)
EVERYTHING_FORBIDDEN = """
    <p hx-get="/x" data-hx-get="/x" data-x="y" id="status" name="q" class="c" style="color:red"
       tabindex="1" autofocus accesskey="s" contenteditable aria-live="assertive" role="status"
       hidden slot="x" is="x-y" onclick="alert(1)" onpointerrawupdate="alert(1)">Kept 1</p>
    <form action="/x" id="f"><input name="q" value="v" autofocus><button formaction="/y">Press</button>
      <select><option>One</option></select><textarea>typed</textarea>Kept 2</form>
    <title>Renamed</title><template><p>inside</p></template><hx-partial>Kept 3</hx-partial>
    <script>alert(1)</script><style>p { color: red }</style>
    <base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=/x">
    <link rel="stylesheet" href="/x.css"><svg onload="alert(1)"><a href="/x">s</a></svg>
    <math><mtext><img src="x"></mtext></math><object data="/x"></object><embed src="/x">
    <dialog open>Kept 4</dialog><noscript><img src="/x"></noscript><frameset></frameset>
    <div id="status" hx-swap-oob="true" hx-on:click="alert(1)">Kept 5</div><marquee>Kept 6</marquee>
"""
BYPASSES = [
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="javascript&colon;alert(1)">x</a>',
    '<a href=" JaVa\tScript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:alert(1)">x</a>',
    '<a href="blob:https://example.org/1">x</a>',
    '<a xlink:href="javascript:alert(1)">x</a>',
    "<div/onmouseover='alert(1)'>x</div>",
    '"><svg onload=alert(1)//',
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<math><a xlink:href=javascript:alert(1)>x</a></math>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<img src="`" alt="`onerror=alert(1)">',
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<iframe src="/x" title="&quot;><script>alert(1)</script>"></iframe>',
    "<video><source onerror=alert(1)></video>",
    '<video src="javascript:alert(1)" poster="javascript:alert(1)"></video>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    "<style><img src='</style><img src=x onerror=alert(1)>'></style>",
    "<title><a href='</title><img src=x onerror=alert(1)>'></title>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<noembed><img title='</noembed><img src=x onerror=alert(1)>'></noembed>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<scr<script>ipt>alert(1)</script>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    '<a href="https://[" onclick=alert(1)>x</a>',
]


def assert_harmless(html: str) -> None:
    """Parse the result as a browser would: nothing in it may be or become more than text and links."""
    tree = LexborHTMLParser(html, is_fragment=True)
    for node in tree.css("*"):
        assert node.tag in allowlist._TAGS, node.html
        assert set(node.attributes) <= ALLOWED, node.html
        for name in ("href", "src", "cite", "poster"):
            value = node.attributes.get(name)
            assert value is None or re.match(r"(https?|mailto):", value), node.html


def test_nothing_that_could_touch_the_page_comes_out() -> None:
    html = clean(EVERYTHING_FORBIDDEN, BASE).html
    assert_harmless(html)
    for number in range(1, 7):
        assert f"Kept {number}" in html
    for gone in ("Renamed", "inside", "alert", "color", "typed", "Press", "One"):
        assert gone not in html


@pytest.mark.parametrize("vector", BYPASSES)
def test_no_known_trick_gets_past(vector: str) -> None:
    assert_harmless(clean(vector, BASE).html)
    assert_harmless(clean(f"<p>{vector}</p><ul><li>{vector}", BASE).html)


@pytest.mark.parametrize("vector", [EVERYTHING_FORBIDDEN, *BYPASSES])
def test_the_second_step_alone_lets_nothing_through(vector: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowlist, "narrowed", lambda html: html)
    monkeypatch.setattr(sanitize, "_rewrite", lambda tree, base: "")
    assert_harmless(clean(vector, BASE).html)


HOSTILE = st.lists(st.sampled_from([*BYPASSES, "<table>", "<td>", "</p>", "<h1>", "<!--", "]]>", "a"]))


@given(HOSTILE.map("".join))
def test_no_mixture_of_tricks_gets_past(html: str) -> None:
    assert_harmless(clean(html, BASE).html)


@given(HOSTILE.map("".join) | st.text())
def test_a_browser_reads_the_result_as_it_is_meant(html: str) -> None:
    once = clean(html, BASE).html
    assert_harmless(LexborHTMLParser(once, is_fragment=True).html or "")


@pytest.mark.parametrize("text", ["", " ", "plain", "a < b & c", "&lt;b&gt;", "\x00\ud800x\ufffe"])
def test_text_without_markup_is_no_trouble(text: str) -> None:
    assert_harmless(clean(text).html)


def test_entities_in_text_are_resolved_once() -> None:
    assert clean("<p>&lt;b&gt; &amp;amp; caf&eacute;</p>").text == "<b> &amp; café"
    assert sanitize.plain("&lt;b&gt; &amp;amp;") == "<b> &amp;"


# --- links and images ---


@pytest.mark.parametrize(
    ("address", "absolute"),
    [
        ("https://other.example/x", "https://other.example/x"),
        ("/top", "https://example.org/top"),
        ("next", "https://example.org/blog/post/next"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("?q=1", "https://example.org/blog/post/?q=1"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_links_become_absolute(address: str, absolute: str) -> None:
    html = clean(f'<a href="{address}">x</a>', BASE).html
    assert f'href="{absolute}"' in html
    assert 'rel="noopener noreferrer nofollow ugc"' in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "#top", "ftp://x/y", "urn:x", "http://[", ""])
def test_other_links_lose_their_address_and_keep_their_text(address: str) -> None:
    html = clean(f'<a href="{address}">text</a>', BASE).html
    assert "href" not in html
    assert "text" in html


def test_relative_links_without_a_base_are_dropped() -> None:
    assert "href" not in clean('<a href="/x">x</a>').html


def test_images_load_late_and_tell_nobody() -> None:
    html = clean('<img src="a.png" width=30 height="50%">', BASE).html
    assert 'src="https://example.org/blog/post/a.png"' in html
    for part in ('loading="lazy"', 'decoding="async"', 'referrerpolicy="no-referrer"', 'width="30"'):
        assert part in html
    assert "height" not in html


def test_an_image_has_an_alternative_even_if_it_is_empty() -> None:
    assert 'alt=""' in clean('<img src="/a.png">', BASE).html
    assert 'alt="A cat"' in clean('<img src="/a.png" alt="A cat">', BASE).html


@pytest.mark.parametrize("size", ["width=1 height=1", "width=0 height=0", "width=1 height=0"])
def test_tracking_pixels_are_dropped(size: str) -> None:
    assert "img" not in clean(f'<img src="/pixel.gif" {size}>', BASE).html


@pytest.mark.parametrize("image", ["<img>", '<img src="">', '<img src="data:image/png,x">'])
def test_an_image_that_cannot_be_shown_is_dropped(image: str) -> None:
    assert "img" not in clean(image, BASE).html


def test_an_embedded_frame_becomes_a_link() -> None:
    html = clean('<iframe src="//tube.example/v/1" title="A talk"></iframe>', BASE).html
    assert "iframe" not in html
    assert 'href="https://tube.example/v/1"' in html
    assert ">A talk</a>" in html


def test_a_frame_without_a_title_is_named_by_its_host() -> None:
    assert ">tube.example</a>" in clean('<iframe src="https://tube.example/v/1"></iframe>').html


def test_audio_and_video_wait_for_the_reader() -> None:
    html = clean('<video src="/v.mp4" autoplay loop></video><audio src="/a.mp3"></audio>', BASE).html
    assert html.count("controls") == html.count('preload="none"') == 2
    assert "autoplay" not in html


@pytest.mark.parametrize(
    ("html", "loaded"),
    [
        ('<img src="http://example.org/a.png">', "https://example.org/a.png"),
        ('<audio src="http://example.org/a.ogg"></audio>', "https://example.org/a.ogg"),
        ('<video poster="http://example.org/p.png" src="/v.webm"></video>', "https://example.org/p.png"),
    ],
)
def test_pictures_and_media_are_loaded_over_https(html: str, loaded: str) -> None:
    assert f'"{loaded}"' in sanitize.clean(html, BASE).html


def test_a_link_keeps_its_scheme() -> None:
    assert 'href="http://example.org/"' in sanitize.clean('<a href="http://example.org/">x</a>').html


@pytest.mark.parametrize("address", ["#note", "javascript:alert(1)", "", "/relative"])
def test_a_link_that_leads_nowhere_is_the_text_in_it(address: str) -> None:
    assert clean(f'<p>See <a href="{address}" rel="x"><b>this</b> note</a>.</p>').html == "<p>See <b>this</b> note.</p>"
    assert clean('<p><a name="top"></a>Top</p>').html == "<p>Top</p>"
