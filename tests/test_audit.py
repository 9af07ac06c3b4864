"""A hole that is known fails the audit; that nothing is known, because nobody could be asked, is said and does not."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable

import pytest

from tests import audit

HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"], "aliases": [], "description": "Bad."}
SOUND = {"name": "flask", "version": "3.1", "vulns": []}
HOLED = {"name": "nh3", "version": "0.1", "vulns": [HOLE, {**HOLE, "id": "PYSEC-2026-2", "fix_versions": []}]}
UNKNOWN = {"name": "whoosh", "skip_reason": "Dependency not found on PyPI and could not be audited"}
WHAT = "it"
ITSELF = {"name": "feedsift", "skip_reason": "distribution marked as editable"}


def said(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def saying(**by_service: str) -> Callable[[str, str], str]:
    return lambda _, service: by_service.get(service, "")


def test_a_known_hole_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(WHAT, saying(pypi=said(SOUND, HOLED, ITSELF))) == 1
    assert capsys.readouterr().out.splitlines() == [
        "nh3 0.1: PYSEC-2026-1, mended in 2.0.",
        "nh3 0.1: PYSEC-2026-2, not mended yet.",
        "Known holes in it by pypi: 2 in 2 packages.",
    ]


def test_packages_without_holes_pass_and_those_that_nobody_knows_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(WHAT, saying(pypi=said(SOUND, UNKNOWN))) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Known holes in it by pypi: 0 in 1 packages.",
        "Not known there, so not looked at: whoosh.",
    ]


def test_where_one_service_knows_nothing_another_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(WHAT, saying(pypi=said(UNKNOWN), osv=said(HOLED))) == 1
    assert "in it by osv: 2 in 1" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "ERROR: no connection", "[]", "{}", said(UNKNOWN, ITSELF), said()])
def test_where_nobody_can_be_asked_that_is_said(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(WHAT, lambda *_: text) == 0
    assert "Of it, NO package was looked at" in capsys.readouterr().out


def test_the_lock_of_the_image_is_looked_at_without_installing_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, said(SOUND) if str(audit.LOCK) in command else "", "")

    monkeypatch.setattr(subprocess, "run", run)
    assert [audit.tell_holes(what) for what in audit.AUDITED] == [0, 0]
    assert {"--requirement", str(audit.LOCK), "--no-deps", "--disable-pip"} <= set(asked[-1])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Of what is installed, NO package was looked at")
    assert lines[1] == "Known holes in requirements.lock by pypi: 0 in 1 packages."


def test_the_lock_names_all_there_is_to_look_at() -> None:
    pinned = re.findall(r"^[a-z0-9-]+==\S+.*\\\n    --hash=sha256:", audit.LOCK.read_text(), re.MULTILINE)
    lines = [line for line in audit.LOCK.read_text().splitlines() if line[0] != " "]
    assert len(lines) == len(pinned) > 10
