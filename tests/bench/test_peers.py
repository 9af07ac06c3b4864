"""Peers are asked the same as Feedsift, each in its own language."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.bench import limits, peers
from tests.bench.libraries import Measured
from tests.bench.queries import Question

ASKED = Question("three facets", "sea -boat", "sea NOT boat", ("ropes", "knots"), 2014, 5)


def test_datasette_is_asked_for_words_tags_dates_and_facets() -> None:
    (address,) = peers.unmarked(ASKED, "real")
    parts = urlsplit(address)
    assert parts.path == "/real/entries"
    assert parse_qsl(parts.query) == [
        ("_search", "sea NOT boat"),
        ("_searchmode", "raw"),
        ("tags__arraycontains", "ropes"),
        ("tags__arraycontains", "knots"),
        ("year", "2014"),
        ("month", "5"),
        ("_facet_array", "tags"),
        ("_facet", "year"),
        ("_size", "20"),
    ]


def test_without_words_datasette_does_not_search() -> None:
    (address,) = peers.addresses(Question("everything"), "real")
    assert "_search" not in address


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (ASKED, 'sea -boat tags:"ropes" tags:"knots" year:2014 month:5'),
        (Question("", "sea OR boat", "sea OR boat", ("ropes",)), '(sea OR boat) tags:"ropes"'),
        (Question(""), ""),
    ],
)
def test_tantivy_is_asked_in_its_own_language(question: Question, text: str) -> None:
    assert limits.tantivy_text(question) == text


def test_fts5_finds_what_the_filters_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        (1, "2014-05-01", 2014, 5, "Low tide", "sea and rope", '["ropes", "knots"]'),
        (2, "2014-06-01", 2014, 6, "High tide", "sea and boat", '["ropes"]'),
        (3, "2015-06-01", 2015, 6, "No tide", "the sea", "[]"),
    ]
    monkeypatch.setattr(peers, "KEPT", tmp_path)
    monkeypatch.setattr(peers, "_rows", lambda measured: iter(rows))
    (tmp_path / "about.json").touch()
    database = peers.database(Measured("three", tmp_path, 3))
    with closing(sqlite3.connect(database)) as connection:
        marked = urlsplit(peers.addresses(ASKED, "three")[1])
        assert marked.path == "/three/marked"
        values = dict(parse_qsl(marked.query, keep_blank_values=True))
        assert [row[0] for row in connection.execute(peers.MARKED, values)] == [1]
        values |= {"wanted": "[]", "words": "tide", "year": "", "month": ""}
        assert {row[3] for row in connection.execute(peers.MARKED, values)} == {
            "Low <mark>tide</mark>", "High <mark>tide</mark>", "No <mark>tide</mark>"
        }  # fmt: skip
    with limits.asked_by_sql(database) as connection:
        found = limits.counted(connection, Question("", "sea", "sea", ("ropes",), 2014))
        assert found == [[(1,), (2,)], [(2,)], [("ropes", 2), ("knots", 1)], [(2014, 2)]]
        assert limits.counted(connection, ASKED)[1:3] == [[(1,)], [("knots", 1), ("ropes", 1)]]
        assert limits.counted(connection, Question(""))[1] == [(3,)]
