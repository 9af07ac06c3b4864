"""What safety rests on is not older than it may be."""

from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = {found.name: found for found in map(Requirement, PROJECT["dependencies"])}
FLOORS = {"nh3": "0.3.8", "jinja2": "3.1.5"}
"""Of nh3 the version that thousands of hostile vectors were run against."""


@pytest.mark.parametrize(("name", "floor"), FLOORS.items())
def test_a_package_is_not_older_than_it_may_be(name: str, floor: str) -> None:
    assert Version(version(name)) >= Version(floor)
    assert ASKED[name].specifier.contains(floor)
    older = ".".join([*floor.split(".")[:-1], str(int(floor.split(".")[-1]) - 1)])
    assert not ASKED[name].specifier.contains(older), "pip would install one that is too old"


def test_whoosh_is_the_very_version_that_was_looked_into() -> None:
    assert version("whoosh") == "2.7.4"
    assert str(ASKED["whoosh"].specifier) == "==2.7.4"
