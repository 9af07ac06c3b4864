from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import analysis


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Running runs RUN", ["run", "run", "run"]),
        ("Café, naïve Å", ["cafe", "naiv", "a"]),
        ("ＷＩＤＥ １２", ["wide", "12"]),
        ("𝐁𝐨𝐥𝐝 𝓢𝓬𝓻𝓲𝓹𝓽", ["bold", "script"]),
        ("Straße STRASSE", ["strass", "strass"]),
        ("can't can’t", ["can't", "can't"]),
        ("dogs' 'quoted'", ["dog", "quot"]),
        ("C++ and C# (c++)", ["c++", "and", "c#", "c++"]),
        ("C++11 objC#", ["c", "11", "objc"]),
        (".NET 50% snake_case a:b", ["net", "50", "snake", "case", "a", "b"]),
        ("🙂 — … !?", []),
        ("", []),
    ],
)
def test_text_becomes_terms_without_case_accents_and_endings(text: str, terms: list[str]) -> None:
    assert analysis.terms(text) == terms


def test_vowel_signs_are_no_accents() -> None:
    assert analysis.fold("कि") != analysis.fold("क")


def test_a_very_long_word_is_cut_to_one_term() -> None:
    (term,) = analysis.terms("x" * 10_000)
    assert len(term) == analysis.LONGEST_WORD


@given(st.text())
def test_tokens_are_the_terms_with_their_places(text: str) -> None:
    found = list(analysis.tokens(text))
    assert [token.term for token in found] == analysis.terms(text)
    assert all(analysis.term(text[token.start : token.end]) == token.term for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text())
def test_no_term_is_empty(text: str) -> None:
    assert all(analysis.terms(text))


@given(st.text())
def test_every_folded_word_is_a_term_or_another_form(text: str) -> None:
    words = {analysis.fold(text[token.start : token.end])[: analysis.LONGEST_WORD] for token in analysis.tokens(text)}
    assert words <= {*analysis.terms(text), *analysis.other_forms(text)}


@pytest.mark.parametrize("spelling", ["Ἀθῆναι", "ϒ", "ℌ", "ᴬ", "Ǆ", "İ"])
def test_folding_twice_changes_nothing_more(spelling: str) -> None:
    assert analysis.fold(analysis.fold(spelling)) == analysis.fold(spelling)


@given(st.text())
def test_the_key_of_a_tag_is_its_own_key(name: str) -> None:
    assert analysis.tag_key(analysis.tag_key(name)) == analysis.tag_key(name)


@pytest.mark.parametrize("name", ["Web Dev", "  web \t dev ", "ＷＥＢ dev", "WEB\u00a0DEV"])
def test_spellings_of_a_tag_share_a_key(name: str) -> None:
    assert analysis.tag_key(name) == "web dev"


def test_tags_that_differ_in_accents_or_signs_stay_apart() -> None:
    assert len({analysis.tag_key(name) for name in ("c", "c++", "c#", "resume", "résumé")}) == 5


def test_threads_find_the_same_terms() -> None:
    words = [f"word{n}s running{n}ly" for n in range(2_000)]
    expected = [analysis.terms(word) for word in words]
    analysis.term.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(analysis.terms, words)) == expected
