"""A state in plain words: the sentence that is heading, title and live message at once."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import UTC, datetime

from index import Facet, Page, Query, Sort

_ORDERS = {Sort.RELEVANCE: "best match first", Sort.NEWEST: "newest first", Sort.OLDEST: "oldest first"}


def sentence(page: Page) -> str:
    """Give `24 entries for sqlite, tagged django, in 2010, newest first`."""
    parts = [f"{count(page.total)}{_words(page.query)}", *filters(page)]
    if page.total > 1:
        parts.append(_ORDERS[page.query.sort])
    return ", ".join(parts)


def name(page: Page) -> str:
    """Give the state without its count and order: `Entries for sqlite, tagged django`; empty where it is everything."""
    words, others = f"Entries{_words(page.query)}", ", ".join(filters(page))
    return f"{words}{', ' if page.query.text else ' '}{others}" if others else words if page.query.text else ""


def count(total: int) -> str:
    """Give `no entries`, `1 entry`, `24 entries`, as a sentence begins."""
    return "No entries" if total == 0 else "1 entry" if total == 1 else f"{total:,} entries"


def filters(page: Page) -> list[str]:
    """Give each filter of the state in words."""
    query = page.query
    groups = [listed([label(page.facets["tag"], key) for key in group], "or") for group in query.tags]
    words = [f"tagged {listed(groups, 'and')}"] if groups else []
    excluded = [label(page.facets["tag"], key) for key in query.excluded_tags]
    words += [f"not tagged {listed(excluded, 'or')}"] if excluded else []
    words += [f"by {query.author}"] if query.author else []
    words += [f"from {label(page.facets['feed'], query.feed)}"] if query.feed else []
    words += [f"in {when(query)}"] if query.year or query.month else []
    words += [dates(query)] if query.since or query.until else []
    return words


def when(query: Query) -> str:
    """Give `2010`, `March 2010` or `any March`."""
    month = calendar.month_name[query.month] if query.month else ""
    if query.year:
        return f"{month} {query.year}".strip()
    return f"any {month}"


def dates(query: Query) -> str:
    """Give `2008 to 2010`, `since March 2008`, `until 2010` or `on 7 March 2008`."""
    if query.since and query.since == query.until:
        return f"on {day(query.since)}"
    if query.since and query.until:
        first, last = sorted([query.since, query.until])
        return f"{day(first)} to {day(last)}"
    return f"since {day(query.since)}" if query.since else f"until {day(query.until)}"


def day(text: str) -> str:
    """Give a partial date in words: `2008`, `March 2008`, `7 March 2008`."""
    year, *rest = text.split("-")
    month = calendar.month_name[int(rest[0])] if rest else ""
    return " ".join(part for part in (rest[1].lstrip("0") if len(rest) > 1 else "", month, year) if part)


def date(seconds: int) -> str:
    """Give a time's day: `7 March 2008`, in UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%B %Y}"


def time(seconds: int) -> str:
    """Give a time: `7 March 2008, 14:20 UTC`."""
    return f"{date(seconds)}, {datetime.fromtimestamp(seconds, UTC):%H:%M} UTC"


def short_time(seconds: int) -> str:
    """Give a time in UTC where that is said beside it: `7 Mar 2008, 14:20`."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M}"


def label(facet: Facet, value: str) -> str:
    """Give what readers see for a facet's value."""
    return facet.labels.get(value, value)


def listed(items: Sequence[str], word: str) -> str:
    """Give `a, b or c`."""
    return " ".join([", ".join(items[:-1]), word, items[-1]]) if len(items) > 1 else items[0]


def _words(query: Query) -> str:
    return f" for {query.text}" if query.text else ""
