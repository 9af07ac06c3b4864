from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import FetchError
from index.fetching.client import Client
from index.fetching.guard import Target, is_peer, target_of
from index.rules import Limits, Rules
from tests.fetching import PUBLIC, Knocks, client
from tests.internet import Internet
from tests.site import Reply, Site


def test_a_name_with_one_private_address_among_public_ones_is_refused(world: Internet) -> None:
    world.names["a.example"] = [PUBLIC, "10.0.0.1", "8.8.8.8"]
    with pytest.raises(FetchError, match="not on the public internet"):
        client(world).get("http://a.example/")
    assert world.connected == []


def test_a_name_is_looked_up_once_and_connected_to_as_it_was_checked(world: Internet, site: Site) -> None:
    site.pages["/feed"] = Reply(b"x")
    world.host("a.example", PUBLIC, site)
    client(world).get("http://a.example/feed")
    assert world.looked_up == ["a.example"]
    assert world.connected == [(PUBLIC, 80)]
    assert site.requests[0][1]["Host"] == "a.example"


def test_a_name_that_means_something_else_a_moment_later_gains_nothing(world: Internet, listeners: Knocks) -> None:
    """DNS rebinding: the first answer is public, all later ones lead home."""

    def resolve(host: str, port: int, **_: int) -> list[tuple[Any, ...]]:
        answer = world.resolve(host, port)
        world.names[host] = ["127.0.0.1"]
        return answer

    world.names["a.example"] = [PUBLIC]
    asker = Client(Rules(), resolve, world.connect)
    with pytest.raises(FetchError, match="refused"):
        asker.get("http://a.example/")
    with pytest.raises(FetchError, match="not on the public internet"):
        asker.get("http://a.example/")
    assert world.connected == [(PUBLIC, 80)]
    assert listeners() == 0


def test_a_connection_that_leads_elsewhere_is_not_used(world: Internet, site: Site) -> None:
    world.host("a.example", PUBLIC, site)

    def astray(place: tuple[str, int], timeout: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", world.ports[place[0]]), timeout)

    with pytest.raises(FetchError, match="the connection leads elsewhere than it should"):
        Client(Rules(), world.resolve, astray).get("http://a.example/")
    assert site.requests == []


def test_the_peer_of_a_socket_is_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as ours:
        assert is_peer(ours, "127.0.0.1")
        assert not is_peer(ours, "127.0.0.2")


def test_the_next_address_is_tried_where_one_does_not_answer(world: Internet, site: Site) -> None:
    site.pages["/"] = Reply(b"x")
    world.host("a.example", PUBLIC, site)
    world.names["a.example"] = ["2a00:1450::1", "2a00:1450::2", "2a00:1450::3", "2a00:1450::4", PUBLIC]
    assert client(world).get("http://a.example/").body == b"x"
    assert [address for address, _ in world.connected] == ["2a00:1450::1", PUBLIC]


def test_no_more_than_a_few_addresses_are_tried(world: Internet) -> None:
    world.names["a.example"] = [f"8.8.8.{number}" for number in range(1, 100)]
    with pytest.raises(FetchError, match="refused"):
        client(world).get("http://a.example/")
    assert len(world.connected) == 4


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "there is no such host"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "its name cannot be looked up"),
        (UnicodeError("x"), "there is no such host"),
    ],
)
def test_a_name_that_leads_nowhere_is_named(error: Exception, words: str) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        raise error

    with pytest.raises(FetchError, match=rf"^a\.example does not answer: {words}$"):
        Client(Rules(), resolve).get("http://a.example/secret")


def test_a_name_without_any_address_leads_nowhere() -> None:
    with pytest.raises(FetchError, match="no such host"):
        Client(Rules(), lambda *_, **__: []).get("http://a.example/")


def test_looking_a_name_up_does_not_take_longer_than_the_rest_may() -> None:
    closing = threading.Event()

    def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        closing.wait(3)
        return []  # which would be another error

    with pytest.raises(FetchError, match="looking up its name takes too long"):
        Client(Rules(Limits(seconds=0.2)), resolve).get("http://a.example/")
    closing.set()


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/passwd",
            "ftp://a.example/",
            "feed:http://a.example/",
            "data:,x",
            "gopher://a.example/",
            "x",
            "",
        ),
        *(
            "http://user@a.example/",
            "http://user:secret@a.example/",
            "http://@a.example/",
            "http://a.example@b.example/",
        ),
        *(
            "http://a.example\\@b.example/",
            "http://a.example\\.b.example/",
            "http://a b.example/",
            "http://a%2eexample/",
        ),
        *(
            "http:///x",
            "http:x",
            "http://",
            "http://[",
            "http://[::1",
            "http://[fe80::1%25eth0]/",
            "http://[fe80::1%1]/",
        ),
        *(
            "http://[::ffff:1.2.3.4.5]/",
            "http://[v1.x]/",
            "http://a.example:65536/",
            "http://a.example:٨٠/",
            "http://.../",
        ),
        *(
            "http://a.example:x/",
            "http://a..example/",
            "http://a／b.example/",
            "http://straße.example/",
            "http://\x00/",
        ),
        *("//a.example/", "/etc/passwd", f"http://{'a' * 64}.example/", f"http://{'a.' * 200}example/", "http://a;b/"),
    ],
)
def test_an_address_that_nobody_should_be_asked_for_is_refused_before_its_host_is_looked_up(
    world: Internet, url: str
) -> None:
    with pytest.raises(FetchError) as caught:
        client(world, "0.0.0.0/0", "::/0", "a.example", "b.example").get(url)
    assert world.looked_up == []
    assert world.connected == []
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("HTTP://A.Example:080", Target("http", "a.example", 80, "/")),
        ("https://a.example/b?c=d#e", Target("https", "a.example", 443, "/b?c=d")),
        ("https://[2A00:0::1]:80?x", Target("https", "2a00::1", 80, "/?x")),
        ("http://bücher.example./ä b", Target("http", "xn--bcher-kva.example", 80, "/ä b")),
    ],
)
def test_an_address_is_taken_apart(url: str, target: Target) -> None:
    assert target_of(url) == target


@given(st.text() | st.text().map("http://{}/".format) | st.from_regex(r"https?://[\[\]@:%./\\0-9a-z]{1,20}"))
def test_any_text_is_an_address_or_an_error(text: str) -> None:
    with contextlib.suppress(FetchError):
        target = target_of(text)
        assert target.host.isascii()
        assert not set(target.host) & set("@/\\ %?#")
