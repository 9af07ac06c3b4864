"""Dates as people write them in queries: a year, a month or a day, and ranges of these, ends included."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from itertools import product

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


def day_range(text: str) -> tuple[Days, str] | None:
    """Read `2014`, `2014-02..2014-04`, `2014..`, `..2014`, `>=2019`, `>`, `<=` or `<`; None for anything else.

    Gives with the days how the text was read, or an empty one where that is just what it says: a part out of range
    becomes the nearest that exists, and a range that ends before it begins is turned round.
    """
    compared = re.fullmatch(r"(>=|<=|>|<)(.+)", text)
    if compared:
        sign, read = compared[1], partial(compared[2])
        return (_compared(sign, days(read)), "" if _is_same(compared[2], read) else sign + read) if read else None
    ends = text.split("..", maxsplit=1)
    read_ends = [partial(end) if end else "" for end in ends]
    if None in read_ends or not any(read_ends):
        return None
    known = [end or "" for end in read_ends]
    if all(known) and days(known[0]).first > days(known[-1]).last:
        known.reverse()
    is_same = all(map(_is_same, ends, known))
    return between(known[0], known[-1]), "" if is_same else "..".join(known)


def written(span: Days) -> tuple[str, str]:
    """Give the shortest partial dates that begin and end a run of days; empty where it is open at that end."""
    sinces = [""] if span.first == date.min else _spellings(span.first)
    untils = [""] if span.last == date.max else _spellings(span.last)
    pairs = sorted(product(sinces, untils), key=lambda ends: _is_nested(*ends))
    return next(ends for ends in pairs if between(*ends) == span)


def _is_nested(since: str, until: str) -> bool:
    """Tell whether one end lies inside of the other, as a day in its year: right, but hard to read."""
    return since != until and bool(since and until) and (since.startswith(until) or until.startswith(since))


def between(since: str, until: str) -> Days:
    """Give the days from one partial date to another, ends included; an empty one leaves that end open.

    An end that lies before the beginning changes places with it.
    """
    first = days(since).first if since else date.min
    last = days(until).last if until else date.max
    return Days(first, last) if first <= last else Days(days(until).first, days(since).last)


def _spellings(day: date) -> list[str]:
    return [f"{day.year:04}", f"{day.year:04}-{day.month:02}", day.isoformat()]


def _is_same(text: str, read: str | None) -> bool:
    """Tell whether a date was read just as it was written, but for leading zeros."""
    return read is not None and re.findall(r"[1-9][0-9]*", text) == re.findall(r"[1-9][0-9]*", read)


def _compared(sign: str, span: Days) -> Days:
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
