"""The queries of the benchmark: how many, of which kinds, and that they are the same at every run."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from index import Library, from_pairs
from tests.bench import queries, vocabulary, weblog
from tests.bench.queries import KINDS, Question
from tests.bench.vocabulary import Vocabulary
from tests.conftest import TakeIn
from tests.documents import atom, entry


@pytest.fixture(scope="module")
def made() -> Vocabulary:
    words = weblog.words(1)
    return Vocabulary(words.words, [" ".join(phrase) for phrase in words.phrases], words.tags, weblog.YEARS)


def test_the_list_has_more_than_a_hundred_different_queries(made: Vocabulary) -> None:
    assert len({question.address for question in queries.fixed(made)}) == sum(number for _, number, _ in KINDS) > 100


def test_the_list_has_every_kind(made: Vocabulary) -> None:
    assert Counter(question.kind for question in queries.fixed(made)) == {kind: number for kind, number, _ in KINDS}


def test_the_list_is_the_same_at_every_run(made: Vocabulary) -> None:
    assert [question.address for question in queries.fixed(made)[:4]] == [
        "/?q=cumaleing",
        "/?q=woramebi",
        "/?q=linerotly",
        "/?q=nokiveckly",
    ]
    assert queries.fixed(made) == queries.fixed(made)


def test_different_queries_never_come_twice_nor_from_the_list(made: Vocabulary) -> None:
    found = [question.address for question in itertools.islice(queries.different(made, 1), 3_000)]
    assert len(set(found)) == 3_000
    assert not set(found) & {question.address for question in queries.fixed(made)}


def test_another_seed_gives_other_queries(made: Vocabulary) -> None:
    one, other = (list(itertools.islice(queries.different(made, seed), 50)) for seed in (1, 2))
    assert one != other


def test_every_query_is_read_as_it_is_meant(made: Vocabulary) -> None:
    for question in queries.fixed(made):
        query, notes = from_pairs(question.pairs)
        assert not notes
        assert query.pairs() == question.pairs


def test_fts5_is_asked_for_the_same_words() -> None:
    chance = queries.fixed(Vocabulary(["lamp", "sea", "boat", "tide"], ["sea boat"], ["rope"], [2012]))
    excluding = next(question for question in chance if question.kind == "a word without another")
    assert excluding.fts == excluding.text.replace("-", "NOT ")


def test_a_question_without_anything_asks_for_the_front_page() -> None:
    assert Question("everything").address == "/"


def test_a_small_library_gives_what_words_and_tags_it_has(library: Library, take_in: TakeIn) -> None:
    take_in(atom(*(entry(f"urn:{n}", "Low tide", "<p>Low tide. Low boats.</p>", tags=["Sea"]) for n in range(3))))
    library.publish()
    found = vocabulary.counted(library)
    assert list(found.words) == ["low", "boats", "tide"]
    assert list(found.phrases) == ["low boats", "low tide"]
    assert (list(found.tags), list(found.years)) == (["sea"], [2010])
