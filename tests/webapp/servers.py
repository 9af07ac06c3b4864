"""A server in a process of its own, as users start it, asked over a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

FEEDSIFT = Path(sys.executable).with_name("feedsift")
START_SECONDS = 60
UNLIMITED = {"FEEDSIFT_QUERY_SECONDS": "60", "FEEDSIFT_RATE_LIMIT": "0"}
"""Settings by which no test meets a limit because others run beside or before it."""


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, address: str, **headers: str) -> Answer:
        """Ask for an address over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address, headers={name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            found = dict(response.getheaders())
            return Answer(response.status, found, response.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def send(self, request: bytes) -> bytes:
        """Send these very bytes, and give all that comes back until the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            received = b""
            with suppress(ConnectionError):  # a server need not hear all of it before it hangs up
                connection.sendall(request)
            with suppress(ConnectionError):
                while piece := connection.recv(65_536):
                    received += piece
            return received

    def ends(self, by: signal.Signals) -> int:
        """Send a signal; give the exit code, which has to come within a minute: machines are busy."""
        self.process.send_signal(by)
        return self.process.wait(60)

    @property
    def answers(self) -> bool:
        """True where somebody listens."""
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False

    @property
    def printed(self) -> str:
        return self.log.read_text()

    @property
    def is_gone(self) -> bool:
        """True where no process of the server's group is left."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False


@contextmanager
def running(data: Path, *arguments: str | Path, is_as_shipped: bool = False, **environment: str) -> Iterator[Server]:
    """Serve the library in `data` on a free port until the end of the block.

    `is_as_shipped`: with its default settings, for commands that measure; else with none that the clock is part of.
    """
    port, log = free_port(), data.parent / "server.log"
    command = [FEEDSIFT, "--data", data, "serve", "--port", str(port), *arguments]
    with log.open("wb") as output:
        # In a group of its own, so that what it leaves behind can be seen, and ended.
        process = subprocess.Popen(
            command,
            env=(_unset() if is_as_shipped else os.environ | UNLIMITED) | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, port, log)
    try:
        until(lambda: "Feedsift is ready" in server.printed or process.poll() is not None, START_SECONDS)
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _unset() -> dict[str, str]:
    """Give the environment without our own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FEEDSIFT_")}


def until(is_so: Callable[[], bool], seconds: float) -> None:
    """Wait for something to become so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
        time.sleep(0.02)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
