import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO
from urllib.parse import parse_qs

import pytest

from index.errors import FetchError
from index.fetching import client as fetching
from index.fetching.client import Client, user_agent
from index.fetching.turns import Turns
from index.rules import Limits, Rules
from tests.fetching import HOME, get
from tests.internet import Internet
from tests.site import Reply, Site, running


def test_one_host_is_asked_by_one_thread_at_a_time(site: Site) -> None:
    asking, most = 0, 0
    lock = threading.Lock()

    def write(_file: BinaryIO, closing: threading.Event) -> None:
        nonlocal asking, most
        with lock:
            asking, most = asking + 1, max(most, asking + 1)
        closing.wait(0.02)
        with lock:
            asking -= 1

    site.pages["/feed"] = Reply(write=write)
    asker = Client(Rules(hosts=HOME))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(asker.get, [site.url("/feed")] * 16))
    assert len(site.requests) == 16
    assert most == 1


def test_several_hosts_are_asked_at_the_same_time(site: Site) -> None:
    meeting = threading.Barrier(2, timeout=10)
    world = Internet()
    with running() as other:
        for address, here in (("8.8.8.1", site), ("8.8.8.2", other)):
            here.pages["/"] = Reply(write=lambda *_: meeting.wait() and None)
            world.host(f"{address[-1]}.example", address, here)
        asker = Client(Rules(), world.resolve, world.connect)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(asker.get, ["http://1.example/", "http://2.example/"]))


@pytest.mark.parametrize(("hosts", "pauses"), [((), 2), (("a.example",), 0)], ids=["public", "allowed"])
def test_a_public_host_is_left_in_peace_for_a_moment(
    site: Site, monkeypatch: pytest.MonkeyPatch, hosts: tuple[str, ...], pauses: int
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(fetching, "Turns", lambda: Turns(sleep=slept.append))
    site.pages["/"] = Reply(b"x")
    world = Internet()
    world.host("a.example", "8.8.8.8", site)
    asker = Client(Rules(hosts=hosts), world.resolve, world.connect)
    for _ in range(3):
        asker.get("http://a.example/")
    assert len(slept) == pauses
    assert all(0 < pause <= fetching.PAUSE for pause in slept)


def test_waiting_for_the_turn_is_not_the_server_s_delay(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 1.1)
    site.pages["/"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(b"x")
    world = Internet()
    world.host("a.example", "8.8.8.8", site)
    assert Client(Rules(Limits(seconds=1)), world.resolve, world.connect).get("http://a.example/").body == b"x"


def test_redirects_share_the_time_of_one_fetch(site: Site) -> None:
    for number in range(5):
        answer = f"HTTP/1.1 302 Found\r\nLocation: /{number + 1}\r\n\r\n".encode()
        site.pages[f"/{number}"] = Reply(write=late(answer), is_raw=True)
    site.pages["/5"] = Reply(b"x")
    with pytest.raises(FetchError, match=r"takes longer than 0\.4 seconds"):
        get(site.url("/0"), limits=Limits(seconds=0.4))


def late(answer: bytes) -> Callable[[BinaryIO, threading.Event], None]:
    def write(file: BinaryIO, closing: threading.Event) -> None:
        closing.wait(0.15)
        file.write(answer)

    return write


@pytest.mark.parametrize(
    ("contact", "words"),
    [
        ("", "(feed reader)"),
        ("https://example.org/about", "(feed reader; +https://example.org/about)"),
        ("mailto:ada@example.org", "(feed reader; +mailto:ada@example.org)"),
        ("https://example.org/é)\r\nX: y", "(feed reader; +https://example.org/%C3%A9%29%0D%0AX:%20y)"),
    ],
)
def test_servers_are_told_where_to_complain(site: Site, contact: str, words: str) -> None:
    assert user_agent(contact).startswith("Feedsift")
    assert user_agent(contact).endswith(words)
    site.pages["/feed"] = Reply(b"x")
    Client(Rules(hosts=HOME, contact=contact)).get(site.url("/feed"))
    assert site.requests[0][1]["User-Agent"] == user_agent(contact)


def test_what_the_environment_says_of_proxies_does_not_count(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/feed"] = Reply(b"x")
    assert get(site.url("/feed")).body == b"x"


def test_a_form_is_sent_to_a_hub_as_hubs_take_it(site: Site) -> None:
    site.pages["/hub"] = Reply(status=202)
    fields = {"hub.mode": "subscribe", "hub.topic": "https://a.example/ä?b&c"}
    assert Client(Rules(hosts=HOME)).post(site.url("/hub"), fields) == 202
    ((path, headers),) = site.requests
    assert path == "/hub"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(site.bodies[0].decode()) == {name: [value] for name, value in fields.items()}


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_a_hub_answers_is_given_as_it_is(site: Site, status: int) -> None:
    site.pages["/hub"] = Reply(status=status, headers={"Location": "/else"})
    assert Client(Rules(hosts=HOME)).post(site.url("/hub"), {}) == status
    assert len(site.requests) == 1
