"""Pictures, films, frames and drawings: what is left of them for readers, and what they may ask for."""

import pytest

from index.addresses import LONGEST, candidates
from index.sanitize import clean

BASE = "https://example.org/blog/post"
PICTURE = 'alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer"'


# --- pictures ---


@pytest.mark.parametrize(
    ("srcset", "expected"),
    [
        ("a.png", "https://example.org/blog/a.png"),
        ("a.png 1x, b.png 2x", "https://example.org/blog/a.png 1x, https://example.org/blog/b.png 2x"),
        ("/a.png 100w,/b.png 1.5x", "https://example.org/a.png 100w, https://example.org/b.png 1.5x"),
        (" ,, http://a.example/x,y 2x,", "https://a.example/x,y 2x"),
        ("javascript:alert(1) 1x, data:image/png,x 2x, b.png", "https://example.org/blog/b.png"),
        ("a.png 1q, b.png evil", "https://example.org/blog/a.png, https://example.org/blog/b.png"),
        (", , ,", ""),
        ("", ""),
    ],
)
def test_sizes_of_a_picture_are_absolute_and_secure(srcset: str, expected: str) -> None:
    html = clean(f'<img src="/x" srcset="{srcset}">', BASE).html
    assert (f'srcset="{expected}"' in html) if expected else ("srcset" not in html)


def test_only_so_many_sizes_are_kept() -> None:
    assert candidates(", ".join(f"/{n} {n}w" for n in range(1, 100)), BASE).count("https://") == 16


def test_a_picture_keeps_what_it_is_chosen_by() -> None:
    source = '<source srcset="/b.webp 2x" media="(min-width: 40em)" type="image/webp" sizes="100vw" src="/z">'
    html = clean(f'<picture>{source}<img src="/a.png" sizes="50vw"></picture>', BASE).html
    for part in ("/b.webp 2x", 'media="(min-width: 40em)"', 'type="image/webp"', 'sizes="100vw"', 'sizes="50vw"'):
        assert part in html
    assert "/z" not in html


@pytest.mark.parametrize("sizes", ["url(x)&quot;", "a;b", "x" * 501])
def test_odd_conditions_are_dropped(sizes: str) -> None:
    assert "sizes" not in clean(f'<img src="/a" srcset="/b 2w" sizes="{sizes}">', BASE).html


def test_a_picture_of_which_only_sizes_are_named_has_an_address_too() -> None:
    assert 'src="https://example.org/b"' in clean('<img srcset="/b 1x, /c 2x">', BASE).html


def test_a_picture_that_a_script_would_have_loaded_is_shown() -> None:
    assert 'src="https://example.org/a.png"' in clean('<img src="data:image/gif,x" data-src="/a.png">', BASE).html


@pytest.mark.parametrize(
    "attributes",
    [
        "width=1 height=1",
        "width=0 height=0",
        'width="1px" height="0"',
        'style="width:1px;height:1px"',
        'style="border:0; WIDTH: 1px !important; height:0"',
        'width=1 style="height:1px"',
        "width=400 height=300 style='width:1px;height:1px'",
        'style="display:none"',
        "hidden",
    ],
)
def test_what_is_not_to_be_seen_is_not_asked_for(attributes: str) -> None:
    assert clean(f'<p>x<img src="/pixel" {attributes}></p>', BASE).html == "<p>x</p>"
    assert (
        "pixel" not in clean(f'<picture><source srcset="/pixel"><img src="/pixel" {attributes}></picture>', BASE).html
    )


@pytest.mark.parametrize(
    "attributes", ["width=1 height=400", "width=1", "", "style='max-width:1px'", "width=2 height=2"]
)
def test_what_may_be_a_picture_stays(attributes: str) -> None:
    assert PICTURE.partition(" ")[2] in clean(f'<img src="/rule" {attributes}>', BASE).html


@pytest.mark.parametrize(
    ("said", "kept"), [("30", "30"), ("30px", "30"), ("30.5", "30"), ("50%", ""), ("99999", ""), ("-3", ""), ("x", "")]
)
def test_sizes_are_plain_numbers(said: str, kept: str) -> None:
    for html in (f'<img src="/a" width="{said}">', f'<video src="/a" width="{said}"></video>'):
        assert (f'width="{kept}"' in clean(html, BASE).html) if kept else ("width" not in clean(html, BASE).html)


# --- films and sounds ---


def test_a_film_keeps_its_sources_and_nothing_else() -> None:
    html = '<video loop poster="/p"><source src="/v" type="video/mp4"><track src="/t">No <b>film</b></video>'
    assert clean(html, BASE).html == (
        '<video poster="https://example.org/p" controls="" preload="none">'
        '<source src="https://example.org/v" type="video/mp4"></video>'
    )
    assert clean(html, BASE).text == ""


def test_a_film_that_cannot_be_shown_leaves_what_stands_in_for_it() -> None:
    assert clean('<video src="javascript:x"><p>See <b>there</b></p></video>').html == "<p>See <b>there</b></p>"
    assert clean("<audio></audio>x").html == "x"


