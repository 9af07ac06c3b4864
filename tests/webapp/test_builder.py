from __future__ import annotations

from html import unescape
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import STATES, MakeApp
from webapp import look, security, snippets

SITE = "http://localhost"
CHOICES = "kind=frame&size=7&h=4&theme=dark&search=1&more=1&width=400&height=900"
HOSTILE = "/embed/?q=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E%22%27%26--%3E&tag=%3Cb%3E&kind="


def snippet(tree: LexborHTMLParser) -> str:
    """Give what would be copied."""
    return pages.one(tree, "textarea#snippet").text()


def pasted(tree: LexborHTMLParser) -> LexborHTMLParser:
    """Give the snippet as a browser reads it in another page."""
    return pages.parsed(snippet(tree))


def state_of(address: str, *without: str) -> dict[str, list[str]]:
    """Give the parameters of an address by their names."""
    return {name: values for name, values in parse_qs(urlsplit(address).query).items() if name not in without}


def sent(tree: LexborHTMLParser) -> list[tuple[str, str]]:
    """Give what the form would send as it stands."""
    fields = [
        *tree.css("#builder input[type=hidden], #builder input[type=number]"),
        *tree.css("#builder input[checked]"),
    ]
    pairs = [(node.attributes["name"] or "", node.attributes.get("value") or "") for node in fields]
    for choice in tree.css("#builder select"):
        on = pages.one(pages.parsed(choice.html or ""), "option[selected]")
        pairs.append((choice.attributes["name"] or "", on.attributes.get("value") or on.text()))
    return pairs


@pytest.mark.parametrize("state", STATES)
def test_every_results_page_leads_to_the_builder_of_what_it_shows(client: FlaskClient, state: str):
    tree = pages.get(client, state)
    href = pages.one(tree, "#results #embed-this").attributes["href"] or ""
    built = pages.get(client, href)
    assert pages.words(pages.one(built, ".chosen b")) == pages.words(pages.one(tree, "#results-heading"))
    back = pages.one(built, "#choose-others").attributes["href"] or ""
    assert state_of(back) == state_of(href, "size")
    if not tree.css("#as-typed"):
        assert state_of(back) == state_of(pages.canonical(tree), "size", "page")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ["frame", "element", "include"])
def test_what_is_shown_is_the_state_in_each_kind(client: FlaskClient, state: str, kind: str):
    href = pages.one(pages.get(client, state), "#embed-this").attributes["href"] or ""
    tree = pages.get(client, f"{href}{'&' if '?' in href else '?'}kind={kind}")
    wanted = state_of(href, "size")
    preview = pages.one(tree, "iframe#preview").attributes["src"] or ""
    assert preview.startswith("/embed/frame")
    assert state_of(preview, "size") == wanted
    if kind == "frame":
        assert pages.one(pasted(tree), "iframe").attributes["src"] == SITE + preview
    elif kind == "element":
        query = pages.one(pasted(tree), "feedsift-entries").attributes["query"] or ""
        assert state_of(f"/?{query}") == wanted
    else:
        address = snippet(tree).removeprefix('<!--# include virtual="').removesuffix('" -->')
        assert state_of(address, "size") == wanted
        assert urlsplit(address).path == "/embed/entries"


def test_a_frame_is_as_chosen_and_has_a_link_below_it(client: FlaskClient):
    tree = pages.get(client, f"/embed/?tag=boats&year=2010&{CHOICES}")
    frame = pages.one(pasted(tree), "iframe").attributes
    assert (frame["width"], frame["height"], frame["loading"]) == ("400", "900", "lazy")
    assert frame["title"] == "Feedsift: Entries tagged Boats, in 2010"
    wanted = {"h": ["4"], "theme": ["dark"], "search": ["1"], "more": ["1"], "size": ["7"]}
    assert state_of(frame["src"] or "") == wanted | {"tag": ["boats"], "year": ["2010"]}
    link = pages.one(pasted(tree), "p > a")
    assert link.attributes["href"] == f"{SITE}/?tag=boats&year=2010"
    assert link.text() == frame["title"]


def test_an_element_is_as_chosen_and_has_a_link_in_it(client: FlaskClient):
    tree = pasted(pages.get(client, f"/embed/?tag=boats&year=2010&{CHOICES.replace('frame', 'element')}"))
    element = pages.one(tree, "feedsift-entries")
    assert element.attributes == {
        "query": "tag=boats&year=2010",
        "count": "7",
        "theme": "dark",
        "heading-level": "4",
        "search": None,
        "load-more": None,
    }
    assert pages.one(tree, "feedsift-entries > a").attributes["href"] == f"{SITE}/?tag=boats&year=2010"
    script = pages.one(tree, "script[type=module]").attributes["src"] or ""
    with client.get(script.removeprefix(SITE)) as response:
        assert (response.status_code, response.mimetype) == (200, "text/javascript")


