import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.entries import Standing
from index.errors import FetchError, SourceError
from index.fetching.policy import (
    DAY,
    HOUR,
    LONGEST,
    SHORTEST,
    Answer,
    adopted,
    after_answer,
    after_failure,
    conditions,
)

NOW = 1_000_000_000
FRESH = Answer(200, None, "", 0, was_conditional=False)
SAME = Answer(304, None, "", 0, was_conditional=True)
ETAG, MODIFIED = '"x"', "today"

seconds = st.integers(0, 400 * DAY)
intervals = st.integers(60, 366 * DAY)
answers = st.builds(
    Answer,
    status=st.sampled_from([200, 304]),
    lifetime=st.none() | seconds,
    moved_to=st.sampled_from(["", "https://b.example/", "https://c.example/"]),
    asked=seconds,
    was_conditional=st.booleans(),
)
failures = st.builds(
    FetchError,
    st.just("no"),
    status=st.sampled_from([0, 301, 401, 403, 404, 429, 500, 503]),
    retry_after=st.none() | seconds,
)


def dice() -> random.Random:
    return random.Random(7)


# --- good answers ---


@given(answers, intervals)
def test_a_feed_waits_for_whoever_wants_the_longest_wait_within_bounds(answer: Answer, interval: int) -> None:
    wait = (after_answer(Standing(), answer, interval, NOW).next or 0) - NOW
    wants = [SHORTEST, interval, answer.lifetime or 0, answer.asked]
    assert wait == min(LONGEST, max(wants))
    assert wait >= SHORTEST


@pytest.mark.parametrize(
    ("interval", "lifetime", "asked", "wait", "reason"),
    [
        (HOUR, None, 0, HOUR, "feeds are fetched once an hour"),
        (HOUR, 1_800, 1_800, HOUR, "feeds are fetched once an hour"),
        (HOUR, HOUR, HOUR, HOUR, "feeds are fetched once an hour"),
        (1_800, None, 0, 1_800, "feeds are fetched every 30 minutes"),
        (DAY, None, 0, DAY, "feeds are fetched once a day"),
        (2 * HOUR, None, 0, 2 * HOUR, "feeds are fetched every 2 hours"),
        (60, None, 0, SHORTEST, "no feed is fetched more often than every 15 minutes"),
        (60, 1_800, 0, 1_800, "the server said max-age=1800"),
        (60, 900, 7_200, 7_200, "the feed asks for it (ttl)"),
        (60, 0, 0, SHORTEST, "no feed is fetched more often than every 15 minutes"),
        (60, 40 * DAY, 0, 30 * DAY, "the server said max-age=3456000, and none waits longer than 30 days"),
    ],
)
def test_the_reason_names_who_wants_it(interval: int, lifetime: int | None, asked: int, wait: int, reason: str) -> None:
    standing = after_answer(Standing(), replace(FRESH, lifetime=lifetime, asked=asked), interval, NOW)
    assert ((standing.next or 0) - NOW, standing.reason) == (wait, reason)


def test_a_file_may_be_read_at_any_time() -> None:
    answer = replace(FRESH, asked=DAY, is_own_file=True)
    standing = after_answer(Standing(), answer, 10, NOW)
    assert (standing.next, standing.reason) == (NOW + 10, "it is a file")


def test_a_good_answer_ends_a_row_of_failures() -> None:
    failing = Standing(failures=3, failing_since=NOW - DAY, status=500)
    standing = after_answer(failing, SAME, HOUR, NOW)
    assert (standing.failures, standing.failing_since, standing.status) == (0, None, 304)


# --- conditions ---


def test_validators_are_sent_as_they_are() -> None:
    standing = after_answer(Standing(), FRESH, HOUR, NOW)
    assert conditions(standing, ETAG, MODIFIED, NOW + HOUR) == (ETAG, MODIFIED)


def test_answers_that_nothing_changed_are_counted_until_one_says_otherwise() -> None:
    standing = Standing(whole=NOW)
    for number in range(1, 4):
        standing = after_answer(standing, SAME, HOUR, NOW)
        assert standing.unchanged == number
    assert after_answer(standing, replace(SAME, status=200), HOUR, NOW).unchanged == 0


