"""What every engine must do: what it finds, and in which order. Another engine is one more line in tests.shelf."""

import random

import pytest

from index import Choice, FacetValue, Query, Sort, words
from index.engine import FACETS
from index.whoosh_engine import WhooshEngine
from tests import oracle
from tests.documents import DAY, START
from tests.oracle import Record
from tests.shelf import EVERYTHING, SEEDS, Shelf, evolving

# --- what is found ---


@pytest.mark.parametrize("seed", SEEDS)
def test_a_query_finds_what_a_look_at_every_entry_finds(shelf: Shelf, seed: int) -> None:
    dice = random.Random(seed)
    for _ in evolving(dice, shelf):
        assert set(shelf.asked()) == shelf.records.keys()
        for _ in range(25):
            query = oracle.random_query(dice)
            answer = shelf.engine.search(query, limit=EVERYTHING, facet_values=0)
            assert set(answer.ids) == oracle.hits(query, shelf.records.values()), query
            assert len(answer.ids) == len(set(answer.ids)) == answer.total
            if query.sort is not Sort.RELEVANCE:
                assert list(answer.ids) == oracle.in_time(query, shelf.records.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_count_of_a_facet_value_is_what_its_link_gives(shelf: Shelf, seed: int) -> None:
    dice = random.Random(seed)
    for _ in evolving(dice, shelf, 4):
        for query in (Query(), *(oracle.random_query(dice) for _ in range(8))):
            answer = shelf.engine.search(query, limit=0, facet_values=None)
            assert answer.facets.keys() == set(FACETS)
            for facet, values in answer.facets.items():
                assert_counts(shelf, query, facet, values)


def assert_counts(shelf: Shelf, query: Query, facet: str, found: tuple[FacetValue, ...]) -> None:
    records = shelf.records.values()
    every = {value for record in records for value in oracle.values(facet, record)}
    assert sorted(value.value for value in found) == sorted(every)
    offered = [value.total for value in found if not value.is_selected]
    assert [value.is_selected for value in found] == sorted((value.is_selected for value in found), reverse=True)
    assert offered == sorted(offered, reverse=True)
    for value in found:
        states = clicks(query, facet, value)
        for given, state in states:
            assert given == len(oracle.hits(state, records)), (query, facet, value, state)
        assert value.choice is oracle.choice(query, facet, value.value)
    for given, state in [pair for value in found[:3] for pair in clicks(query, facet, value)]:
        assert given == shelf.engine.count(state) == shelf.engine.search(state, limit=0, facet_values=0).total


def clicks(query: Query, facet: str, value: FacetValue) -> list[tuple[int, Query]]:
    """Give each count of a value, with the query that its link asks."""
    states = [(value.total, query.choosing(facet, value.value))]
    if value.is_selected:
        states.append((value.without, query.releasing(facet, value.value)))
    if value.any is not None:
        states.append((value.any, query.with_any_tag(value.value)))
    if value.none is not None:
        states.append((value.none, query.excluding_tag(value.value)))
    assert (value.none is not None) == (facet == "tag")
    return states


def test_a_facet_gives_the_largest_counts_first_and_what_is_chosen_before(shelf: Shelf) -> None:
    records = [Record(n, tags=tuple("abcde"[: n % 5 + 1])) for n in range(1, 26)]
    shelf.put(*records)
    answer = shelf.engine.search(Query(), limit=0, facet_values=2)
    assert [(value.value, value.total) for value in answer.facets["tag"]] == [("a", 25), ("b", 20)]
    answer = shelf.engine.search(Query(tags=(("d",),)), limit=0, facet_values=2)
    found = [(value.value, value.total, value.choice) for value in answer.facets["tag"]]
    assert found == [("d", 10, Choice.MUST), ("a", 10, Choice.NONE), ("b", 10, Choice.NONE)]


def test_all_values_are_given_and_those_that_give_nothing_come_last(shelf: Shelf) -> None:
    shelf.put(Record(1, "apple", tags=("x", "y")), Record(2, "apple", tags=("y",)), Record(3, tags=("z", "w")))
    shelf.put(Record(4, tags=("w",)))
    found = shelf.engine.search(Query(text="apple"), limit=0, facet_values=None).facets["tag"]
    assert [(value.value, value.total) for value in found] == [("y", 2), ("x", 1), ("w", 0), ("z", 0)]


def test_a_value_that_no_entry_has_any_more_is_not_given(shelf: Shelf) -> None:
    shelf.put(*(Record(n, tags=("t",)) for n in range(1, 20)), Record(20, tags=("u",), author="Ada"))
    shelf.put(gone=[20])
    for query in (Query(), Query().with_tag("u"), Query().with_(author="Ada")):
        facets = shelf.engine.search(query, limit=0, facet_values=None).facets
        assert [value.value for value in facets["tag"]] == ["t"], query
        assert facets["author"] == (), query


@pytest.mark.parametrize("seed", SEEDS)
def test_a_rebuild_changes_no_answer(shelf: Shelf, seed: int) -> None:
    dice = random.Random(seed)
    for _ in evolving(dice, shelf, 6):
        pass
    queries = [Query(), *(oracle.random_query(dice) for _ in range(40))]

    def answers() -> list[tuple[object, ...]]:
        found = [shelf.engine.search(query, limit=EVERYTHING, facet_values=5) for query in queries]
        return [(answer.ids, answer.total, answer.facets, answer.notes) for answer in found]

    shelf.put(oracle.random_record(dice, 1), gone=dice.sample(sorted(shelf.records.keys() - {1}), 2))
    before = answers()
    shelf.rebuild()
    for query, one, other in zip(queries, before, answers(), strict=True):
        assert one == other, query


def test_a_chosen_year_leaves_the_other_years_to_choose(shelf: Shelf) -> None:
    shelf.put(*(Record(n, time=START + n * 366 * DAY) for n in (0, 1, 1, 2)))
    years = shelf.engine.search(Query(year=2011), limit=0, facet_values=None).facets["year"]
    assert [(value.value, value.is_selected) for value in years] == [
        ("2011", True),
        ("2010", False),
        ("2012", False),
    ]


def test_a_word_in_another_form_is_found_and_a_part_of_a_word_is_not(shelf: Shelf) -> None:
    shelf.put(Record(1, "Running", "Happiness"), Record(2, "", "theory"))
    assert shelf.asked(q="runs") == [1]
    assert shelf.asked(q="the") == []
    assert shelf.asked(q="the*") == [2]


@pytest.mark.parametrize("text", ["running*", "runn*", "ru*", "run*"])
@pytest.mark.parametrize("field", ["", "title:"])
def test_a_prefix_finds_the_forms_of_a_word(shelf: Shelf, text: str, field: str) -> None:
    shelf.put(Record(1, "Running"), Record(2, "unrun"), Record(3, "", "x"))
    assert shelf.asked(q=field + text) == [1]


def test_a_prefix_finds_many_hundred_words_that_begin_with_it(shelf: Shelf) -> None:
    shelf.put(*(Record(n, f"co{n}x", " ".join(f"co{n}y{m}" for m in range(20))) for n in range(1, 41)))
    shelf.put(Record(41, "", "cozy"))
    assert len(shelf.asked(q="co*")) == 41
    assert notes(shelf, "co*") == ()


def test_a_prefix_of_too_many_words_searches_the_most_frequent_and_says_so(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST_EXPANSIONS", 2)
    shelf.put(Record(1, "coat"), Record(2, "cobble"), Record(3, "coat cocoa"), Record(4, "cobble"), Record(5, "code"))
    assert sorted(shelf.asked(q="co*")) == [1, 2, 3, 4]
    assert notes(shelf, "co*") == ("“co*” stands for 4 words; the 2 most frequent were searched.",)
    for text in ("co* x", "x co*", "co* OR x", "x OR co*", "-co*", "x -(y co*)", "co* -co* co*", "title:co*"):
        assert notes(shelf, text) == notes(shelf, "co*"), text
    assert notes(shelf, "coa* -cob*") == ()


def notes(shelf: Shelf, text: str) -> tuple[str, ...]:
    return shelf.engine.search(Query(text=text), limit=0, facet_values=0).notes


def test_a_field_finds_its_words_alone(shelf: Shelf) -> None:
    shelf.put(
        Record(1, "apple"),
        Record(2, text="apple"),
        Record(3, tags=("apple",)),
        Record(4, author="Apple"),
        Record(5, link="https://apple.example/"),
    )
    assert sorted(shelf.asked(q="apple")) == [1, 2, 3]
    for field, id in (("title", 1), ("body", 2), ("author", 4), ("url", 5)):
        assert shelf.asked(q=f"{field}:apple") == [id]


def test_double_quotes_leave_out_other_forms_but_not_other_accents(shelf: Shelf) -> None:
    shelf.put(
        Record(1, "running"), Record(2, "runs"), Record(3, "Café"), Record(4, "cafés"), Record(5, "a running café")
    )
    assert sorted(shelf.asked(q='"running"')) == [1, 5]
    assert sorted(shelf.asked(q='"cafe"')) == [3, 5]
    assert shelf.asked(q='"running cafe"') == [5]
    assert shelf.asked(q='"run cafe"') == []
    assert sorted(shelf.asked(q="run")) == [1, 2, 5]
    assert sorted(shelf.asked(q='title:"runs"')) == [2]


def test_words_are_stemmed_by_the_language_of_the_entry(shelf: Shelf) -> None:
    shelf.put(
        Record(1, "Häuser", language="de"),
        Record(2, "Haus", language="de-AT"),
        Record(3, "Häuser", language="en"),
        Record(4, "Häuser", language="ja"),
        Record(5, "running", language="de"),
        Record(6, "running", language="en-GB"),
        Record(7, "running"),
    )
    assert sorted(shelf.asked(q="haus")) == [1, 2]
    assert sorted(shelf.asked(q="häuser")) == sorted(shelf.asked(q="hauser")) == [1, 2, 3, 4]
    assert sorted(shelf.asked(q="runs")) == [6, 7]
    assert sorted(shelf.asked(q="title:haus x OR haus-haus OR haus")) == [1, 2]


def test_a_phrase_is_stemmed_by_the_language_of_the_entry(shelf: Shelf) -> None:
    shelf.put(Record(1, "Alte Häuser", language="de"), Record(2, "alte Häuser", language="en"))
    assert shelf.asked(q="alte-haus") == [1]
    assert sorted(shelf.asked(q="alte-hauser")) == [1, 2]


@pytest.mark.parametrize("text", ["東京都渋谷区", "ひらがなで", "서울에서", "中文"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_any_part_of_a_run_without_spaces_is_found(shelf: Shelf, text: str, language: str) -> None:
    shelf.put(Record(1, f"x{text}, y", language=language), Record(2, text[::-1]))
    parts = {text[first:last] for first in range(len(text)) for last in range(first + 1, len(text) + 1)}
    for part in parts:
        expected = [1] if len(part) > 1 else [1, 2]
        for asked in (part, f'"{part}"', f"title:{part}"):
            assert sorted(shelf.asked(q=asked)) == expected, asked
        assert shelf.asked(q=f"body:{part}") == []


def test_characters_that_stand_apart_are_not_found_as_a_run(shelf: Shelf) -> None:
    shelf.put(Record(1, "東 京"), Record(2, "東西京"), Record(3, "東京"))
    assert shelf.asked(q="東京") == [3]


def test_a_word_and_the_character_behind_it_are_found_while_more_follow(shelf: Shelf) -> None:
    shelf.put(Record(1, "Go言語入門"))
    for asked in ("Go言語", "go 言", "Go言"):
        assert shelf.asked(q=asked) == [1], asked


def test_emoji_are_found(shelf: Shelf) -> None:
    shelf.put(Record(1, "well done🙂"), Record(2, "well done"))
    assert shelf.asked(q="🙂") == [1]


@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("Łódź", "lodz"),
        ("lodz", "Łódź"),
        ("Øresund", "oresund"),
        ("Oresund", "øresund"),
        ("Ærø", "aero"),
        ("aero", "ærø"),
        ("Łódź", "lo*"),
        ("Ærø", "ae*"),
        ("Ærø", '"aero"'),
    ],
)
def test_letters_that_are_typed_plainly_find_their_words(shelf: Shelf, word: str, asked: str) -> None:
    shelf.put(Record(1, word), Record(2, "other"))
    assert shelf.asked(q=asked) == [1]


@pytest.mark.parametrize("asked", ['"new york"', "new-york", '"york times"'])
def test_a_phrase_does_not_run_from_one_tag_into_the_next(shelf: Shelf, asked: str) -> None:
    shelf.put(Record(1, tags=("new", "york", "times")), Record(2, tags=("x", "New York Times")))
    assert shelf.asked(q=asked) == [2]


def test_a_phrase_does_not_run_from_the_title_into_the_text(shelf: Shelf) -> None:
    shelf.put(Record(1, "one", "two"), Record(2, "one two"), Record(3, "two", "one"))
    assert shelf.asked(q='"one two"') == [2]


def test_undated_entries_are_in_no_year_and_no_range(shelf: Shelf) -> None:
    shelf.put(Record(1), Record(2, is_dated=False))
    assert shelf.asked() == [1, 2]
    for name, value in (("year", "2010"), ("month", "1"), ("from", "0001"), ("to", "9999")):
        assert shelf.asked(**{name: value}) == [1]


def test_an_entry_that_is_gone_is_never_found_again(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "word", tags=("t",)) for n in range(1, 30)))
    shelf.put(gone=[7])
    for asked in ({}, {"q": "word"}, {"q": "-other"}, {"tag": "t"}, {"q": "wo*"}, {"q": "NOT word OR word"}):
        assert 7 not in shelf.asked(**asked)
        assert len(shelf.asked(**asked)) == 28


