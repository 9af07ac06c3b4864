from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import query
from index.dates import Days
from index.query import Query, Sort, clean_text, from_pairs

NAMES = [
    *("q", "tag", "exclude.tag", "author", "feed", "year", "month", "from", "to"),
    *("sort", "size", "page", "after", *query.ALIASES, "nonsense"),
]
VALUES = (
    st.text()
    | st.integers(-5, 20_000).map(str)
    | st.dates().map(str)
    | st.from_regex(r"[0-9]{1,4}-[0-9]{1,2}", fullmatch=True)
    | st.sampled_from(["relevance", "newest", "oldest", "date", "a,b", 'x,"y,z"', "-a", "word"])
)
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), VALUES))


def read(*pairs: tuple[str, str]) -> Query:
    return from_pairs(pairs)[0]


@given(PAIRS)
def test_a_query_survives_the_way_through_its_address(pairs: list[tuple[str, str]]) -> None:
    asked, _ = from_pairs(pairs)
    again, notes = from_pairs(asked.pairs())
    assert again == asked
    assert notes == ()
    assert again.pairs() == asked.pairs()


@given(PAIRS)
def test_the_order_of_tags_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    tags = [pair for pair in pairs if pair[0] in ("tag", "exclude.tag")][: query.MOST_VALUES]
    assert read(*tags) == read(*reversed(tags))


def test_canonical_parameters_have_one_order_and_no_defaults() -> None:
    shuffled = [("page", "2"), ("tag", "b"), ("sort", "relevance"), ("size", "20")]
    shuffled += [("tag", "a"), ("q", " word "), ("year", ""), ("unknown", "x")]
    assert read(*shuffled).pairs() == [("q", "word"), ("tag", "a"), ("tag", "b"), ("page", "2")]


@pytest.mark.parametrize(("alias", "name"), query.ALIASES.items())
def test_an_alias_means_its_parameter(alias: str, name: str) -> None:
    assert read((alias, "2019")) == read((name, "2019")) != Query()


def test_the_last_of_repeated_values_counts() -> None:
    assert read(("q", "a"), ("q", "b"), ("q", " ")).text == "b"


def test_commas_in_one_tag_value_mean_any_of_them() -> None:
    assert read(("tag", "b,a,B"), ("tag", "c")).tags == (("a", "b"), ("c",))


@pytest.mark.parametrize("name", ["a,b", 'say "hi"', '"', "a b", "c++", "#", "-x"])
def test_tags_with_commas_and_quotes_survive(name: str) -> None:
    asked = Query().with_tag(name)
    assert asked.tags == ((name,),)
    assert read(*asked.pairs()) == asked
    excluded = Query(excluded_tags=(name,))
    assert read(*excluded.pairs()) == excluded


@pytest.mark.parametrize(
    ("name", "given", "corrected"),
    [
        ("page", "0", 1),
        ("page", "-1", 1),
        ("page", "x", 1),
        ("page", "٣", 1),
        ("page", "1.5", 1),
        ("size", "0", 1),
        ("size", "101", query.LARGEST_SIZE),
        ("size", "many", query.DEFAULT_SIZE),
        ("year", "0", 1),
        ("year", "10000", 9999),
        ("year", "last", None),
        ("month", "13", 12),
        ("month", "0", 1),
        ("since", "2019-02-31", "2019-02-28"),
        ("since", "soon", ""),
        ("until", "2019-13", "2019-12"),
    ],
)
def test_a_bad_value_becomes_the_nearest_with_a_note(name: str, given: str, corrected: object) -> None:
    asked, notes = from_pairs([(name, given)])
    assert getattr(asked, name) == corrected
    assert len(notes) == 1
    assert len(notes[0]) < 100


@pytest.mark.parametrize("digits", [30, 5_000])
def test_a_page_beyond_any_library_is_left_to_who_knows_the_last_one(digits: int) -> None:
    assert from_pairs([("page", "9" * digits)]) == (Query(page=query.LAST_PAGE), ())


