"""Reads what the tests of other feed projects read: `python -m tests.others` (`make others`).

Their source distributions come from the Python registry, once, into the user's cache. Every document in them has to be
read, or to end in one sentence, and the same a second time. Where feedparser's own documents say what has to come out
of them (text, relative links), that is compared. Prints counts, and what is wrong; the exit code is then 1.
"""

from __future__ import annotations

import ast
import codecs
import html
import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from index.entries import ParsedEntry, ParsedFeed
from index.errors import ReadingError
from index.reading import process
from index.reading.process import FeedReading, Material
from index.rules import Limits
from index.sanitize import plain

PROJECTS = ["feedparser", "podcastparser", "reader"]
KEPT = Path(platformdirs.user_cache_dir("feedsift"), "others")
SUFFIXES = {".xml", ".opml", ".rss", ".atom", ".rdf", ".json", ".html", ".xhtml"}
SERVER = "http://127.0.0.1:8097/"
"""Where feedparser's tests have their documents from, if they do not say otherwise."""

_COMPARED = ("/base/", "/encoding/", "/entities/")
"""Of feedparser's folders; in the others it is about what we leave to others, as sanitising."""
_HEADER = re.compile(rb"^\s*Header:\s*([a-z-]+):\s*(.*?)\s*$", re.IGNORECASE | re.MULTILINE)
_FIELD = r"(title|subtitle|link|summary|description|content\[0\]|content'\]\[0\]\['value)"
_LITERAL = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_EXPECTED = re.compile(rf"(?:not bozo and )?(entries\[0\]|feed)(?:\.|\['){_FIELD}(?:'\])? == {_LITERAL}\s*$")
_ADDRESS = re.compile(r"""(?:href|src|cite)=["']([^"']+)""")


@dataclass
class Tally:
    """What came of all documents."""

    kinds: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Read all, print, give the exit code."""
    tally = Tally()
    for project in PROJECTS:
        for name, body in documents(archive(project)):
            examine(name, body, tally)
    for line in tally.wrong:
        print(line)
    for what, number in sorted(tally.kinds.items()) + sorted(tally.compared.items()):
        print(f"{number:6}  {what}")
    print(f"{sum(tally.kinds.values())} documents read twice, {len(tally.wrong)} faults")
    return 1 if tally.wrong else 0


def archive(project: str) -> Path:
    """Give a project's source distribution, got the first time."""
    KEPT.mkdir(parents=True, exist_ok=True)
    if not [*KEPT.glob(f"{project}-*.tar.gz")]:
        options = ["--quiet", "--no-deps", "--no-binary", project, "--dest", str(KEPT)]
        subprocess.run([sys.executable, "-m", "pip", "download", *options, project], check=True)
    return max(KEPT.glob(f"{project}-*.tar.gz"))


def documents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give name and bytes of the documents for tests; nothing is unpacked to the disk."""
    with tarfile.open(path) as packed:
        for member in packed:
            file = packed.extractfile(member)
            if file and "tests/" in member.name and Path(member.name).suffix in SUFFIXES:
                yield member.name, file.read()


def examine(name: str, body: bytes, tally: Tally) -> None:
    """Read a document twice, and note what comes of it."""
    headers = {key.decode().lower(): value.decode("utf-8", "replace") for key, value in _HEADER.findall(body[:4_096])}
    url = headers.get("content-location", SERVER + name.partition("/")[2])
    material = Material(body, url, headers.get("content-type", ""))
    first, again = outcome(material), outcome(material)
    if first != again:
        tally.wrong.append(f"{name}: is read in two ways: {str(first)[:100]} and {str(again)[:100]}")
    if isinstance(first, str):
        tally.kinds[first] += 1
        if "broke" in first or "cannot be read (" in first or "takes more" in first:
            tally.wrong.append(f"{name}: {first}")
        return
    tally.kinds["feeds"] += 1
    tally.wrong += [f"{name}: an entry is left out: {each.reason}" for batch in first for each in batch.skipped]
    compare(name, body, first, tally)


def outcome(material: Material) -> list[ParsedFeed] | str:
    """Give what is in a feed, or in words what else a document is."""
    try:
        reading = process.read(material, Limits())
    except ReadingError as error:
        return str(error)
    if not isinstance(reading, FeedReading):
        return type(reading).__name__
    with reading:
        return list(reading)


def compare(name: str, body: bytes, batches: list[ParsedFeed], tally: Tally) -> None:
    """Hold a document to what it says of itself, where it is of something that is read here."""
    said = re.search(rb"Expect:\s*(.*)", body[:4_096])
    found = _EXPECTED.match(said[1].decode("utf-8", "replace").strip()) if said else None
    if not found or not any(folder in name for folder in _COMPARED):
        return
    where, what, value = found[1], found[2].split("[")[0].split("'")[0], str(ast.literal_eval(found[3]))
    entries = batches[0].entries
    ours = (
        [getattr(batches[0].head, _HEAD_NAMES.get(what, ""), None)] if where == "feed" else _values(entries[:1], what)
    )
    expected = _wanted(what, value, "http" in value)
    if expected is None or not ours or ours[0] is None or not _is_encoding_known(body):
        return
    group = Path(name).parent.name
    tally.compared[f"of {group} compared with what is expected"] += 1
    if expected not in ours:
        tally.wrong.append(f"{name}: {what} is {ours} instead of {expected!r}")


def _is_encoding_known(body: bytes) -> bool:
    """Tell whether Python has the encoding that a document declares; feedparser's tests leave out the others."""
    declared = re.search(rb"""encoding=["']([^"']+)""", body[:200])
    try:
        return not declared or bool(codecs.lookup(declared[1].decode("ascii", "replace")))
    except LookupError:
        return False


_HEAD_NAMES = {"title": "title", "subtitle": "subtitle", "link": "site"}


def _values(entries: tuple[ParsedEntry, ...], what: str) -> list[str]:
    """Give what an entry has to say: its title, its link, or each address in its text and the text."""
    values = []
    for entry in entries:
        if what in ("title", "link"):
            values = [getattr(entry, what)]
        elif entry.body:
            values = [html.unescape(url) for url in _ADDRESS.findall(entry.body.html)] + [entry.body.text]
    return values


def _wanted(what: str, value: str, is_address: bool) -> str | None:
    """Give what is expected as it is kept here: titles and texts are plain, of markup the first address counts."""
    if what in ("title", "subtitle"):
        return plain(value)
    if what == "link":
        return value if value.startswith("http") else None
    addresses = [url for url in _ADDRESS.findall(value) if url.startswith("http")]
    return html.unescape(addresses[0]) if addresses else None if is_address else plain(value)


if __name__ == "__main__":
    sys.exit(main())
