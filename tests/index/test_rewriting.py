import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from index import Query, Sort, from_pairs, syntax
from index.query import LONGEST_TEXT
from index.rewriting import lifted, with_any_word, with_spelling, without_part, written
from index.syntax import And, Dated, Node, Or, Prefix, Tagged, Text
from tests import oracle
from tests.documents import START
from tests.oracle import Record
from tests.shelf import SEEDS


def asked(*pairs: tuple[str, str]) -> Query:
    return from_pairs(pairs)[0]


def typed(text: str) -> Query:
    return asked(("q", text))


def drawn(seed: int) -> Iterator[tuple[Query, list[Record]]]:
    """Give random queries, and entries to find."""
    dice = random.Random(seed)
    for _ in range(10):
        records = [oracle.random_record(dice, id) for id in range(1, 30)]
        for _ in range(25):
            yield oracle.random_query(dice), records


# --- lifted ---


@pytest.mark.parametrize("seed", SEEDS)
def test_lifting_changes_nothing_that_is_found(seed: int) -> None:
    changed = 0
    for query, records in drawn(seed):
        found = lifted(query)
        changed += found != query
        assert oracle.hits(found, records) == oracle.hits(query, records), (query, found)
        assert found.sort is query.sort
    assert changed > 30


@pytest.mark.parametrize("seed", SEEDS)
def test_lifting_twice_changes_nothing_more(seed: int) -> None:
    for query, _ in drawn(seed):
        found = lifted(query)
        assert lifted(found) == found, query
        assert asked(*found.pairs()) == found, query


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stays_in_the_text_are_words_and_what_no_filter_says(seed: int) -> None:
    for query, _ in drawn(seed):
        found = lifted(query)
        if found.text != query.text:
            assert not [part for part in syntax.parse(found.text).parts if isinstance(part.node, Tagged)], query


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Query()),
        ("sqlite", Query(text="sqlite")),
        ("tag:django sqlite", Query(text="sqlite", tags=(("django",),))),
        ("sqlite #django full", Query(text="sqlite full", tags=(("django",),))),
        ("tag:b,a", Query(tags=(("a", "b"),))),
        ("tag:b OR #a", Query(tags=(("a", "b"),))),
        ("(tag:b OR #a) x", Query(text="x", tags=(("a", "b"),))),
        ("tag:b tag:a", Query(tags=(("a",), ("b",)))),
        ("-tag:a x", Query(text="x", excluded_tags=("a",))),
        ("NOT tag:b,a", Query(excluded_tags=("a", "b"))),
        ('tag:"Web Dev" "a b" -c', Query(text='"a b" -c', tags=(("web dev",),))),
        ("date:2014 x", Query(text="x", year=2014)),
        ("x date:2014-02", Query(text="x", year=2014, month=2)),
        ("date:2014-02-03", Query(since="2014-02-03", until="2014-02-03")),
        ("from:2014 to:2015-06", Query(since="2014", until="2015-06")),
        ("date:>2014", Query(since="2015")),
        ("date:2014 date:2014-02", Query(year=2014, month=2)),
        ("date:2014 date:2015", Query(text="date:2015", year=2014)),
        ("x OR tag:a", Query(text="x OR tag:a")),
        ("-date:2014", Query(text="-date:2014")),
        ("-(tag:a x)", Query(text="-(tag:a x)")),
        ("(x OR y) tag:a", Query(text="(x OR y)", tags=(("a",),))),
    ],
)
def test_tags_and_dates_become_filters_and_the_rest_stays(text: str, expected: Query) -> None:
    assert lifted(typed(text)) == expected


def test_what_is_lifted_joins_the_filters_that_were_there() -> None:
    query = Query(text="tag:b x -#d date:2014-02..2014-04", tags=(("a",),), excluded_tags=("c",), since="2014-03")
    expected = Query(text="x", tags=(("a",), ("b",)), excluded_tags=("c", "d"), since="2014-03", until="2014-04")
    assert lifted(query) == expected


def test_a_date_beside_a_year_stays_in_the_text() -> None:
    query = Query(text="date:2014-02 x", year=2014)
    assert lifted(query) == query


def test_a_range_that_is_one_year_or_month_becomes_that() -> None:
    assert lifted(Query(since="2014", until="2014")) == Query(year=2014)
    assert lifted(Query(since="2014-02", until="2014-02")) == Query(year=2014, month=2)
    assert lifted(Query(since="2014-02-03", until="2014-02-03")).since == "2014-02-03"


def test_the_order_and_the_page_are_kept() -> None:
    query = Query(text="x tag:a", order=Sort.OLDEST, size=50, page=3)
    assert lifted(query) == replace(query, text="x", tags=(("a",),))
    assert lifted(Query(text="tag:a")).sort is Sort.NEWEST


