from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from index import Snippet
from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp.highlight import at_passage

LINK = "https://a.example/b"
RUNS = st.lists(st.tuples(st.text(min_size=1), st.booleans())).map(tuple)


def snippet(text: str) -> Snippet:
    """Make a snippet of text with its marked words in stars: `a *rope* here`."""
    return Snippet(tuple((run, at % 2 == 1) for at, run in enumerate(text.split("*")) if run))


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("*rope*", "rope"),
        ("the old *rope* was strong enough", "old-,rope,-was"),
        ("very much the old *rope*", "old-,rope"),
        ("the *rope*s of old ships", "the-,ropes,-of"),
        ("a sail*boat* here", "a-,sailboat,-here"),
        ("It ended. *The rope* was. New", "ended.-,The rope,-was."),
        ("(see *rope*) and more", "(see-,rope),-and"),
        ("a *rope* and a *tide* pool", "a-,rope,-and"),
        ("one *rope* *tide* pool", "one-,rope,-tide"),
        ("spaces  \n and\t *rope*   too  far away", "and-,rope,-too"),
        (f"{'学' * 30}*東京*{'語' * 30}", "東京"),
    ],
)
def test_what_was_found_is_named_with_the_words_on_both_sides(text: str, quoted: str):
    assert unquote(at_passage(LINK, snippet(text))) == f"{LINK}#:~:text={quoted}"


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("*well-known*", "well%2Dknown"),
        ("*salt, pepper*", "salt%2C%20pepper"),
        ("*Ropes & Sails*", "Ropes%20%26%20Sails"),
        ("*Größe*", "Gr%C3%B6%C3%9Fe"),
        ("*港の日記*", "%E6%B8%AF%E3%81%AE%E6%97%A5%E8%A8%98"),
        ("*100%*", "100%25"),
        ("*C#*", "C%23"),
        ("*a/b*", "a%2Fb"),
        ("*c++*", "c%2B%2B"),
    ],
)
def test_signs_that_mean_something_in_a_text_fragment_are_encoded(text: str, encoded: str):
    assert at_passage(LINK, snippet(text)) == f"{LINK}#:~:text={encoded}"


def test_a_link_that_has_a_fragment_keeps_it():
    assert at_passage(f"{LINK}?a=1#part", snippet("*rope*")) == f"{LINK}?a=1#part:~:text=rope"


@pytest.mark.parametrize("link", [LINK, f"{LINK}#part", ""])
def test_without_anything_found_a_link_is_left_as_it_is(link: str):
    assert at_passage(link, Snippet(())) == link
    assert at_passage(link, snippet("nothing is marked here")) == link


def test_without_a_link_there_is_none():
    assert at_passage("", snippet("*rope*")) == ""


@given(RUNS)
def test_any_passage_makes_an_address_of_plain_signs_that_begins_with_the_link(runs: tuple[tuple[str, bool], ...]):
    try:
        address = at_passage(LINK, Snippet(runs))
    except UnicodeEncodeError:  # lone surrogates: no text of a library has them
        assert any("\ud800" <= letter <= "\udfff" for run, _ in runs for letter in run)
        return
    assert address.startswith(LINK)
    assert address.isascii()
    assert not set(address.removeprefix(f"{LINK}#:~:text=")) & set("& #\"<>'") or address == LINK
    assert address.count(",") <= 2


@given(RUNS)
def test_what_is_quoted_stands_in_the_passage(runs: tuple[tuple[str, bool], ...]):
    passage = Snippet(tuple((run.encode("utf-8", "replace").decode(), is_marked) for run, is_marked in runs))
    _, _, quoted = at_passage(LINK, passage).partition("#:~:text=")
    said = " ".join(passage.text.split())
    assert all(unquote(part.strip("-")) in said for part in quoted.split(","))


def test_a_hit_links_to_the_passage_that_was_found_at_the_original(client: FlaskClient):
    tree = pages.get(client, "/?q=lantern&feed=1")
    links = [node.attributes["href"] or "" for node in tree.css("article .original a")]
    assert links
    for link in links:
        assert urlsplit(link).fragment == ":~:text=The-,lantern,-was"
        assert link.startswith("https://harbour.example/")


def test_a_hit_that_was_found_without_words_links_to_the_original_alone(client: FlaskClient):
    for state in ("/?feed=1", "/?tag=boats", "/?q=-rope&feed=1", "/?q=title:harbour"):
        links = [node.attributes["href"] or "" for node in pages.get(client, state).css("article .original a")]
        assert links
        assert not [link for link in links if "#" in link]


def test_the_page_of_an_entry_links_to_the_original_as_it_is(client: FlaskClient):
    address = pages.one(pages.get(client, "/?q=lantern&feed=1&size=1"), "article h3 a").attributes["href"] or ""
    assert "#" not in (pages.one(pages.get(client, address), ".original a").attributes["href"] or "")


def test_no_text_gets_out_of_the_link(make_app: MakeApp):
    feed = atom(
        entry("urn:e:1", "One", "<p>\"&gt;&lt;img src=x&gt; rope ' onclick=1</p>", link="https://a.example/?b=1&c=2#d")
    )
    tree = pages.get(make_app(feed=feed).test_client(), "/?q=rope")
    link = pages.one(tree, ".original a")
    assert set(link.attributes) == {"href", "rel", "aria-keyshortcuts", "aria-label"}
    assert link.attributes["aria-label"] == "Original at a.example: One"
    assert (link.attributes["href"] or "").startswith("https://a.example/?b=1&c=2#d:~:text=")
    assert tree.css("img") == []


def test_a_word_that_was_cut_off_is_not_named() -> None:
    cut = Snippet((("gin ", False), ("rope", True), (" kn", False)), is_cut_before=True, is_cut_after=True)
    assert at_passage(LINK, cut) == f"{LINK}#:~:text=rope"
