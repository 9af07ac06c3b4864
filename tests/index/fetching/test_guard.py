from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import FetchError
from index.fetching.client import Client
from index.fetching.guard import Guard, is_public, target_of
from index.rules import Limits, Rules
from tests.fetching import PUBLIC, Knocks, client
from tests.internet import Internet
from tests.site import Reply, Site, running

NOT_PUBLIC = """
127.0.0.1 127.0.0.2 127.255.255.254 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 169.254.169.254
169.254.0.1 100.64.0.1 100.100.100.200 0.0.0.0 0.1.2.3 192.0.0.1 192.0.0.9 192.0.0.192 192.0.2.1 198.51.100.1
203.0.113.1 198.18.0.1 198.19.255.255 192.88.99.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
::1 :: ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 ::8.8.8.8 fe80::1 fe80::1%1 febf::1 fec0::1 fc00::1 fd00::1
fd00:ec2::254 ff02::1 ff0e::1 2001:db8::1 3fff::1 100::1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b::808:808
64:ff9b:1::1 2002:7f00:1:: 2002:808:808::1 2001::1 2001:0:a9fe:a9fe:: 5f00::1
""".split()
SPELLINGS = (
    "2130706433 0x7f.1 127.1 0177.0.0.1 0x7f000001 017700000001 １２７.０.０.１ 127。0。0。1 127.0.0.1. ⑫7.0.0.1"
)


# --- addresses ---


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "1.1.1.1", "2606:2800:21f:cb07::1", "2a00:1450::1"])
def test_a_public_address_is_not(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses())
def test_whatever_is_taken_for_public_is_global_and_for_one(address: Any) -> None:
    if is_public(address):
        assert address.is_global
        kinds = "multicast private loopback link_local reserved unspecified".split()
        assert not [kind for kind in kinds if getattr(address, f"is_{kind}")]


