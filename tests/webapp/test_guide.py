from __future__ import annotations

from flask.testing import FlaskClient

from tests.webapp import pages


def test_every_example_can_be_tried(client: FlaskClient):
    examples = pages.get(client, "/help/").css("table a")
    assert len(examples) >= 8
    for example in examples:
        tree = pages.get(client, example.attributes["href"] or "")
        typed, lifted = pages.one(tree, "#q").attributes["value"], [node.text() for node in tree.css(".as-text code")]
        assert example.text() in (typed, *lifted)
        assert pages.notes(tree) == []


def test_the_hint_of_the_search_box_leads_to_the_examples(client: FlaskClient):
    target = pages.one(pages.get(client, "/"), "#q-hint a").attributes["href"] or ""
    path, _, place = target.partition("#")
    assert pages.get(client, path).css_first(f"#{place}") is not None
