"""Many rare words that one word of a query stands for: their lists are read together, and nothing else is different."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from index import codec, evaluation, syntax
from index.budget import Budget
from index.engine import Answer
from index.evaluation import AT_ONCE
from index.postings import PostingLists, Postings
from index.whoosh_engine import WhooshEngine
from tests.index.test_budget import Clock
from tests.index.test_evaluation import query
from tests.oracle import Record, document

ENTRIES = 300
TWINS = 10
"""So few that many a word is in one of them alone: lists of one stand elsewhere in the index than longer ones."""
PORTIONS = 4
WORDS = [f"re{number}" for number in range((PORTIONS - 1) * AT_ONCE + 1)]


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """Entries with words that begin the same, and in another segment an equal one for some."""
    dice = random.Random(6)
    texts = [(_some(dice, 3), _some(dice, dice.randint(4, 60))) for _ in range(ENTRIES)]
    texts[0] = ("", " ".join(WORDS))
    engine = WhooshEngine(tmp_path / "index", 0)
    engine.rebuild((document(Record(number, *given)) for number, given in enumerate(texts)), 1)
    engine.update((document(Record(ENTRIES + number, *texts[number])) for number in range(TWINS)), [], 2)
    assert len(engine._opened.newest().postings.segments()) == 2
    return engine


def _some(dice: random.Random, size: int) -> str:
    return " ".join(dice.choices(WORDS, k=size))


def scores(engine: WhooshEngine, text: str) -> dict[int, float]:
    """Give the score of each hit by its id, found anew."""
    generation = WhooshEngine(engine._generations.folder)._opened.newest()
    found = evaluation.evaluate(generation, syntax.parse(text).tree, Budget())
    hits = np.flatnonzero(found.mask)
    return dict(zip(generation.columns.ids[hits].tolist(), found.score[hits].tolist(), strict=True))


@pytest.mark.parametrize("text", ["re*", "title:re*", "re1*", "re* -re7*", "re1* re2*"])
def test_they_score_as_if_read_one_by_one(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    together = scores(engine, text)
    monkeypatch.setattr(evaluation, "MANY", len(WORDS))
    one_by_one = scores(engine, text)
    assert together.keys() == one_by_one.keys()
    assert list(together.values()) == pytest.approx(list(one_by_one.values()), rel=1e-5)
    assert set(engine.search(query(text), limit=2 * ENTRIES, facet_values=0).ids) == one_by_one.keys()


def test_equal_entries_score_the_same_wherever_they_stand(engine: WhooshEngine) -> None:
    found = scores(engine, "re*")
    assert len(found) == ENTRIES + TWINS
    assert [found[number] for number in range(TWINS)] == [found[ENTRIES + number] for number in range(TWINS)]


def test_there_may_be_no_time_for_all_of_them(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, read = Clock(), PostingLists._read_all

    def read_for_a_second(lists: PostingLists, field: str, forms: tuple[str, ...]) -> Postings:
        clock.now += field == "body"
        return read(lists, field, forms)

    def ask() -> Answer:
        return engine.within(Budget(1.5, clock)).search(query("re*"), limit=2 * ENTRIES, facet_values=0)

    monkeypatch.setattr(PostingLists, "_read_all", read_for_a_second)
    answers = [ask() for _ in range(PORTIONS // 2)]
    assert [found.is_partial for found in answers] == [True, False], "what was read once takes no time again"
    assert clock.now == Clock().now + PORTIONS
    assert all(found.total for found in answers)
    assert "“re*”" in answers[0].notes[0]


def test_damaged_sizes_end_the_words_of_a_part_of_the_file() -> None:
    whole = codec._SIZES.pack(1, 2) + b"abc"
    for sizes in ((-8, 0), (0, -8), (-4, -4), (2**31 - 1, 1)):
        content = whole + codec._SIZES.pack(*sizes) + bytes(30)
        assert list(islice(codec._words_in(content), 5)) == [(b"a", b"bc")]
