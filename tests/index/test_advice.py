import random

import pytest

from index import Query, from_pairs
from index.advice import FEW, MOST_MISSPELT, MUCH_MORE, Alternative, Kind, corrected, relaxed
from tests import oracle
from tests.documents import START
from tests.oracle import Record
from tests.shelf import SEEDS, Shelf, evolving

MANY = (FEW + 1) * MUCH_MORE + 1


@pytest.fixture
def known(shelf: Shelf) -> Shelf:
    """Entries on Django, some on SQLite, few of both; one by an author who misspells."""
    shelf.put(
        *(Record(n, "django", "a framework", tags=("django",), author="Ada") for n in range(1, MANY + 1)),
        *(Record(n, "sqlite", "a database", tags=("sqlite", "web dev"), feeds=(2,)) for n in range(100, 106)),
        Record(200, "django sqlite", tags=("django", "sqlite"), author="Bob", time=START + 400 * 86_400),
        Record(201, "djagno", tags=("misspelt",)),
        Record(202, "Café crème", language="fr"),
    )
    return shelf


def spelled(shelf: Shelf, *pairs: tuple[str, str]) -> Alternative | None:
    query = from_pairs(pairs)[0]
    return corrected(shelf.engine, query, shelf.engine.count(query))


def text(found: Alternative | None) -> str | None:
    return found.query.text if found else None


def options(shelf: Shelf, *pairs: tuple[str, str]) -> list[tuple[Kind, tuple[str, ...], int]]:
    """Give what is offered where nothing is found."""
    query = from_pairs(pairs)[0]
    assert shelf.engine.count(query) == 0
    return [
        (option.kind, option.subject, option.total)
        for option in relaxed(shelf.engine, query, corrected(shelf.engine, query, 0))
    ]


# --- always ---


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_offered_finds_as_much_as_it_says_and_never_nothing(shelf: Shelf, seed: int) -> None:
    dice = random.Random(seed)
    offered = 0
    for _ in evolving(dice, shelf, 2):
        for _ in range(30):
            query = oracle.random_query(dice)
            total = shelf.engine.count(query)
            found = relaxed(shelf.engine, query, corrected(shelf.engine, query, 0)) if not total else []
            again = corrected(shelf.engine, query, total)
            for option in [*found, *([again] if again else [])]:
                offered += 1
                assert option.total == len(oracle.hits(option.query, shelf.records.values())) > total, query
                assert from_pairs(option.query.pairs())[0].pairs() == option.query.pairs(), query
    assert offered > 20


# --- another spelling ---


def test_a_misspelt_word_is_corrected(known: Shelf) -> None:
    found = spelled(known, ("q", "framwork"))
    exact = Query(text='"framwork"')
    assert found == Alternative(Kind.SPELLING, Query(text="framework"), MANY, ("framework",), exact)


def test_every_misspelt_word_is_corrected_at_once_and_the_others_stay(known: Shelf) -> None:
    assert text(spelled(known, ("q", "framwork  djnago"))) == "framework django"
    assert text(spelled(known, ("q", "a framwork -databse"))) == "a framework -databse"
    assert text(spelled(known, ("q", "(framwork OR databse)"))) == "(framework OR database)"


def test_a_word_that_hardly_any_entry_has_is_corrected_where_that_finds_much_more(known: Shelf) -> None:
    found = spelled(known, ("q", "djagno"))
    assert found
    assert (found.query.text, found.total) == ("django", MANY + 1)


def test_a_word_that_finds_nearly_as_much_is_not_corrected(known: Shelf) -> None:
    # One hit, and "database" would give six.
    known.put(Record(300, "databasa"))
    assert spelled(known, ("q", "databasa")) is None


def test_a_word_that_many_entries_have_is_not_corrected(known: Shelf) -> None:
    known.put(*(Record(n, "djangos") for n in range(300, 301 + FEW)))
    assert known.engine.spellings("djangos", 1) == ["django"]
    assert spelled(known, ("q", "djangos")) is None
    assert options(known, ("q", "djangos zzz")) == [
        (Kind.WORD, ("zzz",), known.engine.count(Query(text="djangos"))),
        (Kind.ANY_WORD, (), known.engine.count(Query(text="djangos"))),
    ]


