"""The site answers to its own names, and over an encrypted connection it asks browsers to stay with that."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.documents import atom, entry
from tests.webapp.conftest import MakeApp
from tests.webapp.test_errors import expect_page, expect_sentence
from webapp.security import HEADERS, HEALTH, HSTS

ADDRESSES = ["/", "/?q=x", "/tags", "/fragments/entries", "/entries.atom", "/embed/entries", "/nothing", "/feeds/"]
OURS = ["localhost", "localhost:81", "LOCALHOST", "127.0.0.1:8000", "[::1]:8000", "[::1]"]
NAMED = ["feeds.example", "Feeds.Example:8443", "a.wide.example", "a.b.wide.example", "192.0.2.7", "[2001:db8::7]:81"]
OTHERS = ["evil.example", "feeds.example.evil.example", "evilfeeds.example", "wide.example", "xwide.example"]
OTHERS += ["192.0.2.8", "[2001:db8::8]", "feeds.example.", "127.0.0.1.evil.example", "a..wide.example:80:80"]


@pytest.fixture
def named(make_app: MakeApp) -> FlaskClient:
    """A client of a site that knows its names."""
    names = ("feeds.example", "*.wide.example", "192.0.2.7", "2001:db8::7")
    return make_app(one=atom(entry(), title="The feed"), hosts=names).test_client()


@pytest.mark.parametrize("host", [*OURS, *NAMED])
def test_a_site_answers_to_its_names_and_those_of_its_machine(named: FlaskClient, host: str) -> None:
    assert {named.get(address, headers={"Host": host}).status_code for address in ADDRESSES} == {200, 308, 404}


@pytest.mark.parametrize("host", OTHERS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_site_answers_to_no_other_name(named: FlaskClient, address: str, host: str) -> None:
    response = named.get(address, headers={"Host": host})
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert response.headers["X-Content-Type-Options"] == HEADERS["X-Content-Type-Options"]
    assert "evil" not in str(response.headers) + response.text


def test_who_calls_it_otherwise_is_told(named: FlaskClient) -> None:
    other = {"Host": "evil.example"}
    expect_page(named.get("/", headers=other), 400, "This site is not known by this name")
    expect_sentence(named.get("/fragments/entries", headers=other), 400, "This site is not known by this name.")
    assert "FEEDSIFT_HOSTS" in named.get("/entries.atom", headers=other).text


@pytest.mark.parametrize("address", HEALTH)
def test_who_watches_the_service_may_call_it_anything(named: FlaskClient, address: str) -> None:
    assert named.get(address, headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_a_site_that_knows_its_address_answers_to_that(make_app: MakeApp) -> None:
    client = make_app(one=atom(entry()), address="https://feeds.example:8443", host="192.0.2.9").test_client()
    for host in ("feeds.example", "feeds.example:8443", "feeds.example:1", "localhost", "192.0.2.9:8000"):
        assert client.get("/", headers={"Host": host}).status_code == 200, host
    for host in ("www.feeds.example", "evil.example", "192.0.2.8"):
        assert client.get("/", headers={"Host": host}).status_code == 400, host


def test_a_site_that_was_told_nothing_answers_to_any_name(client: FlaskClient) -> None:
    for host in [*OURS, *NAMED, *OTHERS[:-1]]:
        assert client.get("/help/", headers={"Host": host}).status_code == 200, host


def test_a_host_that_a_proxy_forwards_is_judged_too(make_app: MakeApp) -> None:
    client = make_app(one=atom(entry()), hosts=("feeds.example",), proxies=1).test_client()
    for host, status in (("feeds.example", 200), ("evil.example", 400), ("feeds.example, evil.example", 400)):
        assert client.get("/", headers={"X-Forwarded-Host": host}).status_code == status, host


@pytest.mark.parametrize("address", [*ADDRESSES, *HEALTH])
def test_over_https_browsers_are_asked_to_stay_with_it(client: FlaskClient, address: str) -> None:
    assert client.get(address, base_url="https://localhost").headers["Strict-Transport-Security"] == HSTS
    forged = {"X-Forwarded-Proto": "https", "Forwarded": "proto=https"}
    assert "Strict-Transport-Security" not in client.get(address, headers=forged).headers


def test_a_proxy_that_is_trusted_says_whether_it_is_https(make_app: MakeApp) -> None:
    client = make_app(one=atom(entry()), proxies=1).test_client()
    for proto, is_asked in (("https", True), ("http", False), ("https, http", False), ("http, https", True)):
        headers = client.get("/", headers={"X-Forwarded-Proto": proto}).headers
        assert ("Strict-Transport-Security" in headers) is is_asked, proto
