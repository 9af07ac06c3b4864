"""Reads what a control leads to, by its address."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from index import Query, from_pairs
from webapp.controls import Control


def led_to(control: Control) -> Query:
    """Give the state; both addresses have to lead to it, and to say it as it is always said."""
    path, _, parameters = control.href.partition("?")
    given = parse_qsl(parameters)
    query, notes = from_pairs(given)
    assert path == "/"
    assert not notes
    assert sorted(given) == sorted(query.pairs())
    assert [pair for pair in parse_qsl(urlsplit(control.fragment).query) if pair[0] != "after"] == given
    return query
