"""A hole that is known fails the audit; that nothing is known, because nobody could be asked, is said and does not."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests import audit

HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"], "aliases": [], "description": "Bad."}
SOUND = {"name": "flask", "version": "3.1", "vulns": []}
HOLED = {"name": "nh3", "version": "0.1", "vulns": [HOLE, {**HOLE, "id": "PYSEC-2026-2", "fix_versions": []}]}
UNKNOWN = {"name": "whoosh", "skip_reason": "Dependency not found on PyPI and could not be audited"}
ITSELF = {"name": "feedsift", "skip_reason": "distribution marked as editable"}


def said(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def saying(**by_service: str) -> Callable[[str], str]:
    return lambda service: by_service.get(service, "")


def test_a_known_hole_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(saying(pypi=said(SOUND, HOLED, ITSELF))) == 1
    assert capsys.readouterr().out.splitlines() == [
        "nh3 0.1: PYSEC-2026-1, mended in 2.0.",
        "nh3 0.1: PYSEC-2026-2, not mended yet.",
        "Known holes by pypi: 2 in 2 packages.",
    ]


def test_packages_without_holes_pass_and_those_that_nobody_knows_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(saying(pypi=said(SOUND, UNKNOWN))) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Known holes by pypi: 0 in 1 packages.",
        "Not known there, so not looked at: whoosh.",
    ]


def test_where_one_service_knows_nothing_another_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(saying(pypi=said(UNKNOWN), osv=said(HOLED))) == 1
    assert "by osv: 2 in 1" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "ERROR: no connection", "[]", "{}", said(UNKNOWN, ITSELF), said()])
def test_where_nobody_can_be_asked_that_is_said(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.tell_holes(lambda _: text) == 0
    assert "NO package was looked at" in capsys.readouterr().out
