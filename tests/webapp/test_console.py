from __future__ import annotations

import sys

import pytest

from index import Intake, SkippedEntry
from webapp import console


@pytest.mark.parametrize(
    ("intake", "line"),
    [
        (Intake("a", 1, 2, 3), "a: 1 new, 2 updated, 3 unchanged, 0 skipped"),
        (Intake("a", 1, removed=2), "a: 1 new, 0 updated, 0 unchanged, 0 skipped, 2 removed"),
        (Intake("a", is_not_modified=True), "a: not modified"),
        (Intake("a", error="there is nothing"), "a: failed, there is nothing"),
        (
            Intake("a", skipped=[SkippedEntry(4, "no text"), SkippedEntry(0, "its id stands twice")]),
            "a: 0 new, 0 updated, 0 unchanged, 2 skipped\n"
            "  skipped entry 4: no text\n  skipped entry ?: its id stands twice",
        ),
    ],
)
def test_what_an_intake_has_done_is_one_line(intake: Intake, line: str):
    assert console.intake_line(intake) == line


def test_very_many_skipped_entries_are_counted_and_ten_named():
    skipped = [SkippedEntry(position, "no text") for position in range(1, 1_000)]
    lines = console.intake_line(Intake("a", skipped=skipped)).splitlines()
    assert "999 skipped" in lines[0]
    assert len(lines) == 11


def test_elsewhere_than_on_a_terminal_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", -1)
    progress = console.Progress()
    for done in (1, 2, 3, 4):
        progress("Indexing", done, 4)
    progress.close()
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.splitlines() == ["Indexing: 25 %", "Indexing: 50 %", "Indexing: 75 %", "Indexing: 100 %"]


def test_short_work_prints_nothing(capsys: pytest.CaptureFixture[str]):
    progress = console.Progress()
    for done in range(1_000):
        progress("Indexing", done, 1_000)
    progress.close()
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar_for_each_piece_of_work(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = console.Progress()
    for what in ("Taking in", "Indexing"):
        for done in (1, 2, 3):
            progress(what, done, 3)
    progress.close()
    found = capsys.readouterr()
    assert found.out == ""
    first, second, rest = found.err.split("\n")
    assert "Taking in" in first
    assert "Indexing" in second
    assert first.count("100%") == second.count("100%") == 1
    assert rest == ""


@pytest.mark.parametrize("total", [0, 1])
def test_work_of_one_step_needs_no_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, total: int):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = console.Progress()
    progress("Indexing", total, total)
    progress.close()
    progress.close()
    assert capsys.readouterr().err == ""
