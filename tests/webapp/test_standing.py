from __future__ import annotations

import dataclasses

import pytest

from index import Attempt, Feed, Standing
from tests.unwell import DAY, HOUR, NOW
from webapp import standing
from webapp.standing import State

SINCE = "21 November 2026"
FRESH = Standing(NOW + HOUR, "the server said max-age=3600", 200)
FAILING = Standing(NOW + HOUR, "it failed 3 times in a row", 0, 3, NOW - 2 * DAY)


def feed(known: Standing = FRESH, **said: object) -> Feed:
    """Give a feed that was fetched a minute ago."""
    plain = Feed(1, "https://a.example/feed", "A", "", "", "", 3, NOW - 9 * DAY, NOW - 60, NOW - 60, "")
    return dataclasses.replace(plain, standing=known, **said)


def failing(known: Standing = FAILING, **said: object) -> Feed:
    return feed(known, error="a.example does not answer", succeeded=NOW - 2 * DAY - HOUR, **said)


CASES = [
    (feed(), State.FRESH, "Fresh"),
    (feed(Standing()), State.FRESH, "Fresh"),
    (feed(dataclasses.replace(FRESH, moved_to="https://www.b.example/x?y")), State.MOVED, "Fresh, moved to b.example"),
    (feed(dataclasses.replace(FRESH, moved_to="https://a.example/x")), State.MOVED, "Fresh, moved within a.example"),
    (feed(fetched=None, succeeded=None), State.NEW, "Waits for its first fetch"),
    (feed(Standing(NOW - DAY)), State.FRESH, "Fresh"),
    (feed(Standing(NOW - DAY - HOUR)), State.DUE, "Waits to be fetched since 22 November 2026"),
    (feed(url="file:///a/b.atom"), State.FILE, "A file"),
    (feed(Standing(None, "it is a file"), url="file:///a/b.atom"), State.FILE, "A file"),
    (feed(url="stdin:"), State.FILE, "From standard input"),
    (failing(), State.FAILING, f"Not reachable since {SINCE}"),
    (failing(Standing()), State.FAILING, f"Not reachable since {SINCE}"),
    (failing(dataclasses.replace(FAILING, status=404)), State.FAILING, f"Not reachable since {SINCE}"),
    (failing(dataclasses.replace(FAILING, status=200)), State.FAILING, f"Not readable since {SINCE}"),
    (failing(url="file:///a/b.atom"), State.FAILING, f"Not readable since {SINCE}"),
    (failing(dataclasses.replace(FAILING, status=503)), State.FAILING, f"Not reachable since {SINCE}"),
    (
        failing(Standing(NOW + HOUR, "", 429, 1, NOW - HOUR)),
        State.BUSY,
        "Waits, as its server is busy",
    ),
    (failing(Standing(None, "", 410, 1, NOW - 2 * DAY)), State.GONE, f"Gone for good since {SINCE}"),
]


@pytest.mark.parametrize(
    ("found", "state", "words"), CASES, ids=[f"{words}-{n}" for n, (*_, words) in enumerate(CASES)]
)
def test_a_feed_is_in_one_state_and_that_is_said_in_words(found: Feed, state: State, words: str):
    report = standing.report(found, [], NOW, is_public=True)
    assert (report.state, report.words) == (state, words)


def test_every_state_is_met():
    assert {state for _, state, _ in CASES} == set(State)


def test_a_server_that_is_busy_for_days_needs_a_look():
    busy = failing(Standing(NOW + HOUR, "", 503, 9, NOW - DAY + 1))
    assert standing.state(busy, NOW) is State.BUSY
    assert standing.state(dataclasses.replace(busy, fetched=NOW + DAY), NOW + DAY) is State.FAILING


@pytest.mark.parametrize(
    ("next", "reason", "words"),
    [
        (NOW + 60, "the server said max-age=1800", "at 14:21 UTC, because the server said max-age=1800"),
        (NOW + DAY, "it failed", "on 24 November 2026 at 14:20 UTC, because it failed"),
        (NOW - 60, "there is news", "due since 23 November 2026, 14:19 UTC, because there is news"),
        (NOW, "", "due since 23 November 2026, 14:20 UTC"),
        (0, "", "with the next round"),
        (None, "it is gone for good (410)", "none, because it is gone for good (410)"),
    ],
)
def test_the_next_fetch_comes_with_its_reason(next: int | None, reason: str, words: str):
    assert standing.report(feed(Standing(next, reason)), [], NOW, is_public=True).next == words


def test_standard_input_is_not_read_again():
    report = standing.report(feed(url="stdin:"), [], NOW, is_public=True)
    assert report.next == "none, because standard input is read once"


