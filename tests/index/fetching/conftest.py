"""A world on the loopback, and ports in it that nothing should knock at."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.fetching import Knocks
from tests.internet import Internet


@pytest.fixture
def world() -> Internet:
    return Internet()


@pytest.fixture
def listeners() -> Iterator[Knocks]:
    """Ports at home that nothing should knock at; calling it gives how many did."""
    with contextlib.ExitStack() as stack:
        listening = [stack.enter_context(socket.create_server((host, 0))) for host in ("127.0.0.1", "127.0.0.2")]
        for server in listening:
            server.setblocking(False)

        yield Knocks(listening)
