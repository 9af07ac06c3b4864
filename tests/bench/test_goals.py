"""The table of goals: what is measured is held against the bars, and what was not is said to be missing."""

from __future__ import annotations

from tests.bench import goals
from tests.bench.goals import GOALS, Goal, said, table

RESULTS = {
    "http": {"12000": {"hello": {"rate": 4_000.0}, "repeated": {"rate": 1_600.0}, "304": {"rate": 3_400.0}}},
    "asking": {"12000": {"cold": {"median": 0.0041, "p95": 0.0299}}},
    "deep": {
        "12000": [
            {"name": "batches of everything", "near": 1.0, "far": 1.05},
            {"name": "batches of a common word", "near": 1.0, "far": 1.2},
        ]
    },
}


def rows(text: str) -> dict[str, list[str]]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return {each[0]: each[1:] for each in cells}


def test_every_goal_has_a_row() -> None:
    assert list(rows(table(RESULTS)))[2:] == [goal.what for goal in GOALS]


def test_a_row_says_which_bar_was_reached() -> None:
    found = rows(table(RESULTS))
    assert found["repeated queries, against the hello page"] == ["40 %", "35 %", "60 %", "floor"]
    assert found["revalidated (304), against the hello page"] == ["85 %", "60 %", "85 %", "goal"]
    assert found["the same, p95"] == ["29.9 ms", "20 ms", "10 ms", "**no**"]


def test_of_several_ratios_the_worst_counts() -> None:
    assert rows(table(RESULTS))["the 500th scrolled batch against the first"][0] == "1.20x"


def test_what_was_not_measured_is_said_to_be() -> None:
    assert rows(table(RESULTS))["start until the first page"] == ["not measured", "2 s", "0.70 s", ""]
    assert rows(table({"keys": {"12000": None}}))["start until the first page"][0] == "not measured"


def test_an_earlier_run_stands_beside() -> None:
    before = {"asking": {"12000": {"cold": {"median": 0.0241, "p95": 0.1}}}}
    found = rows(table(RESULTS, before))
    assert found["what"] == ["before", "measured", "floor", "goal", "reached"]
    assert found["processor for a different query, median"] == ["24.1 ms", "4.10 ms", "8 ms", "4 ms", "floor"]


def test_less_is_better_but_where_more_is() -> None:
    fewer = Goal("", 8, 4, "", lambda results: 0.0)
    more = Goal("", 8, 40, "", lambda results: 0.0, is_more_better=True)
    assert [fewer.verdict(value) for value in (3, 4, 8, 9)] == ["goal", "goal", "floor", "**no**"]
    assert [more.verdict(value) for value in (41, 40, 8, 7)] == ["goal", "goal", "floor", "**no**"]


def test_numbers_have_three_digits() -> None:
    assert [said(value, "x") for value in (0.25, 1.234, 12.34, 123.4, 1_234.5, 3.0)] == [
        "0.25x",
        "1.23x",
        "12.3x",
        "123x",
        "1,234x",
        "3x",
    ]


def test_every_ratio_stands_before_what_is_none() -> None:
    ratios = [goal.unit in ("x", " %") for goal in goals.GOALS]
    assert ratios == sorted(ratios, reverse=True)
