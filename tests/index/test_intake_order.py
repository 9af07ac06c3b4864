"""The order of entries in a document, and where it is cut into batches, mean nothing but for their numbers."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.entries import Body, Enclosure, ParsedEntry, Tag, Tombstone
from index.storage.store import Store
from tests.documents import DAY, START
from tests.merging import NOW, merge_parsed

A, B = "https://h.example/a", "https://h.example/b"


def parsed(
    id: str, title: str, link: str, published: int | None, updated: int | None, text: str, file: str = ""
) -> ParsedEntry:
    said = repr((title, link, published, text, file))
    return ParsedEntry(
        identity=id,
        is_identity_global=":" in id,
        title=title,
        link=link,
        author="",
        language="",
        tags=(Tag(text, text),),
        published=published,
        updated=updated,
        seen=None,
        digest=hashlib.sha256(said.encode()).hexdigest(),
        body=Body(f"<p>{text}</p>", text),
        enclosures=(Enclosure(file),) if file else (),
    )


ENTRIES = st.builds(
    parsed,
    st.sampled_from(["http://h.example/1", "https://h.example/1", "urn:2", "urn:3", "4", "urn:5"]),
    st.sampled_from(["One", "Two", ""]),
    st.sampled_from(["https://h.example/p", "http://h.example/p#x", "https://h.example/q", ""]),
    st.sampled_from([START, START + DAY, NOW + 1, None]),
    st.sampled_from([START + DAY, START + 2 * DAY, None]),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["", "https://h.example/x.mp3"]),
)
DOCUMENTS = st.lists(ENTRIES, max_size=4)
STONES = st.lists(
    st.builds(Tombstone, st.sampled_from(["urn:2", "urn:3"]), st.just(True), st.sampled_from([START, START + DAY])),
    max_size=1,
)
ONE, OTHER = "https://h.example/1", "urn:2"
P, X = "https://h.example/p", "https://h.example/p#x"


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[ParsedEntry], list[list[ParsedEntry]]]:
    """Give a document, and the same in another order and in batches."""
    document = draw(st.lists(ENTRIES, max_size=6))
    other = draw(st.permutations(document))
    cuts = sorted(draw(st.sets(st.integers(0, len(other)))))
    return document, [other[start:end] for start, end in zip([0, *cuts], [*cuts, len(other)], strict=True)]


def content(before: Sequence[tuple[str, list[ParsedEntry]]], stones: list[Tombstone], batches: Any) -> Any:
    """Take in documents, then these batches; give everything that is stored, without the numbers of entries."""
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name) / "library.db")
        for number, (feed, document) in enumerate(before):
            merge_parsed(store, [document], feed, NOW - DAY + number)
        intake = merge_parsed(store, batches, A, NOW, stones)
        found = sorted(map(repr, (said(store, id) for id in store.times())))
        stones_left = sorted(store.tombstones(1).items())
        again = store.sequence()
        merge_parsed(store, [[*chain(*batches)]], A, NOW, stones)
        assert store.sequence() == again, "taken in again it changes nothing"
        store.close()
        return found, stones_left, intake.new, intake.updated, intake.unchanged, intake.removed, len(intake.skipped)


def said(store: Store, id: int) -> Any:
    columns = store.connection.execute("SELECT identity, first_seen FROM entry WHERE id = ?", (id,)).fetchone()
    feeds = store.connection.execute("SELECT feed_id, digest FROM feed_entry WHERE entry_id = ?", (id,)).fetchall()
    return columns, sorted(store.names(id)), sorted(feeds), store.state(id), store.versions(id)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([A, B]), DOCUMENTS), max_size=2), STONES, shuffled())
# An id that was believed, and then is not: its entry comes under its own name, or another one is like it.
@example(
    [(A, [parsed(ONE, "One", P, START, None, "a")])],
    [],
    (
        [parsed(ONE, "One", P, START, None, "a"), parsed(OTHER, "One", P, START, None, "b")],
        [[parsed(OTHER, "One", P, START, None, "b")], [parsed(ONE, "One", P, START, None, "a")]],
    ),
)
@example(
    [(B, [parsed(ONE, "One", P, START, None, "a")])],
    [],
    (
        [parsed("urn:3", "Two", P, START, None, "a"), parsed(OTHER, "One", X, START, NOW, "b")],
        [[parsed(OTHER, "One", X, START, NOW, "b")], [parsed("urn:3", "Two", P, START, None, "a")]],
    ),
)
@example(
    [(A, [parsed(ONE, "One", P, START, None, "a")])],
    [],
    (
        [parsed(ONE, "One", P, START, None, "a"), *[parsed(OTHER, "One", P, START, None, "b")] * 2],
        [
            [parsed(OTHER, "One", P, START, None, "b")],
            [parsed(ONE, "One", P, START, None, "a"), parsed(OTHER, "One", P, START, None, "b")],
        ],
    ),
)
@example(
    [(B, [parsed(OTHER, "One", P, START, None, "a")])],
    [],
    (
        [parsed("urn:3", "One", P, START, None, "a"), parsed("4", "One", P, START + DAY, None, "a")],
        [[parsed("4", "One", P, START + DAY, None, "a")], [parsed("urn:3", "One", P, START, None, "a")]],
    ),
)
def test_shuffling_the_entries_of_a_document_gives_the_same_database(
    before: list[tuple[str, list[ParsedEntry]]],
    stones: list[Tombstone],
    documents: tuple[list[ParsedEntry], list[list[ParsedEntry]]],
) -> None:
    document, batches = documents
    assert content(before, stones, batches) == content(before, stones, [document])
