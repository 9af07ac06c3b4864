"""What is particular to the Whoosh engine: its files, segments and generations."""

import hashlib
import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from index import IndexMissingError, Query, from_pairs, opened, schema, whoosh_engine, words, writer
from index.columns import Segment
from index.generations import KEPT
from index.postings import PostingLists
from index.searcher import Generation
from index.whoosh_engine import WhooshEngine
from tests import oracle
from tests.oracle import Record, document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> WhooshEngine:
    return WhooshEngine(folder)


def fill(engine: WhooshEngine, number: int = 40) -> None:
    engine.rebuild([document(Record(n, f"word number{n}")) for n in range(1, number + 1)], 1)


def add(engine: WhooshEngine, *records: Record) -> None:
    engine.update(map(document, records), [record.id for record in records], 2)


def found(engine: WhooshEngine, text: str = "") -> list[int]:
    query = from_pairs([("q", text), ("sort", "oldest")])[0]
    return sorted(engine.search(query, limit=10_000, facet_values=0).ids)


def contents(path: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in path.iterdir()}


def segments(engine: WhooshEngine) -> int:
    return len(engine._opened.newest().segment_ids)


# --- files ---


def test_an_old_generation_is_the_same_byte_for_byte_after_the_next(engine: WhooshEngine, folder: Path) -> None:
    fill(engine)
    before = contents(folder / "gen-000001")
    add(engine, Record(3, "changed"), Record(100, "new"))
    assert contents(folder / "gen-000001") == before
    assert found(engine, "changed") == [3]


def test_a_small_change_shares_the_large_files(engine: WhooshEngine, folder: Path) -> None:
    fill(engine)
    add(engine, Record(100, "new"))
    (old,) = (folder / "gen-000001").glob("*.seg")
    assert (folder / "gen-000002" / old.name).samefile(old)
    (words_file,) = (folder / "gen-000001").glob("*.words")
    assert (folder / "gen-000002" / words_file.name).samefile(words_file)
    assert len(list((folder / "gen-000002").glob("*.seg"))) == 2
    assert len(list((folder / "gen-000002").glob("*.words"))) == 2
    assert len(list((folder / "gen-000002").glob("*.toc"))) == 1


