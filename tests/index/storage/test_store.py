import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.entries import FeedHead, Memory, Tag
from index.errors import StoreError
from index.storage import changes as changes_module
from index.storage.database import SCHEMA_VERSION, Database
from index.storage.store import Store
from tests.documents import DAY, START

NOW = START + 9 * DAY


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "library.db")
    yield store
    store.close()


def columns(identity: str = "urn:1", **changes: object) -> dict[str, object]:
    values: dict[str, object] = {"identity": identity, "title": "T", "slug": "t", "link": "", "author": ""}
    values |= {"language": "", "html": "<p>x</p>", "text": "x", "excerpt": "x", "time": START, "is_dated": 1}
    return values | {"updated": None, "first_seen": START, "sanitizer": 1} | changes


def put(store: Store, identity: str, *feeds: int, tags: str = "", **changes: object) -> int:
    id = store.insert(columns(identity, **changes))
    store.set_tags(id, [Tag(name.lower(), name) for name in tags.split()])
    for feed in feeds:
        store.link(feed, id, "digest")
    return id


def feed(store: Store, url: str = "https://a.example/", title: str = "A") -> int:
    return store.put_feed(url, FeedHead(title=title), "etag", "modified", NOW)


# --- feeds ---


def test_a_feed_is_found_by_number_and_address(store: Store) -> None:
    id = feed(store)
    for name in (str(id), "https://a.example/"):
        found = store.feed(name)
        assert found is not None
        assert (found.id, found.title, found.entries, found.error) == (id, "A", 0, "")
    for name in ("", "0", "9" * 30, "x", "-1", "١"):
        assert store.feed(name) is None


def test_a_feed_that_is_met_again_keeps_its_number(store: Store) -> None:
    id = feed(store)
    assert feed(store, title="New title") == id
    assert [found.title for found in store.feeds()] == ["New title"]


def test_feeds_come_by_title_whatever_its_case(store: Store) -> None:
    for url, title in (("x:1", "beta"), ("x:2", "Alpha"), ("x:3", "alpha")):
        feed(store, url, title)
    assert [found.title for found in store.feeds()] == ["Alpha", "alpha", "beta"]


def test_validators_are_kept_byte_for_byte(store: Store) -> None:
    store.put_feed("x:", FeedHead(), 'W/"é \x01"', " odd ", NOW)
    memory = store.memory("x:")
    assert (memory.etag, memory.modified) == ('W/"é \x01"', " odd ")
    assert store.memory("y:") == Memory()


def test_a_failure_is_noted_until_the_next_success(store: Store) -> None:
    feed(store)
    (before,) = store.feeds()
    store.note_fetch(before.id, "broken", NOW)
    (failed,) = store.feeds()
    assert (failed.error, failed.succeeded) == ("broken", before.succeeded)
    store.note_fetch(before.id, "", NOW)
    assert store.feeds()[0].error == ""


# --- entries ---


def test_an_entry_comes_back_as_it_was_stored(store: Store) -> None:
    one, two = feed(store, "x:1"), feed(store, "x:2")
    id = put(store, "urn:1", two, one, tags="Beta alpha", updated=START + DAY)
    found = store.entry(id)
    assert found is not None
    assert (found.title, found.html, found.text, found.time) == ("T", "<p>x</p>", "x", START)
    assert found.tags == (Tag("beta", "Beta"), Tag("alpha", "alpha"))
    assert found.feeds == (one, two)
    assert found.is_dated is True
    assert found.date is not None
    assert found.date.isoformat() == "2010-01-01T00:00:00+00:00"


@pytest.mark.parametrize("id", [0, -1, 7, 2**63, 10**30])
def test_an_entry_that_is_not_there_is_none(store: Store, id: int) -> None:
    assert store.entry(id) is None


def test_any_number_of_entries_can_be_asked_for(store: Store) -> None:
    ids = [put(store, f"urn:{n}", tags="a b") for n in range(1_203)]
    assert store.entries(ids).keys() == set(ids)
    found, texts = store.entries_and_texts([*ids, 10_000])
    assert found == store.entries(ids)
    assert texts.keys() == set(ids)
    assert all(len(entry.tags) == 2 for entry in store.entries(ids).values())
    names = {f"urn:{n}": f"urn:{n}" for n in range(2_000)}
    assert store.named(names).keys() == {f"urn:{n}" for n in range(1_203)}
    assert store.known(range(10_000)).keys() == set(ids)


def test_whole_entries_come_in_the_order_of_time_or_as_asked(store: Store) -> None:
    ids = [put(store, f"urn:{n}", time=START - n) for n in range(5)]
    assert [entry.id for entry in store.whole()] == ids[::-1]
    assert [entry.id for entry in store.whole([ids[2], 99, ids[0]])] == [ids[2], ids[0]]
    assert all(entry.text == "x" and not entry.html for entry in store.whole())


def test_neighbours_are_next_in_time_and_then_in_number(store: Store) -> None:
    a, b, c = (put(store, f"urn:{n}", time=time) for n, time in enumerate((START, START, START + 1)))
    entries = {id: store.entry(id) for id in (a, b, c)}
    assert [store.neighbours(entry) for entry in entries.values() if entry] == [
        (entries_without_texts(store, b), entries_without_texts(store, c)),
        (None, entries_without_texts(store, a)),
        (entries_without_texts(store, a), None),
    ]


def entries_without_texts(store: Store, id: int) -> object:
    return store.entries([id])[id]


def test_a_tag_keeps_the_name_it_was_first_seen_with(store: Store) -> None:
    put(store, "urn:1", tags="Python")
    put(store, "urn:2", tags="PYTHON")
    assert store.tag_names(["python", "none"]) == {"python": "Python"}