def test_a_changed_entry_is_found_by_what_it_says_now(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "old") for n in range(1, 30)))
    shelf.put(Record(5, "new"))
    assert shelf.asked(q="new") == [5]
    assert len(shelf.asked(q="old")) == 28


# --- order ---


def test_a_word_in_the_title_counts_more_than_in_the_text(shelf: Shelf) -> None:
    # Of equal length, and the better one is older: without weights it would come last.
    shelf.put(Record(1, "apple words", "other words"), Record(2, "other words", "apple words"))
    assert shelf.asked(q="apple") == [1, 2]


def test_a_rare_word_counts_more_than_a_common_one(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "", "common filler") for n in range(1, 20)), Record(20, "", "rare filler"))
    assert shelf.asked(q="common OR rare")[0] == 20


def test_a_word_in_a_short_text_counts_more_than_in_a_long_one(shelf: Shelf) -> None:
    shelf.put(Record(1, "", "apple"), Record(2, "", "apple" + " filler" * 50))
    assert shelf.asked(q="apple") == [1, 2]


def test_both_words_are_better_than_one(shelf: Shelf) -> None:
    shelf.put(Record(1, "", "apple pear"), Record(2, "", "apple plum"), Record(3, "", "plum pear"))
    assert shelf.asked(q="apple OR pear")[0] == 1


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("cafe", "café"),
        ("café", "cafe"),
        ("run", "running"),
        ("running", "run"),
        ("Łódź", "lodz"),
        ("résumés", "resume"),
        ("running-shoes", "run shoe"),
        ('"new cafe"', "new café"),
        ('"new café"', "new cafe"),
        ("caf*", "ca"),
    ],
)
@pytest.mark.parametrize("field", ["title", "text"])
def test_the_very_form_comes_first_even_if_it_is_much_older(shelf: Shelf, asked: str, other: str, field: str) -> None:
    same = asked.strip('"*')
    old, new = START - 20 * 366 * DAY, START
    shelf.put(
        Record(1, **{field: f"{same} x"}, time=old),
        Record(2, **{field: f"{other} x"}, time=new),
        Record(3, **{field: "other x"}, time=new),
    )
    assert shelf.asked(q=asked)[:1] == [1]
    assert other == "ca" or shelf.asked(q=asked) == [1, 2]


