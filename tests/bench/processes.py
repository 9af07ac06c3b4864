"""Servers that are measured beside Feedsift: started on free ports, ended with the block. Called by peers and pages."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple

from tests.bench.libraries import KEPT
from tests.webapp.servers import free_port, until

SECONDS = 60


class Started(NamedTuple):
    """A server that answers."""

    port: int
    process: int


@contextmanager
def started(command: Callable[[int], Sequence[str | Path]], number: int = 1) -> Iterator[list[Started]]:
    """Start so many processes of a command, which is given its port."""
    with ExitStack() as stack:
        yield [stack.enter_context(_running(command, free_port())) for _ in range(number)]


@contextmanager
def _running(command: Callable[[int], Sequence[str | Path]], port: int) -> Iterator[Started]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "peer.log").open("ab") as log:
        process = subprocess.Popen(command(port), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(lambda: answers(port) or process.poll() is not None, SECONDS)
        if process.poll() is not None:
            raise ValueError("A server that is measured ended; build/bench/peer.log says why.")
        yield Started(port, process.pid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    """Tell whether somebody answers there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
        return True
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