@pytest.mark.parametrize(
    "pair", [("page", "2"), ("size", "100"), ("year", "2019"), ("from", "2019-03"), ("sort", "date")]
)
def test_a_good_value_needs_no_note(pair: tuple[str, str]) -> None:
    assert from_pairs([pair])[1] == ()


def test_a_date_in_another_spelling_is_rewritten_with_a_note() -> None:
    asked, notes = from_pairs([("from", "2019-3")])
    assert asked.since == "2019-03"
    assert "2019-03" in notes[0]


def test_a_state_differs_from_another_in_what_was_changed_and_begins_at_its_first_page() -> None:
    asked, _ = from_pairs([("q", "sea"), ("tag", "boats"), ("year", "2014"), ("size", "5"), ("page", "3")])
    assert asked.with_(text="tide", month=2) == replace(asked, text="tide", month=2, page=1)
    assert asked.with_(page=4, after="x") == replace(asked, page=4, after="x")
    assert asked == from_pairs(asked.pairs())[0]
    with pytest.raises(TypeError, match="colour"):
        asked.with_(colour="red")


def test_an_unknown_order_is_left_out_with_a_note() -> None:
    asked, notes = from_pairs([("sort", "best")])
    assert asked.order is None
    assert "best" in notes[0]


def test_too_many_tags_are_cut_with_a_note() -> None:
    asked, notes = from_pairs([("tag", f"t{n:03}") for n in range(100)])
    assert len(asked.tags) == query.MOST_VALUES
    assert len(notes) == 1


def test_too_many_excluded_tags_in_few_values_are_cut_as_well() -> None:
    asked, _ = from_pairs([("exclude.tag", ",".join(f"t{n:03}" for n in range(100)))])
    assert read(*asked.pairs()) == asked


@pytest.mark.parametrize(
    ("text", "sort"),
    [("", Sort.NEWEST), ("word", Sort.RELEVANCE), ("-word", Sort.NEWEST), ("#tag", Sort.NEWEST)],
)
def test_only_words_are_ordered_by_relevance_unless_asked(text: str, sort: Sort) -> None:
    assert read(("q", text)).sort is sort
    assert read(("q", text), ("sort", "oldest")).sort is Sort.OLDEST


def test_the_default_order_and_no_order_are_the_same_query() -> None:
    assert read(("q", "a"), ("sort", "relevance")) == read(("q", "a"))
    assert read(("q", "a"), ("sort", "newest")).pairs() == [("q", "a"), ("sort", "newest")]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("", "", Days()),
        ("2019", "", Days(first=date(2019, 1, 1))),
        ("", "2019-06", Days(last=date(2019, 6, 30))),
        ("2019", "2020-02", Days(date(2019, 1, 1), date(2020, 2, 29))),
        ("2020-02", "2019", Days(date(2019, 1, 1), date(2020, 2, 29))),
        ("2019-03", "2019", Days(date(2019, 3, 1), date(2019, 12, 31))),
        ("2019", "2019-03", Days(date(2019, 1, 1), date(2019, 3, 31))),
    ],
)
def test_a_range_includes_both_ends_in_either_order(since: str, until: str, days: Days) -> None:
    assert Query(since=since, until=until).days == days


