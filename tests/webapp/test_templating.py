"""What templates print is escaped as markupsafe does, faster."""

from __future__ import annotations

import pytest
from flask import Flask, render_template_string
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateAssertionError, UndefinedError
from markupsafe import Markup, escape

from webapp import templating
from webapp.templating import JoiningGenerator, PlainTemplate, escaped

SIGNS = st.text("&<>\"'a;# é", max_size=20)


class Bold:
    """What gives its own HTML."""

    def __html__(self) -> str:
        return "<b>&amp;</b>"


@given(
    st.text() | SIGNS | SIGNS.map(Markup) | st.integers() | st.floats() | st.booleans() | st.none() | st.builds(Bold)
)
def test_every_value_is_escaped_as_ever(value: object) -> None:
    assert str(escaped(value)) == str(escape(value))


@given(SIGNS)
def test_without_what_is_written_in_c_it_is_the_same(text: str) -> None:
    assert templating.replaced(text) == str(escape(text))


def test_a_name_that_is_missing_stays_an_error() -> None:
    with pytest.raises(UndefinedError):
        escaped(StrictUndefined(name="missing"))


TEMPLATE = """{% macro shown(value) %}<b>{{ value }}</b>{% endmacro %}
{% set kept %}<i>{{ value }}</i>{% endset %}
{% block it %}{{ value }}{% endblock %}|{{ shown(value) }}|{{ kept }}|{{ value|upper }}|{{ html }}
{{ "<u>" ~ value }}"""


@given(SIGNS)
def test_whole_templates_print_the_same(value: str) -> None:
    plain, other = Flask(__name__), Flask(__name__)
    templating.init_app(plain)
    printed = []
    for app in (plain, other):
        with app.test_request_context():
            printed.append(render_template_string(TEMPLATE, value=value, html=Markup("<hr>")))
    assert printed[0] == printed[1]


PARENT = "<p>{{ value }}, {% block it %}{{ value }} and {{ value }}{% endblock %}</p>\n"
CHILD = """{% if is_child %}{% extends "parent" %}{% endif %}{{ value }} outside, {{ value }}
{% block it %}{% for sign in value %}{{ loop.index }}: {{ sign }}; {% else %}none{% endfor %}{% endblock %}
{{ value }} behind, {{ value }}"""
ALWAYS = """{% extends "parent" %}{{ value }} outside{% block it %}{{ value }}, {{ super() }}{% endblock %}"""


@given(SIGNS, st.booleans())
def test_templates_that_extend_others_print_the_same(value: str, is_child: bool) -> None:
    whole = "{% include 'child' %}|{{ value }}"
    loader = DictLoader({"parent": PARENT, "child": CHILD, "always": ALWAYS, "whole": whole})
    joining, other = (Environment(autoescape=True, loader=loader) for _ in range(2))
    joining.code_generator_class = JoiningGenerator
    for name in ("parent", "child", "always", "whole"):
        one, two = (env.get_template(name).render(value=value, is_child=is_child) for env in (joining, other))
        assert one == two


def test_what_is_included_again_and_again_stands_in_its_place() -> None:
    loader = DictLoader(
        {"part": "<{{ value }}>", "whole": "a{% for value in '12' %}{% include 'part' %}b{% endfor %}c"}
    )
    joining = Environment(autoescape=True, loader=loader)
    joining.code_generator_class = JoiningGenerator
    assert joining.get_template("whole").render() == "a<1>b<2>bc"


def test_an_include_without_context_is_refused() -> None:
    joining = Environment(autoescape=True)
    joining.code_generator_class = JoiningGenerator
    with pytest.raises(TemplateAssertionError, match="with their context"):
        joining.from_string("before {% include 'part' without context %}")


def test_templates_of_the_site_are_such(client) -> None:
    for name in ("pages/browse.html", "_macros.html"):
        template = client.application.jinja_env.get_template(name)
        assert isinstance(template, PlainTemplate)
        assert template.root_render_func.__globals__["escape"] is escaped


def test_templates_see_what_is_global_and_what_they_were_given_themselves() -> None:
    app = Flask(__name__)
    templating.init_app(app)
    env = app.jinja_env
    shared, own = env.from_string("{{ name }}"), env.from_string("{{ name }}{{ own }}", globals={"own": "mine"})
    env.globals["name"] = "ours"  # later than the templates
    assert (shared.render(), own.render(), shared.render(name="given")) == ("ours", "oursmine", "given")
    assert "own" not in env.globals
    assert env.from_string("{{ name }}", globals={"name": "mine"}).render() == "mine"
