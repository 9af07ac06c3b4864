from __future__ import annotations

from flask.testing import FlaskClient

from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp.shortcuts import SHORTCUTS


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


def test_the_help_page_and_the_dialog_list_the_same_keys(client: FlaskClient):
    tree = pages.get(client, "/help/")
    keys = [(item.key, item.does) for item in SHORTCUTS.values()]
    on_page = [
        tuple(cell.text() for cell in row.css("td")[:2]) for row in tree.css("[aria-labelledby=shortcuts] tbody tr")
    ]
    in_dialog = [tuple(cell.text() for cell in row.css("td")) for row in tree.css("#keys-dialog tbody tr")]
    assert on_page == in_dialog == keys


def test_every_key_of_a_control_is_in_the_table_and_every_key_has_a_control(client: FlaskClient):
    marked = set()
    for address in ("/", "/entries/2/", "/help/"):
        for node in pages.parsed(client.get(address, follow_redirects=True).text).css("[aria-keyshortcuts]"):
            marked |= set((node.attributes["aria-keyshortcuts"] or "").split())
    assert marked == {item.key for item in SHORTCUTS.values()} - {"Escape"}


def test_the_statement_says_where_to_report_a_barrier(client: FlaskClient, make_app: MakeApp):
    assert pages.get(client, "/accessibility/").css("#report + p a") == []
    asked = make_app(contact="mailto:ada@example.org").test_client()
    link = pages.one(pages.get(asked, "/accessibility/"), "#report + p a")
    assert (link.attributes["href"], link.text()) == ("mailto:ada@example.org", "ada@example.org")


def test_the_footer_of_every_page_leads_to_the_statement(client: FlaskClient):
    for address in ("/", "/tags/", "/feeds/", "/help/", "/settings/", "/entries/2/"):
        assert pages.parsed(client.get(address, follow_redirects=True).text).css_matches(
            "footer.site a[href='/accessibility/']"
        )
