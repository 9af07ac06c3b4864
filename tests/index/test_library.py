import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index import (
    Difference,
    FeedNotFoundError,
    IndexMissingError,
    Library,
    LibraryBusyError,
    Query,
    SeveralFeedsError,
    Sort,
    SourceError,
    from_pairs,
)
from index import library as library_module
from tests import oracle
from tests.conftest import TakeIn
from tests.documents import DAY, START, atom, entry
from tests.oracle import Record
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


# --- from a feed to hits ---


def test_what_is_taken_in_and_published_is_found(library: Library, take_in: TakeIn) -> None:
    take_in(atom(entry(title="A <b>title</b>", html="<p>Some words</p>", tags=["Web Dev"], author="Ada")))
    assert library.publish()
    page = library.search(Query(text="word"))
    (hit,) = page.hits
    assert hit.entry.title == "A <b>title</b>"
    assert hit.snippet.runs == (("Some ", False), ("words", True))
    assert (hit.position, page.total, page.cursor, page.next_id) == (1, 1, "", None)
    assert page.facets["tag"].labels == {"web dev": "Web Dev"}
    assert page.facets["feed"].labels == {"1": "A feed"}


def test_without_words_a_hit_shows_the_beginning_of_its_text(library: Library, take_in: TakeIn) -> None:
    take_in(atom(entry(html="word " * 500)))
    library.publish()
    (hit,) = library.search(Query()).hits
    assert hit.snippet.text == hit.entry.excerpt
    assert len(hit.snippet.text) < 400


def test_a_page_carries_the_notes_on_its_query(library: Library, take_in: TakeIn) -> None:
    take_in(atom(entry()))
    library.publish()
    assert "a:b" in library.search(Query(text="a:b")).notes[0]


def test_the_same_document_again_makes_no_new_generation(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2, 3))
    assert library.publish()
    before, sequence = generations(library), library.store.sequence()
    intake = take_in(numbered(1, 2, 3))
    assert (intake.new, intake.updated, intake.unchanged) == (0, 0, 3)
    assert not library.publish()
    assert generations(library) == before
    assert library.store.sequence() == sequence


def test_an_update_of_one_entry_is_seen_and_keeps_its_id(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(*range(1, 21)))
    library.publish()
    (id,) = ids(library, q="number7")
    take_in(numbered(7, 21).replace(b"number7", b"changed"))
    library.publish()
    assert ids(library, q="number7") == []
    assert ids(library, q="changed") == [id]
    assert len(ids(library)) == 21
    assert not library.check()


def test_an_entry_that_has_gone_is_not_shown_even_before_the_index_knows(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2))
    take_in(numbered(3), "other")
    library.publish()
    library.remove(library.feed("1"))
    assert titles(library) == ["Entry 3"]
    library.publish()
    assert library.search(Query()).total == 1


def test_a_facet_has_at_most_so_many_values(library: Library, take_in: TakeIn) -> None:
    take_in(atom(*(entry(f"urn:{n}", tags=[f"t{n}"]) for n in range(100))))
    library.publish()
    assert len(library.search(Query()).facets["tag"].values) == library_module.FACET_VALUES
    assert len(library.search(Query(), facet_values=None).facets["tag"].values) == 100


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
    real = library_module.feeds.parse

    def breaking(document: object) -> object:
        yield from real(document)  # type: ignore[arg-type]
        raise SourceError("broken off")

    monkeypatch.setattr(library_module.feeds, "parse", breaking)
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


# --- the index follows the store ---


def test_without_an_index_there_is_no_answer_and_it_can_be_built(library: Library, take_in: TakeIn) -> None:
    with pytest.raises(IndexMissingError):
        library.search(Query())
    assert library.publish()
    assert library.search(Query()).total == 0
    assert not library.publish()
    take_in(numbered(1))
    library.publish()
    for path in sorted((library.folder / "index").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with pytest.raises(IndexMissingError):
        library.search(Query())
    assert library.publish()
    assert len(ids(library)) == 1


def test_what_happened_between_store_and_index_is_caught_up(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2))
    library.publish()
    take_in(numbered(3))
    assert library.check() == Difference(not_indexed=(3,), not_stored=(), differing=())
    take_in(numbered(1).replace(b"T00:00:01", b"T12:00:01"))
    assert library.check().differing == (1,)
    library.remove(library.feed("1"))
    assert library.check().not_stored == (1, 2)
    library.publish()
    assert not library.check()


def test_a_whole_rebuild_says_the_same(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(*range(1, 30)))
    library.publish()
    take_in(numbered(*range(25, 35)))
    library.publish()
    before = ids(library), ids(library, q="word")
    assert library.publish(is_whole=True)
    assert (ids(library), ids(library, q="word")) == before


