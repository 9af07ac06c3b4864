"""What the tests of several modules share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from index import Engine, Intake, Library, Rules
from tests import site as local_site
from tests.shelf import ENGINES, Shelf

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TakeIn = Callable[..., Intake]

# Times differ a lot between machines, and no test asserts on the clock.
settings.register_profile("feedsift", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100)
settings.load_profile("feedsift")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the browser tests run in another browser, or with the other line of htmx."""
    parser.addoption("--in", dest="browser_name", choices=["chromium", "firefox"], default="chromium")
    parser.addoption("--htmx", dest="htmx", choices=["2", "4"], default="2")


@pytest.fixture(autouse=True)
def fetch_from_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands and servers that a test starts ask the test's own server for feeds."""
    monkeypatch.setenv("FEEDSIFT_FETCH_HOSTS", " ".join(LOOPBACK))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library in a folder of its own."""
    library = Library(tmp_path / "library", rules=Rules(hosts=LOOPBACK))
    yield library
    library.close()


@pytest.fixture
def take_in(library: Library, tmp_path: Path) -> TakeIn:
    """Take a document into the library from a file, always the same one for a name."""

    def take_in(document: bytes, name: str = "feed") -> Intake:
        path = tmp_path / f"{name}.xml"
        path.write_bytes(document)
        (intake,) = library.add(str(path))
        return intake

    return take_in


@pytest.fixture
def site() -> Iterator[local_site.Site]:
    """A web server on 127.0.0.1; its pages are set by the test."""
    with local_site.running() as running:
        yield running


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each engine in turn, without an index yet."""
    return ENGINES[request.param](tmp_path / "index")


@pytest.fixture
def shelf(engine: Engine) -> Shelf:
    """An engine and the records that it should know: none yet."""
    return Shelf(engine)
