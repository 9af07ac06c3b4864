"""Web servers on the loopback, for the tests of what Feedsift fetches: one of pages, and what others are made of."""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO


@dataclass(frozen=True)
class Reply:
    """What the server answers; `write` sends the body itself, or even the headers if `is_raw`."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    write: Callable[[BinaryIO, threading.Event], None] | None = None
    is_raw: bool = False


@dataclass
class Site:
    """Pages by path, and what was asked for: path and headers."""

    address: str
    pages: dict[str, Reply] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return self.address + path


@contextlib.contextmanager
def running(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve as long as the context lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.site = Site(f"http://127.0.0.1:{server.server_port}")
    with serving(server):
        try:
            yield server.site
        finally:
            server.site.closing.set()


@contextlib.contextmanager
def serving(server: ThreadingHTTPServer) -> Iterator[None]:
    """Have a server answer in threads as long as the context lasts."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers what is asked by GET, and says nothing of it."""

    def do_GET(self) -> None:
        self.get()

    def get(self) -> None:
        """Answer."""
        raise NotImplementedError

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send a whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked may have gone
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    site: Site

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep silent: clients that hang up are what is tested."""


class _Handler(Handler):
    server: _Server

    def get(self) -> None:
        site = self.server.site
        site.requests.append((self.path, dict(self.headers.items())))
        reply = site.pages.get(self.path, Reply(b"nothing here", 404))
        if not reply.is_raw:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
        self.wfile.write(reply.body)
        if reply.write:
            reply.write(self.wfile, site.closing)

    def do_POST(self) -> None:
        self.server.site.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.get()
