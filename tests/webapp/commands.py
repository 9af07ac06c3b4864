"""Runs commands in this process, over a library of the test's own."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from tests.documents import DAY, START, entry
from webapp import cli

ENTRIES = [
    entry("urn:e:1", "A rope", "<p>Strong rope.</p>", tags=["Knots", "C++"], link="https://a.example/1", author="Ada"),
    entry("urn:e:2", "Größe", "<p>About rope & size.</p>", tags=["knots"], published=START + DAY),
    entry("urn:e:3", "日本", "", published=None),
]


class Done(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str
    raw: bytes
    """What was printed, byte for byte."""


class Shell:
    """Runs commands with one data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    def run(self, *arguments: str | Path, input: str | bytes | None = None, **environment: str) -> Done:
        """Run one command to its end; whatever happens, it has to end by itself and without a traceback."""
        command = ["--data", str(self.data), *map(str, arguments)]
        result = CliRunner().invoke(cli.main, command, input=input, env=environment, prog_name="feedsift")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return Done(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    def make_due(self) -> None:
        """Let the time come at which each feed may be fetched again."""
        with contextlib.closing(sqlite3.connect(self.data / "library.db")) as connection:
            connection.execute("UPDATE standing SET next = 0")
            connection.commit()

    def file(self, name: str, content: bytes) -> Path:
        """Write a file beside the data folder."""
        path = self.folder / name
        path.write_bytes(content)
        return path
