"""Who may show an embed in a frame, and whose scripts may read one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webapp.test_security import ADDRESSES
from webapp import create_app
from webapp.security import HEADERS, policy
from webapp.settings import Settings
from webapp.sharing import HEADERS_OF_HTMX

EMBEDS = ["/embed/entries", "/embed/frame", "/embed/entries?tag=boats&page=9", "/embed/nothing", "/embed/frame?h=x"]
FILES = ["/static/embed.js", "/static/embed.css"]
HOSTS = ("https://a.example", "https://*.b.example", "http://c.example:81")


@pytest.fixture(scope="module")
def choosy(data: Path) -> Iterator[FlaskClient]:
    """A client of a site that only some may embed."""
    app = create_app(Settings(data=data, embed_hosts=HOSTS, rate_limit=0))
    yield app.test_client()
    app.extensions["feedsift.library"].close()


def ancestors(response: TestResponse) -> str:
    rules = dict(rule.split(" ", 1) for rule in response.headers["Content-Security-Policy"].split("; "))
    return rules["frame-ancestors"]


def reader(response: TestResponse) -> str | None:
    return response.headers.get("Access-Control-Allow-Origin")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("address", EMBEDS)
def test_every_site_may_embed_where_none_is_named(client: FlaskClient, address: str, method: str):
    response = client.open(address, method=method, headers={"Origin": "https://anybody.example"})
    assert ancestors(response) == "*"
    assert reader(response) == "*"
    assert "Origin" not in response.vary
    assert response.headers["X-Robots-Tag"] == "noindex"
    for header in ("Set-Cookie", "Access-Control-Allow-Credentials"):
        assert header not in response.headers


@pytest.mark.parametrize("address", EMBEDS)
def test_an_embed_keeps_all_other_rules(client: FlaskClient, address: str):
    headers = client.get(address).headers
    assert headers["Content-Security-Policy"] == policy(frame_ancestors="*")
    for name in HEADERS.keys() - {"Content-Security-Policy"}:
        assert headers[name] == HEADERS[name]


@pytest.mark.parametrize("address", [*ADDRESSES, "/embed", "/embedded", "/static/embed.jsx"])
def test_no_other_page_may_be_framed_or_read(choosy: FlaskClient, client: FlaskClient, address: str):
    for asked in (choosy, client):
        with asked.get(address, headers={"Origin": "https://a.example"}) as response:
            assert ancestors(response) == "'none'"
            assert reader(response) is None
            assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_only_named_sites_may_frame(choosy: FlaskClient):
    for address in EMBEDS:
        assert ancestors(choosy.get(address)) == f"'self' {' '.join(HOSTS)}"


@pytest.mark.parametrize(
    "origin",
    ["https://a.example", "https://x.b.example", "https://x.y.b.example", "http://c.example:81", "https://A.example"],
)
@pytest.mark.parametrize("address", EMBEDS)
def test_a_named_site_may_read(choosy: FlaskClient, address: str, origin: str):
    response = choosy.get(address, headers={"Origin": origin})
    assert reader(response) == origin
    assert "Origin" in response.vary


@pytest.mark.parametrize(
    "origin",
    [
        *("http://a.example", "https://a.example.evil", "https://evil-a.example", "https://a.example:444", "null"),
        *(
            "https://b.example",
            "https://xb.example",
            "https://x.b.example.evil",
            "https://aXexample",
            "http://c.example",
        ),
        *("https://evil.example/.b.example", "https://evil.example#.b.example", "https://a.example\t", ""),
    ],
)
def test_no_other_site_may_read(choosy: FlaskClient, origin: str):
    response = choosy.get("/embed/entries", headers={"Origin": origin})
    assert reader(response) is None
    assert "Origin" in response.vary


def test_an_answer_to_nobody_is_not_kept_for_somebody(choosy: FlaskClient):
    first = choosy.get("/embed/entries")
    assert "Origin" in first.vary
    again = choosy.get("/embed/entries", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert "Origin" in again.vary


@pytest.mark.parametrize("address", FILES)
def test_everybody_may_load_the_files_of_the_element(choosy: FlaskClient, address: str):
    response = choosy.get(address, headers={"Origin": "https://other.example"})
    assert reader(response) == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert ancestors(response) == "'none'"


def test_the_headers_of_htmx_are_allowed(client: FlaskClient):
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    asked["Access-Control-Request-Headers"] = ",".join([*HEADERS_OF_HTMX, "x-secret", "authorization"])
    response = client.options("/embed/entries?tag=boats", headers=asked)
    assert response.status_code == 200
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert set(allowed) == set(HEADERS_OF_HTMX)
    assert set(response.headers["Access-Control-Allow-Methods"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_no_leave_is_given_to_write(client: FlaskClient, method: str):
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": method}
    response = client.options("/embed/entries", headers=asked)
    assert "Access-Control-Allow-Methods" not in response.headers


def test_an_isolated_page_may_hold_an_embed(client: FlaskClient):
    headers = client.get("/embed/frame").headers
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
