from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import lexemes, syntax
from index.dates import Days
from index.syntax import And, Dated, Node, Not, Or, Prefix, Tagged, Text

A, B, C = Text(("a",)), Text(("b",)), Text(("c",))
AB, BC = Text(("a", "b"), is_exact=True), Text(("b", "c"), is_exact=True)


def tree(text: str) -> Node:
    return syntax.parse(text).tree


def depth(node: Node) -> int:
    match node:
        case And(parts) | Or(parts):
            return 1 + max(map(depth, parts), default=0)
        case Not(part):
            return 1 + depth(part)
    return 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", And()),
        ("   ", And()),
        ("a", A),
        ("a b", And((A, B))),
        ("Running", Text(("running",))),
        ('"a b"', AB),
        ('"a"', Text(("a",), is_exact=True)),
        ('"Running dogs"', Text(("running", "dogs"), is_exact=True)),
        ('a "b c"', And((A, BC))),
        ('"a b" "b c"', And((AB, BC))),
        ('a "b c" title:"a b"', And((A, BC, Text(("a", "b"), "title", is_exact=True)))),
        ('("a b" OR "b c")', Or((AB, BC))),
        ("a -b", And((A, Not(B)))),
        ("-b", Not(B)),
        ('-"a b"', Not(AB)),
        ("-(a b)", Not(And((A, B)))),
        ("-tag:x", Not(Tagged(("x",)))),
        ("a OR b", Or((A, B))),
        ("a b OR c", Or((And((A, B)), C))),
        ("a (b OR c)", And((A, Or((B, C))))),
        ("a AND b", And((A, B))),
        ("NOT a", Not(A)),
        ("a NOT b", And((A, Not(B)))),
        ("NOT NOT a", A),
        ("-NOT a", A),
        ("NOT (a OR b)", Not(Or((A, B)))),
        ("((a))", A),
    ],
)
def test_words_phrases_and_operators_make_a_tree(text: str, expected: Node) -> None:
    assert tree(text) == expected
    assert syntax.parse(text).notes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tag:x", Tagged(("x",))),
        ("TAG:X", Tagged(("x",))),
        ("#x", Tagged(("x",))),
        ("tag:a,b", Tagged(("a", "b"))),
        ("#a,b", Tagged(("a", "b"))),
        ('tag:"Web Dev"', Tagged(("web dev",))),
        ('tag:"a, b"', Tagged(("a, b",))),
        ("tag:c++", Tagged(("c++",))),
        ("#c#", Tagged(("c#",))),
        ("title:a", Text(("a",), "title")),
        ("body:a", Text(("a",), "body")),
        ("author:a", Text(("a",), "author")),
        ("url:a", Text(("a",), "url")),
        ('title:"a b"', Text(("a", "b"), "title", is_exact=True)),
        ("東京都", Text(("東京", "京都"))),
        ("東", Prefix("東")),
        ("title:東", Prefix("東", "title")),
        ("東京*", Prefix("東京")),
        ('"東"', Prefix("東")),
        ("title:a-b", Text(("a", "b"), "title")),
        ("url:a.com/b", Text(("a", "com", "b"), "url")),
        ("ab*", Prefix("ab")),
        ("ÀB*", Prefix("ab")),
        ("title:ab*", Prefix("ab", "title")),
    ],
)
def test_tags_fields_and_prefixes(text: str, expected: Node) -> None:
    assert tree(text) == expected
    assert syntax.parse(text).notes == ()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("date:2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("date:2014-02..2014-04", date(2014, 2, 1), date(2014, 4, 30)),
        ("date:>=2019", date(2019, 1, 1), date.max),
        ("from:2019-03", date(2019, 3, 1), date.max),
        ("to:2019-03", date.min, date(2019, 3, 31)),
        ('date:"2014-05-06"', date(2014, 5, 6), date(2014, 5, 6)),
    ],
)
def test_dates_make_runs_of_days(text: str, first: date, last: date) -> None:
    assert tree(text) == Dated(Days(first, last))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++", Text(("c++",))),
        ("C#", Text(("c#",))),
        (".NET", Text(("net",))),
        ("50%", Text(("50",))),
        ("a:b", Text(("a", "b"))),
        ("http://a.b/c", Text(("http", "a", "b", "c"))),
        ("a-b", Text(("a", "b"))),
        ("--a", A),
        ("a* b", And((A, B))),
        ("or", Text(("or",))),
        ("not and", And((Text(("not",)), Text(("and",))))),
        ('"a b', And((A, B))),
        ('a" b', And((A, B))),
        ("(a b", And((A, B))),
        ("a b)", And((A, B))),
        (")a(", A),
        ("date:soon", Text(("date", "soon"))),
        ("title:", Text(("title",))),
        ("tag:", Text(("tag",))),
        ("tag:,", Text(("tag",))),
        ('foo:"a b"', Text(("foo", "a", "b"))),
        ("AND a", A),
        ("a OR", A),
        ("OR a", A),
        ("a OR OR b", Or((A, B))),
        ("a -", A),
        ("a NOT", A),
        ("a -OR b", Or((A, B))),
        ("()", And()),
        ("a ()", A),
        ("🙂 a", And((Text(("🙂",)), A))),
        ("a" + " " * 1_000 + "b", And((A, B))),
        (" " * 1_000, And()),
    ],
)
def test_everything_else_is_text(text: str, expected: Node) -> None:
    assert tree(text) == expected


