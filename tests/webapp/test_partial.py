"""A search that takes too long is answered in part, which is said and not kept; where it can't be said, not at all."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import Budget
from tests.documents import atom, entry
from tests.index.test_evaluation import Ticking
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp import current
from webapp.formats import FORMATS

Q = quote("red apple")
NOTE = "This search took too long: “apple” could not be looked for in full. Search again to go on."
STATUS = "Not all was looked for, as it took too long."
UNTOLD = [
    *(f"/entries.{suffix}?q={Q}" for suffix in FORMATS),
    f"/embed/entries?q={Q}",
    f"/embed/frame?q={Q}",
    f"/embed/?q={Q}",
    f"/fragments/embed?q={Q}",
    f"/facets/tag/?q={Q}",
    f"/fragments/facets/tag?q={Q}",
    f"/oembed?url={quote('http://localhost/?q=red+apple')}",
    f"/fragments/pins?pin={quote('0:q=red apple')}",
]


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """An application over entries of which most are red and few hold apples."""
    entries = [entry(f"urn:{number}", f"Red {number}", "<p>pear</p>") for number in range(30)]
    return make_app(feed=atom(*entries, entry("urn:a", "Red apple"), entry("urn:b", "Green apple"), title="Fruit"))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def hurried(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A client whose searches find what is kept, and nothing else: one word."""
    assert client.get("/?q=red").status_code == 200
    monkeypatch.setattr(current, "Budget", lambda _: Budget(1, Ticking()))
    return client


@pytest.mark.parametrize("address", [f"/?q={Q}", f"/fragments/entries?q={Q}"])
def test_a_page_says_what_it_left_out_aloud_and_to_be_seen(hurried: FlaskClient, address: str) -> None:
    tree = pages.parsed(hurried.get(address).text)
    assert NOTE in [pages.words(note) for note in tree.css("#results p.note")]
    assert STATUS in (pages.one(tree, "#results").attributes["data-status"] or "")
    assert len(tree.css("#feed > article")) == 20
    assert not tree.css("#more")


def test_the_live_region_of_a_page_says_it(hurried: FlaskClient) -> None:
    tree = pages.get(hurried, f"/?q={Q}")
    assert STATUS in pages.words(tree.css("#status [role=status]")[0])


@pytest.mark.parametrize("address", [f"/?q={Q}", f"/fragments/entries?q={Q}", f"/?q={Q}&page=2", f"/?q={Q}&size=100"])
def test_part_of_an_answer_is_nothing_to_keep_or_to_compare_with(hurried: FlaskClient, address: str) -> None:
    response = hurried.get(address, headers={"If-None-Match": "*"})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert not {"ETag", "Last-Modified"} & set(response.headers.keys())


def test_who_has_the_whole_answer_is_given_part_of_it_and_then_the_whole(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, client = f"/?q={quote('red pear')}", app.test_client()
    with monkeypatch.context() as patch:
        patch.setattr(current, "Budget", lambda _: Budget(0, Ticking()))
        assert "took too long" in client.get(address).text
    whole = client.get(address)
    assert "took too long" not in whole.text
    assert whole.headers["Cache-Control"] == "no-cache"
    assert client.get(address, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("address", UNTOLD)
def test_what_cannot_say_so_is_refused_for_now(hurried: FlaskClient, address: str) -> None:
    response = hurried.get(address)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "1"
    assert "ETag" not in response.headers
    assert "This search takes too long" in response.text
    assert "trying again goes on from there" in response.text


@pytest.mark.parametrize("address", UNTOLD)
def test_with_time_it_is_answered(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200


def test_a_list_is_not_continued_by_another_one(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    more = pages.one(pages.get(client, "/?q=red"), "#more").attributes["data-hx-get"] or ""
    monkeypatch.setattr(current, "Budget", lambda _: Budget(0, Ticking()))
    assert client.get(more).status_code == 200, "what is kept takes no time"
    assert client.get(more.replace("q=red", "q=apple%20red")).status_code == 503


def test_no_advice_is_given_on_a_search_that_was_cut_short(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current, "Budget", lambda _: Budget(0, Ticking()))
    tree = pages.get(client, "/?q=aple+rad&feed=1")
    assert pages.total(tree) == 0
    assert not tree.css(".correction, [id^=try-]")
    assert json.loads(client.get("/suggest?q=re").text)[1] == []


@pytest.mark.parametrize("seconds", [0, 0.5])
def test_the_setting_says_how_long(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    given: list[float] = []
    monkeypatch.setattr(current, "Budget", lambda seconds: given.append(seconds) or Budget())
    app = make_app(feed=atom(entry()), query_seconds=seconds)
    assert app.test_client().get("/?q=x").status_code == 200
    assert given == [seconds or float("inf")]
