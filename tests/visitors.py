"""Clients of a server on this machine, many at once: requests over connections that are kept, and what came of them."""

from __future__ import annotations

import asyncio
import gzip
import statistics
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

SECONDS = 60.0
"""For one answer; without it by then the request has failed."""
LARGEST_HEAD = 1 << 20
_SHOWN = 10


class Answer(NamedTuple):
    """What came back: header names in small letters, the body unpacked."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_partial(self) -> bool:
        """True where it says itself that there was no time to look for all (FEEDSIFT_QUERY_SECONDS).

        What is found is not to be kept then (no-store); what cannot say so is refused, and may be asked again at once.
        """
        if self.status == 503:
            return self.headers.get("retry-after") == "1"
        is_health = self.headers.get("content-type", "").startswith("text/plain")  # which is never kept
        return self.status == 200 and self.headers.get("cache-control") == "no-store" and not is_health


@dataclass
class Figures:
    """What came of many requests."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    """Answers with 5xx (but for want of time to look), connections that failed, answers that did not come in time."""
    wrong: list[str] = field(default_factory=list)
    """Answers that say something else than they have to."""
    searches: int = 0
    """Answers to what has a query."""
    partial: int = 0
    """Answers that say themselves that not all was looked for."""

    def line(self, over: float) -> str:
        """Sum up what took so many seconds."""
        rate = f"{len(self.seconds)} requests, {len(self.seconds) / over:.1f} each second"
        times = ", ".join(f"{name} {value * 1000:.1f} ms" for name, value in self.quantiles().items())
        statuses = " ".join(f"{status}: {number}" for status, number in sorted(self.statuses.items()))
        return f"{rate}; {times}; {statuses}; {len(self.errors)} errors, {len(self.wrong)} wrong" + (
            f", {self.partial} partial and said to be ({self.share:.1%} of searches)" if self.partial else ""
        )

    @property
    def share(self) -> float:
        """The part of the searches that were answered in part."""
        return self.partial / max(1, self.searches)

    def quantiles(self) -> dict[str, float]:
        """Give seconds by name."""
        if len(self.seconds) < 2:
            return dict.fromkeys(("p50", "p95", "p99", "longest"), sum(self.seconds))
        cuts = statistics.quantiles(self.seconds, n=100, method="inclusive")
        return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "longest": max(self.seconds)}

    def tell(self) -> None:
        """Print the first of what went wrong."""
        for name, lines in (("ERROR", self.errors), ("WRONG", self.wrong)):
            for line in lines[:_SHOWN]:
                print(f"{name} {line}", flush=True)


class Visitor:
    """One client, with one connection at a time."""

    def __init__(self, port: int, figures: Figures, *, is_kept: bool = True) -> None:
        """Take where to ask, and where to count; `is_kept`: whether the connection is used again."""
        self._port = port
        self._figures = figures
        self._is_kept = is_kept
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, address: str, headers: Mapping[str, str] | None = None) -> Answer | None:
        """Ask, and count what came of it; None where nothing did."""
        start = time.perf_counter()
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._asked(address, headers or {})
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.close()
            self._figures.errors.append(f"{address}: {error!r} after {time.perf_counter() - start:.1f} s")
            return None
        self._figures.seconds.append(time.perf_counter() - start)
        self._figures.statuses[answer.status] += 1
        self._figures.searches += "q=" in address
        if answer.is_partial:
            self._figures.partial += 1
        elif answer.status >= 500:
            self._figures.errors.append(f"{address}: {answer.status}")
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._line:
            self._line[1].close()
        self._line = None

    async def _asked(self, address: str, headers: Mapping[str, str]) -> Answer:
        if self._line:
            # A server may hang up on a line that rests, at the very moment at which it is used: RFC 9112, 9.3.1.
            try:
                return await self._exchanged(*self._line, address, headers)
            except (ConnectionError, _ClosedError):
                self.close()
        self._line = await asyncio.open_connection("127.0.0.1", self._port, limit=LARGEST_HEAD)
        return await self._exchanged(*self._line, address, headers)

    async def _exchanged(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, headers: Mapping[str, str]
    ) -> Answer:
        said = {"Host": f"127.0.0.1:{self._port}", "Connection": "keep-alive" if self._is_kept else "close", **headers}
        writer.write(f"GET {address} HTTP/1.1\r\n".encode("ascii"))
        writer.write("".join(f"{name}: {value}\r\n" for name, value in said.items()).encode("latin-1") + b"\r\n")
        await writer.drain()
        status, found = await _head(reader)
        body = b"" if status in (204, 304) else await _body(reader, found)
        if not self._is_kept or found.get("connection", "").lower() == "close":
            self.close()
        if found.get("content-encoding") == "gzip" and body:
            body = gzip.decompress(body)
        return Answer(status, found, body)


class _ClosedError(EOFError):
    """Not a byte came: the server had hung up before it was asked."""


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError as error:
        raise (EOFError("cut off") if error.partial else _ClosedError("no answer")) from None
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs}


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    if headers.get("transfer-encoding") != "chunked":
        return await reader.read()
    found = bytearray()
    while size := int(await reader.readuntil(b"\r\n"), 16):
        found += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return bytes(found)
