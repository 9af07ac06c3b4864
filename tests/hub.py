"""A hub (WebSub) on the loopback, as the Recommendation has it, and somebody who can ask it."""

from __future__ import annotations

import contextlib
import hmac
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode

import urllib3

LEASE = 864_000


def call(url: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, str]:
    """Ask an address on the loopback; give status and text."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    with urllib3.PoolManager() as pool:
        response = pool.request(method, url, body=body or None, headers=named, redirect=False, retries=False)
        return response.status, response.data.decode()


class Poster:
    """What sends forms, in place of index.fetching's client."""

    def post(self, url: str, fields: dict[str, str]) -> int:
        """Send a form."""
        status, _ = call(url, "POST", urlencode(fields).encode(), Content_Type="application/x-www-form-urlencoded")
        return status


@dataclass
class Hub:
    """A hub, and what it was asked for."""

    address: str
    status: int = 202
    asked: list[dict[str, str]] = field(default_factory=list)

    @property
    def callback(self) -> str:
        return self.asked[-1]["hub.callback"]

    def verify(self, **other: str) -> tuple[int, str]:
        """Make sure that the subscriber has asked (section 5.3)."""
        said = {"mode": "subscribe", "topic": self.asked[-1]["hub.topic"], "challenge": "ch-1", "lease_seconds": "60"}
        said |= {"lease_seconds": str(LEASE), **other}
        return call(f"{self.callback}?{urlencode({f'hub.{name}': text for name, text in said.items()})}")

    def tell(self, body: bytes = b"<feed/>", method: str = "sha256", secret: str = "") -> tuple[int, str]:
        """Send news (section 7), signed (section 8)."""
        key = (secret or self.asked[-1]["hub.secret"]).encode()
        return call(self.callback, "POST", body, X_Hub_Signature=f"{method}={hmac.new(key, body, method).hexdigest()}")


@contextlib.contextmanager
def running() -> Iterator[Hub]:
    """Run a hub as long as the context lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.hub = Hub(f"http://127.0.0.1:{server.server_port}/hub")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    hub: Hub


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.hub.asked.append(dict(parse_qsl(form)))
        self.send_response(self.server.hub.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
