import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from index.contents import UNTITLED, slug
from index.reading import feeds
from index.storage.store import Store
from tests.documents import DAY, START, atom, entry, item, rss
from tests.merging import counts, merge, stored


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "library.db")
    yield store
    store.close()


def dump(store: Store) -> list[str]:
    """Everything but when the feeds were fetched."""
    return [line for line in store.connection.iterdump() if not re.search("""["']feed["']""", line)]


def test_a_new_entry_is_stored_clean(store: Store) -> None:
    html = '<h1 id="x">T</h1><p onclick="x()">Text</p><script>alert(1)</script>'
    assert counts(merge(store, atom(entry(html=html, tags=["Web"])))) == (1, 0, 0, 0)
    (found,) = stored(store)
    assert found.html == "<h2>T</h2><p>Text</p>"
    assert found.text == "T Text"
    assert [tag.name for tag in found.tags] == ["Web"]


def test_the_same_document_again_changes_nothing(store: Store) -> None:
    items = [item(title="no id"), item(guid="7", title="x"), item(link="https://example.org/")]
    documents = [atom(*(entry(f"urn:{n}", html="<p>x</p>", tags=["a"]) for n in range(5))), rss(*items)]
    for document in documents:
        merge(store, document)
    before, sequence = dump(store), store.sequence()
    for document in documents:
        intake = merge(store, document)
        assert (intake.new, intake.updated, intake.skipped) == (0, 0, [])
        assert intake.changes == 0
    assert dump(store) == before
    assert store.sequence() == sequence


def test_changed_content_updates_in_place(store: Store) -> None:
    merge(store, atom(entry(title="Old", html="<p>old</p>", tags=["a", "b"]), entry("urn:2")))
    before = stored(store)
    intake = merge(store, atom(entry(title="New", html="<p>new</p>", tags=["c"]), entry("urn:2")))
    assert counts(intake) == (0, 1, 1, 0)
    after = stored(store)
    assert (after[0].title, after[0].text) == ("New", "new")
    assert [tag.key for tag in after[0].tags] == ["c"]
    assert [found.id for found in after] == [found.id for found in before]
    assert after[1] == before[1]


def test_an_older_version_does_not_replace_a_newer(store: Store) -> None:
    merge(store, atom(entry(title="New", updated=START + DAY)))
    assert counts(merge(store, atom(entry(title="Old", updated=START)))) == (0, 0, 1, 0)
    assert stored(store)[0].title == "New"


def test_an_entry_that_is_no_longer_in_the_feed_stays(store: Store) -> None:
    merge(store, atom(entry("urn:1"), entry("urn:2")))
    assert counts(merge(store, atom(entry("urn:2")))) == (0, 0, 1, 0)
    assert counts(merge(store, atom())) == (0, 0, 0, 0)
    assert store.count() == 2


# --- identity ---


def test_of_entries_with_one_id_in_a_document_the_newest_gets_in_and_the_rest_is_reported(store: Store) -> None:
    twice = [entry(title="Old", updated=START), entry("urn:2"), entry(title="New", updated=START + DAY), entry()]
    assert counts(merge(store, atom(*twice))) == (2, 0, 0, 2)
    assert [found.title for found in stored(store)] == ["New", "A title"], "it stands where its id stood first"
    assert counts(merge(store, atom(*twice))) == (0, 0, 2, 2)


def test_the_order_of_entries_with_different_ids_does_not_matter(tmp_path: Path) -> None:
    entries = [entry(f"urn:{n}", f"Title {n}", time, tags=[f"t{n}"]) for n, time in enumerate("abc")]
    seen = set()
    for number, order in enumerate(permutations(entries)):
        store = Store(tmp_path / f"{number}.db")
        merge(store, atom(*order))
        seen.add(frozenset(found._replace(id=0) for found in stored(store)))
        store.close()
    assert len(seen) == 1


def test_a_repeated_id_is_seen_over_the_pieces_of_a_document(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds.archive, "SMALL", 100)
    monkeypatch.setattr(feeds.archive, "PIECE", 100)
    last = entry(title="Last", published=START + DAY)
    document = atom(entry(title="First"), entry("urn:2"), entry("urn:3"), last)
    assert counts(merge(store, document)) == (3, 0, 0, 1)
    assert counts(merge(store, document)) == (0, 0, 3, 1)
    assert stored(store)[0].title == "Last"


@pytest.mark.parametrize("kind", [lambda id: atom(entry(id)), lambda id: rss(item(guid=id, title="x"))])
def test_an_id_that_is_no_uri_means_another_entry_in_another_feed(store: Store, kind: object) -> None:
    assert callable(kind)
    merge(store, kind("7"), "https://a.example/")
    assert counts(merge(store, kind("7"), "https://b.example/")) == (1, 0, 0, 0)
    assert counts(merge(store, kind("7"), "https://a.example/")) == (0, 0, 1, 0)
    assert store.count() == 2


def test_a_uri_means_one_entry_in_both_feeds(store: Store) -> None:
    merge(store, atom(entry(title="From A")), "https://a.example/")
    before = store.sequence()
    assert counts(merge(store, atom(entry(title="From B")), "https://b.example/")) == (0, 0, 1, 0)
    (found,) = stored(store)
    assert found.title == "From A"
    assert found.feeds == (1, 2)
    assert store.changed(before) == {found.id}, "the index has to know of the second feed"
    sequence = store.sequence()
    merge(store, atom(entry(title="From B")), "https://b.example/")
    merge(store, atom(entry(title="From A")), "https://a.example/")
    assert store.sequence() == sequence


# --- what is missing ---


def test_entries_without_anything_get_in_sensibly(store: Store) -> None:
    document = atom("<entry/>", '<entry><content type="html">&lt;p&gt;Only text&lt;/p&gt;</content></entry>')
    assert merge(store, document).new == 2
    empty, text = stored(store)
    assert (empty.title, empty.slug, empty.is_dated, empty.date) == (UNTITLED, "untitled", False, None)
    assert (text.title, text.slug) == ("Only text", "only-text")


def test_a_title_made_of_a_long_text_is_cut_between_words(store: Store) -> None:
    merge(store, atom(entry(title="", html="word " * 100)))
    (found,) = stored(store)
    assert found.title.endswith("word…")
    assert len(found.title) < 100


def test_an_undated_entry_is_sorted_by_when_it_was_first_seen(store: Store) -> None:
    undated = entry(published="9999-01-01")
    merge(store, atom(undated), now=START + 5)
    merge(store, atom(undated.replace("A title", "New title")), now=START + 9_000)
    (found,) = stored(store)
    assert (found.title, found.time, found.is_dated) == ("New title", START + 5, False)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("A Title, with: signs!", "a-title-with-signs"),
        ("Café déjà-vu", "cafe-deja-vu"),
        ("It's Ada’s", "its-adas"),
        ("日本語", ""),
        ("../../etc/passwd", "etc-passwd"),
        ("x" * 500, "x" * 60),
        ("🙂", ""),
        ("", ""),
    ],
)
def test_a_slug_is_plain_ascii(title: str, expected: str) -> None:
    assert slug(title) == expected
