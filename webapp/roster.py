"""What `feedsift feeds` prints: how every feed is doing, for the operator, so with whole addresses and errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from index import Feed, Library
from webapp import standing, wording
from webapp.console import one_line
from webapp.standing import Report

SHOWN = 3
"""Attempts that are printed of a feed that needs a look."""
_NONE = "There are no feeds yet; `feedsift add SOURCE` takes one in."


def as_json(library: Library) -> str:
    """Give everything that is known, as a list of objects. Times are seconds since 1970 in UTC."""
    now = standing.now()
    return json.dumps([_object(library, feed, now) for feed in library.feeds()], indent=2, ensure_ascii=False)


def lines(library: Library) -> Iterator[str]:
    """Give a block of lines for each feed, those first that need a look, and a last line that sums up."""
    now = standing.now()
    reports = [standing.report(feed, library.attempts(feed), now, is_public=False) for feed in library.feeds()]
    if not reports:
        yield _NONE
        return
    width = len(str(max(report.feed.id for report in reports)))
    for group in standing.groups(reports):
        for report in group.reports:
            yield from _block(report, width)
    yield f"{len(reports):,} {'feed' if len(reports) == 1 else 'feeds'}: {standing.summary(reports)}."


def _object(library: Library, feed: Feed, now: int) -> dict[str, Any]:
    attempts = [asdict(attempt) for attempt in library.attempts(feed)]
    return {**asdict(feed), "state": standing.state(feed, now), "attempts": attempts}


def _block(report: Report, width: int) -> Iterator[str]:
    yield f"{report.feed.id:>{width}}  {one_line(report.feed.title)}"
    for name, text in _facts(report):
        yield f"{'':{width}}  {name:<13}{one_line(text)}"
    yield ""


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    feed = report.feed
    yield "State", report.words
    yield "Entries", f"{feed.entries:,}"
    yield "Address", feed.url
    yield from ((name, text) for name, text in (("Site", feed.site), ("Folder", feed.folder)) if text)
    if report.error:
        yield "Last error", report.error
    yield "Last fetch", f"{wording.time(feed.fetched)}: {report.outcome}" if feed.fetched else "none yet"
    if report.error and feed.succeeded:
        yield "Last success", wording.time(feed.succeeded)
    yield "Next fetch", report.next
    if report.state.kind == "trouble":
        for past in report.attempts[:SHOWN]:
            yield "Attempt", f"{wording.time(past.time)}: {past.outcome}"
