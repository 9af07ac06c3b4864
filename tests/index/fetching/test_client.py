import gzip
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO
from urllib.parse import parse_qs

import pytest

from index.errors import FetchError
from index.fetching import client as fetching
from index.fetching.client import Client, Response, host, user_agent
from index.rules import MEGABYTE, Limits, Rules
from tests.internet import Internet
from tests.site import Reply, Site, running

HOME = ("127.0.0.1",)


def get(url: str, etag: str = "", modified: str = "", limits: Limits | None = None) -> Response:
    return Client(Rules(limits or Limits(seconds=10), HOME)).get(url, etag, modified)


def test_a_body_comes_with_what_the_server_says_of_it(site: Site) -> None:
    headers = {"Content-Type": "application/atom+xml", "ETag": 'W/"x"', "Last-Modified": "today"}
    site.pages["/feed"] = Reply(b"<feed/>", headers=headers)
    response = get(site.url("/feed"))
    assert response.body == b"<feed/>"
    assert response.url == site.url("/feed")
    assert response.content_type == "application/atom+xml"
    assert (response.etag, response.modified) == ('W/"x"', "today")
    assert not response.is_not_modified
    assert (response.links, response.lifetime, response.moved_to) == ({}, None, "")


def test_the_server_is_told_who_asks_and_nothing_more(site: Site) -> None:
    site.pages["/feed"] = Reply(b"x")
    get(site.url("/feed"))
    ((_, headers),) = site.requests
    assert headers["User-Agent"].startswith("Feedsift/")
    assert headers.keys() == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


@pytest.mark.parametrize("etag", ['"x"', 'W/"é"', "unquoted", '"a" , b', '"' + "x" * 5_000 + '"'])
def test_validators_are_sent_byte_for_byte(site: Site, etag: str) -> None:
    modified = "Sat,  1 jan 2010 00:00 NOWHERE"
    site.pages["/feed"] = Reply(b"x", headers={"ETag": etag, "Last-Modified": modified})
    first = get(site.url("/feed"))
    site.pages["/feed"] = Reply(status=304)
    second = get(site.url("/feed"), first.etag, first.modified)
    assert second.is_not_modified
    assert second.body == b""
    sent = site.requests[1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (etag, modified)


def test_redirects_are_followed_to_the_last_address(site: Site) -> None:
    site.pages["/a"] = Reply(status=301, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=307, headers={"Location": site.url("/c")})
    site.pages["/c"] = Reply(b"x")
    assert get(site.url("/a")).url == site.url("/c")


def test_a_redirect_loop_ends(site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=302, headers={"Location": "/a"})
    with pytest.raises(FetchError, match="redirects more than"):
        get(site.url("/a"))
    assert len(site.requests) == fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[", "//", "gopher:x"])
def test_a_redirect_elsewhere_is_refused(site: Site, location: str) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": location})
    with pytest.raises(FetchError):
        get(site.url("/a"))


@pytest.mark.parametrize(("status", "words"), [(404, "404 Not Found"), (500, "500"), (599, "599"), (204, "204")])
def test_a_bad_status_is_named(site: Site, status: int, words: str) -> None:
    site.pages["/feed"] = Reply(b"<feed/>", status)
    with pytest.raises(FetchError, match=words):
        get(site.url("/feed"))


def test_a_host_that_does_not_answer_is_named_without_the_rest() -> None:
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 does not answer: the connection is refused$"):
        get("http://127.0.0.1:1/path?token=secret")


# --- limits ---


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_a_packed_body_is_unpacked(site: Site, coding: str) -> None:
    body = b"<feed>" + b"x" * 300_000 + b"</feed>"
    site.pages["/feed"] = Reply(gzip.compress(body), headers={"Content-Encoding": coding})
    assert get(site.url("/feed")).body == body


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "deflate", "nonsense"])
def test_another_packing_is_refused(site: Site, coding: str) -> None:
    site.pages["/feed"] = Reply(b"x", headers={"Content-Encoding": coding})
    with pytest.raises(FetchError, match="packs its answer"):
        get(site.url("/feed"))


def test_a_body_that_is_not_packed_as_it_says_is_an_error(site: Site) -> None:
    site.pages["/feed"] = Reply(b"<feed/>", headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError):
        get(site.url("/feed"))


@pytest.mark.parametrize("size", [1, 7, 65_536])
def test_a_packed_body_may_come_in_several_members_and_pieces(site: Site, size: int) -> None:
    packed = gzip.compress(b"a" * 100_000) + gzip.compress(b"") + gzip.compress(b"b") + b"\0\0 left over"
    packed = packed if size > 1 else packed[:60]

    def write(file: BinaryIO, _closing: threading.Event) -> None:
        for start in range(0, len(packed), size):
            file.write(packed[start : start + size])
            file.flush()

    site.pages["/feed"] = Reply(headers={"Content-Encoding": "gzip"}, write=write)
    if size == 1:
        with pytest.raises(FetchError, match="breaks off in the middle"):
            get(site.url("/feed"))
    else:
        assert get(site.url("/feed")).body == b"a" * 100_000 + b"b"


