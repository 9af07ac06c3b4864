from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import aliases
from index.aliases import parse, read, written
from index.analysis import tag_key
from index.entries import Tag
from index.errors import AliasError
from index.query import clean_text


def said(text: str) -> dict[str, str]:
    return {key: tag.name for key, tag in parse(text, "tags.txt").items()}


def complaint(text: str) -> str:
    with pytest.raises(AliasError) as error:
        parse(text, "tags.txt")
    return str(error.value)


def test_a_line_says_what_a_tag_means() -> None:
    assert parse("Django-Web -> Django", "tags.txt") == {"django-web": Tag("django", "Django")}


def test_comments_and_blank_lines_say_nothing() -> None:
    text = "# all\n\n  \t\r\n  # of it\na -> b # why\r\nc->d\n#e -> f\n"
    assert said(text) == {"a": "b", "c": "d"}


def test_a_number_sign_inside_a_name_begins_no_comment() -> None:
    assert said("c# -> C Sharp\nfsharp -> F#  # the language\n") == {"c#": "C Sharp", "fsharp": "F#"}


def test_a_name_in_double_quotes_may_hold_anything() -> None:
    text = '"#1" -> number one\n"a -> b" -> "c # d"  # "comment"\n"say ""x""" -> 19" rack\n'
    assert said(text) == {"#1": "number one", "a -> b": "c # d", 'say "x"': '19" rack'}


def test_what_a_tag_means_is_at_the_end_of_the_chain_in_any_order() -> None:
    assert said("a -> b\nb -> c\nx -> a\nc -> D\n") == {"a": "D", "b": "D", "x": "D", "c": "D"}


def test_a_chain_of_very_many_lines_is_followed() -> None:
    text = "\n".join(f"t{number} -> t{number + 1}" for number in range(20_000))
    assert set(said(text).values()) == {"t20000"}


def test_the_first_spelling_of_what_is_meant_is_shown() -> None:
    assert said("a -> Django\nb -> DJANGO\n") == {"a": "Django", "b": "Django"}


def test_a_line_that_is_repeated_does_no_harm() -> None:
    assert said("a -> b\nA -> B") == {"a": "b"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a -> b\nnonsense", "tags.txt, line 2: “nonsense” is not like “django-web -> django”."),
        ("a ->", "tags.txt, line 1: “a ->” is not like “django-web -> django”."),
        ("-> a", "tags.txt, line 1: “-> a” is not like “django-web -> django”."),
        ("a -> b -> c", "tags.txt, line 1: “a -> b -> c” is not like “django-web -> django”."),
        ("a -> \u200b", "tags.txt, line 1: “a -> \u200b” is not like “django-web -> django”."),
        ('a -> "b', 'tags.txt, line 1: “a -> "b” is not like “django-web -> django”.'),
        ("\n\nWeb -> web # same", "tags.txt, line 3: “Web” and “web” are one tag already."),
        ("a -> b\n\na -> c", "tags.txt, line 3: “a” means “b” on line 1, and “c” here."),
        ("a -> B\nb -> C\nc -> a", "tags.txt, line 3: the aliases lead in a circle, “a” -> “B” -> “C” -> “a”."),
        ("x -> a\na -> b\nb -> a", "tags.txt, line 3: the aliases lead in a circle, “a” -> “b” -> “a”."),
    ],
)
def test_what_makes_no_sense_is_told_with_its_line(text: str, message: str) -> None:
    assert complaint(text) == message


def test_a_line_that_is_far_too_long_is_told_soon() -> None:
    assert complaint("a " + " " * 5_000_000 + "-> b").startswith("tags.txt, line 1: “a” is not like")


def test_a_file_is_read_with_or_without_a_mark_at_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "tags.txt"
    path.write_bytes(b"\xef\xbb\xbfd\xc3\xa9mo -> demo\n")
    assert read(path) == {"démo": Tag("demo", "demo")}


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tags.txt"
    for make, message in (
        (lambda: None, f"There is no file of tag aliases {path}."),
        (lambda: path.write_bytes(b"a -> b\n\xff -> c\n"), f"{path}, line 2: this is not UTF-8."),
        (lambda: monkeypatch.setattr(aliases, "LARGEST_FILE", 3), f"{path} is too large for a file of tag aliases."),
    ):
        make()
        with pytest.raises(AliasError) as error:
            read(path)
        assert str(error.value) == message
    with pytest.raises(AliasError, match=r"cannot be read: "):
        read(tmp_path)


NAMES = st.text(min_size=1, max_size=30).map(clean_text).filter(tag_key)


@given(NAMES, NAMES)
def test_a_line_that_is_written_is_read_as_it_was_meant(alias: str, target: str) -> None:
    if tag_key(alias) == tag_key(target):
        return
    assert parse(f"{written(alias, target)}  # 3, 120", "tags.txt") == {tag_key(alias): Tag(tag_key(target), target)}
