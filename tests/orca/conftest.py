"""One site, and one reader at one desktop for all scenarios; a transcript of each in build/orca/."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import corpus, servers
from tests.browser.servers import Server
from tests.orca import harness, programs
from tests.orca.harness import Reader, SilenceError

TRANSCRIPTS = Path(__file__).parents[2] / "build" / "orca"
RETRIED = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site over the corpus. Scenarios do not change it."""
    with servers.running(tmp_path_factory.mktemp("site"), corpus.feed()) as running:
        yield running


@pytest.fixture(scope="session")
def person(server: Server) -> Iterator[Reader]:
    """The reader of all scenarios."""
    if lacking := programs.missing():
        pytest.fail(programs.how_to_help(lacking))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a time limit ends the desktop too
    reader = Reader(server.address)
    try:
        reader.start()
        yield reader
    finally:
        reader.stop()


@pytest.fixture
def reader(person: Reader, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """The reader, with an empty transcript that is kept in the end."""
    person.transcript.clear()
    yield person
    if person.holds_focus_mode:  # Orca does not leave it reliably
        person.start()
    harness.keep(person, TRANSCRIPTS / f"{request.node.name.removeprefix('test_')}.txt")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Play a scenario; a second time, on a new desktop, if Orca went silent. What it said wrongly counts at once."""
    if "reader" not in pyfuncitem.fixturenames:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    try:
        pyfuncitem.obj(**arguments)
    except SilenceError as silence:
        pyfuncitem.config.stash.setdefault(RETRIED, []).append(f"{pyfuncitem.name}: {silence}")
        reader = arguments["reader"]
        reader.transcript.append(f"(Silence: {silence}. Starts afresh on a new desktop.)")
        reader.start()
        pyfuncitem.obj(**arguments)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which scenarios had to be played twice."""
    for line in config.stash.get(RETRIED, []):
        terminalreporter.write_line(f"Played again on a new desktop: {line}", yellow=True)
