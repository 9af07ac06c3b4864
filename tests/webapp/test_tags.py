from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import TAGS, MakeApp
from webapp import tags


def test_every_tag_is_listed_with_the_count_that_its_link_gives(client: FlaskClient):
    tree = pages.get(client, "/tags/")
    listed = {}
    for node in tree.css("ul.all-tags li"):
        link = node.css_first("a")
        assert link
        listed[pages.words(link)] = int(pages.words(node.css(".count")[0]))
        assert pages.total(pages.get(client, link.attributes["href"] or "")) == listed[pages.words(link)]
    assert set(listed) == {*TAGS, "Bread"} - {"Ropes & <b>Sails</b>"} | {"Ropes & Sails"}
    assert f"{len(listed)} tags" in pages.words(pages.one(tree, "p.lead"))


def test_many_tags_stand_under_their_first_letters(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tags, "ONE_LIST", 3)
    tree = pages.get(client, "/tags/")
    letters = [pages.words(node) for node in tree.css("section h2")]
    assert letters == [pages.words(node) for node in tree.css(".letters a")]
    assert {"B", "C", "K", "R", "S", "W", "日"} <= set(letters)
    for link in tree.css(".letters a"):
        assert tree.css(link.attributes["href"] or "none")


def test_no_first_letter_stands_twice(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tags, "ONE_LIST", 3)
    odd = ["~tilde", "1st", "abc", "_low", "{curly", "§ 5", "Abd", "ábc", "zed", "Ω", "™", "ßa", "😀"]
    client = make_app(odd=atom(entry(tags=odd))).test_client()
    tree = pages.get(client, "/tags/")
    letters = [pages.words(node) for node in tree.css("section h2")]
    assert len(letters) == len(set(letters))
    assert len(tree.css("ul.all-tags a")) == len(odd)


def test_no_tags_are_said_to_be_none(make_app: MakeApp):
    tree = pages.get(make_app(one=atom(entry())).test_client(), "/tags/")
    assert "0 tags" in pages.words(pages.one(tree, "p.lead"))
    assert tree.css("section, ul.all-tags") == []


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/tags/boats/", "/?tag=boats"),
        ("/tags/Boats/", "/?tag=boats"),
        ("/tags/boats+knots/", "/?tag=boats&tag=knots"),
        ("/tags/knots+boats/", "/?tag=boats&tag=knots"),
        ("/tags/c++/", "/?tag=c%2B%2B"),
        ("/tags/c%2B%2B+boats/", "/?tag=boats&tag=c"),
        ("/tags/salt, pepper/", "/?tag=%22salt,%20pepper%22"),
        ("/tags/tcp/ip/", "/?tag=tcp%2Fip"),
        ("/tags/日本語/", "/?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E"),
        ("/tags/%231/", "/?tag=%231"),
        ("/tags/+/", "/"),
        ("/tags/,/", "/?tag=%22,%22"),
        ("/tags/%20/", "/"),
        ("/tags/no-such-tag/", "/?tag=no-such-tag"),
        ("/tags/evil.com/", "/?tag=evil.com"),
        ("/tags/%5c%5cevil.com/", "/?tag=%5C%5Cevil.com"),
        ("/tags/a%0dX-Evil:1/", "/?tag=a%20x-evil:1"),
    ],
)
def test_a_short_address_leads_to_the_state_of_its_tags(client: FlaskClient, path: str, leads_to: str):
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (301, leads_to)
    assert pages.canonical(pages.get(client, leads_to)) == leads_to


def test_very_many_tags_in_one_address_do_no_harm(client: FlaskClient):
    response = client.get("/tags/" + "+".join(f"tag{number}" for number in range(3_000)) + "/")
    assert response.status_code == 301
    assert pages.get(client, response.headers["Location"])
