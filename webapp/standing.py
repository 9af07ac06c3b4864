"""How feeds are doing, in plain words: for the page of feeds, for `feedsift feeds` and for a line on the browse page.

A page is for everybody, so what it says names no path, no query and no user of a feed's address, and no file.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from index import Attempt, Feed
from webapp import wording
from webapp.filters import host

PATIENCE = 86_400
"""Seconds for which a server may say that it is busy, and a feed may be due, without anybody having to look."""
_BUSY = (429, 503)


class State(StrEnum):
    """How a feed is doing, as `feeds --json` names it."""

    FRESH = "fresh"
    MOVED = "moved"
    FILE = "file"
    NEW = "new"
    DUE = "due"
    BUSY = "busy"
    FAILING = "failing"
    GONE = "gone"

    @property
    def kind(self) -> str:
        """Whether that is well, has to wait, or needs a look: what is counted."""
        if self in (State.FAILING, State.GONE):
            return "trouble"
        return "waiting" if self in (State.NEW, State.DUE, State.BUSY) else "well"


@dataclass(frozen=True, slots=True)
class Past:
    """An attempt to fetch a feed: when, what came of it, and what was decided then about the next one (in UTC)."""

    time: int
    outcome: str
    decision: str


@dataclass(frozen=True, slots=True)
class Report:
    """How one feed is doing."""

    feed: Feed
    state: State
    words: str
    """The state: `Not reachable since 21 November 2026`."""
    outcome: str
    """What came of the last fetch."""
    next: str
    """What follows on `Next fetch`: `at 14:20 UTC, because the server said max-age=1800`."""
    error: str
    attempts: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Reports under one heading; without a title there is only this group."""

    title: str
    reports: tuple[Report, ...]


def now() -> int:
    """Give the present, in seconds since 1970."""
    return int(time.time())


def report(feed: Feed, attempts: Sequence[Attempt], at: int, *, is_public: bool) -> Report:
    """Say how a feed is doing at a time; `attempts` are the last ones, newest first."""
    said = feed.public if is_public else str
    fits = bool(attempts) and attempts[0].time == feed.fetched
    return Report(
        feed=feed,
        state=state(feed, at),
        words=_words(feed, at, host if is_public else str),
        outcome="failed" if feed.error else said(attempts[0].outcome) if fits else "succeeded",
        next=_next(feed, at),
        error=feed.public_error if is_public else feed.error,
        attempts=tuple(Past(past.time, _of(feed, said(past.outcome)), _decision(past)) for past in attempts),
    )


def state(feed: Feed, at: int) -> State:
    """Tell how a feed is doing."""
    standing = feed.standing
    if _is_gone(feed):
        return State.GONE
    if feed.error:
        is_patient = standing.status in _BUSY and (feed.fetched or 0) - since(feed) < PATIENCE
        return State.BUSY if is_patient else State.FAILING
    if not feed.url.startswith("http"):
        return State.FILE
    if feed.fetched is None:
        return State.NEW
    if standing.next and standing.next < at - PATIENCE:
        return State.DUE
    return State.MOVED if standing.moved_to else State.FRESH


def since(feed: Feed) -> int:
    """Give when the first attempt failed of those that have failed since the last one that did not."""
    return feed.standing.failing_since or feed.succeeded or feed.added


def groups(reports: Iterable[Report]) -> list[Group]:
    """Put those in front that need a look; the others by folder, where any has one."""
    reports = tuple(reports)
    trouble = tuple(report for report in reports if report.state.kind == "trouble")
    others = [report for report in reports if report.state.kind != "trouble"]
    folders = sorted({report.feed.folder for report in others}, key=lambda name: (not name, name.casefold()))
    found = [Group("Feeds that need a look", trouble)] if trouble else []
    is_alone = not trouble and folders in ([], [""])
    for name in folders:
        title = "" if is_alone else folder(name) or "Other feeds"
        found.append(Group(title, tuple(report for report in others if report.feed.folder == name)))
    return found


