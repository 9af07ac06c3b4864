from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library, Query, Sort
from tests.webapp.conftest import TOTAL
from webapp import listing
from webapp.listing import Listing


@pytest.fixture(scope="module")
def library(data: Path) -> Iterator[Library]:
    """The shared library, only to be read."""
    library = Library(data)
    yield library
    library.close()


def build(library: Library, first: int = 0, limit: int | None = None, **asked: object) -> Listing:
    query = Query().with_(**asked)
    return listing.build(library.search(query, first=first, limit=limit), ("A note.",), first)


def test_a_tag_that_is_chosen_is_let_go_and_others_are_added(library: Library):
    found = {control.label: control for control in build(library, tags=(("boats",),)).tags}
    assert found["Boats"].is_on
    assert found["Boats"].state == Query()
    assert found["Boats"].count is None
    assert not found["Knots"].is_on
    assert found["Knots"].state.tags == (("boats",), ("knots",))


def test_letting_go_of_one_tag_of_a_group_lets_go_of_the_group(library: Library):
    found = {control.label: control for control in build(library, tags=(("boats", "knots"), ("c++",))).tags}
    assert found["Boats"].state.tags == found["Knots"].state.tags == (("c++",),)


def test_a_year_takes_the_place_of_another_and_is_let_go_with_its_month(library: Library):
    found = {control.label: control for control in build(library, year=2010, month=12).years}
    assert found["2010"].state == Query()
    assert found["2011"].state == Query(year=2011, month=12)
    assert list(found) == sorted(found, reverse=True)


def test_a_feed_takes_the_place_of_another(library: Library):
    found = {control.label: control for control in build(library, feed="2").feeds}
    assert found["Bakery"].is_on
    assert found["Bakery"].state == Query()
    assert found["Harbour <Notes> & more"].state == Query(feed="1")


def test_each_chip_takes_away_one_filter(library: Library):
    asked = {"text": "rope", "tags": (("boats",), ("c++", "knots")), "excluded_tags": ("été", "#1"), "author": "Ada"}
    asked |= {"feed": "1", "year": 2010, "month": 3, "since": "2009", "until": "2011"}
    found = build(library, **asked)
    names = ["“rope”", "tag Boats", "tag C++ or Knots", "not tag Été", "not tag #1", "by Ada"]
    names += ["from Harbour <Notes> & more", "March 2010", "from 2009 to 2011"]
    assert [chip.label for chip in found.filters] == names
    left = found.query
    for chip in found.filters:
        assert chip.state != found.query
        left = build(library, **{name: getattr(left, name) for name in Query.__slots__}).filters[0].state
    assert left == Query()


def test_clearing_keeps_only_the_size(library: Library):
    found = build(library, text="rope", order=Sort.OLDEST, size=7, page=2)
    assert found.clear.state == Query(size=7)


def test_the_best_match_is_offered_only_where_there_are_words(library: Library):
    assert [sort.label for sort in build(library).sorts] == ["Newest", "Oldest"]
    assert [sort.label for sort in build(library, text="-rope").sorts] == ["Newest", "Oldest"]
    found = build(library, text="rope")
    assert [(sort.label, sort.is_on) for sort in found.sorts] == [
        ("Best match", True),
        ("Newest", False),
        ("Oldest", False),
    ]


@pytest.mark.parametrize(
    ("size", "label"), [(20, "Load 20 more"), (50, f"Load {TOTAL - 50} more"), (TOTAL - 1, "Load 1 more")]
)
def test_loading_more_says_how_many(library: Library, size: int, label: str):
    more = build(library, size=size).more
    assert more is not None
    assert more.label == label
    assert more.state.page == 2


def test_nothing_more_is_offered_at_the_end(library: Library):
    assert build(library, size=TOTAL).more is None


def test_earlier_entries_are_offered_where_some_are_left_out(library: Library):
    assert build(library).earlier is None
    found = build(library, first=30, limit=10, size=10, page=4)
    assert found.first == 30
    assert found.shown == 40
    assert found.earlier is not None
    assert found.earlier.state == Query(size=10, page=3)


def test_the_search_form_keeps_all_but_words_page_and_cursor(library: Library):
    found = build(library, text="rope", tags=(("boats",),), order=Sort.NEWEST, size=7, page=3, after="x")
    assert found.form_pairs == [("tag", "boats"), ("sort", "newest"), ("size", "7")]


def test_notes_of_the_address_stand_before_those_of_the_search(library: Library):
    assert build(library, text="a:b").notes == ("A note.", "“a:b” was searched as text.")


def test_no_more_tags_are_shown_than_fit(library: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listing, "TAGS_SHOWN", 3)
    found = build(library, tags=(("salt, pepper",),)).tags
    assert len(found) == 3
    assert found[0].is_on
