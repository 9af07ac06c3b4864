from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp import assets, create_app
from webapp.security import HEADERS, POLICY
from webapp.settings import Settings

ADDRESSES = [
    *("/", "/?q=rope", "/?q=a&tags=b", "/fragments/entries", "/entries/1/", "/tags/", "/tags", "/tags/a/", "/feeds/"),
    *("/help/", "/healthz", "/readyz", "/nothing", "/fragments/nothing", "/entries/0/", f"/?q={'a' * 1_001}"),
    *("/static/x/nothing", "/%ff%00"),
]
FILES = [f"/static/{assets.checksum()}/site.css", "/static/old/site.css"]
PAGES = ["/", "/?q=rope", "/tags/", "/feeds/", "/help/", "/entries/1/", "/nothing", "/?page=99&year=x"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("address", [*ADDRESSES, *FILES])
def test_every_answer_has_the_security_headers(client: FlaskClient, address: str, method: str):
    with client.open(address, method=method) as response:
        assert {name: response.headers[name] for name in HEADERS} == HEADERS
        assert response.headers["Cache-Control"]
        for header in ("Set-Cookie", "Access-Control-Allow-Credentials", "X-Powered-By"):
            assert header not in response.headers
        is_public = address in FILES and response.status_code == 200 and method in ("GET", "HEAD")
        assert ("Access-Control-Allow-Origin" in response.headers) == is_public
        if method not in ("GET", "HEAD", "OPTIONS"):
            assert response.status_code in (404, 405)


@pytest.mark.parametrize("address", FILES)
def test_a_frame_without_an_origin_may_load_the_files(client: FlaskClient, address: str):
    with client.get(address, headers={"Origin": "null"}) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_an_answer_without_a_body_has_them_too(client: FlaskClient):
    address = f"/static/{assets.checksum()}/site.css"
    with client.get(address) as first, client.get(address, headers={"If-None-Match": first.headers["ETag"]}) as again:
        assert again.status_code == 304
        assert {name: again.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    ("address", "who"),
    [
        *(("/", "same-origin"), ("/fragments/entries", "same-origin"), ("/healthz", "same-origin")),
        *(("/nothing", "same-origin"), ("/entries.json", "cross-origin"), ("/oembed?url=x", "cross-origin")),
    ],
)
def test_only_what_is_open_to_all_may_be_taken_in_by_other_sites(client: FlaskClient, address: str, who: str):
    assert client.get(address).headers["Cross-Origin-Resource-Policy"] == who


def test_the_headers_are_those_that_were_decided():
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert HEADERS["Cross-Origin-Opener-Policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(HEADERS["Permissions-Policy"].split(", "))


def test_the_policy_allows_nothing_that_is_not_named():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["object-src"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in POLICY
    assert "*" not in POLICY


@pytest.mark.parametrize("address", PAGES)
def test_pages_keep_to_the_policy(client: FlaskClient, address: str):
    tree = pages.parsed(client.get(address, follow_redirects=True).text)
    scripts = 'script:not([src]):not([type="application/ld+json"])'  # that is data, which no browser runs
    assert tree.css(f"style, [style], iframe, object, embed, base, {scripts}") == []
    for node in tree.css("*"):
        assert not [name for name in node.attributes if name.startswith(("on", "hx-"))], node.html
    for node in tree.css("head [href], script[src], img[src], form[action]"):
        address = node.attributes.get("href") or node.attributes.get("src") or node.attributes.get("action") or ""
        assert address.startswith(("/", "http://localhost/")), node.html


@pytest.mark.parametrize(
    "path",
    [
        "/tags",
        "/feeds",
        "/help",
        "/entries/1",
        "/tags//boats/",
        "/tags/boats//",
        "//evil.com/tags",
        "///evil.com",
        "/\\evil.com",
        "/%2f/evil.com",
        "/%2f%2fevil.com/",
        "/%5cevil.com",
        "/%5c%5cevil.com/..",
        "/tags/%2f/evil.com",
        "/.//evil.com/",
        "/;//evil.com",
    ],
)
@pytest.mark.parametrize(
    "host", ["evil.com", "evil.com:80", "localhost", "a\\b", "<b>", "", "日本", "x" * 70, "a..b", "x" * 5_000]
)
def test_no_redirect_leads_off_the_site_or_repeats_the_host(app: Flask, path: str, host: str):
    with app.test_client().open(base_url="http://localhost", environ_overrides=_raw(path, host)) as response:
        assert response.status_code in (200, 301, 308, 400, 404)
        target = response.headers.get("Location", "/")
        assert target.startswith("/")
        assert not target.startswith(("//", "/\\"))
        assert "evil.com" not in target.partition("/evil.com")[0]
        for text in (response.text, str(response.headers)):
            assert "http://evil.com" not in text


def _raw(path: str, host: str) -> dict[str, str]:
    """Give what a server makes of these bytes of a request (PEP 3333: bytes as Latin-1)."""
    return {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "HTTP_HOST": host.encode().decode("latin-1")}


@pytest.mark.parametrize("address", PAGES[:-2])
def test_a_site_that_knows_its_address_repeats_no_host_that_the_client_named(data: Path, address: str):
    app = create_app(Settings(data=data, address="https://feeds.example"))
    text = _named_otherwise(app.test_client(), address)
    app.extensions["feedsift.library"].close()
    assert "evil" not in text


@pytest.mark.parametrize("address", PAGES[:-2])
def test_the_host_that_the_client_named_stands_nowhere_but_in_the_head_of_a_page(client: FlaskClient, address: str):
    text = _named_otherwise(client, address)
    assert "evil" not in text.partition("<body>")[2]
    assert not [host for host in ("evil.org", "evil.net") if host in text]


def _named_otherwise(client: FlaskClient, address: str) -> str:
    """Give all that a client is answered that names other hosts than the site's."""
    hosts = {"Host": "evil.com", "X-Forwarded-Host": "evil.org", "Origin": "http://evil.net"}
    response = client.get(address, headers=hosts)
    return str(response.headers) + response.text


@pytest.mark.parametrize("host", ["a b", "evil.org:999999", "[::1", "a/b", 'a"b', "ü.example"])
def test_what_is_no_host_is_refused(client: FlaskClient, host: str) -> None:
    response = client.get("/entries.atom", headers={"Host": host.encode().decode("latin-1")})
    assert response.status_code == 400
    assert "Traceback" not in response.text


@pytest.mark.parametrize("host", ["a.example", "a-b:8000", "[::1]:81", "127.0.0.1"])
def test_what_is_a_host_is_taken(client: FlaskClient, host: str) -> None:
    assert f"http://{host}/" in client.get("/entries.json?tag=boats", headers={"Host": host}).text


def test_nothing_that_an_older_sanitiser_made_is_shown(make_app: MakeApp) -> None:
    library = make_app(feed=atom(entry("urn:1", "One", "<p>Old words</p>"))).extensions["feedsift.library"]
    with library.store.transaction():
        library.store.set_columns(1, {"html": '<p onclick="x()">New words</p>', "sanitizer": 0})
    client = make_app().test_client()
    assert "<p>New words</p>" in client.get("/entries/one-1/").text
    assert pages.total(pages.get(client, "/?q=%22new+words%22")) == 1, "the index follows"
