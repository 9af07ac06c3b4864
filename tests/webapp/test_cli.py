from __future__ import annotations

import json
import re
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from index import Library
from tests.conftest import LOOPBACK
from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.commands import ENTRIES, Shell
from webapp import cli, serving
from webapp.settings import Settings

COLUMNS = "title, slug, link, author, language, html, text, excerpt, time, is_dated, updated, first_seen, sanitizer"


def test_adding_prints_a_line_for_each_feed(shell: Shell):
    one, two = shell.file("one.atom", atom(*ENTRIES)), shell.file("two.atom", atom(entry("urn:e:9")))
    done = shell.run("add", one, two)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"{one.as_uri()}: 3 new, 0 updated, 0 unchanged, 0 skipped",
        f"{two.as_uri()}: 1 new, 0 updated, 0 unchanged, 0 skipped",
    ]


def test_adding_again_says_what_has_changed(filled: Shell):
    path = filled.file("small.atom", atom(*ENTRIES[:2], entry("urn:e:3", "Neu", "", published=None), entry("urn:e:4")))
    assert "1 new, 1 updated, 2 unchanged, 0 skipped" in filled.run("add", path).out
    assert "0 new, 0 updated, 4 unchanged, 0 skipped" in filled.run("add", path).out


def test_a_dash_reads_standard_input(shell: Shell):
    done = shell.run("add", "-", input=atom(*ENTRIES))
    assert (done.code, done.out) == (0, "stdin:urn:feed: 3 new, 0 updated, 0 unchanged, 0 skipped\n")
    assert "2 of 2 entries." in shell.run("search", "rope").out


def test_a_page_with_several_feeds_asks_which(shell: Shell, site: Site):
    links = "".join(f'<link rel="alternate" type="application/{kind}+xml" href="/{kind}">' for kind in ("atom", "rss"))
    site.pages["/"] = Reply(f"<!doctype html><title>x</title>{links}".encode(), headers={"Content-Type": "text/html"})
    done = shell.run("add", site.url("/"), shell.file("good.atom", atom(*ENTRIES)))
    assert done.code == 2
    assert [line.strip() for line in done.err.splitlines()[-2:]] == [site.url("/atom"), site.url("/rss")]
    assert "3 new" in done.out
    assert shell.run("check").code == 0


def test_a_page_with_one_feed_gives_it(shell: Shell, site: Site):
    link = b'<link rel="alternate" type="application/atom+xml" href="feed">'
    site.pages["/blog/"] = Reply(b"<!doctype html><title>x</title>" + link)
    site.pages["/blog/feed"] = Reply(atom(*ENTRIES), headers={"ETag": '"1"'})
    assert "3 new" in shell.run("add", site.url("/blog/")).out
    assert site.url("/blog/feed") in shell.run("feeds").out


def test_an_opml_list_gives_all_of_its_feeds(shell: Shell, site: Site):
    site.pages["/a"] = Reply(atom(*ENTRIES))
    outlines = "".join(f'<outline type="rss" xmlUrl="{site.url(path)}"/>' for path in ("/a", "/gone"))
    done = shell.run("add", shell.file("list.opml", f"<opml version='2.0'><body>{outlines}</body></opml>".encode()))
    assert done.code == 1
    assert done.out == f"{site.url('/a')}: 3 new, 0 updated, 0 unchanged, 0 skipped\n"
    assert done.err == f"{site.url('/gone')}: failed, 127.0.0.1 answers 404 Not Found\n"


def test_what_a_list_names_that_is_not_on_the_web_is_named_and_never_read(shell: Shell, site: Site):
    site.pages["/a"] = Reply(atom(*ENTRIES))
    secret = shell.file("secret.atom", atom(entry("urn:secret", "Secret")))
    urls = [secret.as_uri(), site.url("/a"), str(secret), "javascript:alert(1)", secret.as_uri(), "\x1b[31mred"]
    outlines = "".join(f'<outline xmlUrl="{url}"/>' for url in urls).replace("\x1b", "&#27;")
    done = shell.run("add", shell.file("list.opml", f"<opml version='2.0'><body>{outlines}</body></opml>".encode()))
    assert done.code == 1
    assert done.out == f"{site.url('/a')}: 3 new, 0 updated, 0 unchanged, 0 skipped\n"
    reason = "failed, only addresses on the web (http, https) are taken from a list"
    first = [f"{secret.as_uri()}: {reason}", f"{secret}: {reason}", f"javascript:alert(1): {reason}"]
    assert done.err.splitlines()[:3] == first
    assert "\x1b" not in done.err
    assert "Secret" not in shell.run("search", "secret").out