@pytest.mark.parametrize("text", ["a:b", "~", '""', "#", "date:soon", '"a', "(a", "a)", "date:2014-13"])
def test_a_reader_is_told_of_what_was_not_understood(text: str) -> None:
    assert len(syntax.parse(text).notes) == 1


@pytest.mark.parametrize(
    ("text", "expected", "told"),
    [
        ("C++", Text(("c++",)), "“C++” was searched as text."),
        ("C#", Text(("c#",)), "“C#” was searched as text."),
        (".NET", Text(("net",)), "“.NET” was searched as text."),
        ("a:b", Text(("a", "b")), "“a:b” was searched as text."),
        ("50%", Text(("50",)), "“50%” was searched as text."),
        ("*a", A, "“*a” was searched as text."),
        ("x*", Text(("x",)), "“x*” was searched as text."),
        ("a*b", Text(("a", "b")), "“a*b” was searched as text."),
        ("[a TO b]", And((A, Text(("to",)), B)), "“[a”, “b]” were searched as text."),
        ("{a}", A, "“{a}” was searched as text."),
        ("a~", A, "“a~” was searched as text."),
        ("a^2", Text(("a", "2")), "“a^2” was searched as text."),
        ("^2", Text(("2",)), "“^2” was searched as text."),
        ("+a", A, "“+a” was searched as text."),
        ("a && b", And((A, B)), "“&&” holds no word to search for."),
        ("a|b", Text(("a", "b")), "“a|b” was searched as text."),
        ("~", And(), "“~” holds no word to search for."),
        ("*", And(), "“*” holds no word to search for."),
        ("foo:bar", Text(("foo", "bar")), "“foo:bar” was searched as text."),
        ('foo:"bar b"', Text(("foo", "bar", "b")), "“foo:” was searched as text."),
        ("date:soon", Text(("date", "soon")), "“date:soon” was searched as text."),
        ("tag:", Text(("tag",)), "“tag:” was searched as text."),
        ('"a', A, "A quotation mark without its partner was searched as text."),
        ('a" b', And((A, B)), "A quotation mark without its partner was searched as text."),
        ("(a", A, "A parenthesis without its partner was searched as text."),
        ("a)", A, "A parenthesis without its partner was searched as text."),
        ('((a "', A, "A parenthesis without its partner was searched as text."),
        (
            "date:2014-02-30",
            Dated(Days(date(2014, 2, 28), date(2014, 2, 28))),
            "“date:2014-02-30” was read as date:2014-02-28.",
        ),
        ("from:2014-13", Dated(Days(first=date(2014, 12, 1))), "“from:2014-13” was read as from:2014-12."),
        ("to:2014-13", Dated(Days(last=date(2014, 12, 31))), "“to:2014-13” was read as to:2014-12."),
    ],
)
def test_an_odd_query_gives_a_tree_and_says_how_it_was_read(text: str, expected: Node, told: str) -> None:
    assert tree(text) == expected
    assert told in syntax.parse(text).notes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🙂", Text(("🙂",))),
        ("السلام", Text(("السلام",))),
        ("中文字", Text(("中文", "文字"))),
        ("l'école", Text(("l", "école"))),
        ("can’t", Text(("can't",))),
        ("co-op", Text(("co", "op"))),
        ("snake_case", Text(("snake", "case"))),
        ("why?", Text(("why",))),
        ("AT&T", Text(("at", "t"))),
        ("example.org/a", Text(("example", "org", "a"))),
        ("a@b", Text(("a", "b"))),
        ("¿qué?", Text(("qué",))),
        ("a" + " " * 1_000, A),
    ],
)
def test_how_people_write_is_nothing_to_speak_of(text: str, expected: Node) -> None:
    assert tree(text) == expected
    assert syntax.parse(text).notes == ()


