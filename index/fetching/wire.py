"""One request and its answer over one connection, within bounds of time and size (RFC 9112). Called by the client.

The only user of urllib3. Its timeouts are for each read, so that a server which sends a byte a second could hold us
for hours, and http.client takes 100 headers of 64 KB each: here every read from the socket is bounded by what is left
of the time and of the bytes, so that headers, chunk sizes and bodies all are.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from index.errors import FetchError
from index.fetching.guard import Target, is_peer
from index.rules import MEGABYTE

CONNECT_SECONDS = 5.0
"""For each address of a host, and for the TLS handshake."""
LARGEST_HEAD = 64 * 1024
"""Bytes of status line and headers, interim answers (1xx) included."""
CHUNK = 65_536
Connect = Callable[[tuple[str, int], float], socket.socket]
"""What `socket.create_connection` is."""
_TROUBLE = (urllib3.exceptions.HTTPError, http.client.HTTPException, ValueError, OSError)


@dataclass(frozen=True, slots=True)
class Line:
    """Where one exchange goes, and what it may take."""

    target: Target
    addresses: list[str]
    """Checked ones."""
    deadline: float
    """As time.monotonic() counts."""
    seconds: float
    """What the deadline came from, to be named."""
    wire: int
    """Bytes of the body as they are sent."""
    connect: Connect

    def left(self) -> float:
        """Give the seconds that are left. Raises FetchError where there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise self.overdue()
        return left

    def overdue(self) -> FetchError:
        """Say that the server is too slow."""
        return FetchError(f"{self.target.host} takes longer than {self.seconds:g} seconds")

    def flooded(self, size: str) -> FetchError:
        """Say that the server sends more than this."""
        return FetchError(f"{self.target.host} sends more than {size}")

    def failed(self, reason: str) -> FetchError:
        """Say that the server gives no answer to go by."""
        return FetchError(f"{self.target.host} does not answer: {reason}")

    def connected(self) -> socket.socket:
        """Connect to the first address that answers."""
        reason = ""
        for address in self.addresses:
            try:
                return self._connected(address)
            except TimeoutError:
                reason = reason or "it takes too long"
            except OSError:
                reason = reason or "the connection is refused"
        raise self.failed(reason)

    def _connected(self, address: str) -> socket.socket:
        connection = self.connect((address, self.target.port), min(CONNECT_SECONDS, self.left()))
        if is_peer(connection, address):
            return connection
        connection.close()
        raise self.failed("the connection leads elsewhere than it should")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers; its body may still be on its way."""

    line: Line
    status: int
    headers: Mapping[str, str]
    """By name, however it is written; what came several times has commas between."""
    _response: urllib3.BaseHTTPResponse = field(repr=False)

    def chunks(self) -> Iterator[bytes]:
        """Give the body as it arrives, and as it is packed. Raises FetchError where it breaks a bound, or off."""
        left = self.line.wire
        try:
            while chunk := self._response.read1(CHUNK):
                left -= len(chunk)
                if left < 0:  # the first of them may have come with the headers
                    raise self.line.flooded(megabytes(self.line.wire))
                yield chunk
        except _TROUBLE as error:
            if _is_timeout(error):
                raise self.line.overdue() from error
            raise FetchError(f"{self.line.target.host} breaks off in the middle of its answer") from error


@contextlib.contextmanager
def exchange(line: Line, method: str, headers: Mapping[str, str], body: bytes | None = None) -> Iterator[Answer]:
    """Ask, and give the answer as long as the context lasts. Raises FetchError where there is none within bounds."""
    pool_class = _TlsPool if line.target.scheme == "https" else _Pool
    with pool_class(line.target.host, line.target.port, maxsize=1, line=line) as pool:
        response = _answered(line, pool, method, headers, body)
        try:
            yield Answer(line, response.status, response.headers, response)
        finally:
            response.close()


def _answered(
    line: Line, pool: urllib3.HTTPConnectionPool, method: str, headers: Mapping[str, str], body: bytes | None
) -> urllib3.BaseHTTPResponse:
    try:
        return pool.urlopen(
            method,
            line.target.path,
            body=body,
            headers=headers,
            timeout=line.left(),
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
    except _TROUBLE as error:
        if _is_timeout(error) and time.monotonic() >= line.deadline:
            raise line.overdue() from error
        raise line.failed(_reason(error)) from error


class _Checked:
    """A connection that goes to checked addresses alone, while name and certificate stay those of the host."""

    def __init__(self, *arguments: Any, line: Line, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._line = line
        self.response_class = functools.partial(_Response, line=line)

    def _new_conn(self) -> socket.socket:
        return self._line.connected()


class _Connection(_Checked, HTTPConnection):  # type: ignore[misc]  # a factory of responses, where a class was
    pass


class _TlsConnection(_Checked, HTTPSConnection):  # type: ignore[misc]  # the same
    pass


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Response(http.client.HTTPResponse):
    """An answer whose every byte is counted."""

    def __init__(self, sock: socket.socket, *arguments: Any, line: Line, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self._bounded = _Bounded(self.fp.detach(), sock, line)
        self.fp = io.BufferedReader(self._bounded)

    def begin(self) -> None:
        super().begin()
        self._bounded.begin_body()
        # What cannot be read in them is nothing to log: urllib3 would log the whole address with it.
        self.headers.defects.clear()
        self.headers.set_payload("")


class _Bounded(io.RawIOBase):
    """What comes from a socket, until time or bytes are used up."""

    def __init__(self, raw: Any, sock: socket.socket, line: Line) -> None:
        self._raw = raw
        self._sock = sock
        self._line = line
        self._left = LARGEST_HEAD + io.DEFAULT_BUFFER_SIZE  # as much is read ahead
        self._bound = f"{LARGEST_HEAD // 1024} KB of headers"

    def begin_body(self) -> None:
        self._left = self._line.wire
        self._bound = megabytes(self._line.wire)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._line.left())
        count: int = self._raw.readinto(buffer)
        self._left -= count
        if self._left < 0:
            raise self._line.flooded(self._bound)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def megabytes(size: int) -> str:
    """Give a limit in words."""
    return f"{size / MEGABYTE:.4g} MB"


def _is_timeout(error: BaseException) -> bool:
    return isinstance(error, TimeoutError | urllib3.exceptions.TimeoutError)


def _reason(error: Exception) -> str:
    cause = error.args[-1] if error.args else None
    if _is_timeout(error):
        return "it takes too long"
    if isinstance(cause, ssl.SSLCertVerificationError | urllib3.util.ssl_match_hostname.CertificateError):
        return "its certificate cannot be trusted"
    if isinstance(error, urllib3.exceptions.SSLError):
        return "it does not speak TLS as expected"
    if isinstance(error, ConnectionError) or isinstance(cause, ConnectionError):
        return "it hangs up"
    return "it does not speak HTTP as expected"
