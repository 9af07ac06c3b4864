"""The side of a child process that reads one foreign document: first its limits, then the first byte.

It gets three open files (what to read, where to write, where to talk), can open nothing else, and answers in lines
of JSON. Called by index.reading.nursery in a process that was forked for it, and that ends after it.
"""

from __future__ import annotations

import encodings
import errno
import importlib
import io
import json
import os
import pkgutil
import resource
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.machinery import BuiltinImporter
from pathlib import Path
from typing import IO, Any

from index.entries import FeedHead, ParsedFeed, Tombstone
from index.errors import FeedsiftError
from index.reading import charsets, documents, feeds, jsonfeed, outlines, pages
from index.reading.documents import Kind
from index.reading.lines import batch_line, line
from index.reading.material import Material
from index.reading.tombstones import tombstones
from index.rules import UNPACKED, Limits

REFUSED = ("open", "socket.", "subprocess.", "os.", "ctypes.", "shutil.", "urllib.", "pty.", "ftplib.")
"""Beginnings of the names of events (`sys.addaudithook`) that have no place where foreign bytes are read."""

_SAMPLES = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><ttl>60</ttl><item><title>a &amp;amp; b</title>'
    b"<pubDate>Mon, 01 Jan 2024 00:00:00 GMT</pubDate><description>&lt;p&gt;x</description></item></channel></rss>",
    b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title><content type="html">&lt;p&gt;x'
    b"<updated>2024-01-01T00:00:00Z</updated><published>1 Jan 2024</published></content></entry>&nosuch;",
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_html": "<p>x</p>"}]}',
    b'<!DOCTYPE html><link rel="alternate" type="application/rss+xml" href="x">',
    b'<opml version="2.0"><body><outline text="x" xmlUrl="http://example.org/"/></body></opml>',
)
"""One document of each kind, sound or not: reading them imports all that reading others takes."""


@dataclass(slots=True)
class Job:
    """What to read, and where to write what it says."""

    material: Material
    limits: Limits
    known: Mapping[str, str]
    results: IO[bytes]
    talk: Callable[..., None]


def warm_up() -> None:
    """Import all that reading takes, before there are children, which cannot."""
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(ImportError):  # of another operating system
            importlib.import_module(f"encodings.{module.name}")
    for sample in _SAMPLES:
        job = Job(Material(sample, "https://example.org/"), Limits(), {}, io.BytesIO(), lambda **_: None)
        with suppress(FeedsiftError):
            closing(job)


def work(request: int, results: int, talk: int) -> None:
    """Read the document whose description and bytes are in one file, write to another, say how it ended."""
    with os.fdopen(request, "rb") as file, os.fdopen(results, "wb") as output, os.fdopen(talk, "wb") as voice:

        def say(**words: object) -> None:
            voice.write(line(words))
            voice.flush()

        asked = json.loads(file.readline())
        limits = Limits(**asked["limits"])
        refused = _confine(limits)
        say(begun=True)
        ending = _ending(file, asked, limits, output, say)
        say(**ending, refused=refused[:5])


def closing(job: Job) -> dict[str, object]:
    """Write the batches of a feed, and give what there is to say of the document when all is read."""
    match documents.kind(job.material):
        case Kind.PAGE:
            return {"is": "page", "found": [asdict(each) for each in pages.links(job.material)]}
        case Kind.LIST:
            found, others = outlines.feeds(job.material, job.limits.entries)
            return {"is": "list", "found": [asdict(each) for each in found], "others": others}
        case Kind.JSON:
            return _write(job, jsonfeed.parse(job.material, job.known, job.limits), ())
        case Kind.FEED:
            characters = charsets.settled(job.material.body, job.material.content_type)
            gone = tombstones(characters.body, job.limits.entries, is_utf8=characters.is_utf8)
            return _write(job, feeds.parse(job.material, job.known, job.limits), gone)


def _write(job: Job, batches: Iterator[ParsedFeed], gone: tuple[Tombstone, ...]) -> dict[str, object]:
    head, number, left_out = FeedHead(), 0, 0
    for number, batch in enumerate(batches, 1):
        head = batch.head if number == 1 else head
        left_out += batch.left_out
        job.results.write(batch_line(batch))
        job.talk(done=number, total=batch.batches)
    return {
        "is": "feed",
        "head": asdict(head),
        "batches": number,
        "left_out": left_out,
        "tombstones": [asdict(each) for each in gone],
    }


def _ending(file: IO[bytes], asked: Any, limits: Limits, output: IO[bytes], say: Callable[..., None]) -> dict[str, Any]:
    try:
        material = Material(file.read(), asked["url"], asked["content_type"])
        said = line(closing(Job(material, limits, asked["known"], output, say)))
        at = output.tell()
        output.write(said)
        output.flush()
        return {"closing": at}
    except FeedsiftError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"limit": "memory"}
    except OSError as error:
        if error.errno == errno.EFBIG:
            return {"limit": "output"}
        return {"error": f"it cannot be read ({type(error).__name__})"}
    except Exception as error:  # a parser's own trouble with foreign bytes
        return {"error": f"it cannot be read ({type(error).__name__})"}


def _confine(limits: Limits) -> list[str]:
    """Give up everything but processor time and memory within the limits; gives a list that notes what was refused."""
    refused: list[str] = []

    def refuse(event: str, _: tuple[object, ...]) -> None:
        if event.startswith(REFUSED):
            refused.append(event)
            raise PermissionError(f"{event} has no place in a reader")

    for kind, most in _allowance(limits).items():
        _, hardest = resource.getrlimit(kind)
        most = most if hardest == resource.RLIM_INFINITY else min(most, hardest)
        resource.setrlimit(kind, (most, most + (kind == resource.RLIMIT_CPU)) if hardest < 0 else (most, most))
    # What was not imported by now is not there: a document that names an encoding must not have it looked for.
    sys.meta_path[:] = [BuiltinImporter]
    sys.addaudithook(refuse)
    return refused


def _allowance(limits: Limits) -> dict[int, int]:
    """Give the resources that are limited, and to what."""
    return {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: limits.reading_seconds,
        resource.RLIMIT_AS: _address_space() + limits.reading_memory,
        resource.RLIMIT_FSIZE: UNPACKED * limits.body,
        resource.RLIMIT_NOFILE: 0,  # neither a file nor a socket more than are open already
    }


def _address_space() -> int:
    """Give the bytes that this process has reserved (Linux), or at the most used (elsewhere)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
