from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Library, Query, Rules, StoreError
from tests.conftest import LOOPBACK, TakeIn
from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.servers import until
from webapp import refresher

HOLDER = "this one"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library whose files are due at once, and those on the web as soon as somebody says so."""
    library = Library(tmp_path / "library", rules=Rules(hosts=LOOPBACK, interval=0))
    yield library
    library.close()


def keep_fresh(library: Library) -> float:
    return refresher.keep_fresh(library, HOLDER, threading.Event())


def make_due(library: Library) -> None:
    with library.store.transaction():
        library.store.connection.execute("UPDATE standing SET next = 0")


def test_what_is_due_is_fetched_and_the_index_follows(library: Library, take_in: TakeIn, tmp_path: Path):
    take_in(atom(entry("urn:a:1")), "a")
    take_in(atom(entry("urn:b:1")), "b")
    library.publish()
    for name in ("a", "b"):
        (tmp_path / f"{name}.xml").write_bytes(atom(entry(f"urn:{name}:1"), entry(f"urn:{name}:2")))
    keep_fresh(library)
    assert [feed.entries for feed in library.feeds()] == [2, 2]
    assert not library.check()


def test_what_is_not_due_is_not_asked_for(library: Library, site: Site):
    site.pages["/feed"] = Reply(atom(entry()))
    list(library.add(site.url("/feed")))
    assert keep_fresh(library) == refresher.LONGEST_WAIT
    assert len(site.requests) == 1
    make_due(library)
    keep_fresh(library)
    assert len(site.requests) == 2


def test_an_index_that_is_behind_is_brought_up_to_date_though_nothing_is_due(library: Library, site: Site):
    site.pages["/feed"] = Reply(atom(entry()))
    list(library.add(site.url("/feed")))  # killed before it indexes
    assert library.behind is None
    keep_fresh(library)
    assert (library.behind, library.search(Query()).total, len(site.requests)) == (0, 1, 1)
    site.pages["/feed"] = Reply(atom(entry(), entry("urn:e:2")))
    make_due(library)
    list(library.refresh(*library.feeds()))
    assert library.behind
    keep_fresh(library)
    assert (library.behind, library.search(Query()).total, len(site.requests)) == (0, 2, 2)


@pytest.mark.parametrize("reply", [Reply(atom(entry())), Reply(status=304), Reply(status=500)], ids=str)
def test_an_index_that_is_behind_is_brought_up_to_date_though_nothing_new_came(
    library: Library, site: Site, reply: Reply
):
    site.pages["/feed"] = Reply(atom(entry()))
    list(library.add(site.url("/feed")))  # killed before it indexes
    site.pages["/feed"] = reply
    make_due(library)
    keep_fresh(library)
    assert (library.behind, library.search(Query()).total, len(site.requests)) == (0, 1, 2)


def test_only_one_of_several_fetches(library: Library, site: Site):
    site.pages["/feed"] = Reply(atom(entry()))
    list(library.add(site.url("/feed")))
    make_due(library)
    assert library.take_turn("another one")
    assert keep_fresh(library) == refresher.LONGEST_WAIT
    assert len(site.requests) == 1
    library.end_turn("another one")
    keep_fresh(library)
    assert len(site.requests) == 2


def test_a_feed_that_fails_is_logged_by_its_title_and_the_others_go_on(
    library: Library, take_in: TakeIn, site: Site, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    links = b'<link rel="alternate" type="application/atom+xml" href="%s">'
    for path in ("/gone", "/several", "/html"):
        site.pages[path] = Reply(atom(entry(f"urn:{path}"), title=f"A {path}"))
        list(library.add(site.url(path)))
    make_due(library)
    take_in(atom(entry("urn:z:1"), title="Z"))
    site.pages["/gone"] = Reply(status=410)
    site.pages["/several"] = Reply(b"<!doctype html>" + links % b"/a" + links % b"/b")
    site.pages["/html"] = Reply(b"<!doctype html><p>moved")
    (tmp_path / "feed.xml").write_bytes(atom(entry("urn:z:1"), entry("urn:z:2"), title="Z"))
    keep_fresh(library)
    assert {feed.title: feed.entries for feed in library.feeds()}["Z"] == 2
    assert sum(feed.entries for feed in library.feeds()) == 5
    assert {message.partition(": ")[0] for message in caplog.messages} == {"A /gone", "A /html", "A /several"}
    assert not library.check()


def test_standard_input_is_not_read_again(library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(atom(entry()))))
    list(library.add("-"))
    monkeypatch.setattr(sys, "stdin", None)
    keep_fresh(library)
    assert [(feed.error, feed.entries) for feed in library.feeds()] == [("", 1)]


def test_what_nobody_thought_of_is_logged_and_tried_again_later(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(library, "due", lambda: 1 // 0)
    assert keep_fresh(library) == refresher.TROUBLE
    assert "ZeroDivisionError" in caplog.text


def test_what_is_logged_tells_no_secret(library: Library, site: Site, caplog: pytest.LogCaptureFixture):
    site.pages["/feed?token=T0PSECRET"] = Reply(atom(entry(), title="Mine"))
    list(library.add(site.url("/feed?token=T0PSECRET")))
    for reply in (Reply(b"<!doctype html><p>page"), Reply(b"nothing"), Reply(status=500)):
        site.pages["/feed?token=T0PSECRET"] = reply
        make_due(library)
        keep_fresh(library)
    assert len(caplog.messages) == 3
    assert all(message.startswith("Mine: ") for message in caplog.messages)
    assert "T0PSECRET" not in caplog.text


@pytest.mark.parametrize("method", ["due", "take_turn"])
def test_a_library_that_cannot_be_written_is_logged_and_left_alone_for_a_while(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, method: str
):
    def fail(*_: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(library, method, fail)
    assert keep_fresh(library) == refresher.TROUBLE
    assert caplog.messages == ["the library could not be brought up to date: The disk is full."]


def test_it_ends_when_its_standard_input_does_and_leaves_its_turn(library: Library, take_in: TakeIn, tmp_path: Path):
    take_in(atom(entry("urn:a:1")))
    library.publish()
    environment = {**os.environ, "FEEDSIFT_DATA": str(library.folder), "FEEDSIFT_REFRESH": "1s"}
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.refresher"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
    )
    with process:
        (tmp_path / "feed.xml").write_bytes(atom(entry("urn:a:1"), entry("urn:a:2")))
        until(lambda: library.feeds()[0].entries == 2, 30)
        assert not library.take_turn(HOLDER)
        out, _ = process.communicate(timeout=10)
    assert (process.returncode, out) == (0, b"")
    assert library.take_turn(HOLDER)


def test_a_library_that_cannot_be_opened_is_said_in_a_sentence(tmp_path: Path):
    (tmp_path / "library.db").write_bytes(b"no database at all" * 100)
    done = subprocess.run(
        [sys.executable, "-m", "webapp.refresher"],
        env={**os.environ, "FEEDSIFT_DATA": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "feeds cannot be kept fresh: The library at" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_round_ends_early_where_all_is_to_end(library: Library, site: Site):
    for number in range(3):
        site.pages[f"/{number}"] = Reply(atom(entry(f"urn:{number}")))
        list(library.add(site.url(f"/{number}")))
    make_due(library)
    site.requests.clear()
    ending = threading.Event()
    ending.set()
    refresher.keep_fresh(library, HOLDER, ending)
    assert len(site.requests) < 3


def test_it_does_not_wait_for_a_server_that_takes_its_time(library: Library, site: Site):
    site.pages["/feed"] = Reply(atom(entry()))
    list(library.add(site.url("/feed")))
    make_due(library)
    site.pages["/feed"] = Reply(b"<feed>", write=lambda _, closing: closing.wait(60) and None)
    environment = {**os.environ, "FEEDSIFT_DATA": str(library.folder)}
    process = subprocess.Popen([sys.executable, "-m", "webapp.refresher"], stdin=subprocess.PIPE, env=environment)
    with process:
        until(lambda: len(site.requests) == 2, 30)
        process.communicate(timeout=20)
    site.closing.set()
    assert process.returncode == 0
    assert library.take_turn(HOLDER)
