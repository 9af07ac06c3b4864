from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborNode

from index import Library
from tests import unwell
from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp import pages
from tests.webapp.conftest import BAKERY, HARBOUR, MakeApp
from webapp import standing


def facts(article: LexborNode) -> dict[str, str]:
    """Give what is said of a feed, by its terms."""
    rows = article.css("dl > div")
    return {pages.words(row.css("dt")[0]): pages.words(row.css("dd")[0]) for row in rows}


@pytest.fixture
def unwell_app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A site with a feed in every state, at unwell.NOW."""
    monkeypatch.setattr(standing, "now", lambda: unwell.NOW)
    app = make_app(file=atom(entry(), title="File"))
    unwell.fill(app.extensions["feedsift.library"].store, folder="News/Local")
    return app


def test_every_feed_is_listed_with_its_entries_and_a_link_to_them(client: FlaskClient):
    tree = pages.get(client, "/feeds/")
    assert [pages.words(node) for node in tree.css("article h2")] == ["Bakery", "Harbour <Notes> & more"]
    for article, count in zip(tree.css("article"), (BAKERY, HARBOUR), strict=True):
        assert facts(article)["Entries"] == str(count)
        link = article.css("h2 a")[0].attributes["href"] or ""
        assert pages.total(pages.get(client, link)) == count
    assert "From the pier" in pages.words(tree.css("article")[1])
    assert pages.words(pages.one(tree, "p.lead")) == "2 feeds are shown on this site: all are well."


def test_the_site_and_the_time_of_the_last_fetch_are_shown(make_app: MakeApp):
    head = '<link rel="alternate" type="text/html" href="https://www.example.com/blog"/>'
    client = make_app(one=atom(entry(), head=head)).test_client()
    tree = pages.get(client, "/feeds/")
    assert pages.words(pages.one(tree, "dd a")) == "example.com"
    assert pages.one(tree, "dd a").attributes["href"] == "https://www.example.com/blog"
    assert "UTC" in pages.words(pages.one(tree, "dd time").parent or tree.root)
    assert pages.words(pages.one(tree, "p.lead")) == "One feed is shown on this site: it is well."


def test_a_feed_that_fails_says_why_and_keeps_its_entries(make_app: MakeApp, site: Site):
    site.pages["/feed?token=secret"] = Reply(atom(entry(), title="Flaky"))
    app = make_app()
    library: Library = app.extensions["feedsift.library"]
    list(library.add(site.url("/feed?token=secret")))
    library.publish()
    site.pages.clear()
    list(library.refresh(library.feeds()[0]))
    tree = pages.get(app.test_client(), "/feeds/")
    found = facts(pages.one(tree, "article"))
    assert found["Last error"] == "127.0.0.1 answers 404 Not Found"
    assert found["Last fetch"].endswith("UTC: failed")
    assert "secret" not in (tree.html or "")
    assert pages.total(pages.get(app.test_client(), "/")) == 1


def test_a_file_that_fails_is_not_named_on_the_page(make_app: MakeApp, tmp_path: Path):
    app = make_app(one=atom(entry(), title="Flaky"))
    library: Library = app.extensions["feedsift.library"]
    (tmp_path / "one.atom").unlink()
    list(library.refresh(library.feeds()[0]))
    tree = pages.get(app.test_client(), "/feeds/")
    assert facts(pages.one(tree, "article"))["Last error"] == "its file cannot be read as a feed"
    assert str(tmp_path) not in (tree.html or "")


def test_no_feeds_are_said_to_be_none(make_app: MakeApp):
    tree = pages.get(make_app().test_client(), "/feeds/")
    assert pages.words(pages.one(tree, "p.lead")) == "0 feeds are shown on this site."
    assert tree.css("section, article") == []


def test_a_feed_without_a_title_is_named_by_its_file_and_not_by_its_folder(make_app: MakeApp, tmp_path: Path):
    client = make_app(nameless=atom(entry(), title="")).test_client()
    assert pages.title(pages.get(client, "/")) == "nameless.atom"
    for address in ("/", "/feeds/", "/entries/a-title-1/"):
        assert str(tmp_path) not in pages.text(client, address)


def test_feeds_in_trouble_come_first_then_folder_by_folder(unwell_app: Flask):
    tree = pages.get(unwell_app.test_client(), "/feeds/")
    assert (
        pages.words(pages.one(tree, "p.lead")) == "8 feeds are shown on this site: 3 are well, 3 wait, 2 need a look."
    )
    groups = {
        pages.words(section.css("h2")[0]): [pages.words(title) for title in section.css("h3")]
        for section in tree.css("section.feeds")
    }
    assert groups == {
        "Feeds that need a look": ["Failing", "Gone"],
        "News › Local": ["Due", "Fresh", "Moved", "New"],
        "Other feeds": ["Busy", "File"],
    }
    assert list(groups) == ["Feeds that need a look", "News › Local", "Other feeds"]


def test_each_feed_says_its_state_its_last_and_next_fetch_and_its_last_error(unwell_app: Flask):
    tree = pages.get(unwell_app.test_client(), "/feeds/")
    found = {pages.words(article.css("h3")[0]): article for article in tree.css("article")}
    assert [pages.words(found[name].css(".state")[0]) for name in ("Failing", "Fresh", "Moved")] == [
        "Not reachable since 21 November 2026",
        "Fresh",
        "Fresh, moved to new.example",
    ]
    assert facts(found["Failing"]) == {
        "Entries": "0",
        "Site": "failing.example",
        "Last error": "failing.example does not answer: the connection is refused",
        "Last fetch": "23 November 2026, 14:19 UTC: failed",
        "Last success": "21 November 2026, 13:20 UTC",
        "Next fetch": "on 24 November 2026 at 14:20 UTC, because it failed 3 times in a row",
    }
    assert facts(found["Fresh"])["Last fetch"] == "23 November 2026, 14:19 UTC: not modified"
    assert facts(found["Fresh"])["Next fetch"] == "at 15:20 UTC, because the server said max-age=3600"
    assert facts(found["New"])["Last fetch"] == "none yet"


def test_the_last_attempts_stand_in_a_table_that_can_be_unfolded(unwell_app: Flask):
    tree = pages.get(unwell_app.test_client(), "/feeds/")
    (table,) = (node for node in tree.css("details table") if "Fresh" in pages.words(node.css("caption")[0]))
    assert [pages.words(node) for node in table.css("th[scope=col]")] == [
        "When (UTC)",
        "What came of it",
        "Next one (UTC)",
    ]
    rows = [[pages.words(cell) for cell in row.css("th[scope=row], td")] for row in table.css("tbody tr")]
    assert len(rows) == 5
    because = "because the server said max-age=3600"
    assert rows[0] == ["23 Nov 2026, 14:19", "not modified", f"23 Nov 2026, 15:19, {because}"]
    assert rows[2][1] == "2 new, 1 updated, 12 unchanged, 0 skipped"


def test_nothing_that_is_secret_or_a_file_stands_on_the_page(unwell_app: Flask, tmp_path: Path):
    for address in ("/feeds/", "/"):
        text = pages.text(unwell_app.test_client(), address)
        for hidden in (unwell.SECRET, "me@", "/feed?", str(tmp_path), "file:"):
            assert hidden not in text


def test_a_hundred_feeds_are_a_page_of_moderate_size(make_app: MakeApp):
    app = make_app()
    store = app.extensions["feedsift.library"].store
    for number in range(100):
        unwell.put(store, f"Feed{number}")
    assert len(pages.text(app.test_client(), "/feeds/")) < 300_000


# --- what readers are told on the browse page ---


def test_the_browse_page_is_the_same_to_the_byte_but_for_a_line_on_what_fails(make_app: MakeApp, site: Site):
    site.pages["/feed"] = Reply(atom(entry(), title="Flaky"))
    app = make_app()
    library: Library = app.extensions["feedsift.library"]
    list(library.add(site.url("/feed")))
    library.publish()
    client = app.test_client()
    before = client.get("/").text
    assert "unreachable" not in before
    for reply in (Reply(status=500), Reply(status=410), Reply(b"no feed"), Reply(b"", 302)):
        site.pages["/feed"] = reply
        list(library.refresh(library.feeds()[0]))
        during = client.get("/").text
        assert "unreachable since" in pages.words(pages.one(pages.parsed(during), "#freshness"))
        assert re.sub(r'<p id="freshness">.*</p>\n', "", during) == before
    site.pages["/feed"] = Reply(atom(entry(), title="Flaky"))
    list(library.refresh(library.feeds()[0]))
    assert client.get("/").text == before


def test_the_line_is_no_link_so_that_the_way_to_the_footer_stays_as_short(unwell_app: Flask):
    tree = pages.get(unwell_app.test_client(), "/")
    assert pages.words(pages.one(tree, "footer #freshness")).startswith("3 of 8 feeds have been unreachable")
    assert tree.css("#freshness *") == []
