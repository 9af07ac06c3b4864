"""How the commands that measure tell an answer in part from a whole one and from a fault."""

from __future__ import annotations

import pytest

from tests.visitors import Answer, Figures

HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "headers", "is_partial"),
    [
        (200, {"cache-control": "no-store", "content-type": HTML}, True),
        (200, {"cache-control": "no-store", "content-type": "application/json"}, True),
        (200, {"cache-control": "no-cache", "content-type": HTML}, False),
        (200, {"cache-control": "no-store", "content-type": "text/plain; charset=utf-8"}, False),  # /healthz
        (503, {"retry-after": "1", "content-type": HTML}, True),
        (503, {"retry-after": "5", "content-type": HTML}, False),
        (500, {"content-type": HTML}, False),
        (304, {}, False),
    ],
)
def test_an_answer_in_part_says_so_itself(status: int, headers: dict[str, str], *, is_partial: bool) -> None:
    assert Answer(status, headers, b"").is_partial == is_partial


def test_the_share_is_of_the_searches() -> None:
    assert Figures(searches=8, partial=2, seconds=[0.1] * 100).share == 0.25
    assert Figures().share == 0
