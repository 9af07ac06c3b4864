import random

import pytest

from index import (
    Difference,
    IndexMissingError,
    Library,
    Query,
    Sort,
    from_pairs,
)
from index import library as library_module
from tests import oracle
from tests.conftest import TakeIn
from tests.documents import DAY, START, atom, entry
from tests.oracle import Record

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


def test_a_phrase_does_not_run_from_one_tag_into_the_next(library: Library, take_in: TakeIn) -> None:
    take_in(atom(entry("urn:1", "One", tags=["new", "york"]), entry("urn:2", "Two", tags=["x", "New York"])))
    library.publish()
    assert titles(library, q='"new york"') == ["Two"]


def test_words_are_found_and_marked_in_the_language_of_their_entry(library: Library, take_in: TakeIn) -> None:
    german = entry("urn:1", "Neue Häuser", "<p>Alte Häuser</p>", attributes='xml:lang="de-AT"')
    take_in(atom(german, entry("urn:2", "Häuser", "<p>Häuser</p>"), attributes='xml:lang="en"'))
    library.publish()
    (hit,) = library.search(Query(text="haus")).hits
    assert hit.entry.title == "Neue Häuser"
    assert hit.title.runs == (("Neue ", False), ("Häuser", True))
    assert hit.snippet.runs == (("Alte ", False), ("Häuser", True))


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


def test_a_small_change_is_added_to_the_index_and_not_everything_built_anew(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(*range(1, 51)))
    library.publish()
    take_in(numbered(51))
    told: list[int | None] = []
    library.publish(lambda _, __, total: told.append(total))
    assert told == [1]
    assert len(ids(library)) == 51


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
        attributes=f'xml:lang="{record.language}"' if record.language else "",
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
            language=found.language,
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
                asked = query.choosing(name, value.value)
                assert library.search(asked, limit=0).total == value.total, (query, name, value)


@pytest.mark.parametrize("name", ["a,b", 'say "hi"', "C++", "Web Dev", "ＷＩＤＥ", "İstanbul", "ǅ", "-x", "#x", "a:b"])
def test_every_tag_can_be_asked_for(library: Library, take_in: TakeIn, name: str) -> None:
    take_in(atom(entry("urn:1", tags=[name, "other"]), entry("urn:2", tags=["other"])))
    library.publish()
    (value,) = [value for value in library.search(Query()).facets["tag"].values if value.total == 1]
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


def test_all_ids_of_a_query_come_in_its_order(library: Library, take_in: TakeIn) -> None:
    take_in(atom(*(entry(f"urn:{n}", f"Rope {n}", published=START + n * DAY) for n in range(30))))
    library.publish()
    newest = library.ids(from_pairs([("q", "rope"), ("sort", "newest"), ("page", "2")])[0])
    assert newest == tuple(reversed(library.ids(from_pairs([("sort", "oldest")])[0])))
    assert len(newest) == 30
    assert library.ids(from_pairs([("q", "sail")])[0]) == ()


def test_what_comes_later_has_a_larger_id_than_any_that_was_known(library: Library, take_in: TakeIn) -> None:
    take_in(numbered(1, 2, 3))
    library.publish()
    known = library.search(Query(text="number2"), limit=0).newest_id
    assert known == max(library.ids(Query()))
    take_in(numbered(4))
    assert library.search(Query()).newest_id == known, "what the index does not know yet counts as known"
    library.publish()
    assert [id for id in library.ids(Query()) if id > known] == ids(library, q="number4")