def test_where_more_than_a_few_are_found_nothing_is_corrected(known: Shelf) -> None:
    query = Query(text="framwork")
    assert corrected(known.engine, query, FEW + 1) is None
    assert corrected(known.engine, query, 0)


@pytest.mark.parametrize(
    "quoted", ['"framwork"', 'title:"framwork"', '"framwork" zzz', "-framwork", "framw*", "framwork-x"]
)
def test_what_stands_in_quotes_or_is_excluded_or_has_several_words_is_not_corrected(known: Shelf, quoted: str) -> None:
    assert spelled(known, ("q", quoted)) is None


def test_a_field_stays_with_its_word(known: Shelf) -> None:
    assert text(spelled(known, ("q", "body:framwork"))) == "body:framework"
    assert spelled(known, ("q", "title:framwork")) is None  # no title has that word


def test_a_correction_keeps_the_filters_and_starts_at_the_first_page(known: Shelf) -> None:
    found = spelled(known, ("q", "framwork"), ("tag", "django"), ("author", "Ada"), ("sort", "oldest"), ("page", "3"))
    query = from_pairs([("q", "framework"), ("tag", "django"), ("author", "Ada"), ("sort", "oldest")])[0]
    assert found == Alternative(Kind.SPELLING, query, MANY, ("framework",), query.with_(text='"framwork"'))


def test_a_correction_that_finds_nothing_with_the_filters_is_not_offered(known: Shelf) -> None:
    assert spelled(known, ("q", "framwork"), ("author", "Bob")) is None
    assert options(known, ("q", "framwork"), ("tag", "sqlite"))[0] == (Kind.WORD, ("framwork",), 7)


def test_of_several_spellings_the_one_that_finds_most_is_offered(shelf: Shelf) -> None:
    # "bark" is as near as "barn" and more frequent, but not beside "red".
    shelf.put(*(Record(n, "bark") for n in range(9)), *(Record(n, "red barn") for n in range(10, 15)))
    assert text(spelled(shelf, ("q", "red barx"))) == "red barn"


def test_a_misspelt_tag_is_corrected_in_the_text_and_as_a_filter(known: Shelf) -> None:
    assert text(spelled(known, ("q", "tag:djnago x OR #sqlte"))) == "tag:django x OR tag:sqlite"
    assert text(spelled(known, ("q", "#djnago"))) == "tag:django"
    found = spelled(known, ("tag", "djnago"), ("q", "framework"))
    assert found == Alternative(Kind.SPELLING, Query(text="framework", tags=(("django",),)), MANY, ("django",))


def test_a_tag_that_one_entry_has_is_right(known: Shelf) -> None:
    known.put(Record(300, tags=("djangoo",)))
    assert spelled(known, ("tag", "djangoo")) is None


def test_the_other_alternatives_of_a_misspelt_tag_stay(known: Shelf) -> None:
    found = spelled(known, ("tag", "djnago,misspelt"))
    assert found
    assert found.query.tags == (("django", "misspelt"),)
    found = spelled(known, ("tag", "djnago,sqltie"))
    assert found
    assert found.query.tags == (("django", "sqlite"),)


def test_nothing_is_offered_where_no_word_is_near(known: Shelf) -> None:
    assert spelled(known, ("q", "xylophone")) is None
    assert spelled(known, ("q", "")) is None
    assert spelled(known, ("year", "1999")) is None


# --- what to leave out ---


def test_each_part_and_filter_that_is_too_much_is_named(known: Shelf) -> None:
    assert options(known, ("q", "framework"), ("tag", "sqlite")) == [
        (Kind.WORD, ("framework",), 7),
        (Kind.TAG, ("sqlite",), MANY),
    ]
    assert options(known, ("q", "django"), ("feed", "2")) == [(Kind.WORD, ("django",), 6), (Kind.FEED, (), MANY + 1)]
    assert options(known, ("author", "Bob"), ("feed", "2")) == [(Kind.AUTHOR, (), 6), (Kind.FEED, (), 1)]
    assert options(known, ("author", "Ada"), ("exclude.tag", "django")) == [
        (Kind.EXCLUDED_TAG, ("django",), MANY),
        (Kind.AUTHOR, (), 8),
    ]
    assert options(known, ("tag", "misspelt,web dev"), ("author", "Bob")) == [
        (Kind.TAG, ("misspelt", "web dev"), 1),
        (Kind.AUTHOR, (), 7),
    ]