def test_another_accent_comes_before_another_form(shelf: Shelf) -> None:
    shelf.put(Record(1, "resumé", time=START), Record(2, "resumes", time=START + DAY), Record(3, "résumé", time=START))
    assert shelf.asked(q="résumé") == [3, 1, 2]


def by_preference(shelf: Shelf, **options: float) -> list[int]:
    """Two entries, of which the older one fits a little better, in the order of an engine with these options."""
    folder = shelf.engine._generations.folder
    shelf.put(
        Record(1, "", "apple pear plum other words", time=START - 10 * 365 * DAY),
        Record(2, "", "apple pear plum other words more", time=START),
        Record(4, "", "other words", time=START),
    )
    return Shelf(WhooshEngine(folder, **options)).asked(q="apple")


def test_a_newer_entry_comes_before_an_older_one_that_fits_hardly_better(shelf: Shelf) -> None:
    assert by_preference(shelf) == [2, 1]


def test_without_a_preference_for_newer_entries_only_the_fit_counts(shelf: Shelf) -> None:
    assert by_preference(shelf, prefer_newer=0) == [1, 2]


def test_a_newer_entry_comes_before_an_older_one_that_is_otherwise_the_same(shelf: Shelf) -> None:
    # In both orders of ids: without the preference, of equal ones the one with the lower id is first.
    shelf.put(
        Record(1, "apple", time=START), Record(2, "apple", time=START - 999 * DAY), Record(3, "apple", time=START)
    )
    assert shelf.asked(q="apple") == [1, 3, 2]


def test_an_entry_that_has_gone_makes_no_other_one_old(shelf: Shelf) -> None:
    others = (Record(n, "", "pear plum other words more") for n in range(10, 30))
    shelf.put(Record(3, "", "other words", time=START + 100 * 365 * DAY), *others)
    shelf.put(gone=[3])
    assert by_preference(shelf) == [2, 1]


def test_an_older_entry_that_fits_much_better_stays_first(shelf: Shelf) -> None:
    shelf.put(Record(1, "apple", "apple", time=START - 20 * 366 * DAY), Record(2, "x", "apple", time=START), Record(3))
    assert shelf.asked(q="apple") == [1, 2]


def test_equally_good_entries_come_newest_first(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "apple", time=START + n // 2) for n in (1, 2, 3, 4, 5)))
    assert shelf.asked(q="apple") == [4, 5, 2, 3, 1]


def test_entries_of_the_same_time_come_as_their_feed_has_them(shelf: Shelf) -> None:
    shelf.put(*(Record(n) for n in (3, 1, 2)))
    assert shelf.asked(sort="newest") == [1, 2, 3]
    assert shelf.asked(sort="oldest") == [3, 2, 1]
