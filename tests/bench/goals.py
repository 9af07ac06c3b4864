"""What is aimed at, and what of a run's results is held against it. Called by the report.

Results are plain values by part and library, as tests.bench.parts makes them and JSON keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.libraries import LARGE, USUAL

Results = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing that is measured; `unit` is what follows a number."""

    what: str
    floor: float
    goal: float
    unit: str
    value: Callable[[Results], float]
    is_more_better: bool = False

    def measured(self, results: Results) -> float | None:
        """Give the value, or None where it was not measured."""
        try:
            return self.value(results)
        except (KeyError, TypeError, ValueError):
            return None

    def verdict(self, value: float) -> str:
        """Say what was reached."""
        sign = 1 if self.is_more_better else -1
        for name, bar in (("goal", self.goal), ("floor", self.floor)):
            if sign * value >= sign * bar:
                return name
        return "**no**"


def table(results: Results, before: Results | None = None) -> str:
    """Write the goals with what was measured, as a table in Markdown; `before` are those of an earlier run."""
    heads = ["what", *(["before"] if before else []), "measured", "floor", "goal", "reached"]
    rows = [_row(goal, results, before) for goal in GOALS]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, ["---"] * len(heads), *rows])


def _row(goal: Goal, results: Results, before: Results | None) -> list[str]:
    value = goal.measured(results)
    old = [said(goal.measured(before), goal.unit)] if before else []
    bars = [said(goal.floor, goal.unit), said(goal.goal, goal.unit)]
    return [goal.what, *old, said(value, goal.unit), *bars, "" if value is None else goal.verdict(value)]


def said(value: float | None, unit: str) -> str:
    """Write a number with its unit: three digits of it, but whole numbers whole."""
    if value is None:
        return "not measured"
    if value == int(value):
        return f"{int(value):,}{unit}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}{unit}"


def _at(*path: str, scale: float = 1.0) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        found: Any = results
        for name in path:
            found = found[name]
        return scale * float(found)

    return value


def _against(which: str, other: str, scale: float = 1.0) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        rates = results["http"][USUAL]
        return scale * float(rates[which]["rate"]) / float(rates[other]["rate"])

    return value


def _worst(start: str) -> Callable[[Results], float]:
    def value(results: Results) -> float:
        found: Iterable[Mapping[str, Any]] = results["deep"][USUAL]
        return max(each["far"] / each["near"] for each in found if each["name"].startswith(start))

    return value


def _indexing(results: Results) -> float:
    found = results["indexing"][USUAL]
    return float(found["Whoosh"]["clock"]) / float(found["Feedsift"]["clock"])


GOALS = [
    Goal("different queries, nothing cached, against Datasette", 12, 40, "x", _against("different", "Datasette"), True),
    Goal("repeated queries, against the hello page", 35, 60, " %", _against("repeated", "hello", 100), True),
    Goal("revalidated (304), against the hello page", 60, 85, " %", _against("304", "hello", 100), True),
    Goal("indexing, against Whoosh's StemmingAnalyzer", 1.5, 3, "x", _indexing, True),
    Goal("page 100 against page 1, 20 entries each", 1.5, 1.1, "x", _worst("20 entries")),
    Goal("the 500th scrolled batch against the first", 1.5, 1.1, "x", _worst("batches")),
    Goal("processor for a different query, median", 8, 4, " ms", _at("asking", USUAL, "cold", "median", scale=1e3)),
    Goal("the same, p95", 20, 10, " ms", _at("asking", USUAL, "cold", "p95", scale=1e3)),
    Goal("at 100,000 entries, median", 25, 10, " ms", _at("asking", LARGE, "cold", "median", scale=1e3)),
    Goal("at 100,000 entries, p95", 90, 40, " ms", _at("asking", LARGE, "cold", "p95", scale=1e3)),
    Goal("a key until its results are painted, p95", 60, 30, " ms", _at("keys", USUAL, "p95", scale=1e3)),
    Goal("3 of 30 entries changed, until all workers show it", 1, 0.3, " s", _at("arriving", USUAL, "running")),
    Goal("start until the first page", 2, 0.7, " s", _at("starting", USUAL, "seconds")),
    Goal("memory of a worker (PSS)", 110, 80, " MB", _at("starting", USUAL, "pss", scale=1e-6)),
    Goal("at 100,000 entries", 300, 180, " MB", _at("starting", LARGE, "pss", scale=1e-6)),
    Goal("first page: HTML, gzipped", 25, 14, " kB", _at("weight", USUAL, "HTML", scale=1e-3)),
    Goal("first page: CSS, gzipped", 8, 6, " kB", _at("weight", USUAL, "CSS", scale=1e-3)),
    Goal("first page: JS, gzipped", 22, 19, " kB", _at("weight", USUAL, "JS", scale=1e-3)),
    Goal("Lighthouse (mobile): performance", 95, 100, "", _at("lighthouse", "performance"), True),
    Goal("Lighthouse: the lowest of the three others", 100, 100, "", _at("lighthouse", "others"), True),
]
"""Ratios first. With 12,000 entries, two workers and four clients, where nothing else is said."""