@pytest.mark.parametrize("date", [("year", "2012"), ("from", "2012"), ("to", "2009"), ("month", "7")])
def test_a_date_that_is_too_much_is_named(known: Shelf, date: tuple[str, str]) -> None:
    assert options(known, ("tag", "sqlite"), date) == [(Kind.DATE, (), 7)]


def test_a_word_alone_cannot_be_left_out(known: Shelf) -> None:
    assert options(known, ("q", "xylophone")) == []
    assert options(known, ("q", "(xylophone)")) == []


def test_any_of_the_words_is_offered(known: Shelf) -> None:
    assert options(known, ("q", "database framework")) == [
        (Kind.WORD, ("database",), MANY),
        (Kind.WORD, ("framework",), 6),
        (Kind.ANY_WORD, (), MANY + 6),
    ]


def test_what_is_left_out_is_told_as_it_was_typed(known: Shelf) -> None:
    assert options(known, ("q", 'database  "A Framework" date:2010')) == [
        (Kind.WORD, ("database",), MANY),
        (Kind.WORD, ('"A Framework"',), 6),
        (Kind.ANY_WORD, (), MANY + 6),
    ]


def test_another_spelling_is_offered_last(known: Shelf) -> None:
    assert options(known, ("q", "xylophone framwork")) == [(Kind.ANY_SPELLING, ("framework",), MANY)]
    assert options(known, ("q", "django framwork")) == [
        (Kind.WORD, ("framwork",), MANY + 1),
        (Kind.ANY_WORD, (), MANY + 1),
        (Kind.SPELLING, ("framework",), MANY),
    ]


def test_the_beginning_of_a_word_is_completed(known: Shelf) -> None:
    assert text(spelled(known, ("q", "framew"))) == "framework"
    assert text(spelled(known, ("q", "body:framew"))) == "body:framework"
    assert spelled(known, ("q", "fr")) is None


@pytest.mark.parametrize(
    ("asked", "exact"),
    [
        ("a framwork", 'a "framwork"'),
        ("body:framwork", 'body:"framwork"'),
        ("(framwork OR databse)", '("framwork" OR "databse")'),
        ("framwork tag:djnago", None),
    ],
)
def test_a_correction_tells_how_to_ask_for_just_what_was_typed(known: Shelf, asked: str, exact: str | None) -> None:
    found = spelled(known, ("q", asked))
    assert found
    assert (found.exact and found.exact.text) == exact
    if found.exact:
        assert corrected(known.engine, found.exact, 0) is None


def test_of_very_many_misspelt_words_none_is_corrected(known: Shelf) -> None:
    assert spelled(known, ("q", " ".join(["framwork"] * MOST_MISSPELT)))
    assert spelled(known, ("q", " ".join(["framwork"] * (MOST_MISSPELT + 1)))) is None


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("q", "framework"), ("tag", "sqlite"), ("feed", "2"), ("year", "2012")], (Kind.FILTERS, (), MANY)),
        ([("q", "xylophone zither"), ("tag", "sqlite")], (Kind.WORDS, (), 7)),
        ([("q", "database framework"), ("author", "Nobody")], (Kind.ANY_WORD_ALONE, (), MANY + 6)),
    ],
)
def test_where_no_part_alone_is_to_blame_more_is_left_out(
    known: Shelf, pairs: list[tuple[str, str]], expected: tuple[Kind, tuple[str, ...], int]
) -> None:
    assert options(known, *pairs) == [expected]


def test_one_half_of_a_word_with_a_hyphen_is_corrected(known: Shelf) -> None:
    known.put(*(Record(n, f"one django-framework {n}") for n in range(900, 912)))
    found = spelled(known, ("q", "django-framwork"))
    assert text(found) == "django-framework"
    assert found is not None
    assert found.total == 12
    assert found.exact is not None
    assert found.exact.text == '"django-framwork"'
