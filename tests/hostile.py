"""Servers on the loopback that misbehave on purpose, one way each: what the world may do to whoever fetches a feed.

CASES is the list; `serving` runs one. Used by tests/index/fetching/test_misbehaviour.py, with small limits, and by
`make misbehaviour`, with the real ones.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import itertools
import re
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, threading.Event], None]
"""What a server does with a connection on which it has been asked, until the event says that it is over."""
OK = b"HTTP/1.1 200 OK\r\n"
MEGABYTE = 2**20
pace = 1.0
"""How many times as fast as it should be the slow ones are, for tests that are quick."""


@dataclass(frozen=True)
class Case:
    """A way to misbehave, and what has to come of it."""

    name: str
    behave: Behaviour
    says: str
    """What the message has to match; a good answer reads `200, 3 bytes`."""
    scheme: str = "http"
    backlog: int | None = None
    """How many connections wait until the server takes them; None: it takes them at once."""
    host: str = "127.0.0.1"


# --- ways to answer ---


def saying(*pieces: bytes) -> Behaviour:
    """Say this and hang up."""
    return lambda connection, _closing: connection.sendall(b"".join(pieces))


def repeating(head: bytes, piece: bytes, pause: float = 0, size: int = 1) -> Behaviour:
    """Say this, and go on without end."""

    def behave(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(head)
        while not closing.wait(pause):
            connection.sendall(piece * size)

    return behave


def dripping(head: bytes, rest: bytes) -> Behaviour:
    """Say this, and go on with a byte a second, over and over."""

    def behave(connection: socket.socket, closing: threading.Event) -> None:
        connection.sendall(head)
        for byte in itertools.cycle(rest):
            if closing.wait(1 / pace):
                return
            connection.sendall(bytes([byte]))

    return behave


def waiting(connection: socket.socket, closing: threading.Event) -> None:
    """Say nothing, and do not hang up."""
    closing.wait()


def packed(body: bytes, coding: str) -> bytes:
    return OK + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def redirecting(location: str) -> Behaviour:
    return saying(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


def refusing(status: int, *headers: str) -> Behaviour:
    return saying("\r\n".join([f"HTTP/1.1 {status} No", *headers, "", ""]).encode())


def resetting(connection: socket.socket, _closing: threading.Event) -> None:
    """Break the connection in the middle of an answer."""
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\nx")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def falling_silent(connection: socket.socket, closing: threading.Event) -> None:
    """Answer when most of the time is over, and then no more."""
    closing.wait(20 / pace)
    connection.sendall(OK)
    closing.wait()


def slowly_redirecting(connection: socket.socket, closing: threading.Event) -> None:
    """Let each hop take most of the time that there is."""
    closing.wait(8 / pace)
    redirecting("/")(connection, closing)


@functools.cache
def bomb(megabytes: int) -> bytes:
    """Give zeros in gzip: each megabyte is a block of its own, so that one can be made, and all be counted."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    first, block = (packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + block * (megabytes - 1)


def bombing(megabytes: int) -> Behaviour:
    """Send a bomb that is made only when it is asked for."""
    return lambda connection, closing: saying(packed(bomb(megabytes), "gzip"))(connection, closing)


def bombing_twice(connection: socket.socket, closing: threading.Event) -> None:
    saying(packed(gzip.compress(bomb(2_000)), "gzip, gzip"))(connection, closing)


TOO_LONG, TOO_MUCH, NOT_HTTP = "takes longer than", r"sends more than [\d.]+ MB", "does not speak HTTP as expected"
BROKEN, HEAD, NOT_PUBLIC = (
    "breaks off in the middle",
    r"64 KB of headers|does not speak HTTP",
    "not on the public internet",
)
FEED = OK + b"Content-Length: 3\r\n\r\nabc"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HELLO = b"\x16\x03\x03\x40\0"  # the beginning of a TLS record
MEMBERS = OK + b"Content-Encoding: gzip\r\n\r\n"

