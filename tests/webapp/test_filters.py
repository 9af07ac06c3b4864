from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined, UndefinedError

from index import Snippet
from tests.webapp import pages
from webapp import filters

RUNS = st.lists(st.tuples(st.text(), st.booleans())).map(tuple)


def test_dates_are_written_without_a_leading_zero():
    day = datetime(2010, 3, 7, tzinfo=UTC)
    assert filters.long_date(day) == "7 March 2010"
    assert filters.short_date(day) == "7 Mar 2010"


def test_times_are_in_utc():
    assert filters.moment(0) == datetime(1970, 1, 1, tzinfo=UTC)


def test_numbers_have_commas():
    assert filters.number(1_234_567) == "1,234,567"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.example.com:8080/a?b", "example.com"),
        ("https://EXAMPLE.com", "example.com"),
        ("https://user:secret@example.com/", "example.com"),
        ("nonsense", ""),
        ("", ""),
        ("http://[::1", ""),
    ],
)
def test_an_address_is_named_by_its_host(address: str, host: str):
    assert filters.host(address) == host


def test_what_was_found_is_marked():
    snippet = Snippet((("the ", False), ("rope", True), (" & more", False)), True, True)
    assert filters.marked(snippet) == "… the <mark>rope</mark> &amp; more …"


@given(RUNS)
def test_no_text_of_a_snippet_becomes_markup(runs: tuple[tuple[str, bool], ...]):
    html = str(filters.marked(Snippet(runs)))
    assert html.count("<") == 2 * sum(is_marked for _, is_marked in runs)
    assert {node.tag for node in pages.parsed(f"<p>{html}</p>").css("p *")} <= {"mark"}


def test_a_name_that_is_missing_in_a_template_is_an_error(app: Flask):
    assert app.jinja_env.undefined is StrictUndefined
    with pytest.raises(UndefinedError):
        app.jinja_env.from_string("{{ nothing }}").render()


def test_every_template_escapes_by_default(app: Flask):
    assert app.jinja_env.from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"
    for name in app.jinja_env.list_templates():
        assert app.select_jinja_autoescape(name), name


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        *(
            (language, "rtl")
            for language in ("ar", "AR-eg", "he", "fa-IR", "ur", "yi", "dv", "syr", "az-Arab", "pa-arab-PK")
        ),
        *(
            (language, "auto")
            for language in ("", "en", "ar-Latn", "he-Latn-IL", "az", "az-Latn", "arn", "hen", "x-ar", "日本")
        ),
    ],
)
def test_a_language_that_is_written_from_the_right_says_so(language: str, direction: str):
    assert filters.direction(language) == direction


@given(st.text())
def test_any_text_for_a_language_gives_a_direction(language: str):
    assert filters.direction(language) in ("rtl", "auto")