def test_one_note_names_some_of_many_odd_parts() -> None:
    (note,) = syntax.parse(" ".join(f"a:{n}" for n in range(9))).notes
    assert note == "“a:0”, “a:1”, “a:2”, “a:3”, “a:4” and 4 more were searched as text."


def test_the_same_note_is_given_once() -> None:
    assert len(syntax.parse("~ ~ ~").notes) == 1
    assert len(syntax.parse("C++ C++").notes) == 1
    assert len(syntax.parse("((( a").notes) == 1


@pytest.mark.parametrize("piece", ["(", ")", "NOT ", "-", "(NOT ", "-(", '"', "tag:", "#", "( )", "a OR "])
def test_thousands_of_operators_stay_shallow(piece: str) -> None:
    text = piece * 5_000
    for asked in (text, text + "a", text + "a" + ")" * 5_000):
        assert depth(tree(asked)) <= 2 * lexemes.DEEPEST_GROUP + 3


def test_groups_nest_only_so_deep() -> None:
    levels = lexemes.DEEPEST_GROUP + 1
    nested = tree("(-" * levels + "a" + ")" * levels)
    assert depth(nested) <= lexemes.DEEPEST_GROUP
    assert depth(tree("(-" * 5 + "a" + ")" * 5)) == 6


def test_deep_groups_keep_their_words() -> None:
    nested = "(" * 30 + "a" + ")" * 30
    assert tree(nested) == A


def test_only_the_first_parts_of_an_endless_query_are_used() -> None:
    found = syntax.parse("a " * 1_000)
    assert found.tree == And((A,) * syntax.MOST_CLAUSES)
    assert "64" in found.notes[0]


def test_a_word_of_a_megabyte_is_one_term() -> None:
    for text in ("a" * 1_000_000, "#" + "a" * 1_000_000, "tag:" + "a" * 1_000_000):
        assert isinstance(tree(text), Text | Tagged)


PIECES = st.sampled_from(
    ["a", "b*", "(", ")", '"', " ", "-", "NOT", "OR", "AND", "tag:", "#", ":", ",", "date:", "2014", ".."]
)


@given(st.text() | st.lists(PIECES).map("".join) | st.lists(PIECES).map(" ".join))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    found = syntax.parse(text)
    assert depth(found.tree) <= 2 * lexemes.DEEPEST_GROUP + 3
    assert found.has_words == bool(list(syntax.wanted(found.tree)))


# --- where the parts stand ---


def sliced(text: str, parts: tuple[syntax.Part, ...]) -> list[str]:
    return [text[part.start : part.end] for part in parts]


