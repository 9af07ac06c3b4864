import gzip
import threading
import zlib
from collections.abc import Callable
from typing import BinaryIO

import pytest

from index.errors import SourceError
from index.fetching import client as fetch
from tests.site import Reply, Site


def test_a_body_comes_with_what_the_server_says_of_it(site: Site) -> None:
    headers = {"Content-Type": "application/atom+xml", "ETag": 'W/"x"', "Last-Modified": "today"}
    site.pages["/feed"] = Reply(b"<feed/>", headers=headers)
    response = fetch.get(site.url("/feed"))
    assert response.body == b"<feed/>"
    assert response.url == site.url("/feed")
    assert response.content_type == "application/atom+xml"
    assert (response.etag, response.modified) == ('W/"x"', "today")
    assert not response.is_not_modified


def test_the_server_is_told_who_asks_and_nothing_more(site: Site) -> None:
    site.pages["/feed"] = Reply(b"x")
    fetch.get(site.url("/feed"))
    ((_, headers),) = site.requests
    assert headers["User-Agent"].startswith("Feedsift/")
    assert headers.keys() == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


@pytest.mark.parametrize("etag", ['"x"', 'W/"é"', "unquoted", '"a" , b', '"' + "x" * 5_000 + '"'])
def test_validators_are_sent_byte_for_byte(site: Site, etag: str) -> None:
    modified = "Sat,  1 jan 2010 00:00 NOWHERE"
    site.pages["/feed"] = Reply(b"x", headers={"ETag": etag, "Last-Modified": modified})
    first = fetch.get(site.url("/feed"))
    site.pages["/feed"] = Reply(status=304)
    second = fetch.get(site.url("/feed"), first.etag, first.modified)
    assert second.is_not_modified
    assert second.body == b""
    sent = site.requests[1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (etag, modified)


def test_redirects_are_followed_to_the_last_address(site: Site) -> None:
    site.pages["/a"] = Reply(status=301, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=307, headers={"Location": site.url("/c")})
    site.pages["/c"] = Reply(b"x")
    assert fetch.get(site.url("/a")).url == site.url("/c")


def test_a_redirect_loop_ends(site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=302, headers={"Location": "/a"})
    with pytest.raises(SourceError, match="redirects more than"):
        fetch.get(site.url("/a"))
    assert len(site.requests) == fetch.MOST_REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[", "//", "gopher:x"])
def test_a_redirect_elsewhere_is_refused(site: Site, location: str) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": location})
    with pytest.raises(SourceError):
        fetch.get(site.url("/a"))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://x/", "feed:x", "data:,x", "x", "", "http://["])
def test_an_unsupported_scheme_is_refused_before_any_connection(address: str) -> None:
    with pytest.raises(SourceError):
        fetch.get(address)


@pytest.mark.parametrize(("status", "words"), [(404, "404 Not Found"), (500, "500"), (599, "599"), (204, "204")])
def test_a_bad_status_is_named(site: Site, status: int, words: str) -> None:
    site.pages["/feed"] = Reply(b"<feed/>", status)
    with pytest.raises(SourceError, match=words):
        fetch.get(site.url("/feed"))


def test_a_host_that_does_not_answer_is_named_without_the_rest() -> None:
    with pytest.raises(SourceError, match=r"^127\.0\.0\.1 does not answer: the connection is refused$"):
        fetch.get("http://user:secret@127.0.0.1:1/path?token=secret")


# --- limits ---


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_a_packed_body_is_unpacked(site: Site, coding: str) -> None:
    body = b"<feed>" + b"x" * 300_000 + b"</feed>"
    site.pages["/feed"] = Reply(gzip.compress(body), headers={"Content-Encoding": coding})
    assert fetch.get(site.url("/feed")).body == body


@pytest.mark.parametrize("coding", ["gzip, gzip", "br", "zstd", "deflate", "nonsense"])
def test_another_packing_is_refused(site: Site, coding: str) -> None:
    site.pages["/feed"] = Reply(b"x", headers={"Content-Encoding": coding})
    with pytest.raises(SourceError, match="packs its answer"):
        fetch.get(site.url("/feed"))


def test_a_body_that_is_not_packed_as_it_says_is_an_error(site: Site) -> None:
    site.pages["/feed"] = Reply(b"<feed/>", headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError):
        fetch.get(site.url("/feed"))


def zeros(count: int) -> bytes:
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(count)) + packer.flush()


def test_a_bomb_is_refused_before_it_is_unpacked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked = 0

    class Counting:
        def __init__(self, *_: int) -> None:
            self.real = real()

        def decompress(self, data: bytes, most: int) -> bytes:
            nonlocal unpacked
            piece = self.real.decompress(data, most)
            unpacked += len(piece)
            return piece

        @property
        def unconsumed_tail(self) -> bytes:
            return self.real.unconsumed_tail

    def real() -> "zlib._Decompress":
        return zlib_decompressobj(16 + zlib.MAX_WBITS)

    zlib_decompressobj = zlib.decompressobj
    site.pages["/feed"] = Reply(zeros(50), headers={"Content-Encoding": "gzip"})
    monkeypatch.setattr(fetch.zlib, "decompressobj", Counting)
    with pytest.raises(SourceError, match="more than 16 MB"):
        fetch.get(site.url("/feed"))
    assert unpacked <= fetch.LARGEST_BODY + fetch.CHUNK


def test_a_body_up_to_the_limit_is_taken(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "LARGEST_BODY", 1_000)
    site.pages["/feed"] = Reply(b"x" * 1_000)
    assert len(fetch.get(site.url("/feed")).body) == 1_000
    site.pages["/feed"] = Reply(b"x" * 1_001)
    with pytest.raises(SourceError):
        fetch.get(site.url("/feed"))


def dripping(piece: bytes) -> Callable[[BinaryIO, threading.Event], None]:
    def write(file: BinaryIO, closing: threading.Event) -> None:
        while not closing.wait(0.02):
            file.write(piece)
            file.flush()

    return write


@pytest.mark.parametrize(
    "reply",
    [
        Reply(write=dripping(b"x")),
        Reply(b"HTTP/1.1 200 OK\r\nX: ", write=dripping(b"x"), is_raw=True),
        Reply(b"HTTP/1.1 200 OK\r\n", write=dripping(b"X: y\r\n"), is_raw=True),
        Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", write=dripping(b"1\r\nx\r\n"), is_raw=True),
        Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", write=dripping(b"0"), is_raw=True),
        Reply(write=lambda _, closing: closing.wait(30) and None),
        Reply(write=lambda _, closing: closing.wait(30) and None, is_raw=True),
    ],
    ids=["body", "header", "headers", "chunks", "chunk size", "silence", "silence from the start"],
)
def test_an_endless_answer_hits_the_deadline(site: Site, monkeypatch: pytest.MonkeyPatch, reply: Reply) -> None:
    monkeypatch.setattr(fetch, "SECONDS", 0.3)
    site.pages["/feed"] = reply
    with pytest.raises(SourceError, match=r"too long|takes longer"):
        fetch.get(site.url("/feed"))


@pytest.mark.parametrize(
    ("address", "host"),
    [("https://user:secret@a.example:8/x?token=y", "a.example"), ("nothing", "nothing"), ("http://[", "http://[")],
)
def test_only_the_host_of_an_address_is_shown(address: str, host: str) -> None:
    assert fetch.host(address) == host
