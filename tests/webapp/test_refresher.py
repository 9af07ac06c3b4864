from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index import Library, StoreError
from tests.conftest import TakeIn
from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.servers import until
from webapp import refresher


def test_all_feeds_are_fetched_and_the_index_follows(library: Library, take_in: TakeIn, tmp_path: Path):
    take_in(atom(entry("urn:a:1")), "a")
    take_in(atom(entry("urn:b:1")), "b")
    library.publish()
    for name in ("a", "b"):
        (tmp_path / f"{name}.xml").write_bytes(atom(entry(f"urn:{name}:1"), entry(f"urn:{name}:2")))
    refresher.refresh(library)
    assert [feed.entries for feed in library.feeds()] == [2, 2]
    assert not library.check()


def test_a_feed_that_fails_is_logged_and_the_others_go_on(
    library: Library, take_in: TakeIn, site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    links = b'<link rel="alternate" type="application/atom+xml" href="%s">'
    for path in ("/gone", "/several", "/html"):
        site.pages[path] = Reply(atom(entry(f"urn:{path}"), title=f"A {path}"))
        list(library.add(site.url(path)))
    take_in(atom(entry("urn:z:1"), title="Z"))
    site.pages["/gone"] = Reply(status=410)
    site.pages["/several"] = Reply(b"<!doctype html>" + links % b"/a" + links % b"/b")
    site.pages["/html"] = Reply(b"<!doctype html><p>moved")
    (tmp_path / "feed.xml").write_bytes(atom(entry("urn:z:1"), entry("urn:z:2"), title="Z"))
    refresher.refresh(library)
    assert {feed.title: feed.entries for feed in library.feeds()}["Z"] == 2
    assert sum(feed.entries for feed in library.feeds()) == 5
    assert [message.partition(": ")[0] for message in caplog.messages] == [
        site.url(path) for path in ("/gone", "/html", "/several")
    ]
    assert not library.check()


def test_standard_input_is_not_read_again(library: Library, monkeypatch: pytest.MonkeyPatch):
    with library.store.transaction():
        library.store.connection.execute("INSERT INTO feed (url, added) VALUES ('stdin:', 0)")
    monkeypatch.setattr(sys, "stdin", None)
    refresher.refresh(library)
    assert [feed.error for feed in library.feeds()] == [""]


@pytest.mark.parametrize("method", ["feeds", "publish"])
def test_a_library_that_cannot_be_used_is_logged(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, method: str
):
    def fail() -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(library, method, fail)
    refresher.refresh(library)
    assert caplog.messages == ["the library could not be brought up to date: The disk is full."]


def test_it_ends_when_its_standard_input_does(library: Library, take_in: TakeIn, tmp_path: Path):
    take_in(atom(entry("urn:a:1")))
    library.publish()
    command = [sys.executable, "-m", "webapp.refresher", str(library.folder), "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        (tmp_path / "feed.xml").write_bytes(atom(entry("urn:a:1"), entry("urn:a:2")))
        until(lambda: library.feeds()[0].entries == 2, 30)
        out, _ = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, b"")