@pytest.mark.parametrize(
    ("player", "page"),
    [
        ("//www.youtube.com/embed/abcdefghijk?rel=0", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("https://www.youtube-nocookie.com/embed/abc-_fghijk", "https://www.youtube.com/watch?v=abc-_fghijk"),
        ("http://www.youtube.com/v/abcdefghijk&hl=en", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("https://player.vimeo.com/video/12345?h=1", "https://vimeo.com/12345"),
        ("https://www.dailymotion.com/embed/video/x1", "https://www.dailymotion.com/video/x1"),
        ("https://www.youtube.com/embed/videoseries?list=1", "https://www.youtube.com/embed/videoseries?list=1"),
        (
            "https://www.youtube.com.evil.example/embed/abcdefghijk",
            "https://www.youtube.com.evil.example/embed/abcdefghijk",
        ),
    ],
)
@pytest.mark.parametrize("frame", ['<iframe src="{}"></iframe>', '<embed src="{}">', '<object data="{}"></object>'])
def test_a_player_becomes_a_link_to_the_page_of_its_film(frame: str, player: str, page: str) -> None:
    assert f'<a href="{page}"' in clean(frame.format(player), BASE).html


def test_an_object_is_one_link_whatever_it_holds() -> None:
    html = '<object><param name="movie" value="/m"><embed src="/e"></object>'
    assert clean(html, BASE).html.count("<a ") == 1
    assert "https://example.org/m" in clean(html, BASE).html


def test_a_frame_within_a_sentence_is_a_link_within_it() -> None:
    html = clean('<p>See <iframe src="/x" title="this"></iframe> now.</p>', BASE).html
    assert html.startswith('<p>See <a href="https://example.org/x"')
    assert html.endswith(">this</a> now.</p>")


# --- formulas and drawings ---


@pytest.mark.parametrize(
    ("drawing", "text"),
    [
        ('<math alttext="x^2 &lt; y"><mi>x</mi></math>', "x^2 < y"),
        ("<math><semantics><mi>x</mi><annotation>x_1</annotation></semantics></math>", "x_1"),
        ("<math><mi>x</mi><mo>=</mo><mn>1</mn></math>", "x=1"),
        ('<svg aria-label="A chart"><path d=""/></svg>', "A chart"),
        ("<svg><title>A &lt;b>chart</title><text>1</text></svg>", "A <b>chart"),
        ('<svg aria-hidden="true"><title>icon</title></svg>', ""),
        ("<svg><text>1</text></svg>", ""),
    ],
)
def test_a_formula_or_a_drawing_is_the_text_that_stands_for_it(drawing: str, text: str) -> None:
    found = clean(f"<p>a {drawing} b</p>")
    assert found.text == f"a {text} b".replace("  ", " ")
    assert found.html.count("<") == 2


def test_a_drawing_of_many_shapes_is_not_deep() -> None:
    assert clean(f"<p><b>x</b></p><svg>{'<path d=m/>' * 10 + '<circle />' * 400}</svg>").html == "<p><b>x</b></p>"


# --- links within the entry ---


def test_notes_are_linked_within_the_entry_by_names_of_their_own() -> None:
    html = clean('<p>x<a href="#fn:1" id="r1">1</a></p><ol><li id="fn:1">y <a href="#r1">back</a></li></ol>', BASE).html
    back, there = html.partition('href="#')[2][:15], html.rpartition('href="#')[2][:15]
    assert back.startswith("note-")
    assert back != there
    assert f'<li id="{back}">' in html
    assert f'id="{there}"' in html


def test_a_link_to_the_entry_itself_is_one_within_it() -> None:
    html = clean(f'<a href="{BASE}#n">1</a><a href="https://other.example/#n">2</a><p id="n">y</p>', BASE).html
    assert html.count('href="#note-') == 1
    assert 'href="https://other.example/#n"' in html


def test_places_that_no_link_leads_to_have_no_names() -> None:
    html = clean('<p id="status" name="x">a</p><a name="top">b</a><a href="#gone">c</a>').html
    assert html == "<p>a</p>bc"


def test_two_entries_have_no_name_in_common() -> None:
    one, other = (clean(f'<a href="#n">{text}</a><p id="n">y</p>').html for text in ("one", "other"))
    assert one.partition('id="')[2][:15] != other.partition('id="')[2][:15]


def test_the_first_of_several_places_of_a_name_has_it() -> None:
    html = clean('<a href="#n">x</a><p id="n" name="n">y</p><a name="n">z</a>').html
    assert html.count(' id="') == 1
    assert "<p id=" in html


# --- addresses ---


def test_addresses_have_a_largest_length() -> None:
    assert "href" in clean(f'<a href="https://a.example/{"x" * (LONGEST - 20)}">x</a>').html
    assert "href" not in clean(f'<a href="https://a.example/{"x" * LONGEST}">x</a>').html
    assert "href" not in clean('<a href="x">x</a>', f"https://a.example/{'x' * LONGEST}/").html


def test_many_links_cannot_make_an_entry_grow_without_measure() -> None:
    html = "<a href=x>y</a>" * 17_000
    assert len(clean(html, f"https://a.example/{'x' * 1_900}/").html) < len(html)


def test_signs_with_a_meaning_in_html_are_escaped_in_addresses() -> None:
    html = clean("""<a href="https://a.example/?a=<b>&b='\u3000\\">x</a>""").html
    assert 'href="https://a.example/?a=%3Cb%3E&amp;b=\'%E3%80%80%5C"' in html