def test_what_is_not_chosen_is_not_in_the_element(client: FlaskClient):
    element = pages.one(pasted(pages.get(client, "/embed/?kind=element")), "feedsift-entries")
    assert {"search", "load-more"}.isdisjoint(element.attributes)


@pytest.mark.parametrize("kind", ["frame", "element", "include"])
def test_every_address_of_a_snippet_answers(client: FlaskClient, kind: str):
    tree = pages.get(client, f"/embed/?q=rope&kind={kind}")
    addresses = [
        node.attributes.get("src") or node.attributes.get("href") for node in pasted(tree).css("[src], [href]")
    ]
    addresses += [pages.one(tree, f"#{id}").attributes["href"] for id in ("embed-alone", "choose-others")]
    for address in addresses:
        with client.get((address or "").removeprefix(SITE)) as response:
            assert response.status_code == 200, address


@pytest.mark.parametrize("kind", ["frame", "element", "include"])
def test_hostile_text_stays_text_in_the_page_and_where_the_snippet_is_pasted(client: FlaskClient, kind: str):
    tree = pages.get(client, HOSTILE + kind)
    assert len(tree.css("script")) == 3
    assert "alert(1)" in unquote(unescape(snippet(tree)))
    assert len(pasted(tree).css("script")) == (1 if kind == "element" else 0)
    assert pasted(tree).css("b, textarea") == []


@pytest.mark.parametrize("address", ["/embed/", f"/embed/?q=rope&tag=boats,bread&sort=oldest&{CHOICES}", HOSTILE])
def test_the_form_sends_just_what_it_shows(client: FlaskClient, address: str):
    tree = pages.get(client, address)
    again = pages.get(client, "/embed/?" + "&".join(f"{n}={_quoted(v)}" for n, v in sent(tree)))
    assert snippet(again) == snippet(tree)
    assert sent(again) == sent(tree)
    canonical = pages.canonical(tree)
    assert snippet(pages.get(client, canonical)) == snippet(tree)
    assert all(value for _, value in parse_qsl(urlsplit(canonical).query, keep_blank_values=True))


def _quoted(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode())


def test_more_entries_make_a_higher_frame_unless_a_height_is_given(client: FlaskClient):
    heights = [
        int(pages.one(pages.get(client, f"/embed/?{choices}"), "#preview").attributes["height"] or 0)
        for choices in ("size=1", "", "search=1", "search=1&more=1", "size=20")
    ]
    assert heights == sorted(set(heights))
    assert pages.one(pages.get(client, "/embed/?height=333&size=20"), "#preview").attributes["height"] == "333"


@pytest.mark.parametrize(
    ("choices", "width", "height"),
    [
        ("width=1&height=1", "120", "80"),
        ("width=99999&height=99999", "10000", "10000"),
        ("width=x&height=-", None, None),
        ("width=&height=", None, None),
        (f"width={'9' * 5_000}", "10000", None),
    ],
)
def test_a_size_that_cannot_be_becomes_the_nearest_that_can(
    client: FlaskClient, choices: str, width: str | None, height: str | None
):
    frame = pages.one(pages.get(client, f"/embed/?{choices}"), "#preview").attributes
    assert frame.get("width") == width
    copied = pages.one(pasted(pages.get(client, f"/embed/?{choices}")), "iframe").attributes
    assert copied["width"] == (width or "100%")
    assert frame["height"] == (height or str(snippets.height(look.COUNT, look.Look())))


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ("size=500", "Entries can be 1 to 100: 100 is taken instead of 500."),
        ("size=", "Entries can be 1 to 100: 5 is taken where nothing is written."),
        ("width=50&height=2e9", "Width can be 120 to 10,000 pixels: 120 is taken instead of 50."),
        ("height=2e9", "Height can be 80 to 10,000 pixels: none is taken instead of 2e9."),
        (f"width={'9' * 5_000}", f"Width can be 120 to 10,000 pixels: 10000 is taken instead of {'9' * 20}."),
    ],
)
def test_a_number_that_cannot_be_is_named_with_what_is_taken_for_it(client: FlaskClient, choices: str, said: str):
    section = pages.one(pages.get(client, f"/embed/?{choices}"), "#built")
    assert pages.words(section.css("#built > .note")[0]) == said
    assert (section.attributes["data-status"] or "").startswith(f"{said} ")
    assert "data-field" not in pages.text(client, pages.canonical(pages.get(client, f"/embed/?{choices}")))