@pytest.mark.parametrize(
    ("found", "attempts", "outcome"),
    [
        (feed(), [Attempt(NOW - 60, 304, "not modified", None, "")], "not modified"),
        (feed(), [Attempt(NOW - 99, 304, "of another time", None, "")], "succeeded"),
        (feed(), [], "succeeded"),
        (failing(), [Attempt(NOW - 60, 0, "a.example does not answer", None, "")], "failed"),
    ],
)
def test_what_came_of_the_last_fetch_is_what_the_last_attempt_says(found: Feed, attempts: list[Attempt], outcome: str):
    assert standing.report(found, attempts, NOW, is_public=True).outcome == outcome


def test_an_attempt_says_what_was_decided_and_not_again_whose_host_it_was():
    attempts = [
        Attempt(NOW, 404, "a.example answers 404 Not Found", NOW + HOUR, "it failed once"),
        Attempt(NOW, 0, "b.example does not answer", None, ""),
        Attempt(NOW, 200, "3 new", 0, ""),
    ]
    found = standing.report(feed(), attempts, NOW, is_public=True).attempts
    assert [(past.outcome, past.decision) for past in found] == [
        ("answers 404 Not Found", "23 Nov 2026, 15:20, because it failed once"),
        ("b.example does not answer", "none"),
        ("3 new", "with the next round"),
    ]


@pytest.mark.parametrize(
    ("well", "waiting", "trouble", "words"),
    [
        (0, 0, 0, ""),
        (1, 0, 0, "it is well"),
        (0, 0, 1, "it needs a look"),
        (3, 0, 0, "all are well"),
        (98, 0, 2, "98 are well, 2 need a look"),
        (1_200, 1, 1, "1,200 are well, 1 waits, 1 needs a look"),
        (0, 2, 1, "2 wait, 1 needs a look"),
    ],
)
def test_all_feeds_are_summed_up(well: int, waiting: int, trouble: int, words: str):
    feeds = [feed()] * well + [feed(fetched=None)] * waiting + [failing()] * trouble
    assert standing.summary(standing.report(found, [], NOW, is_public=True) for found in feeds) == words


def grouped(*feeds: Feed) -> list[tuple[str, list[int]]]:
    reports = [standing.report(found, [], NOW, is_public=True) for found in feeds]
    return [(group.title, [report.feed.id for report in group.reports]) for group in standing.groups(reports)]


def test_without_folders_and_trouble_there_is_one_group_without_a_title():
    assert grouped(feed(id=1), feed(id=2)) == [("", [1, 2])]
    assert grouped() == []


def test_trouble_comes_first_then_folders_by_name_then_the_rest():
    assert grouped(feed(id=1), failing(id=2, folder="b"), feed(id=3, folder="b"), feed(id=4, folder="A/x")) == [
        ("Feeds that need a look", [2]),
        ("A › x", [4]),
        ("b", [3]),
        ("Other feeds", [1]),
    ]
    assert grouped(failing(id=1)) == [("Feeds that need a look", [1])]


@pytest.mark.parametrize(
    ("feeds", "words"),
    [
        ([], ""),
        ([feed(), feed(fetched=None)], ""),
        ([feed(Standing(None, "it is a file"), url="file:///a")], ""),
        (
            [failing()],
            "Last updated 21 November 2026, 13:20 UTC. The feed has been unreachable since 21 November 2026.",
        ),
        ([feed(error="x", succeeded=None)], "The feed has been unreachable since 14 November 2026."),
        (
            [feed(), failing(), feed()],
            "One of 3 feeds has been unreachable since 21 November 2026."
            " It was last updated 21 November 2026, 13:20 UTC.",
        ),
        ([feed(), feed(Standing(None), succeeded=None)], "One of 2 feeds has been unreachable since 14 November 2026."),
        (
            [feed(), failing(), failing(Standing(None, "", 410, 1, NOW - 5 * DAY))],
            "2 of 3 feeds have been unreachable, the first since 18 November 2026.",
        ),
        (
            [failing(), failing()],
            "Last updated 21 November 2026, 13:20 UTC."
            " All 2 feeds have been unreachable, the first since 21 November 2026.",
        ),
    ],
)
def test_readers_are_told_of_feeds_that_cannot_be_had_and_of_nothing_else(feeds: list[Feed], words: str):
    assert standing.unreachable(feeds) == words


def test_what_readers_are_told_stays_the_same_while_other_feeds_are_fetched():
    then, now = feed(fetched=NOW, succeeded=NOW), feed(fetched=NOW + DAY, succeeded=NOW + DAY)
    still = dataclasses.replace(failing(), fetched=NOW + DAY)
    assert standing.unreachable([then, failing()]) == standing.unreachable([now, still])