def test_progress_is_told_up_to_the_end(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(*range(1, 251)))
    told: list[tuple[str, int, int | None]] = []
    library.publish(lambda *step: told.append(step))
    assert told == [("Indexing", 100, 250), ("Indexing", 200, 250), ("Indexing", 250, 250)]


@pytest.mark.parametrize("seed", range(4))
def test_any_query_finds_what_a_look_at_every_entry_finds(library: Library, take_in: TakeIn, seed: int) -> None:
    dice = random.Random(seed)
    names = ("a", "b", "c")
    said: dict[str, dict[int, str]] = {name: {} for name in names}
    for step in range(8):
        name = dice.choice(names)
        for number in dice.sample(range(60), 12):
            said[name][number] = random_entry(dice, number)
        if step == 5:
            for feed in library.feeds()[:1]:
                library.remove(feed)
        else:
            take_in(atom(*said[name].values(), title=name), name)
        library.publish(is_whole=step == 7)
        assert_same(library, dice)
    assert not library.check()


def random_entry(dice: random.Random, number: int) -> str:
    record = oracle.random_record(dice, number)
    return entry(
        f"urn:{number}",
        record.title,
        f"<p>{record.text}</p>",
        tags=record.tags,
        published=record.time if record.is_dated else None,
        author=record.author,
        link=record.link,
    )


def assert_same(library: Library, dice: random.Random) -> None:
    records = [
        Record(
            id=found.id,
            title=found.title,
            text=found.text,
            tags=tuple(tag.name for tag in found.tags),
            author=found.author,
            link=found.link,
            feeds=found.feeds,
            time=found.time,
            is_dated=found.is_dated,
        )
        for id in library.store.times()
        if (found := library.entry(id))
    ]
    for _ in range(20):
        query = oracle.random_query(dice)
        page = library.search(query, limit=EVERYTHING, facet_values=None)
        assert {hit.entry.id for hit in page.hits} == oracle.hits(query, records), query
        for name, facet in page.facets.items():
            for value in facet.values[:2]:
                asked = oracle.chosen(query, name, value.value)
                assert library.search(asked, limit=0).total == value.count, (query, name, value)


@pytest.mark.parametrize("name", ["a,b", 'say "hi"', "C++", "Web Dev", "ＷＩＤＥ", "İstanbul", "ǅ", "-x", "#x", "a:b"])
def test_every_tag_can_be_asked_for(library: Library, take_in: TakeIn, name: str) -> None:
    take_in(atom(entry("urn:1", tags=[name, "other"]), entry("urn:2", tags=["other"])))
    library.publish()
    (value,) = [value for value in library.search(Query()).facets["tag"].values if value.count == 1]
    asked = [Query().with_tag(value.value), Query().with_tag(name)]
    if '"' not in name:
        asked.append(Query(text=f'tag:"{name}"'))
    for query in asked:
        again, notes = from_pairs(query.pairs())
        assert notes == ()
        assert [hit.entry.id for hit in library.search(again).hits] == [1]


# --- pages ---


@pytest.mark.parametrize("sort", Sort)
def test_pages_give_every_hit_once(library: Library, take_in: TakeIn, sort: Sort) -> None:
    take_in(numbered(*range(1, 48)))
    library.publish()
    query = Query(text="word", order=sort, size=10)
    every = [hit.entry.id for hit in library.search(query, limit=EVERYTHING).hits]
    by_cursor, positions = [], []
    page = library.search(query)
    by_number = [[hit.entry.id for hit in library.search(query, first=10 * number).hits] for number in range(6)]
    while True:
        by_cursor.append([hit.entry.id for hit in page.hits])
        positions += [hit.position for hit in page.hits]
        if not page.cursor:
            break
        following = page.next_id
        page = library.search(from_pairs([*query.pairs(), ("after", page.cursor)])[0])
        assert page.hits[0].entry.id == following
    assert [id for batch in by_cursor for id in batch] == every
    assert by_number == [*by_cursor, []]
    assert positions == list(range(1, 48))


def test_a_page_far_behind_the_last_is_empty(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2))
    library.publish()
    page = library.search(Query(), first=1_000_000)
    assert (page.hits, page.total, page.cursor, page.next_id) == ((), 2, "", None)


def test_a_cursor_after_a_numbered_page_goes_on_behind_it(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(*range(1, 31)))
    library.publish()
    page = library.search(Query(size=10), first=10)
    assert [hit.position for hit in page.hits] == list(range(11, 21))
    following = library.search(Query(size=10, after=page.cursor))
    assert [hit.position for hit in following.hits] == list(range(21, 31))


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
    monkeypatch.setattr(library_module, "LOCK_SECONDS", 0.1)
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
