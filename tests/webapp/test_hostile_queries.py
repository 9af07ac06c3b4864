"""Texts that nobody honest searches for are answered or refused, at every address that takes one."""

from __future__ import annotations

import random

import pytest
from flask.testing import FlaskClient

from tests.hostile_queries import PATHS, QUERIES, Costs, addresses
from tests.plenty import Plenty
from tests.visitors import Answer

PLENTY = Plenty(60)
ASKED = dict(addresses(PLENTY, random.Random(1)))


@pytest.mark.parametrize("name", ASKED)
def test_a_hostile_text_is_answered_or_refused(client: FlaskClient, name: str) -> None:
    status = client.get(ASKED[name]).status_code
    assert status == 200 or 400 <= status < 500


def test_every_text_is_asked_at_every_path() -> None:
    assert len(ASKED) == len(QUERIES) * len(PATHS)


def test_the_best_time_counts_and_an_error_always() -> None:
    costs = Costs()
    for seconds, status in ((0.9, 200), (0.1, 413), (0.5, 500)):
        costs.note("a", seconds, Answer(status, {}, b""))
    costs.note("a", 0.2, None)
    assert (costs.seconds, costs.wrong) == ({"a": 0.1}, ["a: 500", "a: no answer"])
    assert costs.tell() == 1


def test_what_is_never_answered_in_time_misses_the_bar() -> None:
    costs, refused = Costs(), Answer(503, {"retry-after": "1"}, b"")
    costs.note("a", 0.1, refused)
    assert costs.wrong == []
    assert costs.tell() == 1
    costs.note("a", 0.2, Answer(200, {}, b""))
    costs.note("a", 0.1, refused)
    assert costs.tell() == 0
