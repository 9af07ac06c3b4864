"""The page of a run: table, charts and lines, and nothing that names the machine."""

from __future__ import annotations

import platform
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench import report

RESULTS = {
    "asking": {
        "small": {"cold": {"median": 0.01, "p95": 0.02}},
        "12000": {"cold": {"median": 0.02, "p95": 0.05}},
    },
    "http": {"12000": {"hello": {"rate": 4_000.0}, "different": {"rate": 400.0}, "Datasette": {"rate": 16.0}}},
    "entries": {"small": 22, "12000": 12_000},
    "lines": {"asking, 22 entries": ["a rare word   7"]},
    "about": {"date": "2026-11-23", "machine": "2 cores", "versions": "Python 3.11"},
    "lighthouse": None,
}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    report.write(RESULTS, tmp_path / "performance.md")
    return tmp_path / "performance.md"


def test_the_page_has_the_table_the_charts_and_the_lines(page: Path) -> None:
    text = page.read_text()
    assert "| different queries, nothing cached, against Datasette | 25x | 12x | 40x | floor |" in text
    assert "(performance/pages.svg)" in text
    assert "### asking, 22 entries\n\n```text\na rare word   7\n```" in text
    assert "Measured 2026-11-23 on 2 cores; Python 3.11." in text


def test_charts_stand_beside_the_page(page: Path) -> None:
    for name in ("pages", "growth"):
        ElementTree.fromstring((page.parent / "performance" / f"{name}.svg").read_text())


def test_a_picture_is_told_in_words(page: Path) -> None:
    assert (
        "![At 22, 12,000 entries. median: 10 ms, 20 ms. p95: 20 ms, 50 ms.](performance/growth.svg)" in page.read_text()
    )


def test_what_was_not_measured_is_not_drawn(tmp_path: Path) -> None:
    report.write({"about": RESULTS["about"], "lines": {}}, tmp_path / "page.md")
    assert list((tmp_path / "page").iterdir()) == []


def test_the_machine_is_described_and_not_named() -> None:
    said = report.machine()
    assert "cores" in said
    assert platform.node() not in said