def test_refreshing_fetches_the_feeds_that_are_due_or_those_named(shell: Shell, site: Site):
    for path in ("/a", "/b"):
        site.pages[path] = Reply(atom(entry(f"urn:{path}")))
        shell.run("add", site.url(path))
    site.requests.clear()
    assert "2 not due yet; next is A feed at " in shell.run("refresh").out
    assert site.requests == []
    shell.make_due()
    assert shell.run("refresh").out.count("1 unchanged") == 2
    assert sorted(path for path, _ in site.requests) == ["/a", "/b"]
    site.requests.clear()
    assert "/b: 0 new" in shell.run("refresh", site.url("/b")).out
    assert [path for path, _ in site.requests] == ["/b"]


def test_a_feed_that_no_longer_answers_keeps_its_entries(shell: Shell, site: Site):
    site.pages["/a"] = Reply(atom(*ENTRIES, title="Flaky"))
    shell.run("add", site.url("/a"))
    site.pages["/a"] = Reply(status=500)
    shell.make_due()
    done = shell.run("refresh")
    assert done.code == 1
    assert done.err == f"{site.url('/a')}: failed, 127.0.0.1 answers 500 Internal Server Error\n"
    listed = shell.run("feeds").out
    assert re.search(r"^   Entries +3$", listed, re.MULTILINE)
    assert re.search(r"^   Last error +127.0.0.1 answers 500 Internal Server Error$", listed, re.MULTILINE)


def test_standard_input_is_not_refreshed(shell: Shell):
    shell.run("add", "-", input=atom(*ENTRIES))
    done = shell.run("refresh")
    assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    "command", [["refresh", "99"], ["refresh", "http://no.example/"], ["remove", "x"], ["remove", ""]]
)
def test_an_unknown_feed_is_said(filled: Shell, command: list[str]):
    done = filled.run(*command)
    assert done.code == 1
    assert done.err == f"Error: There is no feed {command[1]}; `feedsift feeds` lists them.\n"


def test_feeds_are_listed_with_number_title_and_address(filled: Shell):
    lines = filled.run("feeds").out.splitlines()
    assert lines[:4] == [
        "1  Small feed",
        "   State        A file",
        "   Entries      3",
        f"   Address      {(filled.folder / 'small.atom').as_uri()}",
    ]
    assert lines[-1] == "1 feed: it is well."
    [feed] = json.loads(filled.run("feeds", "--json").out)
    assert (feed["id"], feed["title"], feed["entries"], feed["error"]) == (1, "Small feed", 3, "")


def test_no_feeds_are_listed_as_none(shell: Shell):
    assert "There are no feeds yet" in shell.run("feeds").out
    assert json.loads(shell.run("feeds", "--json").out) == []


@pytest.mark.parametrize("name", ["1", "small.atom", "uri"])
def test_a_feed_is_removed_by_number_file_or_address(filled: Shell, monkeypatch: pytest.MonkeyPatch, name: str):
    monkeypatch.chdir(filled.folder)
    name = (filled.folder / "small.atom").as_uri() if name == "uri" else name
    assert filled.run("remove", name, "--yes").out == "Removed Small feed: 3 entries are gone.\n"
    assert filled.run("search", "rope").out == "0 of 0 entries.\n"
    assert filled.run("check").code == 0


def test_removing_asks_first(filled: Shell):
    for answer in ("n\n", "\n", ""):
        done = filled.run("remove", "1", input=answer)
        assert done.code == 1
        assert "Remove Small feed (" in done.out
        assert "with 3 entries?" in done.out
    assert "Entries      3" in filled.run("feeds").out
    assert "Removed Small feed" in filled.run("remove", "1", input="y\n").out


def test_a_search_prints_the_day_the_title_and_the_link(filled: Shell):
    done = filled.run("search", "title:rope")
    assert done.out.splitlines() == ["2010-01-01  A rope", "            https://a.example/1", "1 of 1 entries."]
    assert "undated     日本" in filled.run("search", "日本").out


def test_a_search_takes_tags_and_a_limit(filled: Shell):
    assert filled.run("search", "rope", "--tag", "knots", "--tag", "c++").out.endswith("1 of 1 entries.\n")
    assert filled.run("search", "", "--limit", "2").out.endswith("2 of 3 entries.\n")
    assert filled.run("search", "-rope").out.endswith("1 of 1 entries.\n")


def test_a_search_prints_json(filled: Shell):
    found = json.loads(filled.run("search", "rope", "--json").out)
    assert found["total"] == len(found["hits"]) == 2
    hit = {hit["title"]: hit for hit in found["hits"]}["A rope"]
    assert hit["tags"] == ["Knots", "C++"]
    assert hit["snippet"] == "Strong rope."
    assert date.fromisoformat(hit["date"][:10]) == date(2010, 1, 1)
    assert json.loads(filled.run("search", "日本", "--json").out)["hits"][0]["date"] is None
    assert json.loads(filled.run("search", "a:b nothing", "--json").out) == {"total": 0, "hits": []}


