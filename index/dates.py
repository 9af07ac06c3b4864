"""Dates as people write them in queries: a year, a month or a day, and ranges of these, ends included."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

FIRST_YEAR, LAST_YEAR = 1, 9999
_PARTIAL = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Days:
    """A run of days, both ends included."""

    first: date = date.min
    last: date = date.max


def partial(text: str) -> str | None:
    """Give `2019`, `2019-03` or `2019-03-07`, the nearest real date to `text`, or None for no date at all.

    `2019-2-30` gives `2019-02-28`: a part that is too large or too small becomes the nearest valid one.
    """
    match = _PARTIAL.fullmatch(text.strip())
    if not match:
        return None
    year = _clamp(int(match[1]), FIRST_YEAR, LAST_YEAR)
    if match[2] is None:
        return f"{year:04}"
    month = _clamp(int(match[2]), 1, 12)
    if match[3] is None:
        return f"{year:04}-{month:02}"
    day = _clamp(int(match[3]), 1, calendar.monthrange(year, month)[1])
    return f"{year:04}-{month:02}-{day:02}"


def days(text: str) -> Days:
    """Give the days that a partial date covers; `text` is as `partial` gives it."""
    parts = [int(part) for part in text.split("-")]
    match parts:
        case [year]:
            return Days(date(year, 1, 1), date(year, 12, 31))
        case [year, month]:
            return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
        case [year, month, day]:
            return Days(date(year, month, day), date(year, month, day))
    raise ValueError(f"not a partial date: {text!r}")


def day_range(text: str) -> Days | None:
    """Read `2014`, `2014-02..2014-04`, `2014..`, `..2014`, `>=2019`, `>`, `<=` or `<`; None for anything else."""
    compared = re.fullmatch(r"(>=|<=|>|<)(.+)", text)
    if compared:
        return _compared(compared[1], partial(compared[2]))
    first, dots, last = text.partition("..")
    low = partial(first) if first else None
    high = partial(last) if last else None
    if (first and low is None) or (last and high is None) or not (low or high):
        return None
    if not dots:
        return days(low) if low else None
    return Days(days(low).first if low else date.min, days(high).last if high else date.max)


def _compared(sign: str, text: str | None) -> Days | None:
    if text is None:
        return None
    span = days(text)
    match sign:
        case ">=":
            return Days(first=span.first)
        case "<=":
            return Days(last=span.last)
        case ">":
            return Days(first=_shifted(span.last, 1))
    return Days(last=_shifted(span.first, -1))


def _shifted(day: date, by: int) -> date:
    return date.fromordinal(_clamp(day.toordinal() + by, date.min.toordinal(), date.max.toordinal()))


def _clamp(number: int, low: int, high: int) -> int:
    return max(low, min(number, high))
