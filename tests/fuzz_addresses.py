"""Asks a real server what nobody honest asks, for as long as is said: `make fuzz-addresses SECONDS=600`.

    python -m tests.fuzz_addresses [--seconds 60] [--seed 1]

Requests to every address with every parameter and header (tests.hostile_requests), over a real socket. Rounds follow
each other, each with the next seed. Prints what came back, and of what is wrong the smallest request that shows it; the
exit code is then 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.browser import corpus
from tests.hostile_requests import Asked, Headers, faults, requests
from tests.webapp.servers import FEEDSIFT, running

ROUND = 500
"""Requests of one seed."""
REFUSED = {400, 414, 431}
"""What a server may answer before the application is asked: without its headers, and with nothing else."""


@dataclass
class Asker:
    """Asks a server, and counts what comes."""

    port: int
    statuses: Counter[int] = field(default_factory=Counter)
    methods: Counter[str] = field(default_factory=Counter)
    connection: HTTPConnection | None = None

    def faults(self, asked: Asked) -> list[str]:
        """Ask, and say what is wrong with the answer."""
        try:
            status, headers, body = self._answer(asked)
        except (OSError, HTTPException) as error:
            self.close()
            if isinstance(error, ConnectionError) or "Remote end closed" in str(error):
                # The server may hang up on a request that is none; then another one has to be answered.
                return [] if self._is_alive() else [f"no answer: {error!r}"]
            return [f"no answer: {error!r}"]
        self.statuses[status] += 1
        self.methods[asked.method] += 1
        if status in REFUSED and not body:
            return []
        return faults(asked, status, headers, body)

    def close(self) -> None:
        """Hang up."""
        if self.connection:
            self.connection.close()
        self.connection = None

    def _answer(self, asked: Asked) -> tuple[int, Headers, bytes]:
        self.connection = connection = self.connection or HTTPConnection("127.0.0.1", self.port, timeout=30)
        names = {name for name, _ in asked.headers}
        connection.putrequest(asked.method, asked.target, skip_host="Host" in names, skip_accept_encoding=True)
        for name, value in asked.headers:
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        with connection.getresponse() as response:
            status, headers, body = response.status, response.getheaders(), response.read()
        if response.will_close:
            self.close()
        return status, headers, body

    def _is_alive(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        with suppress(OSError, HTTPException):
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        return False


def main(arguments: Sequence[str]) -> int:
    """Serve made-up entries, ask until the time is over; gives the exit code."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="feedsift-") as name:
        made = Path(name, "made.atom")
        made.write_bytes(corpus.feed())
        subprocess.run([FEEDSIFT, "--data", Path(name, "data"), "add", made], check=True)
        with running(Path(name, "data"), "--workers", "2", FEEDSIFT_RATE_LIMIT="0") as server:
            asker, start, rounds = Asker(server.port), time.monotonic(), 0
            while time.monotonic() < start + options.seconds:
                _round(asker, options.seed + rounds)
                rounds += 1
            asker.close()
            over = time.monotonic() - start
            said = server.printed
    total = sum(asker.statuses.values())
    print(f"{total} answers in {rounds} rounds of {over:.0f} s, from seed {options.seed} on: {dict(asker.statuses)}")
    print(f"methods: {dict(asker.methods)}")
    if "Traceback" in said or "panicked" in said:
        print(said[-3_000:])
        return 1
    return 0


def _round(asker: Asker, number: int) -> None:
    """Ask many things. Raises AssertionError with the smallest request that is answered wrong."""
    checks = list(HealthCheck)

    @seed(number)
    @settings(
        max_examples=ROUND,
        database=None,
        deadline=None,
        suppress_health_check=checks,
        phases=[Phase.generate, Phase.shrink],
    )
    @given(requests())
    def ask(asked: Asked) -> None:
        assert asker.faults(asked) == [], f"seed {number}"

    ask()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Ask a real server what nobody honest asks.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
