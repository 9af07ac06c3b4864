"""What was changed in an entry, for its readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index import Library
from tests.documents import START, atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp import changes, differences

Edited = Callable[..., FlaskClient]
ADDRESS = "/entries/new-title-1/"


@pytest.fixture
def edited(make_app: MakeApp, tmp_path: Path) -> Edited:
    """Give a client of a site with an entry that had these titles and texts, one after the other."""

    def edited(*states: tuple[str, str], language: str = "en") -> FlaskClient:
        library = Library(tmp_path / "library")
        path = tmp_path / "feed.atom"
        for title, html in states:
            more = f'xml:lang="{language}"'
            path.write_bytes(atom(entry("urn:1", title, html, published=START, attributes=more), entry("urn:2", "Two")))
            assert [intake.error for intake in library.add(str(path))] == [""]
        library.publish()
        library.close()
        return make_app().test_client()

    return edited


def test_an_entry_that_was_changed_says_so_and_leads_to_what_was(edited: Edited) -> None:
    client = edited(("Old title", "<p>One</p>"), ("New title", "<p>Two</p>"))
    listed = {pages.words(node) for node in pages.get(client, "/").css("article .about")}
    assert listed == {"1 Jan 2010 changed", "1 Jan 2010"}
    link = pages.one(pages.get(client, ADDRESS), "#changes")
    assert link.attributes["href"] == f"{ADDRESS}changes/"
    assert pages.words(link).startswith("changed ")
    tree = pages.get(client, link.attributes["href"] or "")
    assert pages.title(tree) == "Changes in New title – A feed"
    assert pages.canonical(tree) == f"{ADDRESS}changes/"
    assert pages.one(tree, "meta[name=robots]").attributes["content"] == "noindex, follow"
    assert pages.one(tree, "h1 a").attributes["href"] == ADDRESS


def test_a_change_is_told_in_words_and_by_elements(edited: Edited) -> None:
    client = edited(("Old title", "<p>The big boat</p>"), ("New title", "<p>The small boat</p>"))
    tree = pages.get(client, f"{ADDRESS}changes/")
    assert [pages.words(node) for node in tree.css("section h3")] == ["Title", "Text"]
    title, text = [pages.words(node) for node in tree.css(".difference")]
    assert title == "removed: Old, end of removed. added: New, end of added. title"
    assert text == "The removed: big, end of removed. added: small, end of added. boat"
    assert [node.text(deep=False) for node in tree.css("del, ins")] == ["Old", "New", "big", "small"]
    assert pages.one(tree, "section h2 time")
    assert {node.attributes["lang"] for node in tree.css(".difference")} == {"en"}


def test_changes_come_latest_first_and_only_what_changed_is_shown(edited: Edited) -> None:
    client = edited(("A", "<p>1</p>"), ("A", "<p>2</p>"), ("New title", "<p>2</p>"))
    sections = pages.get(client, f"{ADDRESS}changes/").css("section")
    assert [[pages.words(node) for node in section.css("h3")] for section in sections] == [["Title"], ["Text"]]


def test_a_gap_between_versions_is_told(edited: Edited) -> None:
    client = edited(*(("New title", f"<p>{number}</p>") for number in range(13)))
    sections = pages.get(client, f"{ADDRESS}changes/").css("section")
    assert len(sections) == 10
    assert [bool(section.css(".note")) for section in sections] == [False] * 9 + [True]


def test_texts_that_are_too_long_can_be_read_side_by_side(edited: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "LONGEST", 20)
    monkeypatch.setattr(changes, "LONGEST_SHOWN", 30)
    client = edited(("New title", "<p>short</p>"), ("New title", f"<p>{'long ' * 20}</p>"))
    tree = pages.get(client, f"{ADDRESS}changes/")
    assert [pages.words(node) for node in tree.css("details p")] == ["short", "long long long long long long …"]
    assert "too long to compare" in pages.words(pages.one(tree, "section"))


def test_foreign_text_stays_text(edited: Edited) -> None:
    client = edited(("<b>x</b>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"), ("New title", "<p>&lt;i&gt;</p>"))
    tree = pages.get(client, f"{ADDRESS}changes/")
    assert tree.css(".difference script, .difference b, .difference i") == []
    assert "<script>alert(1)</script>" in pages.words(tree.css(".difference")[1])


def test_an_entry_without_changes_says_so(edited: Edited) -> None:
    client = edited(("New title", "<p>1</p>"))
    tree = pages.get(client, f"{ADDRESS}changes/")
    assert pages.words(pages.one(tree, ".lead")).startswith("No change")
    assert pages.get(client, ADDRESS).css("#changes") == []


def test_another_name_leads_to_the_address_and_none_to_nothing(edited: Edited) -> None:
    client = edited(("Old", "<p>1</p>"), ("New title", "<p>2</p>"))
    for name in ("1", "old-1"):
        response = client.get(f"/entries/{name}/changes/")
        assert (response.status_code, response.headers["Location"]) == (301, f"{ADDRESS}changes/")
    for name in ("99", "x"):
        assert client.get(f"/entries/{name}/changes/").status_code == 404
