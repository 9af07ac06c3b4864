"""When to fetch a feed again, and how: decided from how it went before, and nothing else. Called after each fetch.

The rules are those of readers that servers like to see: no feed more often than every quarter of an hour, or than the
server, the feed or the operator want; a feed without conditions once a day at the most; longer waits after failures.
Times are seconds since 1970 in UTC.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from http import HTTPStatus

from index.entries import Standing
from index.errors import SourceError

HOUR = 3_600
DAY = 24 * HOUR
SHORTEST = HOUR // 4
LONGEST = 30 * DAY
LONGEST_BACKOFF = DAY
MOST_UNCHANGED = 50
"""Answers "not modified" in a row, after which a server has to prove that it can say anything else."""
MOVES = 3
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_UNITS = ((DAY, "day"), (HOUR, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer, and what it says about the next one."""

    status: int
    """200 or 304."""
    lifetime: int | None
    """Seconds for which the server says that it stays fresh; None where it says nothing."""
    moved_to: str
    """Where permanent redirects alone led."""
    asked: int
    """Seconds between two fetches that the feed itself asks for; 0 is nothing."""
    was_conditional: bool
    is_own_file: bool = False
    """A file on this machine, which nobody minds to be read at any time."""
    is_comparable: bool = True
    """False where the answer has no ETag and no Last-Modified: the next request cannot have conditions."""


def conditions(standing: Standing, etag: str, modified: str, now: int) -> tuple[str, str]:
    """Give the validators to send. None are sent now and then, as some servers say "not modified" for ever."""
    return ("", "") if _is_whole_due(standing, now) else (etag, modified)


def after_answer(standing: Standing, answer: Answer, interval: int, now: int) -> Standing:
    """Give the standing after a good answer. `interval` is what the operator wants between two fetches."""
    is_not_modified = answer.status == HTTPStatus.NOT_MODIFIED
    wait, reason = (interval, "it is a file") if answer.is_own_file else _wait(answer, interval)
    return replace(
        _moved(standing, answer.moved_to, now),
        next=now + wait,
        reason=reason,
        status=answer.status,
        failures=0,
        failing_since=None,
        unchanged=standing.unchanged + 1 if is_not_modified else 0,
        whole=standing.whole if answer.was_conditional else now,
    )


def after_failure(standing: Standing, error: SourceError, interval: int, now: int, dice: random.Random) -> Standing:
    """Give the standing after a fetch that gave no feed: wait twice as long each time, or as the server asks."""
    status: int = getattr(error, "status", 0)
    failed = replace(
        standing,
        status=status,
        failures=standing.failures + 1,
        failing_since=now if standing.failing_since is None else standing.failing_since,
        whole=now if _is_whole_due(standing, now) else standing.whole,  # a failed try is a try
    )
    if status == HTTPStatus.GONE:
        return replace(failed, next=None, reason="the server says that it is gone for good (410)")
    asked: int | None = getattr(error, "retry_after", None)
    wait, reason = _backoff(failed.failures, max(interval, SHORTEST), asked, status, dice)
    return replace(failed, next=now + wait, reason=reason)


def adopted(standing: Standing, now: int) -> str:
    """Give the new address of a feed, once a permanent redirect has held for a day; else nothing."""
    has_held = standing.moved_since is not None and now - standing.moved_since >= DAY
    return standing.moved_to if has_held and standing.moves >= MOVES else ""


def _is_whole_due(standing: Standing, now: int) -> bool:
    """Say whether to ask without conditions, although there are some."""
    if standing.whole is None:
        return True
    age = now - standing.whole
    is_doubtful = standing.unchanged >= MOST_UNCHANGED or (standing.unchanged > 0 and age >= 7 * DAY)
    return is_doubtful and age >= DAY


def _wait(answer: Answer, interval: int) -> tuple[int, str]:
    """Give the longest of the times that somebody wants, and who that is."""
    wants = [
        (interval, f"feeds are fetched {_every(interval)}"),
        (answer.lifetime or 0, f"the server said max-age={answer.lifetime}"),
        (answer.asked, "the feed asks for it (ttl)"),
        (0 if answer.is_comparable else DAY, "its server cannot tell what has changed (no ETag, no Last-Modified)"),
        (SHORTEST, f"no feed is fetched more often than {_every(SHORTEST)}"),
    ]
    wait, reason = max(wants, key=lambda want: want[0])
    return (wait, reason) if wait <= LONGEST else (LONGEST, f"{reason}, and none waits longer than {_words(LONGEST)}")


def _backoff(failures: int, interval: int, asked: int | None, status: int, dice: random.Random) -> tuple[int, str]:
    asked = None if asked is None else max(interval, min(asked, LONGEST))
    longest = min(interval * 2 ** min(failures, 10), LONGEST_BACKOFF)
    own = max(interval, round(longest * dice.uniform(0.75, 1)))
    if asked is not None and (status in _BUSY or asked > own):
        return asked, f"the server asked to wait {_words(asked)} (Retry-After)"
    return own, "it failed once" if failures == 1 else f"it failed {failures} times in a row"


def _moved(standing: Standing, moved_to: str, now: int) -> Standing:
    if not moved_to:
        return replace(standing, moved_to="", moved_since=None, moves=0)
    if moved_to == standing.moved_to:
        return replace(standing, moves=standing.moves + 1)
    return replace(standing, moved_to=moved_to, moved_since=now, moves=1)


def _every(seconds: int) -> str:
    words = _words(seconds)
    unit = words.removeprefix("1 ")
    return f"every {words}" if unit == words else f"once {'an' if unit == 'hour' else 'a'} {unit}"


def _words(seconds: int) -> str:
    """Give a time in words: "90 minutes", "2 hours", "28 hours", "30 days"."""
    units = ((size, unit) for size, unit in _UNITS if seconds >= 10 * size or (seconds and seconds % size == 0))
    size, unit = next(units, _UNITS[-1])
    count = round(seconds / size)
    return f"{count} {unit}{'' if count == 1 else 's'}"
