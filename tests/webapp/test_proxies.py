"""What proxies forward is believed as far as they are trusted, and no further."""

from __future__ import annotations

import pytest
from flask import Flask, request

from tests.documents import atom, entry
from tests.webapp.conftest import MakeApp
from webapp import proxies

FORWARDED = {
    "X-Forwarded-For": "192.0.2.1, 192.0.2.2, 192.0.2.3",
    "X-Forwarded-Proto": "ftp, https, http",
    "X-Forwarded-Host": "evil.example, outer.example, inner.example",
    "X-Forwarded-Prefix": "/evil, /evil, /evil",
    "X-Forwarded-Port": "1, 2, 3",
    "Forwarded": "for=192.0.2.9;host=evil.example;proto=https",
    "X-Real-IP": "192.0.2.8",
}


def seen(app: Flask, headers: dict[str, str]) -> list[str]:
    """Give address, scheme, host and root of a request, as the application sees them."""
    found: list[str] = []

    def look() -> str:
        client = proxies.client(request.environ)
        found.extend([request.remote_addr or "", request.scheme, request.host, request.root_path, client])
        return ""

    app.add_url_rule("/look", view_func=look)
    assert app.test_client().get("/look", headers=headers).status_code == 200
    return found


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, ["127.0.0.1", "http", "localhost"]),
        (1, ["192.0.2.3", "http", "inner.example"]),
        (2, ["192.0.2.2", "https", "outer.example"]),
        (4, ["127.0.0.1", "http", "localhost"]),
    ],
)
def test_just_so_many_proxies_are_believed(make_app: MakeApp, count: int, expected: list[str]) -> None:
    app = make_app(one=atom(entry()), proxies=count)
    address, scheme, host, root, client = seen(app, FORWARDED)
    assert [address, scheme, host] == expected
    assert root == ""
    assert client == address


def test_a_header_that_no_proxy_sent_changes_nothing(make_app: MakeApp) -> None:
    app = make_app(one=atom(entry()), proxies=1)
    assert seen(app, {})[:3] == ["127.0.0.1", "http", "localhost"]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.3", "192.0.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.3", "192.0.2.3"),
        ("unknown", "unknown"),
        ("x" * 5_000, "x" * proxies.LONGEST_NAME),
    ],
)
def test_a_client_is_an_address_or_a_network(app: Flask, address: str, client: str) -> None:
    assert proxies.client({"REMOTE_ADDR": address}) == client


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_known_by_its_names(name: str) -> None:
    assert proxies.is_loopback(name)


@pytest.mark.parametrize("name", ["localhost.example", "192.0.2.1", "::", "", "127.0.0.1.example", "0.0.0.0"])
def test_other_machines_are_not_taken_for_it(name: str) -> None:
    assert not proxies.is_loopback(name)


def test_long_names_of_strangers_are_not_kept() -> None:
    before = proxies._is_loopback.cache_info().currsize
    for number in range(10):
        assert not proxies.is_loopback(f"{number}{'x' * 5_000}")
    assert proxies._is_loopback.cache_info().currsize == before


@pytest.mark.parametrize(
    ("address", "headers", "is_passed_on"),
    [
        ("127.0.0.1", {}, False),
        ("127.0.0.1", {"Host": "[::1]:8000"}, False),
        ("::1", {"X-Forwarded-For": "192.0.2.1"}, True),
        ("127.0.0.1", {"Host": "feeds.example"}, True),
        ("192.0.2.1", {"X-Forwarded-For": "192.0.2.2", "Host": "feeds.example"}, False),
    ],
)
def test_only_this_machine_is_taken_for_a_proxy_that_nobody_told_of(
    app: Flask, address: str, headers: dict[str, str], is_passed_on: bool
) -> None:
    with app.test_request_context(headers=headers, environ_overrides={"REMOTE_ADDR": address}):
        assert proxies.is_passed_on(request.environ, app.extensions["feedsift.settings"]) is is_passed_on
