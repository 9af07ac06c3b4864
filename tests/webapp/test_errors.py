from __future__ import annotations

import logging
import shutil
import sqlite3
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index import ALIASES, StoreError
from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp import errors
from webapp.security import HEADERS


@pytest.fixture
def broken(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application whose search raises what no one thought of."""
    app = make_app(one=atom(entry(), title="The feed"))

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(app.extensions["feedsift.library"], "search", fail)
    return app


def expect_page(response: TestResponse, status: int, heading: str) -> None:
    assert response.status_code == status
    tree = pages.parsed(response.text)
    assert pages.words(pages.one(tree, "h1")) == heading
    assert pages.title(tree).startswith(f"{heading} – ")
    assert pages.words(pages.one(tree, ".kicker")) == str(status)
    assert tree.css('nav[aria-label="Site"] a[href="/tags/"]')
    assert tree.css('main a[href="/"]')
    assert len(tree.css('main a#again[href=""]')) == (status not in (400, 405, 413))
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))


def expect_sentence(response: TestResponse, status: int, begin: str) -> None:
    assert response.status_code == status
    text = response.text
    assert len(text) < 200
    assert "<html" not in text
    assert pages.words(pages.one(pages.parsed(text), "p.note")).startswith(begin)


@pytest.mark.parametrize(
    "path", ["/nothing", "/entries/", "/entries/x/", "/static/", "/static/x/y", "/%ff", "/a%00b", "/<b>"]
)
def test_an_unknown_address_gives_a_page(client: FlaskClient, path: str):
    expect_page(client.get(path), 404, "There is nothing at this address")


def test_an_unknown_fragment_gives_a_sentence(client: FlaskClient):
    expect_sentence(client.get("/fragments/nothing"), 404, "There is nothing at this address.")


def test_a_host_that_cannot_be_gives_a_page_too(client: FlaskClient):
    for host in ("a..b", "x" * 70):
        expect_page(client.get("/", headers={"Host": host}), 400, "This request cannot be read")
        expect_sentence(client.get("/fragments/entries", headers={"Host": host}), 400, "This request cannot be read.")


def test_nothing_but_reading_is_allowed(client: FlaskClient):
    for path in ("/", "/tags/", "/entries/1/"):
        response = client.post(path, data={"q": "x"})
        expect_page(response, 405, "This cannot be done here")
        assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", "))
    expect_sentence(client.post("/fragments/entries"), 405, "This cannot be done here.")


@pytest.mark.parametrize("name", ["q", *ALIASES])
def test_too_long_a_search_is_refused_with_a_page(client: FlaskClient, name: str):
    for text in ("a" * 1_001, "日" * 1_001, " " * 1_001):
        expect_page(client.get("/", query_string={name: text}), 413, "This search is too long")
        response = client.get("/fragments/entries", query_string=[(name, text), (name, "short")])
        expect_sentence(response, 413, "This search is too long.")
        assert "1,000 characters" in response.text


def test_the_longest_search_is_answered(client: FlaskClient):
    for text in (
        "a" * 1_000,
        "日" * 1_000,
        "a " * 500,
        '"' * 1_000,
        "(" * 1_000,
        "-" * 1_000,
        "NOT " * 250,
        "a*" * 500,
    ):
        assert client.get("/", query_string={"q": text}).status_code == 200
        assert client.get("/", query_string={"search": text}).status_code == 301


def test_a_failure_of_ours_gives_a_page_without_its_details(broken: Flask, caplog: pytest.LogCaptureFixture):
    response = broken.test_client().get("/?q=rope")
    expect_page(response, 500, "Something went wrong on our side")
    for detail in ("secret", "Traceback", "RuntimeError", "rope", "webapp/"):
        assert detail not in response.text
    assert "secret detail" in caplog.text


def test_a_failure_of_ours_gives_a_fragment_without_its_details(broken: Flask):
    response = broken.test_client().get("/fragments/entries?q=rope")
    expect_sentence(response, 500, "Something went wrong on our side.")
    assert "secret" not in response.text
    assert "HX-Push-Url" not in response.headers


@pytest.mark.parametrize("path", ["/?q=x", "/fragments/entries", "/nothing"])
def test_an_error_has_the_security_headers_and_is_not_kept(broken: Flask, path: str):
    response = broken.test_client().get(path)
    assert response.status_code >= 400
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.content_type == "text/html; charset=utf-8"


def test_a_request_cannot_forge_a_line_of_the_log(broken: Flask, caplog: pytest.LogCaptureFixture):
    broken.add_url_rule("/fail/<name>", view_func=lambda name: 1 / 0)
    with caplog.at_level(logging.ERROR):
        broken.test_client().get("/fail/a%0d%0aERROR forged%1b[31m")
    [record] = [record for record in caplog.records if record.name == "webapp.errors"]
    assert "forged" in record.getMessage()
    assert record.getMessage().isprintable()


def test_an_error_page_that_fails_forges_no_line_either(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    rendered = iter([RuntimeError("the page fails, too")])

    def fail_once(*given: object, **context: object) -> str:
        for error in rendered:
            raise error
        return "<h1>Something went wrong on our side</h1>"

    monkeypatch.setattr(errors, "render_template", fail_once)
    with caplog.at_level(logging.ERROR):
        assert client.get("/nothing%0d%0aERROR forged%1b[31m").status_code == 500
    messages = [record.getMessage() for record in caplog.records]
    assert any("forged" in message for message in messages)
    assert all(message.isprintable() for message in messages)


def test_without_an_index_readers_are_asked_to_come_back(make_app: MakeApp, tmp_path: Path):
    client = make_app(one=atom(entry())).test_client()
    shutil.rmtree(tmp_path / "library" / "index")
    for path in ("/", "/?q=x", "/tags/"):
        response = client.get(path)
        expect_page(response, 503, "The site is not ready yet")
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    expect_sentence(client.get("/fragments/entries"), 503, "The site is not ready yet.")


@pytest.mark.parametrize("error", [sqlite3.DatabaseError("malformed"), StoreError("gone"), OSError(5, "I/O error")])
@pytest.mark.parametrize("path", ["/", "/feeds/", "/nothing", "/help/", "/entries/1/", "/fragments/entries"])
def test_where_the_store_fails_there_is_still_a_page(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, path: str, error: Exception
):
    app = make_app(one=atom(entry()))

    def fail(*_: object, **__: object) -> None:
        raise error

    for method in ("feeds", "entries", "entry"):
        monkeypatch.setattr(app.extensions["feedsift.library"].store, method, fail)
    response = app.test_client().get(path)
    assert response.status_code in ((404, 500) if path == "/nothing" else (500, 503))
    assert response.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]
    assert pages.parsed(response.text).css("p.note" if path.startswith("/fragments/") else "h1")
    for detail in ("malformed", "gone", "I/O error"):
        assert detail not in response.text


def test_a_frame_that_fails_can_be_asked_again_in_its_place(make_app: MakeApp, tmp_path: Path):
    client = make_app(one=atom(entry())).test_client()
    assert not pages.parsed(client.get("/embed/frame", query_string={"q": "a" * 1_001}).text).css("a")
    shutil.rmtree(tmp_path / "library" / "index")
    link = pages.one(pages.parsed(client.get("/embed/frame").text), "a")
    assert (link.attributes["href"], link.attributes["target"]) == ("", "_self")
    assert not pages.parsed(client.get("/embed/entries").text).css("a")


def test_an_error_is_never_shown_with_what_the_address_holds(client: FlaskClient):
    for path in ("/<script>alert(1)</script>", "/entries/<script>alert(1)</script>/", f"/?q=<script>{'a' * 1_000}"):
        assert "<script>alert" not in client.get(path).text
        assert "alert(1)" not in client.get(path).text
