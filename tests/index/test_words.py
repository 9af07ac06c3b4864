import random
from collections import Counter
from pathlib import Path

import pytest

from index import analysis, words
from index.words import SUFFIX, Kind, Words, WordsWriter
from tests import oracle
from tests.oracle import Record, document
from tests.shelf import Shelf


def written(folder: Path, *segments: list[Record]) -> Words:
    """Write these records, one file for each list, and open the files together."""
    folder.mkdir(exist_ok=True)
    for number, records in enumerate(segments):
        writer = WordsWriter(folder)
        for record in records:
            writer.add(document(record))
        writer.finish(f"s{number}")
    return Words(sorted(folder.glob(f"*{SUFFIX}")))


def like(known: Words, form: str, *languages: str) -> set[tuple[str, Kind, str]]:
    return {(variant.form, variant.kind, variant.language) for variant in known.like(form, languages).variants}


# --- what a word stands for ---


def test_a_word_stands_for_itself_and_for_other_accents(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "café Cafe CAFÉ cafeteria")])
    assert like(known, "café") == {("café", Kind.EXACT, ""), ("cafe", Kind.FOLDED, "")}
    assert like(known, "cafe") == {("cafe", Kind.EXACT, ""), ("café", Kind.FOLDED, "")}
    assert like(known, "càfe") == {("cafe", Kind.FOLDED, ""), ("café", Kind.FOLDED, "")}
    assert like(known, "tea") == set()


def test_a_word_stands_for_those_with_its_stem_in_each_language(tmp_path: Path) -> None:
    known = written(
        tmp_path, [Record(1, "Häuser running", language="de"), Record(2, "running runs Häuser", language="en")]
    )
    assert like(known, "haus", "de", "en") == {("häuser", Kind.STEMMED, "de")}
    assert like(known, "run", "de", "en") == {("running", Kind.STEMMED, "en"), ("runs", Kind.STEMMED, "en")}
    assert like(known, "run", "de") == set()
    assert like(known, "runs", "en") == {("runs", Kind.EXACT, ""), ("running", Kind.STEMMED, "en")}


def test_without_languages_no_stem_counts(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "running run")])
    assert like(known, "run") == {("run", Kind.EXACT, "")}


def test_a_variant_knows_the_fields_where_it_occurs(tmp_path: Path) -> None:
    known = written(
        tmp_path,
        [Record(1, "apple", "pear", tags=("plum",), author="Fig", link="https://nut.example/"), Record(2, "", "apple")],
    )
    fields = {form: set(known.like(form, ()).variants[0].fields) for form in ("apple", "pear", "plum", "fig", "nut")}
    assert fields == {
        "apple": {"title", "body"},
        "pear": {"body"},
        "plum": {"tags"},
        "fig": {"author"},
        "nut": {"url"},
    }


def test_a_beginning_stands_for_all_words_that_begin_so(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "Runner running ránge tuner", "run", author="Runa")])
    found = known.starting("run")
    assert {variant.form for variant in found.variants} == {"run", "runner", "running", "runa"}
    assert {variant.form for variant in known.starting("ra").variants} == {"ránge"}
    assert {variant.form: variant.kind for variant in found.variants}["run"] is Kind.EXACT
    assert found.total == 4


def test_the_very_last_letters_begin_words_as_well(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "zz zz\U0003134f 🫶")])
    assert {variant.form for variant in known.starting("zz").variants} == {"zz"}
    assert [form for form, _ in known.frequent("🫶", 5)] == ["🫶"]


def test_of_too_many_words_the_most_frequent_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_EXPANSIONS", 2)
    known = written(tmp_path, [Record(1, "coa cob"), Record(2, "cob coc")], [Record(3, "cod coc"), Record(4, "coc")])
    found = known.starting("co")
    assert [variant.form for variant in found.variants] == ["coc", "cob"]
    assert found.total == 4


def test_of_too_many_other_forms_the_most_frequent_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_EXPANSIONS", 2)
    records = [Record(1, "runs"), Record(2, "runned"), Record(3, "running"), Record(4, "running"), Record(5, "run")]
    found = written(tmp_path, records).like("run", ["en"])
    assert [variant.form for variant in found.variants] == ["run", "running"]
    assert found.total == 4


# --- counts ---


def test_entries_are_counted_over_all_segments_and_once_for_each_word(tmp_path: Path) -> None:
    known = written(
        tmp_path, [Record(1, "apple apple", "apple"), Record(2, "apple", language="de")], [Record(3, "apple")]
    )
    assert known.entries(["apple", "pear"]) == {"apple": 3}
    assert known.frequent("", 5) == [("apple", 3)]


def test_words_of_authors_and_addresses_belong_to_no_entry(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "apple", author="Appleby", link="https://apples.example/")])
    assert known.frequent("app", 5) == [("apple", 1)]
    assert known.near("apples", 2) == ["apple"]
    assert known.usual(["apple", "appleby", "apples"]) == {"apple": (1, "apple")}


