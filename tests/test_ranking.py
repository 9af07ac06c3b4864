"""The measures of tests/ranking.py, and the form of the judgements that it reads."""

import json
from urllib.parse import urlsplit

import pytest

from tests.ranking import (
    GOOD,
    JUDGEMENTS,
    KINDS,
    Judgement,
    Score,
    check_floors,
    dcg,
    ndcg,
    pool,
    read_judgements,
    reciprocal_rank,
    score,
    unjudged,
)

GRADES = {"a": 3, "b": 2, "c": 1, "d": 0}


def test_ndcg_of_the_perfect_order_is_1():
    assert ndcg(["a", "b", "c", "d"], GRADES) == 1


def test_ndcg_of_no_hits_and_of_irrelevant_hits_is_0():
    assert ndcg([], GRADES) == 0
    assert ndcg(["d", "unjudged"], GRADES) == 0


def test_ndcg_is_0_where_nothing_could_be_found():
    assert ndcg(["d"], {"d": 0}) == 0


def test_ndcg_worked_by_hand():
    # Gains 3, unjudged 0, 7 at ranks 1, 2, 3, whose discounts are 1, log2(3), 2: 3 + 0 + 3.5.
    assert dcg([2, 0, 3]) == pytest.approx(6.5)
    # The ideal is 7, 3, 1, 0: 7 + 3 / 1.58496 + 0.5.
    assert dcg([3, 2, 1, 0]) == pytest.approx(9.39279, abs=1e-5)
    assert ndcg(["b", "unjudged", "a"], GRADES) == pytest.approx(0.69202, abs=1e-5)


def test_only_the_first_ten_hits_count_and_only_ten_are_ideal():
    assert ndcg([*"0123456789", "a"], GRADES) == 0
    assert reciprocal_rank([*"0123456789", "a"], GRADES) == 0
    assert ndcg([f"{n}" for n in range(10)], {f"{n}": 1 for n in range(12)}) == pytest.approx(1)


def test_reciprocal_rank_is_of_the_first_good_hit():
    assert reciprocal_rank(["a", "b"], GRADES) == 1
    assert reciprocal_rank(["c", "d", "b", "a"], GRADES) == pytest.approx(1 / 3)
    assert reciprocal_rank(["c", "d", "unjudged"], GRADES) == 0


def test_a_score_counts_what_is_shown_and_what_of_it_is_judged():
    found = score(Judgement("a query", "topic", GRADES), ["a", "unjudged", "d"])
    assert (found.kind, found.shown, found.judged, found.reciprocal_rank) == ("topic", 3, 2, 1)


def test_pool_and_unjudged():
    systems = [lambda query: ["a", "x"], lambda query: ["x", "y"]]
    assert pool(systems, "a query") == {"a", "x", "y"}
    assert list(unjudged([Judgement("a query", "topic", GRADES)], systems)) == [("a query", "x"), ("a query", "y")]


def test_floors(capsys):
    scores = [Score("topic", 0.5, 1, 1, 1), Score("topic", 0.7, 0.5, 1, 1)]
    assert check_floors(scores, {"ndcg": 0.59, "reciprocal_rank": 0.75}) == 0
    assert capsys.readouterr().err == ""
    assert check_floors(scores, {"ndcg": 0.61, "reciprocal_rank": 0.75}) == 1
    assert "mean ndcg over all queries is 0.6000, under its floor 0.61" in capsys.readouterr().err


def test_the_judgements_are_well_formed():
    judgements = read_judgements()
    queries = [judgement.query for judgement in judgements]
    assert len(queries) >= 40
    assert len(set(queries)) == len(queries)
    assert {judgement.kind for judgement in judgements} == set(KINDS)
    for judgement in judgements:
        assert judgement.query == " ".join(judgement.query.split()) != ""
        assert set(judgement.grades.values()) <= {0, 1, 2, 3}
        assert max(judgement.grades.values()) >= GOOD, judgement.query
        if judgement.kind == "known-item":
            assert 3 in judgement.grades.values(), judgement.query
        assert all(urlsplit(link).scheme in ("http", "https") and urlsplit(link).netloc for link in judgement.grades)


def test_no_entry_is_judged_twice_for_a_query():
    def pairs(items):
        keys = [key for key, _ in items]
        assert len(set(keys)) == len(keys)
        return dict(items)

    json.loads(JUDGEMENTS.read_text(encoding="utf-8"), object_pairs_hook=pairs)
