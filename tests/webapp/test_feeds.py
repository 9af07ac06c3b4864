from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from index import Library
from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp import pages
from tests.webapp.conftest import BAKERY, HARBOUR, MakeApp


def test_every_feed_is_listed_with_its_entries_and_a_link_to_them(client: FlaskClient):
    tree = pages.get(client, "/feeds/")
    assert [pages.words(node) for node in tree.css("section h2")] == ["Bakery", "Harbour <Notes> & more"]
    for section, count in zip(tree.css("section"), (BAKERY, HARBOUR), strict=True):
        assert pages.words(section.css("dd")[0]) == str(count)
        link = section.css("h2 a")[0].attributes["href"] or ""
        assert pages.total(pages.get(client, link)) == count
    assert "From the pier" in pages.words(tree.css("section")[1])
    assert pages.words(pages.one(tree, "p.lead")) == "2 feeds are shown on this site."


def test_the_site_and_the_time_of_the_last_fetch_are_shown(make_app: MakeApp):
    head = '<link rel="alternate" type="text/html" href="https://www.example.com/blog"/>'
    client = make_app(one=atom(entry(), head=head)).test_client()
    tree = pages.get(client, "/feeds/")
    assert pages.words(pages.one(tree, "dd a")) == "example.com"
    assert pages.one(tree, "dd a").attributes["href"] == "https://www.example.com/blog"
    assert "UTC" in pages.words(pages.one(tree, "dd time").parent or tree.root)
    assert pages.words(pages.one(tree, "p.lead")) == "One feed is shown on this site."


def test_a_feed_that_fails_says_why_and_keeps_its_entries(make_app: MakeApp, site: Site):
    site.pages["/feed?token=secret"] = Reply(atom(entry(), title="Flaky"))
    app = make_app()
    library: Library = app.extensions["feedsift.library"]
    list(library.add(site.url("/feed?token=secret")))
    library.publish()
    site.pages.clear()
    list(library.refresh(library.feeds()[0]))
    tree = pages.get(app.test_client(), "/feeds/")
    assert pages.words(pages.one(tree, ".trouble dd")) == "failed: 127.0.0.1 answers 404 Not Found"
    assert "secret" not in (tree.html or "")
    assert pages.total(pages.get(app.test_client(), "/")) == 1


def test_a_file_that_fails_is_not_named_on_the_page(make_app: MakeApp, tmp_path: Path):
    app = make_app(one=atom(entry(), title="Flaky"))
    library: Library = app.extensions["feedsift.library"]
    (tmp_path / "one.atom").unlink()
    list(library.refresh(library.feeds()[0]))
    tree = pages.get(app.test_client(), "/feeds/")
    assert pages.one(tree, ".trouble dd")
    assert str(tmp_path) not in (tree.html or "")


def test_no_feeds_are_said_to_be_none(make_app: MakeApp):
    tree = pages.get(make_app().test_client(), "/feeds/")
    assert pages.words(pages.one(tree, "p.lead")) == "0 feeds are shown on this site."
    assert tree.css("section") == []


def test_a_feed_without_a_title_is_named_by_its_file_and_not_by_its_folder(make_app: MakeApp, tmp_path: Path):
    client = make_app(nameless=atom(entry(), title="")).test_client()
    assert pages.title(pages.get(client, "/")) == "nameless.atom"
    for address in ("/", "/feeds/", "/entries/a-title-1/"):
        assert str(tmp_path) not in pages.text(client, address)