@pytest.mark.parametrize(
    ("text", "parts", "leaves"),
    [
        ("", [], []),
        ("~", [], []),
        (" a  b ", ["a", "b"], ["a", "b"]),
        ("a AND b", ["a", "b"], ["a", "b"]),
        ("a -b NOT c", ["a", "-b", "NOT c"], ["a"]),
        ("a (b OR -c) d*", ["a", "(b OR -c)", "d*"], ["a", "b", "d*"]),
        ("-(a b) c", ["-(a b)", "c"], ["c"]),
        ("a b OR c", ["a b OR c"], ["a", "b", "c"]),
        ('tag:"Web Dev" "a b" title:x', ['tag:"Web Dev"', '"a b"', "title:x"], ['tag:"Web Dev"', '"a b"', "title:x"]),
        ("#t date:2014 a", ["#t", "date:2014", "a"], ["#t", "date:2014", "a"]),
        ('(a "b', ["a", "b"], ["a", "b"]),
        ("a OR", ["a"], ["a"]),
        ("a NOT", ["a"], ["a"]),
        ("a ~ b", ["a", "b"], ["a", "b"]),
        ("(a)", ["(a)"], ["a"]),
    ],
)
def test_parts_and_leaves_say_where_they_stand(text: str, parts: list[str], leaves: list[str]) -> None:
    found = syntax.parse(text)
    assert sliced(text, found.parts) == parts
    assert sliced(text, found.leaves) == leaves


@given(st.text() | st.lists(PIECES).map("".join) | st.lists(PIECES).map(" ".join))
def test_the_parts_make_the_tree_and_stand_apart(text: str) -> None:
    found = syntax.parse(text)
    nodes = tuple(part.node for part in found.parts)
    assert found.tree in (And(nodes), *nodes)
    assert found.tree == And(nodes) or len(nodes) == 1
    for parts in (found.parts, found.leaves):
        assert all(0 <= part.start < part.end <= len(text) for part in parts)
        assert all(one.end <= other.start for one, other in pairwise(parts))
    assert [leaf.node for leaf in found.leaves if isinstance(leaf.node, Text | Prefix)] == list(
        syntax.wanted(found.tree)
    )


def test_a_query_says_whether_it_was_used_whole() -> None:
    assert not syntax.parse("a " * syntax.MOST_CLAUSES).is_cut
    assert syntax.parse("a " * (syntax.MOST_CLAUSES + 1)).is_cut


def test_excluded_words_are_not_wanted() -> None:
    assert list(syntax.wanted(tree("a -b (c OR -a) NOT ab* #t date:2014"))) == [A, C]


@pytest.mark.parametrize("text", ["", "-a", "#t", "date:2014", "NOT (a OR b)", "~", "-🙂"])
def test_a_query_without_words_has_nothing_to_rank_by(text: str) -> None:
    assert not syntax.parse(text).has_words


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a,b", ["a", "b"]),
        (" A , b ,, ", ["a", "b"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"say ""hi""",c', ['say "hi"', "c"]),
        ('"open', ["open"]),
        ("", []),
    ],
)
def test_a_list_is_split_at_commas_outside_quotes(text: str, values: list[str]) -> None:
    assert syntax.split_list(text) == values


KEYS = st.text(min_size=1).map(lambda text: syntax.analysis.tag_key(text)).filter(bool)


@given(st.lists(KEYS))
def test_a_list_that_is_joined_splits_into_the_same_values(keys: list[str]) -> None:
    assert syntax.split_list(syntax.join_list(keys)) == keys


@pytest.mark.parametrize("key", ['"', "a,b", '","', "a b", "'", "\\", 'x"y', ' "x" '])
def test_commas_and_quotes_in_a_tag_survive(key: str) -> None:
    key = syntax.analysis.tag_key(key)
    assert syntax.split_list(syntax.join_list([key, "other"])) == [key, "other"]
