"""One state, one form: whatever it was asked by."""

import pytest

from index import Query, from_pairs, lifted


def form(address: str) -> list[tuple[str, str]]:
    pairs = [tuple(part.split("=", 1)) for part in address.split("&") if part]
    return lifted(from_pairs(pairs)[0]).pairs()


@pytest.mark.parametrize(
    ("address", "same"),
    [
        ("from=2008-01&to=2008-12", "year=2008"),
        ("from=2008-01-01&to=2008-12-31", "year=2008"),
        ("q=date:2008-01..2008-12", "year=2008"),
        ("from=2008-02-01&to=2008-02-29", "year=2008&month=2"),
        ("from=2010&to=2008", "from=2008&to=2010"),
        ("year=2008&from=2008-03", "from=2008-03&to=2008-12"),
        ("year=2008&month=3&from=2008", "year=2008&month=3"),
        ("tag=python&tag=python,css", "tag=python"),
        ("tag=css,python&tag=python,css", "tag=css,python"),
        ("sort=relevance", ""),
        ("q=-x&sort=relevance", "q=-x"),
        ("q=()", ""),
        ("q=OR", ""),
        ("q=tag:a sort&sort=newest", "q=sort&tag=a&sort=newest"),
    ],
)
def test_what_asks_for_the_same_has_the_same_form(address: str, same: str) -> None:
    assert form(address) == form(same) == [tuple(part.split("=", 1)) for part in same.split("&") if part]


@pytest.mark.parametrize("address", ["year=2008&from=2010", "month=3&from=2008", "from=2008-03&to=2008-06"])
def test_what_has_no_other_form_stays(address: str) -> None:
    assert form(address) == [tuple(part.split("=", 1)) for part in address.split("&")]


def test_an_order_without_words_to_order_by_is_none() -> None:
    assert Query(order=from_pairs([("q", "x"), ("sort", "relevance")])[0].sort).sort == Query().sort