CASES = (
    # Too much
    Case("gzip that unpacks to 2 GB", bombing(2_000), r"answers more than [\d.]+ MB"),
    Case("gzip in gzip that unpacks to 2 GB", bombing_twice, "packs its answer as gzip, gzip"),
    Case("a body without end", repeating(OK + b"\r\n", b"x", size=MEGABYTE), TOO_MUCH),
    Case("a body of 100 MB", repeating(OK + b"Content-Length: 104857600\r\n\r\n", b"x", size=MEGABYTE), TOO_MUCH),
    Case("chunks of a byte without end", repeating(CHUNKED, b"1;" + b"x" * 999 + b"\r\nx\r\n", size=99), TOO_MUCH),
    Case("trailers without end", repeating(CHUNKED + b"0\r\n", b"X: y\r\n", size=9_999), TOO_MUCH),
    Case("gzip members without end", repeating(MEMBERS, gzip.compress(b""), size=999), f"{TOO_MUCH}|{TOO_LONG}"),
    Case("headers without end", repeating(OK, b"X: y\r\n", size=999), HEAD),
    Case("one header without end", repeating(OK + b"X: ", b"y", size=9_999), HEAD),
    Case("a status line without end", repeating(b"HTTP/1.1 200 ", b"O", size=9_999), HEAD),
    Case("interim answers without end", repeating(b"", b"HTTP/1.1 100 Continue\r\n\r\n", size=999), HEAD),
    # Too slow
    Case("a body, a byte a second", dripping(OK + b"\r\n", b"x"), TOO_LONG),
    Case("headers, a byte a second", dripping(OK + b"X: ", b"y"), TOO_LONG),
    Case("a status line, a byte a second", dripping(b"HTTP/1.1 200 ", b"O"), TOO_LONG),
    Case("chunks, a byte a second", dripping(CHUNKED, b"1\r\nx\r\n"), TOO_LONG),
    Case("gzip, a byte a second", dripping(MEMBERS, bomb(1)), TOO_LONG),
    Case("no answer", waiting, TOO_LONG),
    Case("silence after 20 seconds", falling_silent, TOO_LONG),
    Case("no end of the answer", repeating(FEED.replace(b"3", b"4"), b"", 0.1), TOO_LONG),
    Case("redirects of 8 seconds each", slowly_redirecting, TOO_LONG),
    Case("no connection", waiting, f"too long|{TOO_LONG}", backlog=0),
    Case("a TLS handshake that does not begin", waiting, f"too long|{TOO_LONG}", scheme="https"),
    Case("a TLS handshake, a byte a second", dripping(HELLO, b"\0"), f"too long|{TOO_LONG}", scheme="https"),
    # Elsewhere
    Case("redirects in a circle", redirecting("/"), "redirects more than 5 times"),
    Case("a redirect to a file", redirecting("file:///etc/passwd"), "redirects to what is no http"),
    Case("a redirect to a private address", redirecting("http://10.0.0.1/"), NOT_PUBLIC),
    Case("a redirect to a cloud's metadata", redirecting("http://169.254.169.254/latest/"), NOT_PUBLIC),
    Case("a redirect to the loopback", redirecting("//127.0.0.2/"), NOT_PUBLIC),
    Case("a redirect with a password", redirecting("http://a:b@127.0.0.1/"), "user name or password"),
    Case("a redirect to nowhere", refusing(301), "redirects to what is no http"),
    Case("an address that is private", waiting, NOT_PUBLIC, host="127.0.0.2"),
    # Broken
    Case("an empty answer", saying(), "it hangs up"),
    Case("garbage", saying(bytes(range(256)) * 99), NOT_HTTP),
    Case("plain HTTP where TLS is due", saying(FEED), "does not speak TLS as expected", scheme="https"),
    Case("less than Content-Length says", saying(FEED.replace(b"3", b"9")), BROKEN),
    Case("more than Content-Length says", saying(FEED, b"defg"), "200, 3 bytes"),
    Case("two lengths", saying(FEED.replace(b": 3", b": 3\r\nContent-Length: 4")), NOT_HTTP),
    Case("a length below zero", saying(FEED.replace(b": 3", b": -3")), "200, 3 bytes"),
    Case("a length that is no number", saying(FEED.replace(b": 3", b": many")), "200, 3 bytes"),
    Case("a chunk that is no number", saying(CHUNKED, b"zz\r\nabc\r\n0\r\n\r\n"), BROKEN),
    Case("a chunk below zero", saying(CHUNKED, b"-5\r\nabc\r\n0\r\n\r\n"), BROKEN),
    Case("chunks that break off", saying(CHUNKED, b"9\r\nabc"), BROKEN),
    Case("gzip that breaks off", saying(packed(gzip.compress(b"x" * 9_999)[:-20], "gzip")), BROKEN),
    Case("gzip that is none", saying(packed(b"<feed/>", "gzip")), "does not pack its answer as it says"),
    Case("gzip with a wrong checksum", saying(packed(gzip.compress(b"x")[:-8] + b"12345678", "gzip")), "does not pack"),
    Case("deflate", saying(packed(zlib.compress(b"x"), "deflate")), "packs its answer as deflate"),
    Case("brotli", saying(packed(b"x", "br")), "packs its answer as br"),
    Case("zstandard", saying(packed(b"x", "zstd")), "packs its answer as zstd"),
    Case("a reset connection", resetting, BROKEN),
    Case("NUL in headers", saying(OK + b"ETag: \"a\0b\"\r\nX\0: y\r\n\r\nabc"), "200, 3 bytes"),
    Case("another protocol", saying(b"SSH-2.0-OpenSSH_9.9\r\n"), NOT_HTTP),
    Case("a status that is no number", saying(b"HTTP/1.1 OK OK\r\n\r\n"), NOT_HTTP),
    Case("a status of 1000", saying(b"HTTP/1.1 1000 OK\r\n\r\n"), NOT_HTTP),
    Case("the name of a file", saying(OK + b"\r\n/etc/passwd"), "200, 11 bytes"),
    # Refusals
    Case("no content", refusing(204), "answers 204 No Content"),
    Case("a part of it", refusing(206, "Content-Range: bytes 0-1/9", "", "ab"), "answers 206 Partial Content"),
    Case("not modified, unasked", refusing(304), "answers 304 Not Modified"),
    Case("unauthorized", refusing(401, "WWW-Authenticate: Basic"), "answers 401 Unauthorized$"),
    Case("not found", refusing(404), "answers 404 Not Found$"),
    Case("gone", refusing(410), "answers 410 Gone$"),
    Case("too many requests", refusing(429, "Retry-After: 120"), "answers 429 Too Many Requests.*120 seconds"),
    Case("an error", refusing(500), "answers 500 Internal Server Error$"),
    Case("an error of no known kind", refusing(599), "answers 599$"),
    Case("unavailable", refusing(503, "Retry-After: never"), "answers 503 Service Unavailable$"),
)  # fmt: skip


