"""`feedsift export` writes what the site answers."""

from __future__ import annotations

import json

import pytest

from tests.webapp.commands import Shell
from webapp import create_app
from webapp.formats import FORMATS
from webapp.settings import Settings


def served(shell: Shell, address: str) -> bytes:
    app = create_app(Settings(data=shell.data, address="http://127.0.0.1:8000"))
    try:
        return app.test_client().get(address).data
    finally:
        app.extensions["feedsift.library"].close()


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ((), ""),
        (("rope",), "?q=rope"),
        (("tag:knots rope",), "?q=tag:knots%20rope"),
        (("--tag", "Knots"), "?tag=knots"),
        (("?tag=knots&sort=oldest",), "?tag=knots&sort=oldest"),
        (("?size=2&page=2",), "?size=2&page=2"),
        (("?size=1&archive=1",), "?size=1&archive=1"),
        (("-rope",), "?q=-rope"),
    ],
)
def test_the_bytes_are_those_of_the_site(filled: Shell, suffix: str, arguments: tuple[str, ...], asked: str) -> None:
    done = filled.run("export", *arguments, "--format", suffix)
    assert (done.code, done.err) == (0, "")
    assert done.raw == served(filled, f"/entries.{suffix}{asked}")


def test_the_list_of_feeds_is_that_of_the_site(filled: Shell) -> None:
    assert filled.run("export", "--format", "opml").raw == served(filled, "/feeds.opml")


def test_the_address_of_the_site_can_be_told(filled: Shell) -> None:
    for told in (("--address", "https://a.example/"), ()):
        done = filled.run("export", "--format", "json", *told, FEEDSIFT_ADDRESS="" if told else "https://a.example")
        assert json.loads(done.out)["feed_url"] == "https://a.example/entries.json"


@pytest.mark.parametrize(
    "arguments", [("--format", "opml", "rope"), ("--format", "pdf"), (), ("--format", "atom", "x" * 1_001)]
)
def test_wrong_usage_is_told(filled: Shell, arguments: tuple[str, ...]) -> None:
    done = filled.run("export", *arguments)
    assert (done.code, done.out) == (2, "")
    assert "Error:" in done.err


def test_an_empty_library_gives_an_empty_feed(shell: Shell) -> None:
    shell.run("reindex")
    assert json.loads(shell.run("export", "--format", "json").out)["items"] == []