@pytest.mark.parametrize("address", [address for address in NOT_PUBLIC if "%" not in address])
def test_nobody_knocks_at_an_address_that_is_not_public(world: Internet, address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(FetchError, match=r"is not on the public internet; FEEDSIFT_FETCH_HOSTS=\S+ allows it$"):
        client(world).get(f"http://{host}/secret")
    world.names["a.example"] = [address]
    with pytest.raises(FetchError, match=r"^a\.example is not on the public internet"):
        client(world).get("https://a.example/secret")
    assert world.connected == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", *SPELLINGS.split()])
def test_a_listener_at_home_hears_nothing_however_it_is_spelled(host: str, listeners: Knocks) -> None:
    for port in listeners.ports:
        with pytest.raises(FetchError):
            Client(Rules()).get(f"http://{host}:{port}/")
    assert listeners() == 0


def test_the_listener_would_hear(listeners: Knocks) -> None:
    for port in listeners.ports:
        for host in ("127.0.0.1", "2130706433"):
            with pytest.raises(FetchError, match=r"takes longer|refused"):
                Client(Rules(Limits(seconds=0.2), hosts=("127.0.0.0/8",))).get(f"http://{host}:{port}/")
    assert listeners() == 2


def test_the_message_says_what_would_allow_it() -> None:
    with pytest.raises(FetchError) as caught:
        Client(Rules()).get("http://127.0.0.1/path?token=secret")
    words = "127.0.0.1 is not on the public internet; FEEDSIFT_FETCH_HOSTS=127.0.0.1 allows it"
    assert str(caught.value) == words
    assert caught.value.status == 0


@pytest.mark.parametrize(("host", "named"), [("a.example", "a.example:81"), ("[2a00:1450::1]", "[2a00:1450::1]:81")])
def test_another_port_than_those_of_the_web_has_to_be_allowed(world: Internet, host: str, named: str) -> None:
    world.names["a.example"] = [PUBLIC]
    with pytest.raises(FetchError) as caught:
        client(world).get(f"http://{host}:81/")
    assert f"at port 81; FEEDSIFT_FETCH_HOSTS={named} allows it" in str(caught.value)
    with pytest.raises(FetchError, match="the connection is refused"):
        client(world, named).get(f"http://{host}:81/")


# --- what the operator allows ---


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8", "localhost"])
def test_what_the_operator_allows_is_asked_at_any_port(site: Site, allowed: str) -> None:
    site.pages["/"] = Reply(b"x")
    host = "localhost" if allowed == "localhost" else "127.0.0.1"
    url = site.url("/").replace("127.0.0.1", host)
    allowed_client = Client(Rules(hosts=(allowed,)), lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", 0))])
    assert allowed_client.get(url).body == b"x"


def test_what_is_allowed_at_one_port_is_refused_at_others(site: Site, listeners: Knocks) -> None:
    site.pages["/"] = Reply(b"x")
    port = site.address.rpartition(":")[2]
    asker = Client(Rules(hosts=(f"127.0.0.1:{port}",)))
    assert asker.get(site.url("/")).body == b"x"
    with pytest.raises(FetchError, match="not on the public internet"):
        asker.get(f"http://127.0.0.1:{listeners.ports[0]}/")
    assert listeners() == 0


def test_a_name_that_is_allowed_opens_no_other_name_for_the_same_address(world: Internet) -> None:
    world.names |= {"nas.lan": ["10.0.0.7"], "evil.example": ["10.0.0.7"]}
    guard = Guard(["nas.lan"], world.resolve)
    assert guard.addresses(target_of("http://nas.lan:8080/"), 1) == ["10.0.0.7"]
    with pytest.raises(FetchError):
        guard.addresses(target_of("http://evil.example/"), 1)


# --- redirects ---


@pytest.mark.parametrize(
    "location",
    [
        *("http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "HTTP://127.0.0.1:{port}/", "http://2130706433:{port}/"),
        *("http://a.example@127.0.0.1:{port}/", "http://127.0.0.1:{port}#@a.example/", "http://[::1]:{port}/"),
        *("http://127.0.0.1:{port}\\@a.example/", "http://home.example:{port}/", "http://[::ffff:127.0.0.1]:{port}/"),
        *("http://169.254.169.254/latest/meta-data/", "http://127。0。0。1:{port}/", "\thttp://127.0.0.1:{port}/"),
        *(
            "file:///etc/passwd",
            "FILE:///etc/passwd",
            "gopher://127.0.0.1:{port}/",
            "ftp://127.0.0.1/",
            "http:127.0.0.1",
        ),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_public_host_cannot_lead_home(
    world: Internet, site: Site, listeners: Knocks, location: str, status: int
) -> None:
    target = location.format(port=listeners.ports[0])
    site.pages["/"] = Reply(status=status, headers={"Location": target.encode().decode("latin-1")})
    world.host("a.example", PUBLIC, site)
    world.names["home.example"] = ["127.0.0.1"]
    with pytest.raises(FetchError):
        client(world).get("http://a.example/")
    assert {address for address, _ in world.connected} == {PUBLIC}
    assert listeners() == 0


def test_each_hop_is_looked_up_and_checked_anew(world: Internet, site: Site) -> None:
    with running() as other:
        site.pages["/"] = Reply(status=302, headers={"Location": "http://b.example/x"})
        other.pages["/x"] = Reply(b"there")
        world.host("a.example", PUBLIC, site)
        world.host("b.example", "8.8.8.8", other)
        assert client(world).get("http://a.example/").body == b"there"
    assert world.connected == [(PUBLIC, 80), ("8.8.8.8", 80)]


def test_what_is_sent_to_a_hub_passes_the_same_guard(world: Internet, listeners: Knocks) -> None:
    for url in (f"http://127.0.0.1:{listeners.ports[0]}/", "file:///etc/passwd", "http://user@a.example/"):
        with pytest.raises(FetchError):
            client(world).post(url, {"hub.mode": "subscribe"})
    assert listeners() == 0
