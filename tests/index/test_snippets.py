from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import analysis, snippets, syntax
from index.engine import Snippet, Source
from index.snippets import Marker

BODY = frozenset({"body"})


def marker(text: str) -> Marker:
    return Marker.of(syntax.parse(text).tree, BODY)


def whole(marker: Marker, text: str, language: str = "en") -> Snippet:
    return snippets.whole(marker, {1: Source(text, language)})[1]


def passage(query: str, text: str) -> Snippet:
    return snippets.passages(marker(query), {1: Source(text, "en")})[1]


def marked(query: str, text: str, language: str = "en") -> list[str]:
    return [run for run, is_marked in whole(marker(query), text, language).runs if is_marked]


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("run", "He ran, she runs; running RUN", ["runs", "running", "RUN"]),
        ("café", "Cafe CAFÉ cafés", ["Cafe", "CAFÉ", "cafés"]),
        ('"new york"', "York, New York and new-york", ["New York", "new-york"]),
        ('"a b"', "a b b a b", ["a b", "a b"]),
        ("pre*", "Prefix, prepared; compress", ["Prefix", "prepared"]),
        ("run*", "Running runner ran", ["Running", "runner"]),
        ("happi*", "Happiness is happiest", ["Happiness", "happiest"]),
        ("a -b", "a b", ["a"]),
        ("a OR b", "b c a", ["b", "a"]),
        ("body:a title:b", "a b", ["a"]),
        ("#a tag:b date:2014", "a b 2014", []),
        ("NOT a", "a", []),
        ("", "a", []),
        ("C++", "C and C++ and C#", ["C++"]),
        ('new "new york"', "new york is new", ["new york", "new"]),
        ('"running"', "He runs, running RUNNING", ["running", "RUNNING"]),
        ('"café"', "cafe cafés CAFÉ", ["cafe", "CAFÉ"]),
        ("東京", "西東京都です", ["東京"]),
        ("東京都", "西東京都です", ["東京都"]),
        ("京都", "東京都 京", ["京都"]),
        ("서울", "서울에서", ["서울"]),
        ("🙂", "a🙂b", ["🙂"]),
        ("lodz", "Łódź", ["Łódź"]),
        ("s", "it's s", ["s"]),
        ("ll*", "she'll's", []),
        ("d#", "I'd# x", []),
        ("\u17dd\u17dd OR rope", "a rope", ["rope"]),
        ("re*", "they're really here", ["really"]),
        ("one two six zoo ada ben kim lou max", "Max, Ada and zoos", ["Max", "Ada", "zoos"]),
        ('"new york" york*', "york, new yorkers new york", ["york", "yorkers", "new york"]),
    ],
)
def test_what_the_query_finds_is_marked(query: str, text: str, marks: list[str]) -> None:
    assert marked(query, text) == marks


def test_a_word_is_marked_whose_stem_begins_otherwise() -> None:
    assert marked("lezen", "Gelezen, lezen", "nl") == ["Gelezen", "lezen"]
    assert marked("generaal", "De generaal", "nl") == ["generaal"]


@pytest.mark.parametrize(("language", "marks"), [("de", ["Häuser", "Haus"]), ("en", ["Haus"]), ("ja", ["Haus"])])
def test_a_word_is_marked_by_its_stem_in_the_language_of_the_text(language: str, marks: list[str]) -> None:
    assert marked("haus", "Häuser, Haus", language) == marks


def test_one_chinese_character_is_marked_alone() -> None:
    assert marked("都", "東京都です") == ["都"]


def test_every_word_that_a_prefix_finds_in_the_index_is_marked() -> None:
    for word in ("happy", "running", "Étude", "ponies", "organization"):
        for start in {analysis.fold(word)[:length] for length in range(2, len(word) + 1)}:
            assert marked(f"{start}*", f"x {word} y") == [word], start


WORDS = st.sampled_from(["new", "york", "yorks", "New", "running", "run", "a", "é", "🙂", "-", ", ", "C++"])
TEXTS = st.text() | st.lists(WORDS, max_size=200).map(" ".join) | st.lists(WORDS).map("".join)
PLAIN = st.lists(st.sampled_from(["new", "York", "run", "new's", "it's", "'s", "c++", "c'c's"])).map(" ".join)
QUERIES = st.text(max_size=50) | st.lists(
    st.sampled_from(["new", '"new york"', '"york new york"', "ru*", "yo*", "OR", "-a", "(", ")", "c++", "é"])
).map(" ".join)


@given(QUERIES, TEXTS)
def test_the_runs_of_a_whole_text_are_the_text(query: str, text: str) -> None:
    found = whole(marker(query), text)
    assert found.text == text
    assert all(run for run, _ in found.runs)


@given(QUERIES, TEXTS, st.integers(1, 5))
def test_the_runs_of_a_passage_are_a_part_of_the_text(query: str, text: str, times: int) -> None:
    text = " ".join((text * times).split())
    found = passage(query, text)
    assert found.text in text
    assert all(run for run, _ in found.runs)
    assert len(found.text) <= snippets.LENGTH
    assert text.startswith(found.text) or found.is_cut_before
    assert text.endswith(found.text) or found.is_cut_after