def test_how_a_query_was_read_is_said_beside_the_result(filled: Shell):
    done = filled.run("search", "a:rope")
    assert "was searched as text" in done.err
    assert "was searched" not in done.out


def test_a_query_that_is_too_long_is_wrong_usage(filled: Shell):
    assert filled.run("search", "a" * 1_000).code == 0
    done = filled.run("search", "a" * 1_001)
    assert done.code == 2
    assert "1,000 characters" in done.err


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entry WHERE id = 2",
        "UPDATE entry SET time = 1 WHERE id = 2",
        f"INSERT INTO entry (identity, {COLUMNS}) SELECT 'new', {COLUMNS} FROM entry WHERE id = 2",
    ],
)
@pytest.mark.parametrize("mending", [["reindex"], ["check", "--repair"]], ids=" ".join)
def test_a_difference_of_store_and_index_is_found_and_mended(filled: Shell, statement: str, mending: list[str]):
    assert filled.run("check").out == "Store and index agree on 3 entries.\n"
    database = sqlite3.connect(filled.data / "library.db")
    database.execute("PRAGMA foreign_keys = ON")
    database.execute(statement)
    database.commit()
    database.close()
    done = filled.run("check")
    assert done.code == 1
    assert "1 entries: " in done.out
    assert "`feedsift check --repair` mends that" in done.out
    assert filled.run(*mending).code == 0
    assert filled.run("check").code == 0


def test_reindexing_says_how_many_entries(filled: Shell):
    assert filled.run("reindex").out == "Indexed 3 entries.\n"


def test_help_names_every_command(shell: Shell):
    text = shell.run("--help").out
    for name, command in cli.main.commands.items():
        assert f"\n  {name} " in text
        assert command.help
        assert shell.run(name, "--help").code == 0
    assert set(cli.main.commands) >= {"serve", "add", "refresh", "feeds", "remove", "search", "reindex", "check"}


def test_the_version_is_told(shell: Shell):
    assert shell.run("--version").out.startswith("feedsift, version ")


def test_the_folder_comes_from_the_variable_and_the_flag_goes_before_it(filled: Shell, tmp_path: Path):
    data, filled.data = filled.data, tmp_path / "other"
    assert "There are no feeds" in filled.run("feeds", FEEDSIFT_DATA=str(data)).out
    filled.data = data
    assert "Small feed" in filled.run("feeds", FEEDSIFT_DATA=str(tmp_path / "other")).out


def test_serving_takes_settings_from_flags_then_variables(filled: Shell, monkeypatch: pytest.MonkeyPatch):
    served: list[Settings] = []
    monkeypatch.setattr(serving, "serve", served.append)
    variables = {"FEEDSIFT_PORT": "81", "FEEDSIFT_WORKERS": "3", "FEEDSIFT_REFRESH": "1h", "FEEDSIFT_TITLE": "Mine"}
    variables["FEEDSIFT_PREFER_NEWER"] = "0"
    assert filled.run("serve", "--port", "82", "--refresh", "30m", **variables).code == 0
    assert served == [Settings(filled.data, "127.0.0.1", 82, 3, 1_800, False, "Mine", fetch_hosts=LOOPBACK)]


def test_serving_adds_sources_first_and_goes_on_without_those_that_fail(shell: Shell, monkeypatch: pytest.MonkeyPatch):
    served: list[Settings] = []
    monkeypatch.setattr(serving, "serve", served.append)
    done = shell.run("serve", shell.folder / "missing", shell.file("a.atom", atom(*ENTRIES)))
    assert "3 new" in done.out
    assert "Serving what there is." in done.err
    assert len(served) == 1


def test_what_an_older_sanitiser_made_is_cleaned_before_it_is_served(filled: Shell, monkeypatch: pytest.MonkeyPatch):
    served: list[list[str]] = []
    monkeypatch.setattr(serving, "serve", lambda settings: served.append(texts(settings.data)))
    library = Library(filled.data)
    with library.store.transaction():
        library.store.set_columns(1, {"html": '<p onclick="x()">Safe</p>', "sanitizer": 0})
    library.close()
    assert filled.run("serve").code == 0
    assert served[0][0] == "<p>Safe</p>"


def texts(data: Path) -> list[str]:
    library = Library(data)
    found = [entry.html for entry in library.entries([1])]
    library.close()
    return found


def test_an_empty_library_opens_with_the_handbook_and_a_filled_one_does_not(
    shell: Shell, filled: Shell, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serving, "serve", lambda _: None)
    assert filled.run("serve").out == ""
    shell = Shell(shell.folder)
    shell.data = shell.folder / "new"
    assert "handbook.atom: " in shell.run("serve").out
    assert shell.run("serve").out == ""
    library = Library(shell.data)
    assert [feed.title for feed in library.feeds()] != []
    library.close()
