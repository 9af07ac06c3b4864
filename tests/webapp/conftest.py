"""A small library of made-up entries, and the application over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import Library
from tests.conftest import LOOPBACK
from tests.documents import DAY, START, atom, entry
from tests.webapp import pages
from tests.webapp.commands import ENTRIES, Shell
from webapp import create_app
from webapp.settings import Settings

MakeApp = Callable[..., Flask]


class Seen(NamedTuple):
    """What a page says of itself."""

    total: int
    """Hits of just what was asked: none where another spelling is shown instead."""
    canonical: str


Look = Callable[[str], Seen]

TAGS = ["Boats", "Knots", "Weather", "C++", "日本語", "Ropes & <b>Sails</b>", "salt, pepper", "#1", "Été"]
AUTHORS = ["Ada Brook", "Bo “Bosun” Linden"]
HARBOUR, BAKERY = 57, 5
TOTAL = HARBOUR + BAKERY
# What is kept would hide what a test changes by other ways than the library's.
UNLIMITED = {"query_seconds": 60, "rate_limit": 0, "keep": 0}
"""Settings by which no test meets a limit because others run beside or before it."""
STATES = [
    "/",
    "/?q=rope",
    "/?q=rope&sort=newest",
    "/?q=%22number+7%22+OR+loaf",
    "/?q=-rope",
    "/?q=Gr%C3%B6%C3%9Fe",
    "/?q=nothing-has-this-word",
    "/?tag=boats",
    "/?tag=boats&tag=knots",
    "/?tag=boats,bread",
    "/?tag=%22salt,%20pepper%22",
    "/?tag=c%2B%2B&exclude.tag=boats",
    "/?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E",
    "/?tag=no-entry-has-this&year=2011",
    "/?author=Ada%20Brook&year=2011",
    "/?feed=2",
    "/?feed=2&q=tide",
    "/?year=2010&month=3",
    "/?month=3",
    "/?from=2010-03&to=2012",
    "/?to=2010-03&from=2012",
    "/?sort=oldest&size=7&page=3",
    "/?size=100",
    "/?year=1066",
    "/?tag=boats,knots,bread&tag=c%2B%2B",
    "/?tag=boats,knots&exclude.tag=weather&year=2010",
    "/?exclude.tag=boats&exclude.tag=bread",
    "/?tag=boats&exclude.tag=boats",
    "/?q=rope&tag=boats,bread&exclude.tag=knots&from=2010",
    "/?q=tag:boats%20rope%20date:2010",
    "/?year=2010&month=2",
    "/?year=2011&from=2011-03",
    "/?from=2010-06-30&to=2010-06-30",
    "/?q=rope&month=3",
    "/?q=rope%20loaf&tag=boats&year=2011&author=nobody",
    "/?q=rope%20tidde&tag=boats&sort=oldest",
    "/?q=lantrn&tag=boats&size=7",
    "/?tag=baots",
    "/?q=%3Cscript%3E%22%27%26&tag=%3Cb%3E&author=%22%3E%3Cb%3E",
]
"""Addresses of many kinds of states; the last one is of hostile text."""


def harbour() -> bytes:
    """57 entries over five years: odd titles, odd tags, several in one day, and one without a date."""
    return atom(
        *map(_harbour_entry, range(HARBOUR)), title="Harbour <Notes> & more", head="<subtitle>From the pier</subtitle>"
    )


def _harbour_entry(number: int) -> str:
    titles = {3: "", 5: "<script>alert(1)</script> & co", 7: "港の日記", 9: "A “quoted” title: 50% off?", 11: "שלום"}
    words = ["rope", "tide", "lantern", "Größe"]
    return entry(
        f"https://harbour.example/{number}",
        titles.get(number, f"Day {number} at the harbour"),
        f"<p>The {words[number % 4]} was checked, number {number}.</p><p>{'All was calm. ' * (number % 30)}</p>",
        tags=[tag for place, tag in enumerate(TAGS) if number % (place + 2) == 0],
        published=None if number == 13 else START + number // 2 * 60 * DAY,
        link=f"https://harbour.example/{number}",
        author=AUTHORS[number % 2],
    )


def bakery() -> bytes:
    return atom(
        *(
            entry(
                f"urn:bread:{number}",
                f"Loaf {number}",
                "<p>Rye and rope.</p>",
                tags=["Bread"],
                published=START + number,
            )
            for number in range(BAKERY)
        ),
        title="Bakery",
    )


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library with two feeds. No test may write to it."""
    folder = tmp_path_factory.mktemp("shared")
    _fill(folder / "library", folder, {"harbour": harbour(), "bakery": bakery()})
    return folder / "library"


@pytest.fixture(scope="session")
def app(data: Path) -> Iterator[Flask]:
    """The application over the shared library."""
    app = create_app(Settings(data=data, **UNLIMITED))
    yield app
    app.extensions["feedsift.library"].close()


@pytest.fixture(scope="session")
def client(app: Flask) -> FlaskClient:
    """A client of the application over the shared library."""
    return app.test_client()


@pytest.fixture(scope="session")
def look(client: FlaskClient) -> Look:
    """Give the number of hits of an address and its canonical address; each is asked for only once."""

    @cache
    def look(address: str) -> Seen:
        tree = pages.get(client, address)
        return Seen(0 if tree.css("#as-typed") else pages.total(tree), pages.canonical(tree))

    return look


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """Make an application over a library of these documents by name, or over an empty one; takes settings too."""
    made: list[Flask] = []

    def make_app(title: str = "", **given: Any) -> Flask:
        documents = {name: value for name, value in given.items() if isinstance(value, bytes)}
        _fill(tmp_path / "library", tmp_path, documents)
        chosen = {**UNLIMITED, "title": title, **{name: given[name] for name in given.keys() - documents}}
        settings = Settings(data=tmp_path / "library", fetch_hosts=LOOPBACK, **chosen)
        made.append(create_app(settings))
        return made[-1]

    yield make_app
    for app in made:
        app.extensions["feedsift.mender"].end()
        app.extensions["feedsift.library"].close()


def _fill(folder: Path, files: Path, documents: dict[str, bytes]) -> None:
    library = Library(folder)
    for name, document in documents.items():
        path = files / f"{name}.atom"
        path.write_bytes(document)
        assert [intake.error for intake in library.add(str(path))] == [""]
    library.publish()
    library.close()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A place to run commands in, with an empty library."""
    return Shell(tmp_path)


@pytest.fixture
def filled(shell: Shell) -> Shell:
    """A library with one feed of three entries."""
    assert shell.run("add", shell.file("small.atom", atom(*ENTRIES, title="Small feed"))).code == 0
    return shell
