"""What the parts of the benchmark read and write, where that needs neither a server nor a clock."""

from __future__ import annotations

import itertools
from pathlib import Path

import feedparser
import pytest

from tests.bench import arriving, keystrokes, lighthouse, starting
from tests.bench.deep import Depth
from tests.bench.indexing import Indexing
from tests.bench.vocabulary import Vocabulary

SMAPS = """55e0-7ffc ---p 00000000 00:00 0 [rollup]
Rss:              208384 kB
Pss:              180224 kB
Pss_Anon:         170000 kB
"""
REPORT = {
    "categories": {
        "performance": {"score": 0.97, "auditRefs": [{"id": "paint", "weight": 10}]},
        "seo": {"score": 1, "auditRefs": [{"id": "described", "weight": 1}, {"id": "extra", "weight": 0}]},
    },
    "audits": {
        "paint": {"id": "paint", "title": "First paint", "score": 0.9, "explanation": "It is late."},
        "described": {"id": "described", "title": "Is described", "score": None},
        "extra": {"id": "extra", "title": "Costs nothing", "score": 0},
    },
}


def test_memory_is_read_in_bytes() -> None:
    assert starting.rollup(SMAPS) == (180_224 * 1024, 208_384 * 1024)


def test_three_of_thirty_entries_change_at_each_turn() -> None:
    before, after = (feedparser.parse(arriving.document(turn)).entries for turn in (1, 2))
    assert len(before) == len(after) == arriving.ENTRIES
    changed = [one.id for one, other in zip(before, after, strict=True) if one.content != other.content]
    assert len(changed) == arriving.CHANGED
    assert [one.id for one in before] == [other.id for other in after]


def test_letters_are_typed_one_by_one() -> None:
    typed = keystrokes.letters(Vocabulary([f"word{place}" for place in range(100)], [], [], []), 40)
    assert len(typed) == 40
    steps = [(before, after) for before, after in itertools.pairwise(typed) if after.startswith(before)]
    assert {len(after) - len(before) for before, after in steps} == {1}
    assert len(steps) > 25
    assert any(" " in text for text in typed)


def test_scores_of_lighthouse_are_of_a_hundred() -> None:
    assert lighthouse.scores(REPORT) == {"performance": 97, "seo": 100}


def test_the_lowest_of_the_other_scores_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lighthouse, "KEPT_AS", tmp_path / "scores.json")
    assert lighthouse.kept() is None
    (tmp_path / "scores.json").write_text('{"performance": 97, "accessibility": 100, "seo": 82}')
    assert lighthouse.kept() == {"performance": 97, "others": 82}


def test_only_what_cost_points_is_named() -> None:
    assert lighthouse.faults(REPORT) == ["paint: First paint It is late."]


def test_a_depth_says_how_many_times_as_much_it_took() -> None:
    assert Depth("batches", 0.01, 0.015, 500).line().endswith("first 10.00 ms, 500th 15.00 ms: 1.50x")


def test_what_indexing_took_has_clock_and_processor() -> None:
    assert Indexing(2.0, 1.5, 10).clock == 2