def test_a_query_that_is_too_long_stays_as_it_is() -> None:
    query = Query(text="tag:a " + "x " * 99)
    assert lifted(query) == query


def test_more_tags_than_an_address_may_have_stay_as_they_are() -> None:
    query = typed(" ".join(f"tag:t{n}" for n in range(40)))
    assert lifted(query) == query


@pytest.mark.parametrize(
    "text", ["from:2014-03 to:2014", "date:>=2014-01-02 date:<=2014-01", "date:2014 date:>=2014-06"]
)
def test_days_from_the_middle_of_a_year_to_its_end_stay_these_days(text: str) -> None:
    found = lifted(typed(text))
    tree = syntax.parse(text).tree
    days = [part.days for part in tree.parts if isinstance(part, Dated)] if isinstance(tree, And) else []
    assert (found.days.first, found.days.last) == (max(d.first for d in days), min(d.last for d in days))


@pytest.mark.parametrize("text", ["from:1", "to:9999", "date:>=0001", "date:0001..9999", "from:1 x"])
def test_every_date_there_is_still_leaves_out_entries_without_one(text: str) -> None:
    records = [Record(1, "x"), Record(2, "x", is_dated=False)]
    assert oracle.hits(typed(text), records) == {1}
    assert oracle.hits(lifted(typed(text)), records) == {1}


# --- written ---


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_written_finds_the_same_when_it_is_typed(seed: int) -> None:
    compared = 0
    for drawn_query, records in drawn(seed):
        for query in (drawn_query, lifted(drawn_query)):
            text = written(query)
            if text:
                compared += 1
                assert oracle.hits(typed(text), records) == oracle.hits(query, records), (query, text)
                assert oracle.hits(lifted(typed(text)), records) == oracle.hits(query, records), (query, text)
    assert compared > 50


