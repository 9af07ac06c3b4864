"""What the tests of fetching share."""

from __future__ import annotations

import contextlib
import socket

from index.fetching.client import Client, Response
from index.rules import Limits, Rules
from tests.internet import Internet

PUBLIC = "93.184.215.14"
HOME = ("127.0.0.1",)


def get(url: str, etag: str = "", modified: str = "", limits: Limits | None = None) -> Response:
    """Fetch from the loopback."""
    return Client(Rules(limits or Limits(seconds=10), HOME)).get(url, etag, modified)


def client(world: Internet, *hosts: str) -> Client:
    """Give a client of a world on the loopback, to which these hosts are allowed."""
    return Client(Rules(Limits(seconds=5), hosts), world.resolve, world.connect)


class Knocks:
    """Counts who has connected to servers that nobody should."""

    def __init__(self, listening: list[socket.socket]) -> None:
        self._listening = listening
        self.ports = [server.getsockname()[1] for server in listening]

    def __call__(self) -> int:
        count = 0
        for server in self._listening:
            with contextlib.suppress(BlockingIOError):
                while True:
                    server.accept()[0].close()
                    count += 1
        return count