CHANGES: list[Callable[[Query], Query]] = [
    lambda asked: asked.with_(year=2019),
    lambda asked: asked.with_tag("new"),
    lambda asked: asked.without_tag(("t",)),
    lambda asked: asked.with_any_tag("new"),
    lambda asked: asked.excluding_tag("new"),
    lambda asked: asked.choosing("author", "Ada"),
    lambda asked: asked.releasing("tag", "t"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_changing_a_filter_starts_at_the_first_page(change: Callable[[Query], Query]) -> None:
    changed = change(Query(text="word", tags=(("t",),), page=3, after="cursor"))
    assert (changed.page, changed.after) == (1, "")


def test_a_tag_filter_keeps_the_search_text() -> None:
    assert Query(text="word", tags=(("b",),)).with_tag("A").tags == (("a",), ("b",))
    assert Query(text="word").with_tag("a").text == "word"


def test_taking_a_tag_away_leaves_the_others() -> None:
    assert Query(tags=(("a",), ("b", "c"))).without_tag(("b", "c")).tags == (("a",),)


def test_a_value_that_is_chosen_takes_the_place_of_what_it_contradicts() -> None:
    asked = Query(text="word", year=2014, month=2, since="2014", until="2015", author="Ada", feed="1", page=3)
    kept = Query(text="word", author="Ada", feed="1")
    assert asked.choosing("year", "2016") == kept.with_(year=2016)
    assert asked.choosing("month", "7") == kept.with_(year=2014, month=7)
    assert asked.choosing("author", "Bob") == asked.with_(author="Bob")
    assert asked.choosing("feed", "2") == asked.with_(feed="2")
    assert asked.choosing("tag", "T") == asked.with_(tags=(("t",),))


def test_a_value_that_is_released_takes_with_it_what_hangs_on_it() -> None:
    asked = Query(text="word", year=2014, month=2, since="2014", author="Ada", feed="1", tags=(("a", "b"), ("c",)))
    assert asked.releasing("year", "2014") == asked.with_(year=None, month=None)
    assert asked.releasing("month", "2") == asked.with_(month=None)
    assert asked.releasing("author", "Ada") == asked.with_(author="")
    assert asked.releasing("feed", "1") == asked.with_(feed="")
    assert asked.releasing("tag", "a").tags == (("b",), ("c",))
    assert asked.releasing("tag", "c").tags == (("a", "b"),)


def test_a_tag_is_asked_for_in_one_way_at_a_time() -> None:
    asked = Query(tags=(("a", "b"), ("c",)), excluded_tags=("d",))
    assert asked.with_tag("a").tags == (("a",), ("b",), ("c",))
    assert asked.with_tag("d") == Query(tags=(("a", "b"), ("c",), ("d",)))
    assert asked.excluding_tag("c") == Query(tags=(("a", "b"),), excluded_tags=("c", "d"))
    assert asked.excluding_tag("d") == asked
    assert asked.with_any_tag("d") == Query(tags=(("a", "b", "d"), ("c",)))
    assert asked.with_any_tag("c") == Query(tags=(("a", "b", "c"),), excluded_tags=("d",))
    assert asked.releasing("tag", "d").excluded_tags == ()


def test_another_tag_is_an_alternative_to_the_open_group_or_else_to_the_last_tag() -> None:
    assert Query().open_group == ()
    assert Query(tags=(("a",), ("b",))).open_group == ("b",)
    assert Query(tags=(("a", "c"), ("b",))).open_group == ("a", "c")
    assert Query(tags=(("a",), ("b",))).with_any_tag("c").tags == (("a",), ("b", "c"))
    assert Query().with_any_tag("a").tags == (("a",),)
    assert Query(tags=(("a",),)).with_any_tag("a").tags == (("a",),)


def test_order_and_paging_are_no_filters() -> None:
    assert not Query(order=Sort.OLDEST, size=5, page=2, after="x").is_filtered
    for name in {field.name for field in fields(Query)} - {"order", "size", "page", "after"}:
        assert replace(Query(), **{name: "x"}).is_filtered, name


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_cleaned_text_is_clean(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode()


def test_text_is_composed_and_has_no_control_characters() -> None:
    assert clean_text("e\u0301\x00\ud800a\tb\u2028c\x1b") == "é a b c"


@pytest.mark.parametrize("name", ["tag", "exclude.tag", "author", "feed", "after"])
def test_what_is_longer_than_any_name_is_left_out(name: str) -> None:
    found, notes = from_pairs([(name, "x" * 60_000), ("q", "rope")])
    assert found == Query(text="rope")
    assert notes == (f"What “{name}” has beyond 1,000 characters was left out.",)
    many, notes = from_pairs([("tag", f"{number}{'x' * 400}") for number in range(5)])
    assert len(many.tags) == 2
    assert len(notes) == 1