def test_words_that_may_be_near_come_from_each_segment_that_has_them(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "apple maple")], [Record(2, "apple juice")])
    for _ in range(2):
        assert sorted(known.near("appel", 2)) == ["apple", "apple", "maple"]


def test_words_of_like_letters_are_counted_without_accents(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "café tea"), Record(2, "cafe coffee")])
    assert sorted(known.near("cofee", 2)) == ["cafe", "coffee"]
    assert known.near("eat", 1) == ["tea"]
    assert known.usual(["cafe", "tea", "ten"]) == {"cafe": (2, "cafe"), "tea": (1, "tea")}


def test_the_most_frequent_words_come_first_and_equal_ones_by_name(tmp_path: Path) -> None:
    known = written(tmp_path, [Record(1, "cb ca cc"), Record(2, "cc")])
    assert known.frequent("c", 5) == [("cc", 2), ("ca", 1), ("cb", 1)]
    assert known.frequent("c", 2) == [("cc", 2), ("ca", 1)]
    assert known.frequent("x", 2) == []


@pytest.mark.parametrize("seed", range(3))
def test_any_entries_give_the_words_that_a_look_at_each_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(words, "_PENDING", 7)
    dice = random.Random(seed)
    records = [oracle.random_record(dice, id) for id in range(1, 60)]
    known = written(tmp_path, records[:30], records[30:40], records[40:])
    held: Counter[str] = Counter()
    for record in records:
        held.update({form for text in (record.title, record.text, *record.tags) for form in analysis.forms(text)})
    assert known.entries(held) == held
    assert dict(known.frequent("", 1_000)) == held
    for asked in held:
        same = {(form, Kind.EXACT if form == asked else Kind.FOLDED) for form in alike(records, asked)}
        assert {(variant.form, variant.kind) for variant in known.like(asked, ()).variants} == same


def alike(records: list[Record], asked: str) -> set[str]:
    texts = [text for r in records for text in (r.title, r.text, r.author, r.link, *r.tags)]
    return {form for text in texts for form in analysis.forms(text) if analysis.fold(form) == analysis.fold(asked)}


# --- files ---


def test_what_is_given_up_leaves_no_file(tmp_path: Path) -> None:
    writer = WordsWriter(tmp_path)
    writer.add(document(Record(1, "apple")))
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_left_behind_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / f"new{SUFFIX}").write_bytes(b"half of something")
    known = written(tmp_path, [Record(1, "apple")])
    assert known.frequent("", 5) == [("apple", 1)]
    assert [path.name for path in tmp_path.iterdir()] == [f"s0{SUFFIX}"]


def test_no_segments_hold_no_words() -> None:
    known = Words([])
    assert known.like("a", ["en"]).variants == known.starting("ab").variants == ()
    assert (known.frequent("", 5), known.near("apple", 2), known.entries(["a"])) == ([], [], {})


def test_the_folder_may_have_any_name(tmp_path: Path) -> None:
    assert written(tmp_path / "a b?c#d%20é", [Record(1, "apple")]).entries(["apple"]) == {"apple": 1}


# --- what every engine must do ---


def test_the_words_of_an_index_are_offered_by_their_beginning(shelf: Shelf) -> None:
    shelf.put(Record(1, "Café cart"), Record(2, "café", "cab"), Record(3, tags=("cargo",)), Record(4, author="Cary"))
    assert shelf.engine.words("ca", 9) == [("café", 2), ("cab", 1), ("cargo", 1), ("cart", 1)]
    assert shelf.engine.words("CAFÉ", 9) == shelf.engine.words("cafe", 9) == [("café", 2)]
    assert shelf.engine.words("ca", 1) == [("café", 2)]
    assert shelf.engine.words("", 0) == []


def test_tags_are_offered_by_the_beginning_of_any_of_their_words(shelf: Shelf) -> None:
    shelf.put(
        *(Record(n, tags=("Web Dev",)) for n in (1, 2)),
        Record(3, tags=("devops", "co-developer", "Développeur")),
        Record(4, tags=("code", "web dev")),
    )
    assert shelf.engine.tags("dev", 9) == [("web dev", 3), ("co-developer", 1), ("devops", 1), ("développeur", 1)]
    assert shelf.engine.tags("web d", 9) == [("web dev", 3)]
    assert shelf.engine.tags("dev", 1) == [("web dev", 3)]
    assert shelf.engine.tags("ops", 9) == []


def test_words_and_tags_of_entries_that_have_gone_are_not_offered(shelf: Shelf) -> None:
    shelf.put(*(Record(n, "apple", tags=("apple",)) for n in range(1, 20)), Record(20, "apply", tags=("apply",)))
    shelf.put(gone=[19, 20])
    assert shelf.engine.tags("app", 9) == [("apple", 18)]
    assert shelf.engine.words("app", 9) == [("apple", 18)]
