from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from tests.documents import DAY, START, atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp

SITE = "https://feeds.example"
EVIL = "</script><script>alert(1)</script> & \"quotes\" 'too' <!--"


@pytest.fixture
def full(make_app: MakeApp) -> FlaskClient:
    """One entry with everything that one can have."""
    one = entry(
        "urn:e:1",
        "Größe",
        '<p>First.</p><img src="https://img.example/a.jpg" alt="A boat" width="800" height="400">',
        tags=["C++", "日本語"],
        published=START,
        updated=START + DAY,
        link="https://www.example.com/original?a=1&b=2",
        author="Ada",
        attributes='xml:lang="de-AT"',
    )
    return make_app(feed=atom(one, title="The feed"), address=SITE).test_client()


def tree_of(client: FlaskClient) -> LexborHTMLParser:
    """Give the page of the first entry."""
    return pages.get(client, pages.one(pages.get(client, "/?size=1"), "article h3 a").attributes["href"] or "")


def one_entry(make_app: MakeApp, **parts: Any) -> LexborHTMLParser:
    return tree_of(make_app(feed=atom(entry(**parts)), address=SITE).test_client())


def properties(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("head meta[property]"):
        found.setdefault(node.attributes["property"] or "", []).append(node.attributes["content"] or "")
    return found


def linked(tree: LexborHTMLParser) -> dict[str, Any]:
    data = json.loads(pages.one(tree, 'head script[type="application/ld+json"]').text())
    assert isinstance(data, dict)
    return data


def card(tree: LexborHTMLParser) -> str | None:
    return pages.one(tree, 'meta[name="twitter:card"]').attributes["content"]


def test_open_graph_says_all_that_is_known_of_an_entry(full: FlaskClient):
    tree = tree_of(full)
    assert properties(tree) == {
        "og:title": ["Größe"],
        "og:type": ["article"],
        "og:url": [SITE + pages.canonical(tree)],
        "og:site_name": ["The feed"],
        "og:description": ["First."],
        "og:locale": ["de_AT"],
        "article:published_time": ["2010-01-01T00:00:00+00:00"],
        "article:modified_time": ["2010-01-02T00:00:00+00:00"],
        "article:author": ["Ada"],
        "article:tag": ["C++", "日本語"],
        "og:image": ["https://img.example/a.jpg"],
        "og:image:alt": ["A boat"],
    }
    assert card(tree) == "summary_large_image"


def test_linked_data_says_all_that_is_known_of_an_entry(full: FlaskClient):
    tree = tree_of(full)
    address = SITE + pages.canonical(tree)
    assert linked(tree) == {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": "Größe",
        "description": "First.",
        "url": address,
        "mainEntityOfPage": address,
        "datePublished": "2010-01-01T00:00:00+00:00",
        "dateModified": "2010-01-02T00:00:00+00:00",
        "author": {"@type": "Person", "name": "Ada"},
        "keywords": ["C++", "日本語"],
        "inLanguage": "de-AT",
        "image": "https://img.example/a.jpg",
        "isBasedOn": "https://www.example.com/original?a=1&b=2",
        "isPartOf": {"@type": "WebSite", "name": "The feed", "url": f"{SITE}/"},
    }


def test_what_an_entry_does_not_have_is_not_made_up(make_app: MakeApp):
    tree = one_entry(make_app, title="Bare", published=None)
    assert set(properties(tree)) == {"og:title", "og:type", "og:url", "og:site_name"}
    assert set(linked(tree)) == {"@context", "@type", "headline", "url", "mainEntityOfPage", "isPartOf"}
    assert card(tree) == "summary"


@pytest.mark.parametrize("part", ["title", "author"])
def test_no_text_of_an_entry_gets_out_of_the_head(make_app: MakeApp, part: str):
    tree = one_entry(make_app, **{"title": "A title", part: EVIL})
    assert len(tree.css("script:not([src])")) == 1  # the data
    assert {node.attributes["src"].split("/")[1] for node in tree.css("script[src]")} == {"static"}
    assert linked(tree)["headline" if part == "title" else "author"] in (EVIL, {"@type": "Person", "name": EVIL})
    assert properties(tree)["og:title" if part == "title" else "article:author"] == [EVIL]


@pytest.mark.parametrize(
    ("html", "image", "kind"),
    [
        ('<img src="data:image/gif;base64,AAAA">', None, "summary"),
        ('<img src="https://img.example/sign.png" width="16" height="16">', None, "summary"),
        ('<img src="https://img.example/small.png" width="200" height="150">', "small.png", "summary"),
        ('<img src="https://img.example/a.jpg"><img src="https://img.example/b.jpg">', "a.jpg", "summary_large_image"),
        (
            '<img src="https://x.example/a.png" width="16"><img src="https://img.example/b.jpg">',
            "b.jpg",
            "summary_large_image",
        ),
    ],
)
def test_the_picture_is_the_first_that_others_can_show(make_app: MakeApp, html: str, image: str | None, kind: str):
    tree = one_entry(make_app, html=html)
    assert properties(tree).get("og:image") == ([f"https://img.example/{image}"] if image else None)
    assert card(tree) == kind


def test_a_list_says_what_its_heading_says_under_its_canonical_address(client: FlaskClient):
    tree = pages.get(client, "/?year=2010&unknown=1&tag=boats")
    assert properties(tree) == {
        "og:title": [pages.words(pages.one(tree, "#results-heading"))],
        "og:type": ["website"],
        "og:url": ["http://localhost/?tag=boats&year=2010"],
        "og:site_name": ["Feedsift"],
    }