@pytest.mark.parametrize(
    ("unchanged", "age", "is_whole"),
    [
        (49, 2 * DAY, False),
        (50, 2 * DAY, True),
        (51, 2 * DAY, True),
        (50, DAY - 1, False),
        (50, DAY, True),
        (1, 7 * DAY - 1, False),
        (1, 7 * DAY, True),
        (0, 30 * DAY, False),  # it has just sent something new
        (500, -DAY, False),  # the clock was set back
    ],
)
def test_doubtful_answers_lead_to_a_request_without_conditions(unchanged: int, age: int, is_whole: bool) -> None:
    standing = Standing(unchanged=unchanged, whole=NOW - age)
    assert (conditions(standing, ETAG, MODIFIED, NOW) == ("", "")) == is_whole


@given(st.lists(st.tuples(st.sampled_from(["same", "new", "fail"]), st.integers(SHORTEST, 2 * DAY)), max_size=400))
def test_no_feed_is_asked_without_conditions_twice_in_a_day(steps: list[tuple[str, int]]) -> None:
    standing, now, whole = after_answer(Standing(), FRESH, HOUR, NOW), NOW, [NOW]
    for what, wait in steps:
        now += wait
        is_whole = conditions(standing, ETAG, "", now) == ("", "")
        if is_whole:
            whole.append(now)
        if what == "fail":
            standing = after_failure(standing, FetchError("no"), HOUR, now, dice())
        else:
            status = 304 if what == "same" and not is_whole else 200
            standing = after_answer(standing, Answer(status, None, "", 0, not is_whole), HOUR, now)
    assert all(later - earlier >= DAY for earlier, later in itertools.pairwise(whole))


@given(st.integers(0, 6))
def test_a_server_that_says_for_ever_that_nothing_changed_is_asked_whole_within_a_week(hours: int) -> None:
    standing, now = after_answer(Standing(), FRESH, HOUR, NOW), NOW
    while conditions(standing, ETAG, "", now) == (ETAG, ""):
        now += (hours + 1) * HOUR
        standing = after_answer(standing, SAME, HOUR, now)
    assert now - NOW <= 7 * DAY + 7 * HOUR


# --- failures ---


@given(failures, st.integers(0, 10_000), intervals)
def test_after_a_failure_a_feed_waits_within_bounds(error: FetchError, count: int, interval: int) -> None:
    standing = after_failure(Standing(failures=count), error, interval, NOW, dice())
    wait = (standing.next or 0) - NOW
    assert max(SHORTEST, interval) <= wait
    if error.retry_after is None:
        assert wait <= max(DAY, interval)
    else:
        assert wait >= min(error.retry_after, LONGEST)
        assert wait <= max(LONGEST, interval)


@given(st.integers(0, 2**31), st.sampled_from([429, 503]), st.integers(SHORTEST, LONGEST))
def test_a_busy_server_is_obeyed_within_bounds(asked: int, status: int, interval: int) -> None:
    error = FetchError("busy", status, asked)
    standing = after_failure(Standing(failures=9), error, interval, NOW, dice())
    assert (standing.next or 0) - NOW == min(max(asked, interval), LONGEST)
    assert standing.reason.startswith("the server asked to wait ")


@given(st.integers(0, 1_000))
def test_waits_double_up_to_a_day_and_are_not_all_the_same(seed: int) -> None:
    standing, waits = Standing(), []
    for _ in range(12):
        standing = after_failure(standing, SourceError("no"), HOUR, NOW, random.Random(seed))
        waits.append((standing.next or 0) - NOW)
    assert waits == sorted(waits)
    for number, wait in enumerate(waits, 1):
        longest = min(DAY, HOUR * 2**number)
        assert 0.75 * longest - 1 <= wait <= longest


def test_feeds_that_fail_together_do_not_come_back_together() -> None:
    shared = random.Random(7)
    waits = {after_failure(Standing(failures=2), SourceError("no"), HOUR, NOW, shared).next for _ in range(50)}
    assert len(waits) > 40


