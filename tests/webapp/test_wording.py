from __future__ import annotations

import pytest

from index import Facet, Page, Query, Sort
from webapp import wording

LABELS = {"tag": {"boats": "Boats", "c++": "C++", "日本語": "日本語"}, "feed": {"2": "Bakery"}}


def page(total: int = 24, **asked: object) -> Page:
    facets = {name: Facet(name, (), LABELS.get(name, {})) for name in ("tag", "year", "author", "feed")}
    return Page(Query().with_(**asked), (), total, facets, "", None, ())


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (page(), "24 entries, newest first"),
        (page(7_329), "7,329 entries, newest first"),
        (page(1), "1 entry"),
        (page(0), "No entries"),
        (page(0, text="sqlite"), "No entries for sqlite"),
        (page(text="sqlite"), "24 entries for sqlite, best match first"),
        (page(text="-sqlite"), "24 entries for -sqlite, newest first"),
        (page(text="sqlite", order=Sort.OLDEST), "24 entries for sqlite, oldest first"),
        (page(1, tags=(("boats",), ("c++", "日本語"))), "1 entry, tagged Boats and C++ or 日本語"),
        (page(1, tags=(("boats", "c++", "unknown"),)), "1 entry, tagged Boats, C++ or unknown"),
        (page(1, excluded_tags=("boats", "c++")), "1 entry, not tagged Boats or C++"),
        (page(1, author="Ada", feed="2"), "1 entry, by Ada, from Bakery"),
        (page(1, feed="99"), "1 entry, from 99"),
        (page(1, year=2010), "1 entry, in 2010"),
        (page(1, year=2010, month=3), "1 entry, in March 2010"),
        (page(1, month=3), "1 entry, in any March"),
        (page(1, since="2008"), "1 entry, since 2008"),
        (page(1, until="2010-03-07"), "1 entry, until 7 March 2010"),
        (page(1, since="2010", until="2008"), "1 entry, 2008 to 2010"),
    ],
)
def test_a_state_is_said_in_one_sentence(found: Page, sentence: str):
    assert wording.sentence(found) == sentence


@pytest.mark.parametrize(("items", "text"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")])
def test_a_list_is_said_with_its_last_word(items: list[str], text: str):
    assert wording.listed(items, "or") == text


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (page(), ""),
        (page(order=Sort.OLDEST), ""),
        (page(0, text="sqlite"), "Entries for sqlite"),
        (page(text="sqlite", tags=(("boats",),), year=2010), "Entries for sqlite, tagged Boats, in 2010"),
        (page(text="sqlite", order=Sort.NEWEST), "Entries for sqlite"),
        (page(author="Ada"), "Entries by Ada"),
    ],
)
def test_a_state_has_a_name_that_lasts(found: Page, name: str):
    assert wording.name(found) == name
