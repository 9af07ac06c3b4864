"""When the hits were written, as a row of bars: one for each year, and one for each month of a chosen year."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index import FacetValue, Page, Query
from webapp import urls
from webapp.controls import Control, control, leading

MOST_BARS = 60
"""Years from the first to the last; of a longer span, only those with entries have bars."""
HEIGHT = 100


class Bar(NamedTuple):
    """A bar: `height` is of HEIGHT; `period` as a partial date."""

    control: Control
    period: str
    height: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A row of bars; `since` and `until` are the ends of what is chosen, as partial dates."""

    unit: str
    title: str
    bars: tuple[Bar, ...]
    up: Control | None
    """Back from the months of a year to all years."""
    since: str
    until: str
    form_pairs: tuple[tuple[str, str], ...]
    """What the form that chooses a range has to keep of the state."""


def build(page: Page, months: Page | None = None) -> Chart | None:
    """Make the chart of a page of results: months in a chosen year, or where there is one year only; else years.

    `months` is the page of the whole year that a range of months is in (see `year_of`).
    """
    years = sorted(int(value.value) for value in page.facets["year"].values)
    year = page.query.year or year_of(page.query) or (years[0] if len(years) == 1 else None)
    if not years or (page.query.month and not page.query.year):
        return None
    bars = _scaled(_months(page.query, months or page, year) if year else _years(page, years))
    kept = page.query.with_(year=None, month=None, since="", until="")
    first, last = bars[0].period, bars[-1].period
    since, until = _ends(page.query)
    return Chart(
        unit="month" if year else "year",
        title=f"Entries by month in {year}" if year else "Entries by year",
        bars=bars,
        up=control("all-years", "All years", kept) if year and len(years) > 1 else None,
        since=min(max(since, first), last),
        until=max(min(until or last, last), first),
        form_pairs=tuple(kept.pairs()),
    )


def year_of(query: Query) -> int | None:
    """Give the year that both ends of a range are in."""
    first, last = _ends(query)
    return int(first[:4]) if first and first[:4] == last[:4] else None


def _years(page: Page, years: Sequence[int]) -> Iterator[tuple[str, Control]]:
    """Give each year, as a partial date, with what leads to it."""
    counts = _counts(page.facets["year"].values)
    since, until = _ends(page.query)
    first = str(years[0])
    parameters = urls.varying(urls.of(page.query.choosing("year", first)), "year", first)
    for year in range(years[0], years[-1] + 1) if years[-1] - years[0] < MOST_BARS else years:
        name, period = str(year), f"{year:04}"
        is_on = bool(since or until) and (since[:4] or "0000") <= period <= (until[:4] or "9999")
        yield period, leading(f"bar-{year}", name, parameters(name), counts.get(name, 0), is_on)


def _months(query: Query, whole: Page, year: int) -> Iterator[tuple[str, Control]]:
    """Give each month of a year, as a partial date, with what leads to it."""
    counts = _counts(whole.facets["month"].values)
    chosen = query.choosing("year", str(year))
    parameters = urls.varying(urls.of(chosen.with_(month=1)), "month", "1")
    for month in range(1, 13):
        name, period = calendar.month_name[month], f"{year:04}-{month:02}"
        count, is_on = counts.get(str(month), 0), _is_within(period, query)
        yield period, leading(f"bar-{year}-{month}", name, parameters(str(month)), count, is_on)


def _is_within(month: str, query: Query) -> bool:
    """Tell whether a month is one of those that are asked for, where not the whole year is."""
    first, last = _ends(query)
    return bool(first and last) and first[:7] <= month and month[: len(last)] <= last


def _scaled(controls: Iterable[tuple[str, Control]]) -> tuple[Bar, ...]:
    """Make bars of which the largest is HEIGHT, and whatever is there can be seen."""
    found = [(period, control, control.total or 0) for period, control in controls]
    largest = max((count for _, _, count in found), default=0)
    return tuple(
        Bar(control, period, max(2, round(HEIGHT * count / largest)) if count else 0)
        for period, control, count in found
    )


def _counts(values: Sequence[FacetValue]) -> dict[str, int]:
    return {value.value: value.total for value in values}


def _ends(query: Query) -> tuple[str, str]:
    """Give the first and the last day, month or year that is asked for, in their order."""
    if query.year and query.month:
        return f"{query.year:04}-{query.month:02}", f"{query.year:04}-{query.month:02}"
    if query.since and query.until:
        first, last = sorted([query.since, query.until])
        return first, last
    return query.since, query.until
