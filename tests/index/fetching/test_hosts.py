from ipaddress import ip_address

import pytest

from index.fetching.hosts import AllowedHost, ascii_name
from index.rules import Rules


@pytest.mark.parametrize(
    ("text", "name", "address", "port", "is_covered"),
    [
        ("nas.lan", "nas.lan", "10.0.0.7", 8080, True),
        ("NAS.lan.", "nas.lan", "10.0.0.7", 80, True),
        ("nas.lan", "evil-nas.lan", "10.0.0.7", 80, False),
        ("nas.lan", "x.nas.lan", "10.0.0.7", 80, False),
        ("nas.lan:8080", "nas.lan", "10.0.0.7", 8080, True),
        ("nas.lan:8080", "nas.lan", "10.0.0.7", 80, False),
        ("10.0.0.7", "anything", "10.0.0.7", 81, True),
        ("10.0.0.7", "10.0.0.7", "10.0.0.8", 80, False),
        ("10.0.0.7:81", "anything", "10.0.0.7", 81, True),
        ("10.0.0.7:81", "anything", "10.0.0.7", 80, False),
        ("10.0.0.0/8", "anything", "10.255.0.1", 80, True),
        ("10.0.0.1/8", "anything", "10.255.0.1", 80, True),
        ("10.0.0.0/8", "anything", "11.0.0.1", 80, False),
        ("10.0.0.0/8", "anything", "::1", 80, False),
        ("10.0.0.0/8:81", "anything", "10.0.0.1", 81, True),
        ("10.0.0.0/8:81", "anything", "10.0.0.1", 80, False),
        ("::1", "anything", "::1", 80, True),
        ("[::1]:81", "anything", "::1", 81, True),
        ("[::1]:81", "anything", "::1", 82, False),
        ("fd00::/8", "anything", "fd12::1", 80, True),
        ("bücher.example", "xn--bcher-kva.example", "10.0.0.7", 80, True),
    ],
)
def test_an_allowed_host_covers_what_it_names(text: str, name: str, address: str, port: int, is_covered: bool) -> None:
    assert AllowedHost.parse(text).covers(name, ip_address(address), port) == is_covered


@pytest.mark.parametrize(
    "text",
    [
        *("", "http://nas.lan", "nas.lan/x", "a b", "*", "*.lan", "nas.lan:", "nas.lan:65536", "10.0.0.0/33", "[nas"),
        *("user@nas.lan", "a..b", "-" * 64, "straße.example", "[::1", "::1]:80", "é\x00"),
    ],
)
def test_what_is_no_host_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"\."):
        Rules(hosts=(text,))


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("Example.ORG", "example.org"),
        ("example.org.", "example.org"),
        ("１２７.０.０.１", "127.0.0.1"),
        ("127。0。0。1", "127.0.0.1"),
        ("Ⓐ.example", "a.example"),
        ("my_host", "my_host"),
    ],
)
def test_a_name_has_one_spelling(host: str, name: str) -> None:
    assert ascii_name(host) == name
