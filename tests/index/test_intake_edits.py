"""What becomes of entries that change: versions, dates, files, and HTML that an older sanitiser made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index import Enclosure, Library, recleaning, sanitize
from index.entries import Body, ParsedEntry, Tombstone
from index.lock import WriteLock
from index.storage import versions
from index.storage.store import Store
from tests.documents import DAY, START, atom, entry
from tests.merging import FEED, NOW, counts, merge, merge_parsed, stored


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "library.db")
    yield store
    store.close()


def parsed(text: str = "a", **changes: object) -> ParsedEntry:
    body = Body(f"<p>{text}</p>", text)
    made = ParsedEntry("urn:1", True, "T", "", "", "", (), START, None, None, f"digest of {text}", body)
    return replace(made, **changes)  # type: ignore[arg-type]


def take(store: Store, *entries: ParsedEntry, now: int = NOW) -> tuple[int, int, int, int]:
    return counts(merge_parsed(store, [entries], FEED, now))


# --- versions ---


def test_an_edited_entry_keeps_its_number_and_what_it_was(store: Store) -> None:
    merge(store, atom(entry(title="Old", html="<p>One</p>")), now=NOW)
    merge(store, atom(entry(title="New", html="<p>Two</p>")), now=NOW + 5)
    (found,) = stored(store)
    assert (found.id, found.title, found.text, found.edited) == (1, "New", "Two", NOW + 5)
    (version,) = store.versions(1)
    assert (version.title, version.html, version.text, version.replaced) == ("Old", "<p>One</p>", "One", NOW + 5)


@pytest.mark.parametrize(
    "change",
    [{"tags": ["x"]}, {"link": "https://a.example/"}, {"author": "Ada"}, {"html": "<div>One</div>"}],
)
def test_what_readers_cannot_see_makes_no_version(store: Store, change: dict[str, object]) -> None:
    merge(store, atom(entry(html="<p>One</p>")))
    assert counts(merge(store, atom(entry(**({"html": "<p>One</p>"} | change))))) == (0, 1, 0, 0)  # type: ignore[arg-type]
    assert store.versions(1) == []
    assert stored(store)[0].edited is None


def test_where_only_the_digest_differs_nothing_but_the_digest_is_written(store: Store) -> None:
    take(store, parsed())
    before = store.sequence()
    assert take(store, parsed(digest="made otherwise")) == (0, 0, 1, 0)
    assert store.sequence() == before
    assert store.known_digests(1) == {"urn:1": "made otherwise"}


def test_the_first_version_and_the_latest_nine_are_kept(store: Store) -> None:
    for number in range(15):
        take(store, parsed(f"text {number}"), now=NOW + number)
    assert [found.text for found in store.versions(1)] == ["text 0", *(f"text {n}" for n in range(5, 14))]


def test_of_a_large_version_the_text_is_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "LONGEST_KEPT_TEXT", 70_000)
    take(store, parsed("x" * 80_000))
    take(store, parsed())
    (version,) = store.versions(1)
    assert (version.html, len(version.text)) == ("", 70_000)


def test_an_older_version_changes_nothing_and_is_looked_at_again(store: Store) -> None:
    take(store, parsed("new", updated=START + DAY))
    assert take(store, parsed("old", updated=START)) == (0, 0, 1, 0)
    assert take(store, parsed("old", updated=START + 2 * DAY)) == (0, 1, 0, 0)
    assert [found.text for found in stored(store)] == ["old"]


def test_what_a_document_says_twice_makes_one_version(store: Store) -> None:
    take(store, parsed("a"))
    batches = [[parsed("b", updated=START)], [parsed("c", updated=START + DAY)], [parsed("d", updated=START)]]
    assert counts(merge_parsed(store, batches)) == (0, 1, 0, 2)
    assert [found.text for found in store.versions(1)] == ["a"]
    assert [found.text for found in stored(store)] == ["c"]


def test_versions_beyond_the_most_come_back_where_a_change_is_undone(store: Store) -> None:
    for number in range(12):
        take(store, parsed(f"text {number}", updated=START + number))
    before = [found.text for found in store.versions(1)]
    batches = [[parsed("new", updated=START + 12)], [parsed("text 11", updated=START + 13)]]
    assert counts(merge_parsed(store, batches)) == (0, 0, 1, 1)
    assert [found.text for found in store.versions(1)] == before


def test_one_that_comes_back_in_the_document_that_takes_it_back_keeps_its_text(store: Store) -> None:
    take(store, parsed("text", updated=START))
    stone = Tombstone("urn:1", is_identity_global=True, time=START + DAY)
    again = parsed("text", updated=START + 2 * DAY, body=None)
    assert merge_parsed(store, [[again]], tombstones=[stone]).new == 1
    assert [found.html for found in stored(store)] == ["<p>text</p>"]


# --- dates ---


def test_a_date_that_lies_ahead_counts_from_when_it_was_first_seen(store: Store) -> None:
    ahead = NOW + 3_600
    take(store, parsed("a", published=ahead, updated=ahead))
    (found,) = stored(store)
    assert (found.time, found.is_dated, found.revised) == (NOW, True, None)
    assert store.newest([1]) == NOW
    take(store, parsed("b", published=ahead, updated=ahead), now=NOW + 60)
    assert stored(store)[0].time == NOW
    take(store, parsed("c", published=ahead, updated=ahead), now=ahead + 60)
    assert stored(store)[0].time == ahead


def test_a_corrected_date_moves_the_entry(store: Store) -> None:
    for published in (START, START + DAY, START - DAY):
        take(store, parsed(published=published, digest=str(published)))
        assert stored(store)[0].time == published
    take(store, parsed(published=None, digest="undated"), now=NOW + 5)
    assert (stored(store)[0].time, stored(store)[0].is_dated) == (NOW, False)


# --- files ---


def test_files_that_come_with_an_entry_are_kept_in_their_order(store: Store) -> None:
    files = (Enclosure("https://a.example/2.mp3", "audio/mpeg", 7, "Two"), Enclosure("https://a.example/1.mp3"))
    take(store, parsed(enclosures=files))
    assert [found.enclosures for found in stored(store)] == [files]
    assert [found.enclosures for found in store.complete([1])] == [files]
    assert take(store, parsed(enclosures=files[1:], digest="other")) == (0, 1, 0, 0)
    assert [found.enclosures for found in stored(store)] == [files[1:]]
    assert store.versions(1) == []


# --- older sanitisers ---


def make_stale(store: Store, html: str) -> None:
    with store.transaction():
        store.set_columns(1, {"html": html, "sanitizer": sanitize.VERSION - 1})
        store.connection.execute("UPDATE version SET html = ?", (html,))


HARM = '<p onclick="x()">now</p>'


def test_html_of_an_older_sanitiser_is_cleaned_anew_with_its_versions(tmp_path: Path) -> None:
    library = Library(tmp_path)
    take(library.store, parsed("before"))
    take(library.store, parsed("now"))
    library.publish()
    make_stale(library.store, HARM)
    said: list[tuple[str, int, int]] = []
    assert library.reclean(lambda *step: said.append(step)) == 1
    entry = library.entry(1)
    assert entry is not None
    assert (entry.html, entry.text) == ("<p>now</p>", "now")
    assert [version.html for version in library.versions(entry)] == ["<p>now</p>"]
    assert said == [("Cleaning", 1, 1)]
    assert library.publish()
    assert library.reclean() == 0
    assert not library.publish()
    library.close()


def test_what_comes_out_the_same_is_no_change(store: Store, tmp_path: Path) -> None:
    take(store, parsed("now"))
    make_stale(store, "<p>now</p>")
    before = store.sequence()
    assert recleaning.reclean(store, WriteLock(tmp_path / "lock", lambda: None), None) == 1
    assert store.sequence() == before
    assert store.stale(sanitize.VERSION, 9) == []


def test_many_are_cleaned_in_batches(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recleaning, "BATCH", 2)
    take(store, *(parsed(identity=f"urn:{n}") for n in range(5)))
    with store.transaction():
        store.connection.execute("UPDATE entry SET sanitizer = 0")
    steps: list[int] = []
    assert (
        recleaning.reclean(store, WriteLock(tmp_path / "lock", lambda: None), lambda _, done, total: steps.append(done))
        == 5
    )
    assert steps == [2, 4, 5]


def test_what_cannot_be_cleaned_leaves_its_text(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(store, parsed("now <b>"))
    make_stale(store, HARM)

    def fail(html: str, base: str = "") -> Body:
        raise ValueError

    monkeypatch.setattr(sanitize, "clean", fail)
    assert recleaning.reclean(store, WriteLock(tmp_path / "lock", lambda: None), None) == 1
    assert [found.html for found in stored(store)] == ["<p>now &lt;b&gt;</p>"]


def test_a_version_is_never_noted_as_an_older_sanitiser_left_it(store: Store) -> None:
    take(store, parsed("now"))
    make_stale(store, HARM)
    take(store, parsed("new"))
    assert [version.html for version in store.versions(1)] == ["<p>now</p>"]
