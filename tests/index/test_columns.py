import random
from collections import Counter
from datetime import date

import numpy as np
import pytest

from index import schema
from index.column_types import Lists
from index.columns import Columns, Segment, Selection, Values
from tests.documents import DAY, START


def segment(*documents: tuple[int, int, bool, str, list[int], list[str], str]) -> Segment:
    ids, times, dated, authors, feeds, tags, languages = zip(*documents, strict=True) if documents else [()] * 7
    count = len(ids)
    return Segment(
        ids=np.array(ids, np.int64),
        times=np.array(times, np.int64),
        is_dated=np.array(dated, np.bool_),
        lengths={field: np.arange(1, count + 1, dtype=np.float32) for field in schema.RANKED},
        values={
            "author": lists(*([author] if author else [] for author in authors)),
            "feed": lists(*(list(map(str, given)) for given in feeds)),
            "tag": lists(*tags),
            "language": lists(*([language] for language in languages)),
        },
    )


def lists(*values: list[str]) -> Lists:
    """Give the values of documents as their column has them."""
    labels = list(dict.fromkeys(label for given in values for label in given))
    codes = [labels.index(label) for given in values for label in given]
    return Lists(np.array([len(given) for given in values], np.uint8), np.array(codes, np.uint8), labels)


@pytest.fixture
def columns() -> Columns:
    """Two segments; the document with id 11 is deleted."""
    first = segment(
        (10, START, True, "Ada", [1], ["a", "b"], "en"),
        (11, START + DAY, True, "Bob", [1], ["a"], "de"),
        (12, START + 2 * DAY, False, "", [1, 2], [], "en"),
    )
    second = segment(
        (13, START + 366 * DAY, True, "Ada", [2], ["b"], "de"),
        (14, START, True, "Ada", [], ["c"], "en"),
    )
    return Columns([first, second], [[1], []])


def test_values_are_found_and_counted() -> None:
    values = Values(lists(["x", "y"], [], ["x"], ["z"]), np.ones(4, bool))
    assert values.having(["x"]).tolist() == [True, False, True, False]
    assert values.having(["y", "z", "none"]).tolist() == [True, False, False, True]
    assert values.having([]).tolist() == [False] * 4
    counts = values.counts(Selection.of(np.array([True, True, False, True])))
    assert dict(zip(values.labels, counts.tolist(), strict=True)) == {"x": 1, "y": 1, "z": 1}


def test_no_values_are_no_trouble() -> None:
    values = Values(lists([], []), np.ones(2, bool))
    assert values.having(["x"]).tolist() == [False, False]
    assert values.counts(Selection.of(np.ones(2, bool))).tolist() == []


def test_segments_follow_each_other(columns: Columns) -> None:
    assert columns.ids.tolist() == [10, 11, 12, 13, 14]
    assert columns.live.tolist() == [True, False, True, True, True]
    assert columns.numbers([10, 11, 13, 99]).tolist() == [0, 3]
    assert columns.doubled() == ()


def test_documents_are_ordered_by_time_and_then_as_their_feed_has_them(columns: Columns) -> None:
    assert columns.ids[columns.newest].tolist() == [13, 12, 11, 10, 14]


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.3, 1.0])
def test_however_many_hits_there_are_the_newest_come_first(share: float) -> None:
    dice = np.random.default_rng(1)
    times = dice.integers(START, START + 50 * DAY, 300).tolist()
    many = Columns([segment(*((id, time, True, "", [], [], "en") for id, time in enumerate(times)))], [[]])
    mask = dice.random(300) < share
    wanted = sorted(np.flatnonzero(mask).tolist(), key=lambda id: (-times[id], id))
    assert many.newest_of(Selection.of(mask)).tolist() == wanted


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.3, 1.0])
@pytest.mark.parametrize("most", [1, 4])
def test_however_many_hits_there_are_their_values_are_counted(share: float, most: int) -> None:
    dice = random.Random(1)
    given = [dice.sample("abcdefgh", dice.randrange(most + 1)) for _ in range(300)]
    mask = np.random.default_rng(1).random(300) < share
    values = Values(lists(*given), np.ones(300, bool))
    counts = Counter(label for number in np.flatnonzero(mask) for label in given[number])
    assert values.counts(Selection.of(mask)).tolist() == [counts[label] for label in values.labels]
    assert values.having(["c", "f"]).tolist() == [bool({"c", "f"} & set(found)) for found in given]
    assert [values.of(number) for number in range(300)] == given


def test_a_run_of_days_includes_its_ends_and_no_undated_documents(columns: Columns) -> None:
    first, last = date(2010, 1, 1), date(2010, 1, 3)
    assert columns.ids[columns.between(first, last)].tolist() == [10, 11, 14]
    assert columns.ids[columns.between(date(2010, 1, 2), date(2010, 1, 2))].tolist() == [11]
    assert columns.ids[columns.between(date.min, date.max)].tolist() == [10, 11, 13, 14]
    assert not columns.between(last, first).any()


def test_facets_hold_what_each_document_has(columns: Columns) -> None:
    def having(facet: str, value: str) -> list[int]:
        found: list[int] = columns.ids[columns.facets[facet].having([value])].tolist()
        return found

    assert having("tag", "a") == [10, 11]
    assert having("feed", "2") == [12, 13]
    assert having("author", "Ada") == [10, 13, 14]
    assert having("author", "") == []
    assert having("year", "2010") == [10, 11, 14]
    assert having("year", "2011") == [13]


def test_months_are_counted_from_one_and_undated_documents_have_none(columns: Columns) -> None:
    months = columns.facets["month"]
    assert [months.of(number) for number in range(columns.count)] == [["1"], ["1"], [], ["1"], ["1"]]


def test_documents_are_found_by_their_language(columns: Columns) -> None:
    assert columns.ids[columns.language.having(["de"])].tolist() == [11, 13]


def test_the_values_of_one_document_are_given(columns: Columns) -> None:
    assert sorted(columns.facets["tag"].of(0)) == ["a", "b"]
    assert columns.facets["author"].of(2) == []


@pytest.mark.parametrize("time", [START - 1, START + 58 * DAY, START + 59 * DAY, START + 364 * DAY])
def test_days_months_and_years_are_those_of_utc(time: int) -> None:
    day = date.fromordinal(date(1970, 1, 1).toordinal() + time // DAY)
    found = Columns([segment((1, time, True, "", [], [], "en"))], [[]])
    assert found.days.tolist() == [day.toordinal()]
    assert found.facets["month"].labels == [str(day.month)]
    assert found.facets["year"].labels == [str(day.year)]


def test_an_average_leaves_deleted_documents_out(columns: Columns) -> None:
    assert columns.average_length("body") == (1 + 3 + 1 + 2) / 4


def test_an_empty_generation_is_no_trouble() -> None:
    empty = Columns([], [])
    assert empty.count == 0
    assert empty.average_length("body") == 1.0
    assert empty.numbers([1]).tolist() == []
    assert empty.newest.tolist() == []
    assert not empty.between(date.min, date.max).any()
    assert all(values.labels == [] for values in empty.facets.values())
