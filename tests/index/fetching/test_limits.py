import gzip
import threading
import zlib
from typing import BinaryIO

import pytest

from index.errors import FetchError
from index.rules import MEGABYTE, Limits
from tests.fetching import get
from tests.site import Reply, Site


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
