"""HTTP for feeds: one bounded GET with the validators of the last time (RFC 9110, 13.1). Called by index.sources.

Limits hold against the clock and against the unpacked size, whatever the server does: a read timeout alone would
let a server that sends a byte a second hold us for hours, and a small gzip body can unpack to gigabytes.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from index.errors import SourceError

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes, unpacked."""
SECONDS = 30.0
"""For all of it, redirects included."""
CONNECT_SECONDS = 5.0
MOST_REDIRECTS = 5
CHUNK = 65_536
_REDIRECTS = {301, 302, 303, 307, 308}
_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered; `body` is unpacked, and empty where `is_not_modified`."""

    url: str
    body: bytes
    content_type: str
    etag: str
    modified: str
    is_not_modified: bool = False


def get(url: str, etag: str = "", modified: str = "") -> Response:
    """Fetch an http(s) address, following a few redirects.

    `etag` and `modified` are what came with the last answer, byte for byte. Raises SourceError, in a sentence, where
    there is no good answer within the limits.
    """
    headers = {"User-Agent": user_agent(), "Accept-Encoding": "gzip", "Accept": "*/*"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    deadline = time.monotonic() + SECONDS
    try:
        with _hung_up_at(deadline), urllib3.PoolManager(num_pools=1, maxsize=1, retries=False) as pool:
            pool.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
            return _follow(pool, url, headers, deadline)
    except (urllib3.exceptions.HTTPError, zlib.error, UnicodeError, ValueError, OSError) as error:
        _check(deadline, url)
        raise SourceError(f"{host(url)} does not answer: {_reason(error)}") from error


def user_agent() -> str:
    """Say who is asking."""
    try:
        return f"Feedsift/{version('feedsift')} (feed reader)"
    except PackageNotFoundError:  # run from a working tree
        return "Feedsift (feed reader)"


def host(url: str) -> str:
    """Give the host of an address: what may be shown and logged, as the rest can hold secrets."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


_opened: ContextVar[list[HTTPConnection]] = ContextVar("opened")


class _Connection(HTTPConnection):
    def connect(self) -> None:
        _opened.get().append(self)
        super().connect()


class _TlsConnection(HTTPSConnection):
    def connect(self) -> None:
        _opened.get().append(self)
        super().connect()


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


@contextlib.contextmanager
def _hung_up_at(deadline: float) -> Iterator[None]:
    """Hang up at the deadline: a server may also send its headers a byte a second."""
    connections: list[HTTPConnection] = []
    token = _opened.set(connections)
    timer = threading.Timer(deadline - time.monotonic(), _hang_up, [connections])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        _opened.reset(token)


def _hang_up(connections: list[HTTPConnection]) -> None:
    for connection in connections:
        if connection.sock:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _check(deadline: float, url: str) -> None:
    if time.monotonic() >= deadline:
        raise SourceError(f"{host(url)} takes longer than {SECONDS:.0f} seconds")


def _follow(pool: urllib3.PoolManager, url: str, headers: dict[str, str], deadline: float) -> Response:
    for _ in range(MOST_REDIRECTS + 1):
        if urlsplit(url).scheme not in ("http", "https"):
            raise SourceError(f"only http and https addresses can be fetched, not {urlsplit(url).scheme}:")
        response = _request(pool, url, headers, deadline)
        try:
            if response.status not in _REDIRECTS:
                return _answer(url, response, deadline)
            url = urljoin(url, response.headers.get("Location", ""))
        finally:
            response.close()
    raise SourceError(f"{host(url)} redirects more than {MOST_REDIRECTS} times")


def _request(pool: urllib3.PoolManager, url: str, headers: dict[str, str], deadline: float) -> urllib3.BaseHTTPResponse:
    left = max(0.1, deadline - time.monotonic())
    timeout = urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=left)
    return pool.request(
        "GET", url, headers=headers, timeout=timeout, redirect=False, preload_content=False, decode_content=False
    )


def _answer(url: str, response: urllib3.BaseHTTPResponse, deadline: float) -> Response:
    is_not_modified = response.status == HTTPStatus.NOT_MODIFIED
    if not is_not_modified and response.status != HTTPStatus.OK:
        raise SourceError(f"{host(url)} answers {_status(response.status)}")
    return Response(
        url=url,
        body=b"" if is_not_modified else b"".join(_unpacked(url, response, deadline)),
        content_type=response.headers.get("Content-Type", ""),
        etag=response.headers.get("ETag", ""),
        modified=response.headers.get("Last-Modified", ""),
        is_not_modified=is_not_modified,
    )


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _unpacked(url: str, response: urllib3.BaseHTTPResponse, deadline: float) -> Iterator[bytes]:
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "x-gzip", ""):
        raise SourceError(f"{host(url)} packs its answer as {coding[:40]}, which was not asked for")
    unpack = zlib.decompressobj(_GZIP) if "gzip" in coding else None
    size = 0
    # read1 gives what has arrived, so that the clock is looked at even if the server drips.
    while packed := response.read1(CHUNK):
        _check(deadline, url)
        while packed:
            piece = unpack.decompress(packed, CHUNK) if unpack else packed
            packed = unpack.unconsumed_tail if unpack else b""
            size += len(piece)
            if size > LARGEST_BODY:
                raise SourceError(f"{host(url)} answers more than {LARGEST_BODY // 2**20} MB")
            yield piece
    _check(deadline, url)  # an end may be the one that was made here


def _reason(error: Exception) -> str:
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "there is no such host"
    if isinstance(error, urllib3.exceptions.NewConnectionError):  # a ConnectTimeoutError to urllib3
        return "the connection is refused"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it takes too long"
    if isinstance(error, urllib3.exceptions.SSLError):
        return "its certificate cannot be trusted"
    return "it does not speak HTTP as expected"