def test_without_hard_links_files_are_copied(
    engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError("no hard links here")

    fill(engine)
    monkeypatch.setattr(writer.os, "link", refused)
    add(engine, Record(100, "new"))
    (old,) = (folder / "gen-000001").glob("*.seg")
    assert not (folder / "gen-000002" / old.name).samefile(old)
    assert len(found(engine)) == 41


def test_open_files_do_not_grow_with_the_generations(engine: WhooshEngine) -> None:
    fill(engine)
    found(engine)

    def handles() -> int:
        return len(list(Path("/proc/self/fd").iterdir())) + Path("/proc/self/maps").read_text().count(".seg")

    before = handles()
    for number in range(100, 140):
        wanted = engine.plan([number])
        assert wanted
        add(engine, *(Record(n, "word") for n in wanted))
        found(engine, "word")
    # Two for each segment: its postings and its words.
    assert handles() <= before + 2 * opened.MOST * whoosh_engine.MOST_SEGMENTS


# --- segments ---


def test_many_small_segments_become_one(engine: WhooshEngine) -> None:
    fill(engine, 200)
    for number in range(201, 201 + whoosh_engine.MOST_SEGMENTS - 1):
        assert engine.plan([number]) == [number]
        add(engine, Record(number))
    assert segments(engine) == whoosh_engine.MOST_SEGMENTS
    wanted = engine.plan([300])
    assert wanted == set(range(1, 208)) | {300}
    add(engine, *(Record(n) for n in wanted))
    assert segments(engine) == 1
    assert found(engine) == sorted(wanted)


def test_a_large_segment_is_left_alone(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_engine, "SMALL_SEGMENT", 100)
    fill(engine, 200)
    for number in range(201, 208):
        add(engine, Record(number))
    wanted = engine.plan([300])
    assert wanted == {*range(201, 208), 300}
    add(engine, *(Record(n) for n in wanted))
    assert segments(engine) == 2
    assert len(found(engine)) == 208


def test_too_many_large_segments_are_rebuilt(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_engine, "SMALL_SEGMENT", 1)
    fill(engine, 200)
    for number in range(201, 208):
        add(engine, Record(number))
    assert engine.plan([300]) is None


def test_a_segment_of_which_nothing_is_left_is_dropped(engine: WhooshEngine, folder: Path) -> None:
    fill(engine)
    add(engine, Record(100, "new"))
    add(engine, Record(100, "newer"))
    assert segments(engine) == 2
    assert len(list((folder / "gen-000003").glob("*.seg"))) == 2
    assert len(list((folder / "gen-000003").glob("*.words"))) == 2


def test_an_update_that_only_takes_entries_away_adds_no_words(engine: WhooshEngine, folder: Path) -> None:
    fill(engine)
    engine.update([], [3], 2)
    assert len(list((folder / "gen-000002").glob("*.words"))) == 1
    assert len(found(engine, "word")) == 39


def test_when_much_has_changed_everything_is_built_anew(engine: WhooshEngine) -> None:
    fill(engine, 40)
    assert engine.plan(range(1, 11)) == range(1, 11)
    assert engine.plan(range(1, 12)) is None
    engine.update([], range(1, 9), 2)
    assert engine.plan([20, 21]) == [20, 21]
    assert engine.plan([20, 21, 22]) is None


@pytest.mark.parametrize("seed", range(3))
def test_folded_segments_answer_as_a_rebuild_would(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(whoosh_engine, "MOST_SEGMENTS", 4)
    monkeypatch.setattr(whoosh_engine, "SMALL_SEGMENT", 12)
    monkeypatch.setattr(whoosh_engine, "LARGEST_REWRITE", 100)
    dice = random.Random(seed)
    ids = count(1)
    records = {id: oracle.random_record(dice, id) for id in (next(ids) for _ in range(30))}
    engine.rebuild(map(document, records.values()), 1)
    folded = 0
    for step in range(25):
        changed = set(dice.sample(sorted(records), 3))
        gone = set(dice.sample(sorted(changed), 1))
        added = [oracle.random_record(dice, id) for id in (changed - gone) | {next(ids), next(ids)}]
        records = {id: record for id, record in records.items() if id not in gone}
        records |= {record.id: record for record in added}
        changed |= {record.id for record in added}
        wanted = engine.plan(changed)
        assert wanted is None or changed <= set(wanted)
        folded += wanted is None or len(wanted) > len(changed)
        if wanted is None:
            engine.rebuild(map(document, records.values()), step)
        else:
            engine.update([document(records[id]) for id in wanted if id in records], wanted, step)
        for query in [oracle.random_query(dice) for _ in range(10)]:
            answer = engine.search(query, limit=10_000, facet_values=0)
            assert set(answer.ids) == oracle.hits(query, records.values()), query
    assert folded > 3
    assert segments(engine) <= 5


# --- what may be missing ---


def test_without_its_pointer_an_index_is_missing_even_if_it_was_open(engine: WhooshEngine, folder: Path) -> None:
    fill(engine)
    assert found(engine)
    (folder / "CURRENT").unlink()
    with pytest.raises(IndexMissingError):
        found(engine)
    assert engine.sequence() is None
    fill(engine)
    assert found(engine)


def test_an_index_of_another_schema_is_missing(
    engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    for module in (whoosh_engine, opened):
        monkeypatch.setattr(module, "VERSION", schema.VERSION + 1)
    newer = WhooshEngine(folder)
    assert newer.sequence() is None
    with pytest.raises(IndexMissingError):
        found(newer)


def test_an_index_that_was_deleted_and_built_anew_is_seen(engine: WhooshEngine, folder: Path) -> None:
    fill(engine, 5)
    assert len(found(engine)) == 5
    shutil.rmtree(folder)
    fill(WhooshEngine(folder), 7)
    assert len(found(engine)) == 7


# Whoosh does not close a file that it cannot read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.79])
@pytest.mark.parametrize("suffix", [".seg", ".toc", ".words"])
def test_a_damaged_index_is_missing_and_can_be_built_anew(
    engine: WhooshEngine, folder: Path, suffix: str, part: float
) -> None:
    fill(WhooshEngine(folder))  # another process
    (file,) = (folder / "gen-000001").glob(f"*{suffix}")
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
    with pytest.raises(IndexMissingError, match="damaged"):
        found(engine)
    assert engine.plan([1]) is None
    fill(engine)
    assert len(found(engine)) == 40


@pytest.mark.parametrize("suffix", [".seg", ".toc", ".words"])
def test_a_generation_whose_files_have_gone_is_missing(engine: WhooshEngine, folder: Path, suffix: str) -> None:
    fill(WhooshEngine(folder))  # another process
    for file in (folder / "gen-000001").glob(f"*{suffix}"):
        file.unlink()
    with pytest.raises(IndexMissingError):
        found(engine)


# --- which generation answers ---


def test_a_generation_that_is_removed_while_a_thread_asks_it_gives_way_to_the_newest(
    engine: WhooshEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine)
    query = from_pairs([("q", "word"), ("sort", "relevance")])[0]
    first = engine.search(query, limit=5, facet_values=0)
    add(engine, Record(100, "word"))
    real = PostingLists._reader

    def searcher(lists: PostingLists) -> object:
        shutil.rmtree(folder / "gen-000001", ignore_errors=True)
        return real(lists)

    monkeypatch.setattr(PostingLists, "_reader", searcher)

    def ask() -> str:
        return engine.search(query.with_(text="number7", after=first.cursor), limit=5, facet_values=0).generation

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask).result() == "gen-000002"  # which has to open its files


def test_pages_by_relevance_are_answered_from_the_generation_they_began_in(engine: WhooshEngine) -> None:
    fill(engine)
    query = Query(text="word")
    first = engine.search(query, limit=5, facet_values=0)
    add(engine, Record(100, "word"))
    second = engine.search(Query(text="word", after=first.cursor), limit=5, facet_values=0)
    assert first.generation == second.generation == "gen-000001"
    assert engine.search(query, limit=5, facet_values=0).generation == "gen-000002"


def test_pages_by_date_are_answered_from_the_newest_generation(engine: WhooshEngine) -> None:
    fill(engine)
    first = engine.search(Query(), limit=5, facet_values=0)
    add(engine, Record(100, "word"))
    second = engine.search(Query(after=first.cursor), limit=5, facet_values=0)
    assert second.generation == "gen-000002"


def test_a_generation_is_opened_once(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    real = opened.Generation

    def counting(path: Path, segments: dict[str, Segment]) -> Generation:
        names.append(path.name)
        return real(path, segments)

    monkeypatch.setattr(opened, "Generation", counting)
    fill(engine)
    for _ in range(3):
        found(engine, "word")
    add(engine, Record(100))
    for _ in range(3):
        found(engine, "word")
    assert names == ["gen-000001", "gen-000002"]


def test_a_prefix_of_endlessly_many_words_finds_some(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(engine)
    monkeypatch.setattr(words, "MOST_EXPANSIONS", 10)
    assert len(found(engine, "number*")) == 10


def test_old_generations_are_removed(engine: WhooshEngine, folder: Path) -> None:
    fill(engine)
    for number in range(100, 110):
        add(engine, Record(number))
    assert len(list(folder.glob("gen-*"))) == KEPT


# --- how well ---


def test_a_form_in_the_title_counts_more_than_in_the_text(engine: WhooshEngine) -> None:
    engine.rebuild([document(Record(1, "running words", "x y")), document(Record(2, "x y", "running words"))], 1)
    for text in ("runn*", "running"):
        answer = engine.search(Query(text=text), limit=2, facet_values=0)
        assert answer.ids == (1, 2)


def test_a_threads_answers_are_the_same_before_and_after_its_postings_are_known(engine: WhooshEngine) -> None:
    dice = random.Random(7)
    engine.rebuild([document(oracle.random_record(dice, id)) for id in range(1, 60)], 1)
    queries = [oracle.random_query(dice) for _ in range(30)]
    first = [engine.search(query, limit=100, facet_values=None) for query in queries]
    assert [engine.search(query, limit=100, facet_values=None) for query in queries] == first