@pytest.mark.parametrize("seed", SEEDS)
def test_words_tags_and_dates_can_always_be_written(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(100):
        pairs = [
            ("q", dice.choice(["", "running", "new york", 'say "new york"', "ru* -cafe", "running OR new"])),
            ("tag", dice.choice(["", "a", "a,b", '"a,b"', '"a,b",Web Dev', "c++"])),
            ("exclude.tag", dice.choice(["", "Web Dev", "running"])),
            dice.choice([("year", "2010"), ("from", "2010-03"), ("to", "2010"), ("q", "")]),
        ]
        query = asked(*(pair for pair in pairs if pair[1]))
        assert written(query) or query == Query(), query


@pytest.mark.parametrize(
    ("query", "text"),
    [
        (Query(), ""),
        (Query(text="x y"), "x y"),
        (Query(text="x", tags=(("a",),)), "x tag:a"),
        (Query(tags=(("a", "b"), ("c",))), "tag:a,b tag:c"),
        (Query(tags=(("web dev",),)), 'tag:"web dev"'),
        (Query(tags=(("a", "web dev"),)), '(tag:"a" OR tag:"web dev")'),
        (Query(tags=(("a,b",),)), 'tag:"a,b"'),
        (Query(tags=(("c++",),), excluded_tags=("c#",)), "tag:c++ -tag:c#"),
        (Query(text="x OR y", tags=(("a",),)), "(x OR y) tag:a"),
        (Query(text="x OR y"), "x OR y"),
        (Query(year=2014), "date:2014"),
        (Query(year=2014, month=2), "date:2014-02"),
        (Query(since="2014"), "date:>=2014"),
        (Query(until="2014-02"), "date:<=2014-02"),
        (Query(text="x", since="2014", until="2015-06"), "x date:2014..2015-06"),
        (Query(text="x OR y", year=2014), "(x OR y) date:2014"),
        (Query(text="x", author="Ada"), ""),
        (Query(text="x", feed="1"), ""),
        (Query(text="x", month=2), ""),
    ],
)
def test_a_query_is_written_in_its_own_language(query: Query, text: str) -> None:
    assert written(query) == text


@pytest.mark.parametrize(
    "query",
    [
        Query(text="(x) OR (y)", tags=(("a",),)),
        Query(text="(x OR y", tags=(("a",),)),
        Query(text="x OR", tags=(("a",),)),
        Query(text="x NOT", tags=(("a",),)),
        Query(text="tag:a OR tag:b", year=2010),
        Query(text='"x y', tags=(("web dev",),)),
        Query(text="x )", tags=(("a", "web dev"),)),
        Query(tags=(("a,b", "web dev"),)),
        Query(tags=(("a,b", "c"),)),
        Query(tags=(("(a)",),)),
        Query(excluded_tags=("a,b", "web dev")),
        Query(text="x", since="2010-01-01", until="2010"),
        Query(text="x", since="2009-03", until="2009"),
        Query(since="0001"),
        Query(text="x", year=2010, since="2010-02"),
    ],
)
def test_odd_text_beside_a_filter_is_written_so_that_it_finds_the_same_or_not_at_all(query: Query) -> None:
    dice = random.Random(1)
    tags = ("a", "b", "c", "a,b", "web dev", "(a)")
    records = [
        Record(
            id,
            dice.choice(["x", "y", "x y", "z"]),
            tags=tuple(dice.sample(tags, dice.randint(0, 3))),
            time=START + dice.randrange(-400, 400) * 86_400,
            is_dated=dice.random() < 0.8,
        )
        for id in range(1, 400)
    ]
    text = written(query)
    assert oracle.hits(query, records)
    assert not text or oracle.hits(typed(text), records) == oracle.hits(query, records), text


@pytest.mark.parametrize("name", ['say "hi"', 'a"b', '"'])
def test_a_tag_with_quotes_cannot_be_typed(name: str) -> None:
    assert written(Query(text="x").with_tag(name)) == ""
    assert written(Query(text="x", tags=((name, "b"),))) == ""
    assert written(Query(text="x").excluding_tag(name)) == ""


def test_what_is_longer_than_a_text_may_be_is_not_written() -> None:
    assert written(Query(text="x " * 20, tags=(("t" * LONGEST_TEXT,),))) == ""


# --- parts of the text ---


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_part_the_other_parts_stay(seed: int) -> None:
    for query, _ in drawn(seed):
        parts = syntax.parse(query.text).parts
        for number, part in enumerate(parts):
            rest = syntax.parse(without_part(query, part).text).parts
            others = [other.node for other in (*parts[:number], *parts[number + 1 :])]
            assert [other.node for other in rest] == others, (query.text, part)


@pytest.mark.parametrize(
    ("text", "rests"),
    [
        ("a", [""]),
        ("a  -b AND (c OR d)", ["-b (c OR d)", "a (c OR d)", "a -b"]),
        ("a OR b", [""]),
        ('tag:x "a b" a', ['"a b" a', "tag:x a", 'tag:x "a b"']),
        ("a a", ["a", "a"]),
    ],
)
def test_each_part_can_be_left_out(text: str, rests: list[str]) -> None:
    query = Query(text=text, year=2014, page=3)
    left = [without_part(query, part) for part in syntax.parse(text).parts]
    assert left == [Query(text=rest, year=2014) for rest in rests]


@pytest.mark.parametrize("text", ["(x)-a", '"x y"-a'])
def test_a_word_with_a_hyphen_before_it_does_not_become_excluded(text: str) -> None:
    first, second = syntax.parse(text).parts
    assert [part.node for part in syntax.parse(without_part(Query(text=text), first).text).parts] == [second.node]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", "a OR b"),
        ('a "b c" d*', 'a OR "b c" OR d*'),
        ("a b tag:x -c", "(a OR b) tag:x -c"),
        ("a -c b", "(a OR b) -c"),
        ("a AND b", "a OR b"),
        ("title:a b", "title:a OR b"),
        ("a", None),
        ("a -b", None),
        ("tag:a tag:b", None),
        ("a OR b", None),
        ("(a OR b) c", None),
        ("", None),
    ],
)
def test_any_of_the_words_is_enough(text: str, expected: str | None) -> None:
    some = with_any_word(Query(text=text, year=2014, page=2))
    assert some == (None if expected is None else Query(text=expected, year=2014))


@pytest.mark.parametrize("seed", SEEDS)
def test_with_any_word_all_other_parts_stay(seed: int) -> None:
    compared = 0
    for query, _ in drawn(seed):
        nodes = [part.node for part in syntax.parse(query.text).parts]
        words: list[Node] = [node for node in nodes if isinstance(node, Text | Prefix)]
        some = with_any_word(query)
        assert (some is None) == (len(words) < 2)
        if some:
            compared += 1
            others = [node for node in nodes if node not in words]
            tree = syntax.parse(some.text).tree
            assert tree == (And((Or(tuple(words)), *others)) if others else Or(tuple(words))), (query.text, some.text)
    assert compared > 5


def test_words_are_spelled_otherwise_in_their_places() -> None:
    text = "(djagno OR  flsk) -djagno"
    query = Query(text=text, tags=(("a",),), page=2)
    first, second = syntax.parse(text).leaves
    for words in ([(first, "djangos"), (second, "flask")], [(second, "flask"), (first, "djangos")]):
        assert with_spelling(query, words).text == "(djangos OR  flask) -djagno"
    assert with_spelling(query, [(second, "flask")]) == Query(text="(djagno OR  flask) -djagno", tags=(("a",),))
    assert with_spelling(query, []) == query.with_()