@given(QUERIES, TEXTS)
def test_marks_never_overlap(query: str, text: str) -> None:
    spans = marker(query).spans([Source(text, "en")])[0]
    assert all(start < end for start, end, _ in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


FILLER = "lorem ipsum dolor " * 40


def test_a_short_text_is_shown_whole() -> None:
    assert passage("b", "a b c") == Snippet((("a ", False), ("b", True), (" c", False)))


def test_a_passage_is_where_the_words_are() -> None:
    found = passage("needle", FILLER + "the needle here " + FILLER)
    assert ("needle", True) in found.runs
    assert found.is_cut_before
    assert found.is_cut_after


def test_a_passage_with_all_words_is_better_than_one_with_many_of_one() -> None:
    text = "alpha alpha alpha alpha " + FILLER + "alpha beta " + FILLER
    assert ("beta", True) in passage("alpha beta", text).runs


def test_a_text_without_any_word_is_shown_from_its_beginning() -> None:
    found = passage("nowhere", FILLER)
    assert FILLER.startswith(found.text)
    assert (found.is_cut_before, found.is_cut_after) == (False, True)


def test_a_passage_is_cut_between_words() -> None:
    found = passage("needle", FILLER + "needle " + FILLER)
    words = set((FILLER + "needle").split())
    assert set(found.text.split()) <= words


def test_a_passage_at_the_end_uses_its_whole_length() -> None:
    found = passage("needle", FILLER + "needle")
    assert not found.is_cut_after
    assert len(found.text) > snippets.LENGTH - snippets.BEFORE


def test_a_text_without_blanks_is_no_trouble() -> None:
    found = passage("x*", "x" * 10_000)
    assert 0 < len(found.text) <= snippets.LENGTH


def test_only_the_beginning_of_an_endless_text_is_looked_at() -> None:
    text = "a " * snippets.LONGEST_TEXT + "needle"
    assert marked("needle", text) == []


def test_an_empty_text_has_no_runs() -> None:
    assert passage("a", "") == Snippet(())
    assert whole(marker("a"), "") == Snippet(())


def places(query: str, text: str, language: str) -> set[tuple[int, int]]:
    """Give what fits, word by word, as the engine sees it: without what overlaps left out."""
    found = list(analysis.tokens(text))
    met: set[tuple[int, int]] = set()
    for node in syntax.wanted(syntax.parse(query).tree):
        if isinstance(node, syntax.Prefix):
            met |= {(t.start, t.end) for t in found if analysis.fold(t.form).startswith(node.start)}
            continue
        for at in range(len(found) - len(node.forms) + 1):
            run = found[at : at + len(node.forms)]
            pairs = [
                (analysis.fold(token.form), analysis.fold(form)) for token, form in zip(run, node.forms, strict=True)
            ]
            if not node.is_exact:
                pairs = [(analysis.stem(one, language), analysis.stem(other, language)) for one, other in pairs]
            if all(one == other for one, other in pairs):
                met.add((run[0].start, run[-1].end))
    return met


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja", "ar"])
@given(query=QUERIES, text=TEXTS | PLAIN)
def test_what_fits_is_marked_unless_a_mark_is_there_already(language: str, query: str, text: str) -> None:
    fitting = {place for place in places(query, text, language) if not analysis.is_unspaced(text[place[0]])}
    marks = [(start, end) for start, end, _ in marker(query).spans([Source(text, language)])[0]]
    assert {mark for mark in marks if not analysis.is_unspaced(text[mark[0]])} <= fitting
    assert all(any(first < end and start < last for first, last in marks) for start, end in fitting)


@given(QUERIES, st.lists(st.tuples(TEXTS | PLAIN, st.sampled_from(["en", "de", "fr", "ja"])), max_size=5))
def test_texts_are_marked_together_as_each_is_alone(query: str, texts: list[tuple[str, str]]) -> None:
    sources = {number: Source(*text) for number, text in enumerate(texts)}
    together = snippets.whole(marker(query), sources)
    assert together == {number: whole(marker(query), *source) for number, source in sources.items()}


def test_a_phrase_does_not_go_on_in_the_next_text() -> None:
    texts = {1: Source("it is new", "en"), 2: Source("york", "en"), 3: Source("in new, york", "en")}
    found = snippets.whole(marker('"new york"'), texts)
    assert [[run for run, is_marked in snippet.runs if is_marked] for snippet in found.values()] == [
        [],
        [],
        ["new, york"],
    ]


def test_many_long_texts_are_not_copied_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snippets, "LONGEST_TEXT", 8)
    read = []
    beginning = analysis.beginning
    monkeypatch.setattr(analysis, "beginning", lambda plain, letters: read.append(plain) or beginning(plain, letters))
    found = snippets.whole(marker("run"), {number: Source("run", "en") for number in range(5)})
    assert read == ["run\nrun\nrun", "run\nrun"]
    assert {snippet.runs for snippet in found.values()} == {(("run", True),)}


def test_one_marker_reads_texts_of_several_languages() -> None:
    both = marker("häuser")
    for language, marks in [("de", ["Haus"]), ("en", []), ("de", ["Haus"])]:
        runs = whole(both, "Haus", language).runs
        assert [run for run, is_marked in runs if is_marked] == marks
