"""Which entries are one and the same, and whose word on them counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import intake as intake_module
from index.entries import ParsedEntry, Tombstone
from index.reading import feeds
from index.reading.material import Material
from index.storage import identities
from index.storage.store import Store
from tests.documents import DAY, START, atom, entry, item, rss
from tests.merging import NOW, counts, merge, merge_parsed, stored

A, B = "https://blog.example/everything", "http://blog.example/tag"
"""Two feeds of one host."""
EVIL = "https://evil.example/feed"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "library.db")
    yield store
    store.close()


def parsed(*entries: str) -> list[ParsedEntry]:
    return [found for batch in feeds.parse(Material(atom(*entries), A)) for found in batch.entries]


def post(number: int, fragment: str = "", **changes: object) -> str:
    """Give an entry of a blog whose ids are its links."""
    link = f"https://blog.example/{number}/{fragment}"
    values = {"id": link, "title": f"Post {number}", "html": f"<p>Text {number}</p>", "link": link}
    return entry(**(values | {"published": START + number} | changes))  # type: ignore[arg-type]


def titles(store: Store) -> list[str]:
    return [found.title for found in stored(store)]


# --- ids of one feed ---


def test_an_id_that_has_moved_to_https_is_the_same_and_is_told_as_it_was_first(store: Store) -> None:
    merge(store, atom(entry("http://a.example/1", "Old")))
    assert counts(merge(store, atom(entry("https://a.example/1", "New")))) == (0, 1, 0, 0)
    assert [(found.title, found.identity) for found in stored(store)] == [("New", "http://a.example/1")]


def test_an_entry_whose_id_has_changed_keeps_its_number(store: Store) -> None:
    merge(store, atom(post(1, id="urn:old:1"), post(2, id="urn:old:2")))
    again = atom(post(1, id="urn:new:1", html="<p>New</p>"), post(2, id="urn:new:2"))
    assert counts(merge(store, again)) == (0, 1, 1, 0)
    assert [(found.identity, found.text) for found in stored(store)] == [("urn:old:1", "New"), ("urn:old:2", "Text 2")]
    before = store.sequence()
    assert counts(merge(store, again)) == (0, 0, 2, 0)
    assert counts(merge(store, atom(post(1, id="urn:old:1", html="<p>New</p>")))) == (0, 0, 1, 0)
    assert store.sequence() == before


@pytest.mark.parametrize("change", [{"title": "Other"}, {"published": START}, {"link": "https://blog.example/x"}])
def test_a_new_id_with_another_title_date_or_link_is_another_entry(store: Store, change: dict[str, object]) -> None:
    merge(store, atom(post(1, id="urn:1")))
    assert merge(store, atom(post(1, **{"id": "urn:2", **change}))).new == 1


@pytest.mark.parametrize("missing", ["title", "published", "link"])
def test_where_title_date_or_link_is_missing_a_new_id_is_another_entry(store: Store, missing: str) -> None:
    nothing: dict[str, object] = {missing: None if missing == "published" else ""}
    merge(store, atom(post(1, **{"id": "urn:1", **nothing})))
    assert merge(store, atom(post(1, **{"id": "urn:2", **nothing}))).new == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("in_batches", [False, True])
def test_a_new_id_beside_the_old_one_is_another_entry(store: Store, order: tuple[int, ...], in_batches: bool) -> None:
    merge(store, atom(post(1, id="urn:1")))
    both = parsed(post(1, id="urn:1"), post(1, id="urn:2", html="<p>Other</p>"))
    batches = [[both[place]] for place in order] if in_batches else [[both[place] for place in order]]
    assert counts(merge_parsed(store, batches)) == (1, 0, 1, 0)
    assert sorted((found.identity, found.text, found.edited) for found in stored(store)) == [
        ("urn:1", "Text 1", None),
        ("urn:2", "Other", None),
    ]
    assert store.connection.execute("SELECT count(*) FROM version").fetchone() == (0,)


def test_two_new_ids_for_one_entry_are_two_entries(store: Store) -> None:
    merge(store, atom(post(1, id="urn:1")))
    assert counts(merge(store, atom(post(1, id="urn:2"), post(1, id="urn:3")))) == (2, 0, 0, 0)


def test_a_new_id_for_one_of_two_that_look_alike_is_another_entry(store: Store) -> None:
    merge(store, atom(post(1, id="urn:1"), post(1, id="urn:2")))
    assert merge(store, atom(post(1, id="urn:3"))).new == 1


def test_an_entry_of_many_ids_keeps_only_some_of_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_module, "MOST_NAMES", 4)
    for number in range(20):
        merge(store, atom(post(1, id=f"urn:{number}")))
    assert store.count() == 1
    assert len(store.names(1)) <= 4
    assert {"urn:0", "urn:19"} <= set(store.names(1))


# --- one entry in several feeds ---


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_on_one_host_a_link_with_another_fragment_is_the_same_entry(store: Store, order: tuple[int, ...]) -> None:
    documents = [(A, atom(post(1, "#all"), post(2, "#all"))), (B, atom(post(2, "#tag", title="Two"), post(3, "#tag")))]
    for place in order:
        merge(store, documents[place][1], documents[place][0])
    assert store.count() == 3
    assert sorted(len(found.feeds) for found in stored(store)) == [1, 1, 2]
    before = store.sequence()
    for url, document in documents:
        assert counts(merge(store, document, url)) == (0, 0, 2, 0)
    assert store.sequence() == before


@pytest.mark.parametrize(
    ("url", "other"),
    [
        (EVIL, post(1, "#x")),
        (B, post(1, "#comment-7", title="Re: Post 1", published=START + 60)),
        (B, post(1, link="https://elsewhere.example/1/", id="urn:x")),
    ],
    ids=["another host", "neither title nor date", "another link"],
)
def test_another_host_or_nothing_in_common_but_the_link_is_another_entry(store: Store, url: str, other: str) -> None:
    merge(store, atom(post(1)), A)
    assert merge(store, atom(other), url).new == 1


def test_a_link_to_the_front_page_means_no_entry(store: Store) -> None:
    for url, id in ((A, "urn:1"), (B, "urn:2")):
        assert merge(store, atom(entry(id, link="https://blog.example/#x")), url).new == 1


def test_entries_of_a_link_blog_with_one_link_stay_apart(store: Store) -> None:
    about = {"title": "A link", "link": "https://blog.example/1/"}
    merge(store, atom(post(1, id="urn:1", **about), post(2, id="urn:2", **about)), A)
    assert counts(merge(store, atom(post(3, id="urn:3", **about), post(1, id="urn:4", **about)), B)) == (2, 0, 0, 0)
    assert counts(merge(store, atom(post(5, id="urn:5", **about)), A)) == (1, 0, 0, 0)


def test_an_entry_that_is_named_later_in_the_document_is_not_the_one_with_its_link(store: Store) -> None:
    merge(store, atom(post(1, "#all")), A)
    tag, own = parsed(post(1, "#tag"), post(1, "#all"))
    assert counts(merge_parsed(store, [[tag], [own]], B)) == (1, 0, 1, 0)
    assert {found.identity: found.feeds for found in stored(store)} == {own.identity: (1, 2), tag.identity: (2,)}


# --- whose word counts ---


def test_a_strangers_feed_changes_nothing_but_that_it_holds_the_entry_too(store: Store) -> None:
    merge(store, atom(post(1, tags=["Mine"], updated=START)), A)
    (before,) = stored(store)
    for number in range(3):
        evil = post(1, title=f"Evil {number}", html="<p>Evil</p>", tags=["evil"], updated=NOW + number)
        assert counts(merge(store, atom(evil), EVIL)) == (0, 0, 1, 0)
    assert stored(store) == [before._replace(feeds=(1, 2))]


def test_a_feed_of_the_same_host_changes_what_is_newer_there(store: Store) -> None:
    merge(store, atom(post(1, "#all", updated=START)), A)
    merge(store, atom(post(1, "#tag", updated=START, title="Not newer", published=START + 1)), B)
    assert titles(store) == ["Post 1"]
    assert counts(merge(store, atom(post(1, "#tag", updated=START + DAY, title="Newer")), B)) == (0, 1, 0, 0)
    assert titles(store) == ["Newer"]
    merge(store, atom(post(1, "#all", updated=START + DAY, title="Same, told otherwise")), A)
    assert titles(store) == ["Newer"], "two feeds of one host do not take turns"


def test_without_times_a_feed_of_the_same_host_changes_what_it_tells_otherwise_than_before(store: Store) -> None:
    merge(store, atom(post(1)), A)
    merge(store, atom(post(1, html="<p>Short</p>")), B)
    assert [found.text for found in stored(store)] == ["Text 1"]
    merge(store, atom(post(1, html="<p>Shorter</p>")), B)
    assert [found.text for found in stored(store)] == ["Shorter"]


def test_when_the_feed_goes_another_one_that_holds_the_entry_takes_its_place(store: Store) -> None:
    merge(store, atom(post(1)), A)
    merge(store, atom(post(1, title="As B has it")), "https://b.example/")
    store.remove_feed(1)
    assert store.known_digests(2) == {}, "its next document is read whole"
    merge(store, atom(post(1, title="Evil")), EVIL)
    merge(store, atom(post(1, title="Evil again")), EVIL)
    assert titles(store) == ["Post 1"]
    assert counts(merge(store, atom(post(1, title="As B has it")), "https://b.example/")) == (0, 1, 0, 0)
    assert titles(store) == ["As B has it"]


def test_names_that_meant_something_in_a_feed_alone_go_with_it(store: Store) -> None:
    local = rss(item(guid="7", title="Seven", link="https://blog.example/7/"))
    merge(store, local, A)
    merge(store, local, B)
    assert store.count() == 1
    store.remove_feed(1)
    assert store.names(1) == ["feed:2:7"]
    assert counts(merge(store, local, B)) == (0, 0, 1, 0)


def test_known_digests_have_the_names_that_a_document_may_use(store: Store) -> None:
    merge(store, rss(item(guid="7", title="x"), item(guid="http://a.example/8", title="y")))
    assert store.known_digests(1).keys() == {"7", "https://a.example/8"}
    known = store.known_digests(1)
    document = Material(rss(item(guid="7", title="x")), "https://example.org/feed")
    assert [found.body for batch in feeds.parse(document, known) for found in batch.entries] == [None]


def test_two_entries_of_an_older_library_that_differ_in_http_alone_cost_nothing(store: Store) -> None:
    merge(store, atom(entry("http://a.example/1", "One"), entry("urn:2")))
    with store.transaction():  # as version 2 of the schema could have it
        store.set_columns(2, {"identity": "https://a.example/1"})
        store.drop_names(["urn:2", "https://a.example/1"])
        store.leave(1, 1)
    assert counts(merge(store, atom(entry("https://a.example/1", "One")))) == (0, 1, 0, 0)


# --- what is taken back ---


def stone(id: str, time: int) -> Tombstone:
    return Tombstone(id, is_identity_global=True, time=time)


def bury(store: Store, *tombstones: Tombstone, feed: str = A, entries: tuple[str, ...] = ()) -> int:
    return merge_parsed(store, [parsed(*entries)], feed, tombstones=tombstones).removed


def test_an_entry_that_its_feed_takes_back_goes_and_stays_away(store: Store) -> None:
    merge(store, atom(post(1, id="urn:1"), post(2, id="urn:2")), A)
    before = store.sequence()
    assert bury(store, stone("urn:1", NOW)) == 1
    assert titles(store) == ["Post 2"]
    assert store.changed(before) == {1}
    assert bury(store, stone("urn:1", NOW)) == 0
    assert counts(merge(store, atom(post(1, id="urn:1")), A)) == (0, 0, 1, 0)
    assert titles(store) == ["Post 2"]


@pytest.mark.parametrize("again", [[NOW + DAY, START], [START, NOW + DAY]])
def test_one_that_is_newer_than_its_tombstone_stays_or_comes_back(store: Store, again: list[int]) -> None:
    merge(store, atom(post(1, id="urn:1", updated=START + DAY)), A)
    assert bury(store, stone("urn:1", START + DAY - 1)) == 0
    assert bury(store, stone("urn:1", NOW), entries=(post(1, id="urn:1", updated=START + DAY),)) == 1
    assert store.count() == 0
    document = atom(*(post(1, id="urn:1", updated=updated) for updated in again))
    assert merge(store, document, A, now=NOW + 2 * DAY).new == 1
    assert bury(store, stone("urn:1", NOW)) == 0, "that was done before"
    assert store.count() == 1
    assert bury(store, stone("urn:1", NOW + DAY)) == 1


def test_an_entry_without_a_date_can_be_taken_back(store: Store) -> None:
    merge(store, atom(entry("urn:1", published=None)), A)
    assert bury(store, stone("urn:1", START), entries=(entry("urn:1", published=None),)) == 1
    assert store.count() == 0


def test_a_feed_takes_back_only_its_own_part_in_an_entry(store: Store) -> None:
    merge(store, atom(post(1, id="urn:1")), A)
    assert bury(store, stone("urn:1", NOW), feed=EVIL) == 0
    merge(store, atom(post(1, id="urn:1")), "https://b.example/")
    assert bury(store, stone("urn:1", NOW)) == 1
    assert [found.feeds for found in stored(store)] == [(3,)]
    assert store.known([1])[1].source == 3


def test_every_name_of_an_entry_is_taken_back_with_it(store: Store) -> None:
    merge(store, atom(post(1, id="urn:1")), A)
    merge(store, atom(post(1, id="urn:2")), A)
    bury(store, stone("urn:2", NOW))
    assert counts(merge(store, atom(post(1, id="urn:1")), A)) == (0, 0, 1, 0)
    assert store.count() == 0


def test_an_entry_that_the_feed_takes_back_is_not_taken_for_another_one(store: Store) -> None:
    merge(store, atom(post(1, "#all")), A)
    own = stone(f"https://blog.example/1/{'#all'}", NOW)
    for _ in range(2):
        bury(store, own, feed=B, entries=(post(1, "#tag"),))
        assert [found.feeds for found in stored(store)] == [(1,), (2,)]


def test_no_more_than_so_many_tombstones_of_a_feed_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "MOST_TOMBSTONES", 3)
    bury(store, *(stone(f"urn:{n}", START + n) for n in range(9)))
    assert store.tombstones(1).keys() == {"urn:6", "urn:7", "urn:8"}