@pytest.mark.parametrize(
    ("failures_before", "error", "reason"),
    [
        (0, FetchError("no", 500), "it failed once"),
        (2, FetchError("no"), "it failed 3 times in a row"),
        (2, SourceError("no feed"), "it failed 3 times in a row"),
        (0, FetchError("no", 429, 2 * HOUR), "the server asked to wait 2 hours (Retry-After)"),
        (0, FetchError("no", 503, 5_400), "the server asked to wait 90 minutes (Retry-After)"),
        (0, FetchError("no", 503, 99 * DAY), "the server asked to wait 30 days (Retry-After)"),
        (0, FetchError("no", 500, 3 * DAY), "the server asked to wait 3 days (Retry-After)"),
        (5, FetchError("no", 500, 60), "it failed 6 times in a row"),
    ],
)
def test_the_reason_says_what_went_wrong(failures_before: int, error: SourceError, reason: str) -> None:
    assert after_failure(Standing(failures=failures_before), error, HOUR, NOW, dice()).reason == reason


def test_a_feed_that_is_gone_is_not_fetched_again() -> None:
    standing = after_failure(Standing(), FetchError("gone", 410, 60), HOUR, NOW, dice())
    assert standing.next is None
    assert standing.reason == "the server says that it is gone for good (410)"
    assert standing.status == 410


def test_a_failure_is_remembered_from_its_first_time_on() -> None:
    standing = after_failure(Standing(unchanged=7), FetchError("no", 404), HOUR, NOW, dice())
    standing = after_failure(standing, FetchError("no"), HOUR, NOW + DAY, dice())
    assert (standing.failures, standing.failing_since, standing.status, standing.unchanged) == (2, NOW, 0, 7)


# --- moves ---


def moved(*steps: tuple[str, int]) -> Standing:
    standing = Standing()
    for url, now in steps:
        standing = after_answer(standing, replace(FRESH, moved_to=url), HOUR, now)
    return standing


A, B = "https://a.example/", "https://b.example/"


@pytest.mark.parametrize(
    ("steps", "address"),
    [
        ([], ""),
        ([(A, 0)], ""),
        ([(A, 0), (A, DAY)], ""),
        ([(A, 0), (A, HOUR), (A, DAY - 1)], ""),
        ([(A, 0), (A, HOUR), (A, DAY)], A),
        ([(A, 0), ("", HOUR), (A, 2 * HOUR), (A, DAY), (A, DAY + HOUR)], ""),
        ([(A, 0), (B, HOUR), (A, 2 * HOUR), (A, 3 * HOUR), (A, DAY + HOUR)], ""),
        ([(A, 0), (A, HOUR), (A, DAY), (B, DAY + HOUR)], ""),
        ([(A, 0), (A, HOUR), (A, DAY), ("", DAY + HOUR)], ""),
    ],
)
def test_a_new_address_is_adopted_only_after_it_held(steps: list[tuple[str, int]], address: str) -> None:
    now = steps[-1][1] if steps else 0
    assert adopted(moved(*steps), now) == address


@given(st.lists(st.tuples(answers, st.integers(60, 2 * DAY)), max_size=30))
def test_whatever_is_adopted_was_answered_three_times_in_a_row_over_a_day(steps: list[tuple[Answer, int]]) -> None:
    standing, now, met = Standing(), NOW, []
    for answer, wait in steps:
        now += wait
        met.append((now, answer.moved_to))
        standing = after_answer(standing, answer, HOUR, now)
        if address := adopted(standing, now):
            held = []
            for time, where in reversed(met):
                if where != address:
                    break
                held.append(time)
            assert len(held) >= 3
            assert held[0] - held[-1] >= DAY


# --- servers that cannot compare ---


def test_a_feed_without_validators_is_fetched_once_a_day() -> None:
    standing = after_answer(Standing(), replace(FRESH, is_comparable=False), HOUR, NOW)
    assert standing.next == NOW + DAY
    assert "no ETag" in standing.reason
    assert after_answer(Standing(), replace(FRESH, is_comparable=False), 2 * DAY, NOW).next == NOW + 2 * DAY
