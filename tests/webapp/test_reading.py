"""The page of settings, its script and its style sheet know the same choices."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.webapp import pages
from webapp import assets
from webapp.reading import CHOICES, SWITCHES

STORED = (assets.folder("static") / "js" / "stored.js").read_text()
HEAD = (assets.folder("static") / "js" / "head.js").read_text()
STYLES = (assets.folder("static") / "site.css").read_text()


def test_each_choice_is_a_group_of_radio_buttons_with_its_name(client: FlaskClient):
    groups = pages.get(client, "/settings/").css("fieldset:has([type=radio])")
    found = {
        pages.one(group, "legend").text(): [node.attributes["value"] for node in group.css("input")] for group in groups
    }
    assert found == {title: list(values) for title, values in CHOICES.values()}


def test_every_control_has_a_label_of_its_own(client: FlaskClient):
    tree = pages.get(client, "/settings/")
    ids = [node.attributes["id"] for node in tree.css("main input")]
    assert len(set(ids)) == len(ids) == sum(len(values) for _, values in CHOICES.values()) + len(SWITCHES)
    for id in ids:
        assert pages.words(pages.one(tree, f"main label[for={id}]"))


def test_the_script_knows_each_setting_and_a_value_that_it_has_at_first():
    defaults = dict(re.findall(r'(\w+): (?:isCalm \? "off" : )?"(\w+)"', STORED.split("DEFAULTS = ")[1].split("};")[0]))
    assert defaults.keys() == CHOICES.keys() | SWITCHES.keys()
    assert {
        name: value for name, value in defaults.items() if value not in CHOICES.get(name, ("", ["on", "off"]))[1]
    } == {}


def test_the_script_knows_the_values_that_the_page_offers():
    known = dict(re.findall(r"(\w+): \[(.*?)\]", STORED.split("VALUES = ")[1].split("};")[0]))
    offered = {name: list(values) for name, (_, values) in CHOICES.items()} | {name: ["on", "off"] for name in SWITCHES}
    assert {name: re.findall(r'"(\w+)"', values) for name, values in known.items()} == offered


def test_the_looks_are_there_before_the_first_paint():
    assert re.findall(r'"(\w+)"', HEAD.split("for (const name of")[1].split(")")[0]) == list(CHOICES)


def test_the_style_sheet_has_a_look_for_each_value_but_the_first():
    for name, (_, values) in CHOICES.items():
        for value in list(values)[1:]:
            assert f'[data-{name}="{value}"]' in STYLES


def test_without_scripts_the_page_says_what_holds(client: FlaskClient):
    tree = pages.get(client, "/settings/")
    assert "scripts are off" in pages.words(pages.one(tree, ".without-script"))
    assert "needs-script" in (pages.one(tree, "#settings").attributes["class"] or "")


def test_nothing_is_set_or_sent(client: FlaskClient):
    response = client.get("/settings/", headers={"Cookie": "theme=dark"})
    assert "Set-Cookie" not in response.headers
    form = pages.one(pages.parsed(response.text), "#settings")
    assert "action" not in form.attributes