def test_an_entrys_number_is_never_used_again(store: Store) -> None:
    id = feed(store)
    last = put(store, "urn:1", id)
    store.remove_feed(id)
    assert put(store, "urn:1") > last


def test_removing_a_feed_keeps_the_entries_that_belong_to_another(store: Store) -> None:
    one, two = feed(store, "x:1"), feed(store, "x:2")
    shared, own = put(store, "urn:1", one, two, tags="a"), put(store, "urn:2", one, tags="b")
    assert store.remove_feed(one) == 1
    kept = store.entry(shared)
    assert kept is not None
    assert kept.feeds == (two,)
    assert store.entry(own) is None
    assert store.tag_names(["a", "b"]) == {"a": "a"}
    assert [found.id for found in store.feeds()] == [two]


# --- changes ---


def test_every_change_of_an_entry_is_noted(store: Store) -> None:
    start = store.sequence()
    id = put(store, "urn:1")
    assert store.changed(start) == {id}
    added = store.sequence()
    assert store.changed(added) == set()
    store.update(id, {"title": "New"})
    assert store.changed(added) == {id}


def test_removing_a_feed_notes_what_has_gone_and_what_has_stayed(store: Store) -> None:
    one, two = feed(store, "x:1"), feed(store, "x:2")
    shared, own, other = put(store, "urn:1", one, two), put(store, "urn:2", one), put(store, "urn:3", two)
    before = store.sequence()
    store.remove_feed(one)
    assert store.changed(before) == {shared, own}
    assert other not in (store.changed(before) or ())


def test_changes_of_long_ago_are_not_known(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes_module, "CHANGES_KEPT", 3)
    for number in range(10):
        put(store, f"urn:{number}")
    store.forget_changes()
    assert store.changed(6) is None
    assert store.changed(7) == {8, 9, 10}
    assert store.changed(10) == set()
    assert store.changed(11) is None
    monkeypatch.setattr(changes_module, "CHANGES_KEPT", 0)
    store.forget_changes()
    assert store.changed(9) is None
    assert store.changed(10) == set()
    assert store.sequence() == 10


# --- the file ---


def test_a_transaction_is_there_whole_or_not_at_all(store: Store) -> None:
    def failing() -> None:
        put(store, "urn:1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), store.transaction():
        failing()
    assert store.count() == 0
    assert store.sequence() == 0
    with store.transaction():
        put(store, "urn:1")
    assert store.count() == 1


def test_others_read_while_one_writes(store: Store) -> None:
    reader = Store(store.path)
    with store.transaction():
        put(store, "urn:1")
        assert reader.count() == 0
    assert reader.count() == 1
    reader.close()


def test_what_was_committed_is_there_after_a_kill(store: Store, tmp_path: Path) -> None:
    with store.transaction():
        put(store, "urn:1")
    store.connection.execute("BEGIN IMMEDIATE")
    put(store, "urn:2")
    for name in ("library.db", "library.db-wal"):
        (tmp_path / f"copy-{name}").write_bytes((tmp_path / name).read_bytes())
    (tmp_path / "copy-library.db-wal").rename(tmp_path / "copy.db-wal")
    (tmp_path / "copy-library.db").rename(tmp_path / "copy.db")
    copy = Store(tmp_path / "copy.db")
    assert [entry.id for entry in copy.whole()] == [1]
    copy.close()


def test_every_thread_has_its_own_connection(store: Store) -> None:
    barrier = threading.Barrier(4)

    def count(_: int) -> tuple[int, int]:
        barrier.wait()
        return id(store.connection), store.count()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(count, range(4)))
    assert len({connection for connection, _ in found}) == 4
    assert {number for _, number in found} == {0}


def test_a_store_can_be_used_again_after_it_was_closed(store: Store) -> None:
    put(store, "urn:1")
    store.close()
    assert store.count() == 1


def test_a_file_that_is_no_library_is_explained(tmp_path: Path) -> None:
    (tmp_path / "library.db").write_bytes(b"something else " * 100)
    with pytest.raises(StoreError, match=r"is damaged: file is not a database\. .*bring back a copy"):
        Store(tmp_path / "library.db")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(StoreError, match="cannot be used"):
        Store(tmp_path / "folder.db")
    with pytest.raises(StoreError):
        Store(tmp_path / "library.db" / "below.db")


def test_a_library_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    Database(tmp_path / "library.db").close()
    connection = sqlite3.connect(tmp_path / "library.db")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match="newer"):
        Database(tmp_path / "library.db")


def test_many_may_make_the_library_at_once(tmp_path: Path) -> None:
    barrier = threading.Barrier(8)

    def make(_: int) -> int:
        barrier.wait()
        store = Store(tmp_path / "new" / "library.db")
        try:
            return store.count()
        finally:
            store.close()

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(8))) == [0] * 8


# --- revisions ---


def test_an_entry_s_revision_grows_when_it_changes_and_only_then(store: Store) -> None:
    with store.transaction():
        first, second = put(store, "urn:1"), put(store, "urn:2")
    before = store.revisions([second, first, 99])
    assert [revision.id for revision in before] == [second, first]
    with store.transaction():
        store.update(first, {"title": "Other"})
    after = store.revisions([second, first])
    assert after[0] == before[0]
    assert after[1].number > before[1].number


def test_entries_come_whole_and_in_the_order_asked_for(store: Store) -> None:
    with store.transaction():
        ids = [put(store, f"urn:{number}", tags="One two") for number in range(3)]
    found = list(store.complete([ids[2], 99, ids[0]]))
    assert [(entry.id, entry.identity, entry.html, entry.text) for entry in found] == [
        (ids[2], "urn:2", "<p>x</p>", "x"),
        (ids[0], "urn:0", "<p>x</p>", "x"),
    ]
    assert [tag.name for tag in found[0].tags] == ["One", "two"]