# --- the server ---


@dataclass
class _Server:
    case: Case
    listening: socket.socket
    closing: threading.Event = field(default_factory=threading.Event)
    connections: list[socket.socket] = field(default_factory=list)

    def run(self) -> None:
        while not self.closing.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self.listening.accept()
                self.connections.append(connection)
                threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if self.case.scheme == "http":
                while not re.search(rb"\r\n\r\n", connection.recv(65_536)):
                    pass
            self.case.behave(connection, self.closing)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            while self.case.behave is not resetting and connection.recv(65_536):
                pass


@contextlib.contextmanager
def serving(case: Case) -> Iterator[str]:
    """Misbehave as long as the context lasts; gives the address to ask."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(128 if case.backlog is None else case.backlog)
        port = listening.getsockname()[1]
        if case.backlog is None:
            stack.enter_context(_accepting(_Server(case, listening)))
        else:
            for _ in range(case.backlog + 3):
                stack.enter_context(_knocking(port))
        yield f"{case.scheme}://{case.host}:{port}/"


@contextlib.contextmanager
def _accepting(server: _Server) -> Iterator[None]:
    server.listening.settimeout(0.05)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.closing.set()
        thread.join()
        for connection in server.connections:
            connection.close()


@contextlib.contextmanager
def _knocking(port: int) -> Iterator[None]:
    """Take a place in the queue of a server that takes nobody."""
    with socket.socket() as connection:
        connection.setblocking(False)
        connection.connect_ex(("127.0.0.1", port))
        yield
