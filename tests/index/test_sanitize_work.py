"""The work that sanitising takes is bounded: counted, not timed. `make bombs` prints the times."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import nh3
import pytest

from index import allowlist, sanitize
from tests.html_bombs import BOMBS, LARGEST


def test_nh3_is_new_enough() -> None:
    """Since 0.3.8 it carries an ammonia without the known holes."""
    assert tuple(map(int, version("nh3").split(".")[:3])) >= (0, 3, 8)
    assert nh3.__name__ == "nh3"


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the quadratic parsers are given."""
    handed: list[str] = []

    def noted(step: Callable[..., str]) -> Callable[..., str]:
        def note(html: str, *more: str) -> str:
            handed.append(html)
            return step(html, *more)

        return note

    for name in ("narrowed", "blocks", "last"):
        monkeypatch.setattr(allowlist, name, noted(getattr(allowlist, name)))
    return handed


DEEP = [name for name in BOMBS if " in " in name and not name.startswith(("<p>", "comments", "CDATA", "addresses"))]
DEEP.remove("declarations in a style")
DEEP.remove("formatting closed in the wrong order")


@pytest.mark.parametrize("name", DEEP)
def test_nothing_deep_gets_to_a_parser(name: str, handed: list[str]) -> None:
    sanitize.clean(BOMBS[name], "https://example.org/")
    sanitize.plain(BOMBS[name])
    assert handed == []


def test_nothing_large_gets_to_a_parser(handed: list[str]) -> None:
    html = "<p>" + "x" * LARGEST
    sanitize.clean(html)
    sanitize.plain(html)
    assert handed == []


@pytest.mark.parametrize("name", ["attributes", "options"])
def test_what_is_quadratic_in_the_second_parser_does_not_reach_it(name: str) -> None:
    assert len(allowlist.narrowed(BOMBS[name])) < 100
    assert len(allowlist.blocks(BOMBS[name])) < 100


@pytest.mark.parametrize("name", BOMBS)
def test_what_comes_out_is_of_bounded_size(name: str) -> None:
    html = sanitize.clean(BOMBS[name], "https://example.org/" + "x" * 2_000).html
    assert len(html) <= max(sanitize.LARGEST_RESULT, 4 * LARGEST + 7)