def test_an_empty_packed_body_is_empty(site: Site) -> None:
    site.pages["/feed"] = Reply(b"", headers={"Content-Encoding": "gzip"})
    assert get(site.url("/feed")).body == b""


def zeros(count: int) -> bytes:
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(count)) + packer.flush()


def test_a_bomb_is_refused_before_it_is_unpacked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = 0
    real = zlib.decompressobj

    class Counting:
        def __init__(self, wbits: int) -> None:
            self.real = real(wbits)

        def decompress(self, packed: bytes, most: int) -> bytes:
            nonlocal unpacked
            piece = self.real.decompress(packed, most)
            unpacked += len(piece)
            return piece

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

    site.pages["/feed"] = Reply(zeros(50), headers={"Content-Encoding": "gzip"})
    monkeypatch.setattr(zlib, "decompressobj", Counting)
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 answers more than 16 MB$"):
        get(site.url("/feed"))
    assert 16 * MEGABYTE < unpacked <= 16 * MEGABYTE + 65_536


@pytest.mark.parametrize("limits", [Limits(body=1_000), Limits(wire=1_000)], ids=["unpacked", "sent"])
@pytest.mark.parametrize("headers", [{}, {"Content-Length": "1001"}], ids=["to the end", "of known length"])
def test_a_body_up_to_the_limit_is_taken(site: Site, limits: Limits, headers: dict[str, str]) -> None:
    site.pages["/feed"] = Reply(b"x" * 1_000)
    assert len(get(site.url("/feed"), limits=limits).body) == 1_000
    site.pages["/feed"] = Reply(b"x" * 1_001, headers=headers)
    with pytest.raises(FetchError, match="more than"):
        get(site.url("/feed"), limits=limits)


def test_a_body_may_be_far_longer_than_headers(site: Site) -> None:
    site.pages["/feed"] = Reply(b"x" * MEGABYTE)
    assert len(get(site.url("/feed")).body) == MEGABYTE


def test_an_answer_that_is_too_long_is_refused_before_it_is_sent(site: Site) -> None:
    asked = threading.Event()

    def write(_file: BinaryIO, closing: threading.Event) -> None:
        asked.set()
        closing.wait(30)

    site.pages["/feed"] = Reply(headers={"Content-Length": str(11 * MEGABYTE)}, write=write)
    with pytest.raises(FetchError, match="sends more than 10 MB"):
        get(site.url("/feed"))