@pytest.mark.parametrize("choices", ["", "size=7&width=&height=", "size=007&width=+400", "kind=include&width=50"])
def test_what_is_taken_as_written_needs_no_note(client: FlaskClient, choices: str):
    assert "data-field" not in pages.text(client, f"/embed/?{choices}")


def test_the_element_comes_with_a_line_of_style_that_keeps_its_room(client: FlaskClient):
    tree = pages.get(client, "/embed/?kind=element&size=3&search=1")
    needed = snippets.height(3, look.Look(has_search=True))
    line = f"feedsift-entries {{ display: block; min-block-size: {needed}px; }}"
    assert pages.one(tree, "textarea#room").text() == line
    for kind in ("frame", "include"):
        assert pages.get(client, f"/embed/?kind={kind}").css("#room") == []


def test_a_frame_can_follow_the_height_of_its_content(client: FlaskClient):
    tree = pages.get(client, "/embed/?tag=boats&follow=1")
    assert pages.one(pasted(tree), "script[type=module]").attributes["src"] == f"{SITE}/static/embed.js"
    assert pages.canonical(tree) == "/embed/?tag=boats&follow=1"
    assert pasted(pages.get(client, "/embed/?tag=boats")).css("script") == []


def test_a_theme_is_described_for_each_kind_of_page_around_it(client: FlaskClient):
    tree = pages.get(client, "/embed/?kind=element")
    assert "Automatic" in pages.words(pages.one(tree, "#theme"))
    hint = pages.words(pages.one(tree, "#theme-hint"))
    assert "reader’s system" in hint
    assert "page around it" in hint
    assert "Shown in a frame" in pages.words(pages.one(tree, "#built .note"))


def test_the_search_box_of_an_embed_is_no_search_for_a_1(client: FlaskClient):
    tree = pages.get(client, "/embed/?search=1")
    assert "for 1" not in pages.words(pages.one(tree, ".chosen"))
    assert "checked" in pages.one(tree, "#search-box").attributes


@pytest.mark.parametrize("address", ["", f"?q=rope&{CHOICES}", "?kind=include&tag=boats"])
def test_the_fragment_stands_in_the_page_and_says_where(client: FlaskClient, address: str):
    fragment, page = client.get(f"/fragments/embed{address}"), pages.text(client, f"/embed/{address}")
    assert fragment.text in page
    canonical = pages.canonical(pages.parsed(page))
    assert fragment.headers["HX-Replace-Url"] == canonical
    assert canonical.isascii()
    assert fragment.headers["X-Robots-Tag"] == "noindex"


def test_the_page_may_show_frames_of_this_site_and_no_other_may_show_it(client: FlaskClient):
    rules = dict(rule.split(" ", 1) for rule in client.get("/embed/").headers["Content-Security-Policy"].split("; "))
    assert (rules["frame-src"], rules["frame-ancestors"]) == ("'self'", "'none'")
    assert rules == dict(rule.split(" ", 1) for rule in security.POLICY.split("; ")) | {"frame-src": "'self'"}
    assert "frame-src" not in client.get("/").headers["Content-Security-Policy"]


def test_a_site_that_knows_its_address_is_found_at_it(make_app: MakeApp):
    client = make_app(one=atom(entry()), address="https://feeds.example").test_client()
    for kind in ("frame", "element"):
        text = snippet(pages.get(client, f"/embed/?kind={kind}"))
        assert "https://feeds.example/" in text
        assert "localhost" not in text


@given(
    st.lists(
        st.tuples(st.sampled_from(["q", "kind", "size", "h", "theme", "width", "height", "x"]), st.text(max_size=9))
    )
)
def test_any_choices_at_all_get_an_answer(client: FlaskClient, pairs: list[tuple[str, str]]):
    query = "&".join(f"{name}={_quoted(value)}" for name, value in pairs if value.isprintable())
    for path in ("/embed/", "/fragments/embed"):
        assert client.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("path", ["/embed/", "/fragments/embed"])
def test_a_search_that_is_too_long_is_refused(client: FlaskClient, path: str):
    assert client.get(f"{path}?q={'a' * 1_001}").status_code == 413
