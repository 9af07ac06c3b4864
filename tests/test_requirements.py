"""The versions that are installed where nothing may change by itself, each pinned by its hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).parents[1]
LOCK = PROJECT / "deploy" / "requirements.lock"
LINE = re.compile(r"([a-z0-9-]+)==([^ ;]+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)")


def pinned() -> dict[str, set[str]]:
    """Give the versions of each package; there are several where they depend on the version of Python."""
    found: dict[str, set[str]] = {}
    for name, version, _ in LINE.findall(LOCK.read_text()):
        found.setdefault(name, set()).add(version)
    return found


def wanted() -> list[Requirement]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    return [Requirement(text) for text in project["dependencies"]]


def test_each_line_is_a_version_with_its_hashes_and_names_no_server() -> None:
    text = LOCK.read_text()
    assert LINE.sub("", text) == ""
    assert "://" not in text


def test_all_that_the_program_needs_is_pinned_to_a_version_that_it_takes() -> None:
    versions = pinned()
    for requirement in wanted():
        name = canonicalize_name(requirement.name)
        assert name in versions, requirement
        for version in versions[name]:
            assert requirement.specifier.contains(version), (requirement, version)


def test_the_sanitiser_is_one_without_known_holes() -> None:
    [nh3] = [requirement for requirement in wanted() if requirement.name == "nh3"]
    assert not nh3.specifier.contains("0.3.7")
    assert nh3.specifier.contains("0.3.8")
