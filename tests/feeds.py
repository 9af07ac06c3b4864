"""Has other people's programs read what the site gives to other programs: `python -m tests.feeds [FEED ...]`.

`make feeds` runs it. Atom is held to the grammar of RFC 4287 (tests/grammar.py); every document is read by two readers
in two languages (feedparser and Python's own; in tests/npm/read.mjs feedsmith and csv-parse), which have to find the
same entries in it.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import feedparser
import listparser

from index import Library
from tests import grammar, packages
from tests.browser import corpus
from tests.documents import DAY, START, atom, entry
from tests.webapp.conftest import bakery, harbour
from tests.webapp.test_formats import ODD
from webapp import create_app
from webapp.formats import FORMATS
from webapp.settings import Settings

READER = packages.FOLDER / "read.mjs"
STATES = ["", "?size=7", "?sort=oldest&size=7&page=2", "?q=the", "?tag=nothing-has-this", "?page=99999"]
STATES += ["?archive=1", "?archive=2&size=7", "?archive=99999"]


def main(feeds: Sequence[str]) -> int:
    """Write every kind of document, have each read, print what is wrong; give the exit code."""
    packages.install(takes_all=True)
    rules = grammar.Grammar(grammar.text())
    wrong, number, entries = [], 0, 0
    with tempfile.TemporaryDirectory(prefix="feedsift-") as name:
        for library, sources in libraries(Path(name), feeds):
            folder = Path(name, f"{library}-documents")
            expected = write(folder, Path(name, library), sources)
            number, entries = number + len(expected), entries + sum(map(len, expected.values()))
            wrong += [f"{library} {line}" for line in (*faults(folder, rules), *misreadings(folder, expected))]
    for line in wrong:
        print(line)
    print(f"{number} documents, {entries} entries in them, {len(wrong)} faults")
    return 1 if wrong else 0


def libraries(folder: Path, feeds: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Give names and sources of libraries: two of made-up feeds, an empty one, one of the feeds that are named."""
    many = atom(*(entry(f"urn:n:{n}", f"N {n}", published=START + n * DAY) for n in range(620)), title="Many")
    made = {"harbour": harbour(), "bakery": bakery(), "odd": atom(*ODD, title="Odd & <ends>"), "hard": corpus.feed()}
    for name, document in {**made, "many": many}.items():
        (folder / f"{name}.atom").write_bytes(document)
    yield "small", [str(folder / f"{name}.atom") for name in made]
    yield "long", [str(folder / "many.atom")]
    yield "empty", []
    if feeds:
        yield "real", [*feeds]


def write(folder: Path, data: Path, sources: list[str]) -> dict[str, list[str]]:
    """Write documents of a library of these sources; give the ids that are in each, by its name."""
    folder.mkdir()
    library = Library(data)
    assert not [intake.error for source in sources for intake in library.add(source) if intake.error]
    library.publish()
    library.close()
    app = create_app(Settings(data=data, address="https://feeds.example", rate_limit=0))
    client = app.test_client()
    expected = {}
    addresses = [f"/entries.{suffix}{state}" for state in STATES for suffix in FORMATS]
    for number, address in enumerate([*addresses, "/feeds.opml"]):
        name = f"{number}.{address.split('.')[1].split('?')[0]}"
        (folder / name).write_bytes(client.get(address).data)
        expected[name] = ids((folder / name).read_bytes(), Path(name).suffix)
    app.extensions["feedsift.library"].close()
    return expected


def ids(document: bytes, suffix: str) -> list[str]:
    """Give the ids in a document, or the addresses in a list of feeds, as readers in Python find them."""
    match suffix:
        case ".json":
            return [item["id"] for item in json.loads(document)["items"]]
        case ".ndjson":
            return [json.loads(line)["id"] for line in document.decode().split("\n")[:-1]]
        case ".csv":
            return [row["id"] for row in csv.DictReader(io.StringIO(document.decode()), strict=True)]
        case ".opml":
            return [feed.url for feed in listparser.parse(document).feeds]
    found = feedparser.parse(io.BytesIO(document))
    return [] if found.bozo else [item.id for item in found.entries]


def faults(folder: Path, rules: grammar.Grammar) -> Iterator[str]:
    """Give what the grammar says of the Atom documents in a folder."""
    for path in sorted(folder.glob("*.atom")):
        yield from (f"{path.name}: {fault}" for fault in rules.faults(path.read_bytes()))


def misreadings(folder: Path, expected: dict[str, list[str]]) -> Iterator[str]:
    """Give the documents in which another reader finds other entries, or none at all."""
    done = subprocess.run([packages.node(), READER, folder], capture_output=True, text=True, check=True)
    for name, found in sorted(json.loads(done.stdout).items()):
        if found != expected[name]:
            yield f"{name}: {str(found)[:200]} instead of {str(expected[name])[:200]}"


if __name__ == "__main__":
    if not shutil.which("apt-get") and not grammar.KEPT.exists():
        sys.exit("The grammar of Atom is in a package of Debian, and there is no apt-get here.")
    sys.exit(main(sys.argv[1:]))
