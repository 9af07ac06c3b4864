"""Reads foreign documents in a process that can be ended. Called where documents come in; safe to call from threads.

A small document can keep a parser busy for hours, fill the memory or break it. So nobody here looks at its bytes: they
go to a child (index.reading.worker) that has limits of time, memory and output and can open nothing, and what comes
back is JSON in a temporary file. The children come from a process that is started at the first document and ends
with this one, however that happens (index.reading.nursery).
"""

from __future__ import annotations

import json
import logging
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import IO, Any

from index.entries import FeedHead, FoundFeed, ParsedFeed, Tombstone
from index.errors import ReadingError
from index.reading import lines
from index.reading.children import Children
from index.reading.material import Material
from index.rules import MEGABYTE, UNPACKED, Limits

__all__ = ["FeedReading", "ListReading", "Material", "PageReading", "Progress", "Reading", "read"]

STARTING_SECONDS = 60
"""For a child to begin, by the clock: the first one waits for what has to be imported."""
PATIENCE = 1.5
"""Times the limit of processor time, a child may take by the clock."""
ENDING_SECONDS = 5
"""For the end of a child that is ended to be told."""
LONGEST_LINE = 100_000
"""Bytes of a line that a child says."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many steps of it are done, and out of how many."""

_CHILDREN = Children()  # one for the process, as starting what has them takes longer than reading
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageReading:
    """A web page: the feeds that it names, best first."""

    links: tuple[FoundFeed, ...]


@dataclass(frozen=True, slots=True)
class ListReading:
    """A list of feeds (OPML), in its order; there is at least one."""

    feeds: tuple[FoundFeed, ...]
    others: tuple[str, ...] = ()
    """What it names besides, which is not on the web: nobody asks for that."""


class FeedReading:
    """A feed that was read whole: its batches wait in a temporary file until this is closed."""

    def __init__(self, results: IO[bytes], closing: dict[str, Any], end: int) -> None:
        """Take what the child wrote, what it said of the whole, and where the batches end."""
        self.head = FeedHead(**closing["head"])
        self.batches: int = closing["batches"]
        self.left_out: int = closing["left_out"]
        self.tombstones: tuple[Tombstone, ...] = lines.tombstones(closing["tombstones"])
        self._results = results
        self._end = end

    def __iter__(self) -> Iterator[ParsedFeed]:
        """Give the batches, one at a time in memory; as often as they are asked for."""
        at = 0
        while at < self._end:
            self._results.seek(at)
            batch = self._results.readline()
            at = self._results.tell()
            yield lines.batch(batch)

    def close(self) -> None:
        """Let the file go."""
        self._results.close()

    def __enter__(self) -> FeedReading:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


Reading = FeedReading | PageReading | ListReading


def read(
    material: Material,
    limits: Limits,
    known: Mapping[str, str] = MappingProxyType({}),
    progress: Progress | None = None,
) -> Reading:
    """Read a document, whatever it is. Raises ReadingError where it is nothing to read, or takes too much.

    `known` has the digests of known entries by name: where one is the same, the entry comes without its body.
    """
    results = tempfile.TemporaryFile(prefix="feedsift-")  # noqa: SIM115, closed by who reads it
    try:
        ending = _ending(material, limits, known, results, progress)
        return _reading(results, ending["closing"])
    except BaseException:
        results.close()
        raise


def _ending(
    material: Material, limits: Limits, known: Mapping[str, str], results: IO[bytes], progress: Progress | None
) -> dict[str, Any]:
    """Have a child read; gives what it said last, when it has ended."""
    asked = {"url": material.url, "content_type": material.content_type}
    with tempfile.TemporaryFile(prefix="feedsift-") as request:
        request.write(lines.line({**asked, "limits": asdict(limits), "known": dict(known)}))
        request.write(material.body)
        watch = _Watch(limits, progress)
        ending = watch.over(request, results)
        if not watch.is_begun:  # who has the children was killed just then; there will be another
            ending = watch.over(request, results)
    _log.debug("read in %.2f s with %d bytes", ending.get("seconds", 0), ending.get("memory", 0))
    for event in ending.get("refused", ()):
        _log.warning("whoever read a document tried to %s, which was refused", event)
    if "closing" not in ending:
        raise ReadingError(ending.get("error") or _excess(ending, limits))
    return ending


def _reading(results: IO[bytes], closing: int) -> Reading:
    results.seek(closing)
    said = json.loads(results.readline())
    if said["is"] == "feed":
        return FeedReading(results, said, closing)
    results.close()
    found = lines.found(said["found"])
    return PageReading(found) if said["is"] == "page" else ListReading(found, tuple(said["others"]))


def _excess(ending: dict[str, Any], limits: Limits) -> str:
    """Say which limit a child met that did not come to an end of its own."""
    code = -ending.get("exit", 0)
    is_large = ending.get("memory", 0) > limits.reading_memory * 3 // 4
    if ending.get("limit") == "output":
        return f"it unpacks to more than {(UNPACKED * limits.body) // MEGABYTE:,} MB"
    if ending.get("limit") == "memory" or (is_large and code not in (0, signal.SIGXCPU)):
        return f"reading it takes more than {limits.reading_memory // MEGABYTE:,} MB of memory"
    if ending.get("limit") == "time" or code == signal.SIGXCPU:
        return f"reading it takes more than {limits.reading_seconds:,} seconds"
    if code == signal.SIGKILL:
        return "reading it was ended by the system, which may be short of memory"
    return "reading it broke the program that reads it"


@dataclass(slots=True)
class _Watch:
    """Listens to a child until it has ended, or has to be."""

    limits: Limits
    progress: Progress | None
    is_begun: bool = False

    def over(self, request: IO[bytes], results: IO[bytes]) -> dict[str, Any]:
        """Have a child read from one file and write to the other; gives all that it said in the end."""
        request.seek(0)
        with _CHILDREN.child(request.fileno(), results.fileno()) as talk:
            return self._until_it_ends(talk)

    def _until_it_ends(self, talk: socket.socket) -> dict[str, Any]:
        ending: dict[str, Any] = {}
        rest, deadline = b"", time.monotonic() + STARTING_SECONDS
        while "exit" not in ending:
            heard = _heard(talk, deadline)
            if heard is None:
                if ending.get("limit") == "time":  # not even its end is told
                    break
                ending["limit"] = "time"
                talk.shutdown(socket.SHUT_WR)
                deadline = time.monotonic() + ENDING_SECONDS
                continue
            *whole, rest = (rest + heard).split(b"\n")
            if not heard or len(rest) > LONGEST_LINE:
                break
            was_begun = self.is_begun
            for words in whole:
                ending |= self._understood(words)
            if self.is_begun and not was_begun:
                deadline = time.monotonic() + PATIENCE * self.limits.reading_seconds
        return ending

    def _understood(self, words: bytes) -> dict[str, Any]:
        """Take progress for what it is, and give what else a line says."""
        try:
            said = json.loads(words)
        except ValueError:  # cut off, where the child was
            return {}
        self.is_begun = self.is_begun or "begun" in said
        if "done" in said and self.progress:
            self.progress("Reading", said["done"], said["total"])
        return {} if "done" in said or "begun" in said else dict(said)


def _heard(talk: socket.socket, deadline: float) -> bytes | None:
    """Wait for words; None where there are none in time."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None
    talk.settimeout(left)
    try:
        return talk.recv(65_536)
    except TimeoutError:
        return None
