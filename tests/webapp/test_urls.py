from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from index import Entry, Query, from_pairs
from index.analysis import tag_key
from webapp import urls

NAMES = ["q", "tag", "exclude.tag", "author", "feed", "year", "month", "from", "to", "sort", "size", "page", "after"]
VALUES = st.text() | st.integers(-5, 12_000).map(str) | st.dates().map(str) | st.sampled_from(["newest", "oldest"])
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES)).map(lambda pairs: from_pairs(pairs)[0])


def entry(slug: str) -> Entry:
    return Entry(7, "Title", slug, "", "", "", "", 0, True, None)


@given(QUERIES)
def test_an_address_is_from_the_root_and_plain_ascii(query: Query):
    for address, path in ((urls.page(query), "/"), (urls.fragment(query), "/fragments/entries")):
        assert address == path or address.startswith(f"{path}?")
        assert address.isascii()
        assert address.isprintable()
        assert not set("\"<>\\ '") & set(address)


@given(QUERIES)
def test_a_state_survives_the_way_through_its_addresses(query: Query):
    page, fragment = (parse_qsl(urlsplit(address).query) for address in (urls.page(query), urls.fragment(query)))
    assert from_pairs(fragment) == (query, ())
    assert [pair for pair in fragment if pair[0] != "after"] == page


def test_the_state_without_any_filter_is_the_root():
    assert urls.page(Query()) == "/"
    assert urls.fragment(Query()) == "/fragments/entries"


def test_only_the_fragment_has_the_cursor():
    query = Query(page=2, after="abc")
    assert urls.page(query) == "/?page=2"
    assert urls.fragment(query) == "/fragments/entries?page=2&after=abc"


def test_spaces_and_signs_are_percent_encoded():
    assert urls.page(Query(text="a b+c&d=é")) == "/?q=a%20b%2Bc%26d%3D%C3%A9"
    assert urls.tag("salt, pepper") == "/?tag=%22salt,%20pepper%22"
    assert urls.tag("c++") == "/?tag=c%2B%2B"
    assert urls.feed(3) == "/?feed=3"


def test_an_entry_has_its_title_and_number_in_its_address():
    assert urls.entry(entry("a-title")) == "/entries/a-title-7/"
    assert urls.entry(entry("")) == "/entries/7/"


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("/tags/?q=1", "/tags/?q=1"),
        ("http://evil.com/tags/?q=1", "/tags/?q=1"),
        ("//evil.com", "/"),
        ("//evil.com//evil.org/", "/evil.org/"),
        ("http://evil.com/\\evil.org", "/evil.org"),
        ("http://evil.com///\\//evil.org", "/evil.org"),
        ("javascript:alert(1)", "/alert(1)"),
        ("?q=1", "/?q=1"),
        ("", "/"),
    ],
)
def test_no_address_leads_off_the_site(address: str, here: str):
    assert urls.on_site(address) == here


KEYS = st.text(min_size=1).map(tag_key).filter(bool) | st.sampled_from(["a,b", 'a"b', "tag=boats", "c++", "a&b", "été"])
TEXTS = st.text(min_size=1) | st.sampled_from(["author=x&feed=2", "year=2010", "a=b"])


GROUPS = st.lists(st.lists(KEYS, min_size=1, max_size=3), max_size=3)


@given(QUERIES, GROUPS, st.lists(KEYS, max_size=2), KEYS)
@example(Query(text="a", feed="1"), [["b"], ["a", "c"]], ["d"], "bb")
def test_addresses_with_one_tag_more_are_those_of_the_states(
    query: Query, groups: list[list[str]], excluded: list[str], key: str
):
    query = query.with_tags(map(tuple, groups)).with_(excluded_tags=tuple(sorted(set(excluded))))
    assume(key not in query.excluded_tags and not any(key in group for group in query.tags))
    made = urls.Tagging(query)
    assert made.must(key) == urls.of(query.with_tag(key))
    assert made.any(key) == urls.of(query.with_any_tag(key))
    assert made.none(key) == urls.of(query.excluding_tag(key))


@given(QUERIES, st.sampled_from(["author", "feed"]), TEXTS, TEXTS)
def test_addresses_that_differ_by_a_name_are_made_from_one_of_them(query: Query, facet: str, value: str, other: str):
    made = urls.varying(urls.of(query.choosing(facet, value)), facet, value)
    assert made(other) == urls.of(query.choosing(facet, other))


@given(QUERIES, st.integers(1, 9999), st.integers(1, 9999))
def test_addresses_that_differ_by_a_year_are_made_from_one_of_them(query: Query, year: int, other: int):
    made = urls.varying(urls.of(query.choosing("year", str(year))), "year", str(year))
    assert made(str(other)) == urls.of(query.choosing("year", str(other)))


def test_nothing_is_made_of_an_address_without_the_value():
    with pytest.raises(ValueError, match="year"):
        urls.varying("?q=x", "year", "2010")