@pytest.mark.parametrize(("size", "is_taken"), [(63_000, True), (200_000, False)])
def test_headers_have_a_limit(site: Site, size: int, is_taken: bool) -> None:
    headers = {f"X-{number}": "x" * 1_000 for number in range(size // 1_010)}
    site.pages["/feed"] = Reply(b"x", headers=headers)
    if is_taken:
        assert get(site.url("/feed")).body == b"x"
    else:
        with pytest.raises(FetchError, match=r"sends more than 64 KB of headers|does not speak HTTP"):
            get(site.url("/feed"))


def test_an_answer_of_known_length_ends_there_although_the_line_stays_open(site: Site) -> None:
    def write(file: BinaryIO, closing: threading.Event) -> None:
        file.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef")
        file.flush()
        closing.wait(30)

    site.pages["/feed"] = Reply(write=write, is_raw=True)
    assert get(site.url("/feed")).body == b"abc"


def test_nothing_is_logged_of_headers_that_cannot_be_read(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.pages["/feed?token=secret"] = Reply(b"HTTP/1.1 200 OK\r\nA: b\r\nno header\r\nC: d\r\n\r\nx", is_raw=True)
    assert get(site.url("/feed?token=secret")).body == b"x"
    assert caplog.text == ""


@pytest.mark.parametrize("etag", ['"a\0b"', '"a\x1b[31m"', '"' + "x" * 9_000 + '"'])
def test_validators_that_could_not_be_sent_back_are_not_kept(site: Site, etag: str) -> None:
    site.pages["/feed"] = Reply(b"x", headers={"ETag": etag, "Last-Modified": etag})
    response = get(site.url("/feed"))
    assert (response.etag, response.modified) == ("", "")


# --- what an answer means ---


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "120"}, 120),
        (503, {"Retry-After": "Sat, 01 Jan 2000 01:00:00 GMT", "Date": "Sat, 01 Jan 2000 00:00:00 GMT"}, 3_600),
        (503, {}, None),
        (410, {}, None),
    ],
)
def test_a_refusal_carries_its_status_and_when_to_come_again(
    site: Site, status: int, headers: dict[str, str], wait: int | None
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    site.pages["/feed"] = Reply(f"HTTP/1.1 {status} No\r\n{head}\r\n".encode(), is_raw=True)
    with pytest.raises(FetchError) as caught:
        get(site.url("/feed"))
    error = caught.value
    assert (error.status, error.retry_after, error.is_gone) == (status, wait, status == 410)


def test_not_modified_is_an_answer_only_where_it_was_asked_for(site: Site) -> None:
    site.pages["/feed"] = Reply(status=304)
    assert get(site.url("/feed"), modified="today").status == 304
    with pytest.raises(FetchError, match="304 Not Modified"):
        get(site.url("/feed"))


def test_not_modified_carries_what_its_headers_say(site: Site) -> None:
    headers = {"ETag": '"2"', "Cache-Control": "max-age=60", "Link": "</hub>; rel=hub"}
    site.pages["/feed"] = Reply(status=304, headers=headers)
    response = get(site.url("/feed"), '"1"')
    assert (response.etag, response.lifetime, response.links) == ('"2"', 60, {"hub": site.url("/hub")})


def test_links_and_lifetime_are_read(site: Site) -> None:
    headers = {"Link": '</b>; rel="next"', "Cache-Control": "max-age=1800", "Age": "300"}
    site.pages["/a/feed"] = Reply(b"x", headers=headers)
    response = get(site.url("/a/feed"))
    assert (response.links, response.lifetime) == ({"next": site.url("/b")}, 1_500)


# --- redirects ---

# Steps are status and scheme://host that it leads to; all begin at http://a.example/.
MOVES = [
    ([(301, "http://b.example")], "http://b.example/1"),
    ([(308, "http://b.example"), (301, "http://c.example")], "http://c.example/2"),
    ([(302, "http://b.example")], ""),
    ([(303, "http://b.example")], ""),
    ([(307, "http://b.example"), (301, "http://c.example")], ""),
    ([(301, "http://b.example"), (302, "http://c.example")], "http://b.example/1"),
    ([(301, "http://b.example"), (302, "http://c.example"), (301, "http://d.example")], "http://b.example/1"),
]


@pytest.mark.parametrize(("steps", "moved_to"), MOVES)
def test_only_permanent_redirects_from_the_first_on_move_a_feed(
    site: Site, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[int, str]], moved_to: str
) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0)
    world = Internet()
    for number, name in enumerate("abcd", 1):
        world.host(f"{name}.example", f"8.8.8.{number}", site)
    for number, (status, where) in enumerate(steps):
        site.pages[f"/{number}"] = Reply(status=status, headers={"Location": f"{where}/{number + 1}#part"})
    site.pages[f"/{len(steps)}"] = Reply(b"x")
    response = Client(Rules(), world.resolve, world.connect).get("http://a.example/0")
    assert response.moved_to == moved_to
    assert response.url == f"{steps[-1][1]}/{len(steps)}"


@pytest.mark.parametrize(
    ("urls", "moved_to"),
    [
        (["http://a/", "https://a/"], "https://a/"),
        (["https://a/", "https://b/"], "https://b/"),
        (["https://a/", "http://a/"], ""),
        (["http://a/", "https://a/", "http://b/"], "https://a/"),
        (["HTTPS://a/", "http://a/", "https://b/"], ""),
    ],
)
def test_a_feed_never_moves_from_https_to_http(urls: list[str], moved_to: str) -> None:
    assert fetching._moved_to([(0, urls[0]), *((301, url) for url in urls[1:])]) == moved_to


@pytest.mark.parametrize("sent", ["/ä b", "/%C3%A4%20b"])
def test_where_a_redirect_leads_may_be_written_in_any_letters(site: Site, sent: str) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": sent.encode().decode("latin-1")})
    site.pages["/%C3%A4%20b"] = Reply(b"x")
    assert get(site.url("/a")).body == b"x"


@pytest.mark.parametrize("headers", [{}, {"Location": ""}, {"Location": " "}])
def test_a_redirect_to_nowhere_is_named(site: Site, headers: dict[str, str]) -> None:
    site.pages["/a"] = Reply(status=301, headers=headers)
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 redirects to what is no http or https address$"):
        get(site.url("/a"))


# --- manners ---


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


def test_a_public_host_is_left_in_peace_for_a_moment(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0.2)
    site.pages["/"] = Reply(b"x")
    world = Internet()
    world.host("a.example", "8.8.8.8", site)
    for hosts, least, most in (((), 0.4, 60), (("a.example",), 0, 0.4)):
        asker = Client(Rules(hosts=hosts), world.resolve, world.connect)
        start = time.monotonic()
        for _ in range(3):
            asker.get("http://a.example/")
        assert least <= time.monotonic() - start < most


def test_waiting_for_the_turn_is_not_the_server_s_delay(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0.5)
    site.pages["/"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(b"x")
    world = Internet()
    world.host("a.example", "8.8.8.8", site)
    assert Client(Rules(Limits(seconds=0.4)), world.resolve, world.connect).get("http://a.example/").body == b"x"


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


@pytest.mark.parametrize(
    ("address", "shown"),
    [("https://user:secret@a.example:8/x?token=y", "a.example"), ("nothing", "nothing"), ("http://[", "http://[")],
)
def test_only_the_host_of_an_address_is_shown(address: str, shown: str) -> None:
    assert host(address) == shown
