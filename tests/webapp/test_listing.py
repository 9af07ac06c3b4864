from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library, Query, Sort
from tests.webapp.conftest import TOTAL
from tests.webapp.states import led_to
from webapp import listing, values
from webapp.listing import Listing
from webapp.values import Value


@pytest.fixture(scope="module")
def library(data: Path) -> Iterator[Library]:
    """The shared library, only to be read."""
    library = Library(data)
    yield library
    library.close()


def build(library: Library, first: int = 0, limit: int | None = None, **asked: object) -> Listing:
    query = Query().with_(**asked)
    return listing.build(library.search(query, first=first, limit=limit), ("A note.",), first)


def chosen_from(found: Listing, name: str) -> dict[str, Value]:
    """Give the values of a facet by their labels, in order."""
    (box,) = (box for box in found.boxes if box.name == name)
    return {value.must.label: value for value in box.values}


def test_a_tag_that_is_chosen_is_let_go_and_others_are_added(library: Library):
    found = chosen_from(build(library, tags=(("boats",),)), "tag")
    assert found["Boats"].must.is_on
    assert led_to(found["Boats"].must) == Query()
    assert found["Boats"].must.total == TOTAL
    assert not found["Knots"].must.is_on
    assert led_to(found["Knots"].must).tags == (("boats",), ("knots",))


def test_letting_go_of_one_tag_of_a_group_leaves_the_others_and_its_chip_lets_go_of_all(library: Library):
    found = build(library, tags=(("boats", "knots"), ("c++",)))
    boats = chosen_from(found, "tag")["Boats"]
    assert boats.any is not None
    assert boats.any.is_on
    assert led_to(boats.any).tags == (("c++",), ("knots",))
    assert led_to(found.filters[0]).tags == (("c++",),)


def test_a_year_takes_the_place_of_another_and_is_let_go_with_its_month(library: Library):
    found = chosen_from(build(library, year=2010, month=12), "year")
    assert led_to(found["2010"].must) == Query()
    assert led_to(found["2011"].must) == Query(year=2011)
    assert list(found) == ["2010", "2014", "2013", "2012", "2011"]


def test_a_feed_takes_the_place_of_another(library: Library):
    found = chosen_from(build(library, feed="2"), "feed")
    assert found["Bakery"].must.is_on
    assert led_to(found["Bakery"].must) == Query()
    assert led_to(found["Harbour <Notes> & more"].must) == Query(feed="1")


def test_each_chip_takes_away_one_filter(library: Library):
    asked = {"text": "rope", "tags": (("boats",), ("c++", "knots")), "excluded_tags": ("été", "#1"), "author": "Ada"}
    asked |= {"feed": "1", "year": 2010, "month": 3, "since": "2009", "until": "2011"}
    found = build(library, **asked)
    names = ["“rope”", "tag Boats", "tag C++ or Knots", "not tag Été", "not tag #1", "by Ada"]
    names += ["from Harbour <Notes> & more", "March 2010", "2009 to 2011"]
    assert [chip.label for chip in found.filters] == names
    left = found.query
    for chip in found.filters:
        assert led_to(chip) != found.query
        left = led_to(build(library, **vars(left)).filters[0])
    assert left == Query()


def test_clearing_keeps_only_the_size(library: Library):
    found = build(library, text="rope", order=Sort.OLDEST, size=7, page=2)
    assert led_to(found.clear) == Query(size=7)


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
    assert led_to(more).page == 2


def test_nothing_more_is_offered_at_the_end(library: Library):
    assert build(library, size=TOTAL).more is None


def test_earlier_entries_are_offered_where_some_are_left_out(library: Library):
    assert build(library).earlier is None
    found = build(library, first=30, limit=10, size=10, page=4)
    assert found.first == 30
    assert found.shown == 40
    assert found.earlier is not None
    assert led_to(found.earlier) == Query(size=10, page=3)


def test_the_search_form_keeps_all_but_words_page_and_cursor(library: Library):
    found = build(library, text="rope", tags=(("boats",),), order=Sort.NEWEST, size=7, page=3, after="x")
    assert found.form_pairs == [("tag", "boats"), ("sort", "newest"), ("size", "7")]


def test_notes_of_the_address_stand_before_those_of_the_search(library: Library):
    assert build(library, text="a:b").notes == ("A note.", "“a:b” was searched as text.")


def test_no_more_tags_are_shown_than_fit(library: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(values.SHOWN, "tag", 3)
    found = build(library, tags=(("salt, pepper",),))
    tags = list(chosen_from(found, "tag").values())
    assert len(tags) == 3
    assert tags[0].must.is_on
    (box,) = (box for box in found.boxes if box.name == "tag")
    assert (box.all, box.all_label) == ("/facets/tag/?tag=%22salt,%20pepper%22", "All tags")


def test_a_chip_takes_away_just_what_it_says_where_a_tag_is_both_asked_for_and_left_out(library: Library):
    found = build(library, tags=(("boats",),), excluded_tags=("boats",))
    assert {chip.label: led_to(chip) for chip in found.filters} == {
        "tag Boats": Query(excluded_tags=("boats",)),
        "not tag Boats": Query(tags=(("boats",),)),
    }