def folder(name: str) -> str:
    """Give a folder's name for readers: `News › Local` for `News/Local`."""
    return " › ".join(part for part in name.split("/") if part)


def summary(reports: Iterable[Report]) -> str:
    """Give `95 are well, 3 wait, 2 need a look`."""
    counts = Counter(report.state.kind for report in reports)
    if not counts:
        return ""
    verbs = {"well": ("is well", "are well"), "waiting": ("waits", "wait"), "trouble": ("needs a look", "need a look")}
    if len(counts) == 1:
        ((kind, count),) = counts.items()
        return f"it {verbs[kind][0]}" if count == 1 else f"all {verbs[kind][1]}"
    return ", ".join(f"{counts[kind]:,} {verbs[kind][counts[kind] > 1]}" for kind in verbs if counts[kind])


def unreachable(feeds: Sequence[Feed]) -> str:
    """Give what readers are told where feeds cannot be had; empty where all can.

    Every time in it is that of a failing feed, so the page stays as it is while that fails, whatever else is fetched.
    """
    failing = [feed for feed in feeds if feed.error or _is_gone(feed)]
    if not failing:
        return ""
    first, last = wording.date(min(map(since, failing))), max((feed.succeeded or 0) for feed in failing)
    updated = wording.time(last) if last else ""
    if len(failing) < len(feeds):
        if len(failing) > 1:
            return f"{len(failing):,} of {len(feeds):,} feeds have been unreachable, the first since {first}."
        told = f" It was last updated {updated}." if updated else ""
        return f"One of {len(feeds):,} feeds has been unreachable since {first}.{told}"
    told = f"Last updated {updated}. " if updated else ""
    if len(feeds) == 1:
        return f"{told}The feed has been unreachable since {first}."
    return f"{told}All {len(feeds):,} feeds have been unreachable, the first since {first}."


def _is_gone(feed: Feed) -> bool:
    return feed.standing.next is None and feed.url.startswith("http")


def _words(feed: Feed, at: int, shown: Callable[[str], str]) -> str:
    now = state(feed, at)
    if now is State.MOVED:
        target = shown(feed.standing.moved_to)
        return f"Fresh, moved {'within' if target == shown(feed.url) else 'to'} {target}"
    if now is State.FAILING:
        is_answer = feed.url.startswith("file:") or 200 <= feed.standing.status < 400
        return f"{'Not readable' if is_answer else 'Not reachable'} since {wording.date(since(feed))}"
    if now is State.GONE:
        return f"Gone for good since {wording.date(since(feed))}"
    if now is State.DUE:
        return f"Waits to be fetched since {wording.date(feed.standing.next or at)}"
    if now is State.FILE:
        return "A file" if feed.can_be_fetched else "From standard input"
    return {State.NEW: "Waits for its first fetch", State.BUSY: "Waits, as its server is busy"}.get(now, "Fresh")


def _next(feed: Feed, at: int) -> str:
    if not feed.can_be_fetched:
        return "none, because standard input is read once"
    standing = feed.standing
    if standing.next is None:
        return f"none{_because(standing.reason)}"
    if not standing.next:
        return f"with the next round{_because(standing.reason)}"
    if standing.next <= at:
        return f"due since {wording.time(standing.next)}{_because(standing.reason)}"
    day, clock = wording.time(standing.next).split(", ")
    is_today = wording.date(at) == day
    return f"{f'at {clock}' if is_today else f'on {day} at {clock}'}{_because(standing.reason)}"


def _of(feed: Feed, outcome: str) -> str:
    """Leave out who answered where that is the feed's own host, as beside its name that goes without saying."""
    try:
        return outcome.removeprefix(f"{urlsplit(feed.url).hostname} ")
    except ValueError:
        return outcome


def _decision(past: Attempt) -> str:
    when = "none" if past.next is None else wording.short_time(past.next) if past.next else "with the next round"
    return when + _because(past.reason)


def _because(reason: str) -> str:
    return f", because {reason}" if reason else ""
