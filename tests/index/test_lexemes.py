from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import lexemes
from index.lexemes import Lexeme


def kinds(text: str) -> list[tuple[str, str]]:
    return [(lexeme.kind, lexeme.text) for lexeme in lexemes.lexemes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  a  ", [("run", "a")]),
        ("a-b -c - d", [("run", "a-b"), ("minus", "-"), ("run", "c"), ("run", "-"), ("run", "d")]),
        ("(-a)", [("open", "("), ("minus", "-"), ("run", "a"), ("close", ")")]),
        ("--a", [("run", "--a")]),
        ("AND OR NOT and", [("AND", "AND"), ("OR", "OR"), ("NOT", "NOT"), ("run", "and")]),
        ("ANDROID", [("run", "ANDROID")]),
        ('"a b" c', [("phrase", "a b"), ("run", "c")]),
        ('"a b', [("stray", '"'), ("run", "a"), ("run", "b")]),
        ('""', [("phrase", "")]),
        ("tag:(a)", [("run", "tag:"), ("open", "("), ("run", "a"), ("close", ")")]),
    ],
)
def test_a_text_is_cut_into_lexemes(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


def test_a_phrase_knows_its_field() -> None:
    assert list(lexemes.lexemes('TITLE:"a b"')) == [Lexeme("phrase", "a b", 0, 11, "title")]


@given(st.text() | st.text(st.sampled_from('a-()" :NOT#')))
def test_lexemes_leave_out_nothing_but_white_space(text: str) -> None:
    found = list(lexemes.lexemes(text))
    kept = "".join(text[lexeme.start : lexeme.end] for lexeme in found)
    assert "".join(kept.split()) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(found))


@pytest.mark.parametrize("text", ["a", "can't", "co-op", "a_b", "a.b/c", "x@y", "why?!", "…", "🙂", "é", "中", "end."])
def test_signs_of_ordinary_writing_are_not_odd(text: str) -> None:
    assert not Lexeme("run", text, 0, len(text)).is_odd


@pytest.mark.parametrize(
    "text", ["C++", "C#", ".NET", "50%", "a:b", "*a", "a*", "[a", "~", "^2", "$5", "<b>", "a=b", "\\"]
)
def test_signs_that_could_be_operators_are_odd(text: str) -> None:
    assert Lexeme("run", text, 0, len(text)).is_odd


def kept(text: str) -> tuple[str, list[str]]:
    found, names = lexemes.balanced(list(lexemes.lexemes(text)))
    return " ".join(lexeme.text for lexeme in found), names


@pytest.mark.parametrize(
    ("text", "left", "names"),
    [
        ("(a)", "( a )", []),
        ("(a", "a", ["parenthesis"]),
        ("a)", "a", ["parenthesis"]),
        (")a(", "a", ["parenthesis"]),
        ("((a)", "( a )", ["parenthesis"]),
        ('a "', "a", ["quotation mark"]),
        (') "a', "a", ["parenthesis", "quotation mark"]),
        ("()", "( )", []),
    ],
)
def test_what_has_no_partner_is_left_out_and_named(text: str, left: str, names: list[str]) -> None:
    assert kept(text) == (left, names)


def test_groups_that_are_too_deep_are_left_out() -> None:
    depth = lexemes.DEEPEST_GROUP
    assert kept("(" * depth + "a" + ")" * depth)[1] == []
    left, names = kept("(" * (depth + 3) + "a" + ")" * (depth + 3))
    assert left.count("(") == left.count(")") == depth
    assert names == ["parenthesis"]
