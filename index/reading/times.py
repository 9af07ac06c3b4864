"""Times as feeds write them: believed where they say a day that there is, and never made up. Called by the formats.

feedparser reads many spellings, but counts on where a date cannot be (30 February is 1 March to it, month 13 the next
January), and takes the current month where it understands but the year. So what it gives is held against the text.
"""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, date, datetime, timedelta

EARLIEST = calendar.timegm((1990, 1, 1, 0, 0, 0))
AHEAD = 24 * 60 * 60
"""Seconds that a date may lie in the future and still be believed."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII)
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?=\d{6}|\d{4}|\D|$)", re.ASCII)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})(:\d\d)?([.,]\d+)?(\s*[+-]\d\d:?\d\d)?(?!\d)", re.ASCII)
_YEAR_ALONE = re.compile(r"\d{4}(-?\d\d)?", re.ASCII)
_DAY_OF_YEAR = re.compile(r"(\d{4})-?(\d{3})(?=T|$)", re.ASCII)
_WEEK = re.compile(r"^\s*\d{4}-?W\d", re.ASCII | re.IGNORECASE)


def believed(text: str, parsed: time.struct_time | None) -> int | None:
    """Give seconds since 1970 in UTC for what feedparser made of a text; None where the text does not say that."""
    try:
        seconds = calendar.timegm(parsed) if parsed else None
    except (ValueError, OverflowError):
        return None
    if seconds is None or not _is_likely(seconds):
        return None
    return seconds if _says(text[:200], datetime.fromtimestamp(seconds, UTC).date()) else None


def rfc_3339(text: str) -> int | None:
    """Give seconds since 1970 in UTC for a time as JSON Feed and Atom write it; without a zone it is in UTC."""
    try:
        if not _RFC_3339.fullmatch(text.strip()):
            return None
        found = datetime.fromisoformat(text.strip().upper().replace(" ", "T", 1).replace(" ", ""))
        seconds = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
    return seconds if _is_likely(seconds) else None


def first_seen(text: str) -> int | None:
    """Give when an entry without a date was first seen, as a library like this one writes it."""
    seconds = rfc_3339(text)
    return seconds if seconds is not None and seconds <= time.time() else None


def _is_likely(seconds: int) -> bool:
    return EARLIEST <= seconds <= time.time() + AHEAD


def _says(text: str, day: date) -> bool:
    """Tell whether a text says this day, or the one before or after it, as it may be in another time zone."""
    clock = _CLOCK.search(text)
    if _WEEK.match(text) or (clock and (int(clock[1]) > 24 or int(clock[2]) > 59)):
        return False
    alone = text.strip()
    if _YEAR_ALONE.fullmatch(alone):
        return _is_beginning(alone.replace("-", ""), day)
    ordinal = _DAY_OF_YEAR.match(alone)
    days = [day + timedelta(days=shift) for shift in (-1, 0, 1)]
    if ordinal:
        return any(one.timetuple()[0::7] == (int(ordinal[1]), int(ordinal[2])) for one in days)
    numbers = re.findall(r"\d+", _COMPACT.sub(r"\1 \2 \3 ", _CLOCK.sub(" ", text)), re.ASCII)
    names = [word[:3].lower() for word in re.findall(r"[a-zA-Z]+", text)]
    # What begins with a number has its month as a number too, or was not understood.
    is_foreign = not text.isascii() and bool(re.match(r"\s*[^\W\d]", text))
    return any(_names(one, numbers, names, is_foreign=is_foreign) for one in days)


def _is_beginning(digits: str, day: date) -> bool:
    """Tell whether a year, or a year and a month, begin on this day."""
    return day.isoformat().replace("-", "").startswith(digits) and f"{day:%m%d}"[len(digits) - 4 :] in ("0101", "01")


def _names(day: date, numbers: list[str], names: list[str], *, is_foreign: bool) -> bool:
    years = {f"{day.year}", f"{day.year % 100:02}"}
    values = [int(number) for number in numbers if len(number) <= 2]
    has_month = day.month in values or _MONTHS[day.month - 1] in names or is_foreign
    return bool(years & {*numbers}) and day.day in values and has_month
