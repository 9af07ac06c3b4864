"""A library that takes in, removes and publishes: from files, over the network, and several at once."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import (
    FeedNotFoundError,
    Library,
    LibraryBusyError,
    Query,
    SeveralFeedsError,
    SourceError,
    from_pairs,
    lock,
)
from index import library as library_module
from index.entries import ParsedFeed
from index.reading.process import FeedReading
from tests.conftest import TakeIn
from tests.documents import DAY, START, atom, entry
from tests.site import Reply, Site

EVERYTHING = 10_000


def ids(library: Library, **pairs: str) -> list[int]:
    return [hit.entry.id for hit in library.search(from_pairs(pairs.items())[0], limit=EVERYTHING).hits]


def titles(library: Library, **pairs: str) -> list[str]:
    return [hit.entry.title for hit in library.search(from_pairs(pairs.items())[0], limit=EVERYTHING).hits]


def generations(library: Library) -> list[str]:
    return sorted(path.name for path in (library.folder / "index").glob("gen-*"))


def numbered(*numbers: int, **changes: str) -> bytes:
    return atom(
        *(entry(f"urn:{n}", f"Entry {n}", f"<p>word number{n}</p>", published=START + n, **changes) for n in numbers)
    )


# --- feeds ---


def test_removing_a_feed_keeps_what_belongs_to_another(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2, 3), "a")
    take_in(numbered(3, 4, 5), "b")
    library.publish()
    a, b = library.feeds()
    assert sorted(titles(library, feed=str(b.id))) == ["Entry 3", "Entry 4", "Entry 5"]
    assert library.remove(a) == 2
    library.publish()
    assert titles(library) == ["Entry 5", "Entry 4", "Entry 3"]
    assert titles(library, feed=str(a.id)) == []
    assert [value.value for value in library.search(Query()).facets["feed"].values] == [str(b.id)]


def test_a_feed_is_known_by_number_address_and_file(library: Library, take_in: TakeIn, tmp_path: Path) -> None:
    take_in(atom(entry()))
    (feed,) = library.feeds()
    path = tmp_path / "feed.xml"
    assert library.feed("1") == library.feed(path.as_uri()) == library.feed(str(path)) == feed
    with pytest.raises(FeedNotFoundError):
        library.feed("https://nowhere.example/")


def test_a_feed_without_a_title_is_named_by_its_source(library: Library, take_in: TakeIn) -> None:
    take_in(atom(entry(), title=""), "my-feed")
    (feed,) = library.feeds()
    assert feed.title == "my-feed.xml"


def test_an_empty_document_leaves_the_entries_there(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2))
    assert take_in(atom()).error == ""
    assert library.feeds()[0].entries == 2


def test_a_document_that_is_no_feed_leaves_everything_as_it_was(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2))
    library.publish()
    intake = take_in(b"this is no feed")
    assert "not a feed" in intake.error
    assert (intake.new, intake.changes) == (0, 0)
    (feed,) = library.feeds()
    assert feed.error == intake.error
    assert not library.publish()
    assert len(ids(library)) == 2


def test_a_document_that_breaks_off_halfway_changes_nothing(
    library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FeedReading.__iter__

    def breaking(self: FeedReading) -> Iterator[ParsedFeed]:
        yield from real(self)
        raise SourceError("broken off")

    monkeypatch.setattr(FeedReading, "__iter__", breaking)
    assert take_in(numbered(1, 2)).error == "broken off"
    assert library.feeds() == []
    assert library.store.count() == 0


# --- over the network ---


def test_what_the_server_said_the_last_time_is_sent_along(library: Library, site: Site) -> None:
    site.pages["/feed"] = Reply(numbered(1, 2), headers={"ETag": 'W/"x,y"', "Last-Modified": "then"})
    (first,) = library.add(site.url("/feed"))
    assert first.new == 2
    library.publish()
    site.pages["/feed"] = Reply(status=304)
    (second,) = library.refresh(library.feed("1"))
    assert second.is_not_modified
    assert second.error == ""
    assert site.requests[1][1]["If-None-Match"] == 'W/"x,y"'
    assert site.requests[1][1]["If-Modified-Since"] == "then"
    assert not library.publish()
    assert len(ids(library)) == 2


def test_a_feed_that_cannot_be_read_does_not_get_its_validators_saved(library: Library, site: Site) -> None:
    site.pages["/feed"] = Reply(numbered(1), headers={"ETag": '"good"'})
    list(library.add(site.url("/feed")))
    site.pages["/feed"] = Reply(b"oops", headers={"ETag": '"bad"'})
    list(library.refresh(library.feed("1")))
    list(library.refresh(library.feed("1")))
    assert [headers.get("If-None-Match") for _, headers in site.requests] == [None, '"good"', '"good"']


def test_one_feed_of_a_list_that_fails_does_not_stop_the_others(library: Library, site: Site, tmp_path: Path) -> None:
    page = b"<html><head>" + b"".join(
        b'<link rel="alternate" type="application/rss+xml" href="/%d">' % n for n in range(2)
    )
    site.pages |= {"/a": Reply(numbered(1)), "/several": Reply(page), "/b": Reply(numbered(2))}
    paths = ("/missing", "/a", "/several", "/b")
    outlines = "".join(f'<outline xmlUrl="{site.url(path)}"/>' for path in paths)
    list_ = f"<opml><body>{outlines}</body></opml>".encode()
    (tmp_path / "list.opml").write_bytes(list_)
    site.pages["/list"] = Reply(list_)
    for name in (str(tmp_path / "list.opml"), site.url("/list")):
        intakes = list(library.add(name))
        assert [intake.feed for intake in intakes] == [site.url(path) for path in paths]
        assert [bool(intake.error) for intake in intakes] == [True, False, True, False]
        assert "404" in intakes[0].error
    assert [feed.url for feed in library.feeds()] == [site.url("/a"), site.url("/b")]


def test_a_list_that_names_itself_or_another_list_is_not_followed(library: Library, site: Site) -> None:
    outlines = "".join(f'<outline xmlUrl="{site.url(path)}"/>' for path in ("/list", "/feed"))
    site.pages["/list"] = Reply(f"<opml><body>{outlines}</body></opml>".encode())
    site.pages["/feed"] = Reply(numbered(1))
    first, second = library.add(site.url("/list"))
    assert first.error
    assert second.new == 1
    assert len(site.requests) == 3


def test_a_page_with_several_feeds_asks_which_one(library: Library, site: Site) -> None:
    links = "".join(f'<link rel="alternate" type="application/atom+xml" href="/{n}">' for n in "ab")
    site.pages["/"] = Reply(f"<html><head>{links}".encode())
    with pytest.raises(SeveralFeedsError):
        list(library.add(site.url("/")))
    assert library.feeds() == []


def test_a_source_that_is_not_there_is_an_error_of_its_own(library: Library) -> None:
    with pytest.raises(SourceError):
        list(library.add("no such file.xml"))


# --- several at once ---


def test_another_process_sees_what_was_published_at_its_next_search(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1))
    library.publish()
    other = Library(library.folder)
    assert len(ids(other)) == 1
    take_in(numbered(2))
    library.publish()
    assert len(ids(other)) == 2
    other.close()


def test_a_second_writer_waits_and_then_says_so(
    library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "SECONDS", 0.1)
    take_in(numbered(*range(1, 101)))
    other = Library(library.folder)
    refused: list[str] = []

    def write_too(*_: object) -> None:
        for writer in (other, library):  # another process, and another thread of this one
            thread = threading.Thread(target=publish, args=(writer,))
            thread.start()
            thread.join()

    def publish(writer: Library) -> None:
        try:
            writer.publish(is_whole=True)
        except LibraryBusyError as error:
            refused.append(str(error))

    library.publish(write_too)
    assert len(refused) == 2
    assert "Another process" in refused[0]
    assert other.publish(is_whole=True)
    other.close()


def test_a_writer_that_is_killed_leaves_no_lock_and_the_old_generation(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(*range(1, 121)))
    library.publish()
    take_in(numbered(200))
    script = (
        "import os, signal, sys; from pathlib import Path; from index import Library\n"
        "def killed(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "Library(Path(sys.argv[1])).publish(killed, is_whole=True)\n"
    )
    root = Path(library_module.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, "-c", script, str(library.folder)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(generations(library)) == 2
    assert len(ids(library)) == 120
    assert library.publish()
    assert len(ids(library)) == 121
    assert "gen-000002" not in generations(library)
    assert not library.check()


def test_entries_have_neighbours_in_time(library: Library, take_in: TakeIn) -> None:
    take_in(atom(*(entry(f"urn:{n}", f"Entry {n}", published=START + n * DAY) for n in range(3))))
    middle = library.entry(2)
    assert middle is not None
    before, after = library.neighbours(middle)
    assert before is not None
    assert after is not None
    assert (before.title, after.title) == ("Entry 0", "Entry 2")
