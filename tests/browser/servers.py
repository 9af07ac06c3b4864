"""Real `feedsift serve` processes, each over a feed in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.webapp.servers import UNLIMITED

FEEDSIFT = str(Path(sys.executable).with_name("feedsift"))
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Server:
    """A site that runs, and the feed that it shows."""

    folder: Path
    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/"

    def publish(self, feed: bytes) -> None:
        """Change the feed and take it in, as an author and an operator would."""
        (self.folder / "feed.atom").write_bytes(feed)
        _feedsift(self.folder, "add", "feed.atom")


@contextmanager
def running(folder: Path, *feed: bytes, **environment: str) -> Iterator[Server]:
    """Serve a feed with two workers until the end of the block; several documents are those of days in a row."""
    server = Server(folder, _free_port())
    for document in feed:
        server.publish(document)
    log = folder / "server.log"
    command = [FEEDSIFT, "--data", "data", "serve", "--port", str(server.port), "--workers", "2"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, server, log)
        yield server
    finally:
        _stop(process)


def _feedsift(folder: Path, *arguments: str) -> None:
    command = [FEEDSIFT, "--data", "data", *arguments]
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FEEDSIFT_", "PYTHON"))}
    return kept | UNLIMITED


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], server: Server, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(server):
        assert process.poll() is None, f"the server ended: {log.read_text(errors='replace')}"
        assert time.monotonic() < deadline, f"the server does not answer: {log.read_text(errors='replace')}"
        time.sleep(0.05)


def _is_ready(server: Server) -> bool:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
