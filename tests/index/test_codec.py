"""Posting lists as they stand in Whoosh's files: written and read as a whole, and read by Whoosh itself."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pytest
from whoosh.index import open_dir
from whoosh.util.numeric import length_to_byte

from index import codec, inversion
from index.postings import PLACE_BITS, PostingLists
from index.whoosh_engine import WhooshEngine
from tests import oracle
from tests.oracle import Record, document

Lists = dict[tuple[str, str], dict[int, list[int]]]
"""For each field and word: the places in each document."""


@pytest.fixture
def records() -> list[Record]:
    dice = random.Random(5)
    made = [oracle.random_record(dice, number) for number in range(1, 300)]
    long = " ".join(f"{'often ' * 3}w{number}" for number in range(200))
    return [*made, Record(300, "once", long), Record(301, "", "x " * 70_000 + "often"), Record(302)]


def expected(records: list[Record]) -> Lists:
    found: Lists = defaultdict(dict)
    for number, given in enumerate(map(document, records)):
        fields = {"title": given.title, "body": given.body, "tags": given.tag_words, "author": given.author_words}
        for field, forms in fields.items():
            for place, form in enumerate(forms):
                if form:
                    found[field, form].setdefault(number, []).append(place)
    return found


@pytest.mark.parametrize("run", [300, inversion.RUN])
def test_lists_are_read_as_they_were_met(
    tmp_path: Path, records: list[Record], monkeypatch: pytest.MonkeyPatch, run: int
) -> None:
    monkeypatch.setattr(inversion, "RUN", run)
    WhooshEngine(tmp_path).rebuild(map(document, records), 1)
    lists = PostingLists(tmp_path / "gen-000001")
    for (field, form), documents in expected(records).items():
        numbers, frequencies = lists.documents(field, form)
        assert dict(zip(numbers.tolist(), frequencies.tolist(), strict=True)) == {
            n: len(p) for n, p in documents.items()
        }
        places = [(number << PLACE_BITS) + place for number, found in documents.items() for place in found]
        assert lists.places(field, form).tolist() == places


@pytest.mark.parametrize("near", [codec._NEAR, 60])
@pytest.mark.parametrize("segments", [1, 2])
def test_many_lists_are_read_at_once_as_one_by_one(
    tmp_path: Path, records: list[Record], monkeypatch: pytest.MonkeyPatch, near: int, segments: int
) -> None:
    monkeypatch.setattr(codec, "_NEAR", near)  # less than what stands with the longest of them
    engine, half = WhooshEngine(tmp_path), len(records) // 2
    engine.rebuild(map(document, records if segments == 1 else records[:half]), 1)
    if segments == 2:
        engine.update(map(document, records[half:]), [], 2)
    lists, dice = PostingLists(max(tmp_path.glob("gen-*"))), random.Random(3)
    assert len(lists.segments()) == segments
    for field in ("title", "body", "tags", "author"):
        forms = [form for name, form in expected(records) if name == field] + ["zzz", "a thing", "\U0010ffff"]
        for most in (0, 1, 5, len(forms)):
            some = tuple(dice.sample(forms, min(most, len(forms))))
            found = Counter(zip(*(part.tolist() for part in lists.documents_of_all(field, some)), strict=True))
            assert found == Counter(
                pair
                for form in some
                for pair in zip(*(part.tolist() for part in lists.documents(field, form)), strict=True)
            )


def test_words_that_are_not_there_have_no_lists(tmp_path: Path, records: list[Record]) -> None:
    WhooshEngine(tmp_path).rebuild(map(document, records), 1)
    lists = PostingLists(tmp_path / "gen-000001")
    known = expected(records)
    for form in {form for _, form in known} | {f"w{number}" for number in range(200, 3_000)}:
        for field in ("title", "tags", "body", "author"):
            assert bool(len(lists.places(field, form))) == ((field, form) in known)


def test_whoosh_reads_them_as_its_own(tmp_path: Path, records: list[Record]) -> None:
    WhooshEngine(tmp_path).rebuild(map(document, records), 1)
    wanted = expected(records)
    with open_dir(str(tmp_path / "gen-000001")).searcher() as searcher:
        reader = searcher.reader()
        terms = {(field, text.decode()) for field, text in reader.all_terms() if field != "url"}
        assert terms == set(wanted)
        for (field, form), documents in wanted.items():
            matcher, found = searcher.postings(field, form), {}
            while matcher.is_active():
                value = matcher.value()
                width = len(value) // int(matcher.weight())
                found[matcher.id()] = np.frombuffer(value, f"<u{width}").tolist()
                matcher.next()
            assert found == documents
            known = reader.term_info(field, form)
            assert known.doc_frequency() == len(documents)
            assert known.weight() == sum(map(len, documents.values()))
            assert (known.min_id(), known.max_id()) == (min(documents), max(documents))


def test_words_are_found_by_their_order_in_the_index(tmp_path: Path) -> None:
    WhooshEngine(tmp_path).rebuild([document(Record(1, "b é a \U00010400 z ab"))], 1)
    with open_dir(str(tmp_path / "gen-000001")).searcher() as searcher:
        forms = [text.decode() for text in searcher.reader().lexicon("title")]
    assert forms == sorted(forms, key=str.encode)
    assert len(forms) == 6


def test_no_run_is_left_beside_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inversion, "RUN", 5)
    WhooshEngine(tmp_path).rebuild([document(Record(number, "a b c")) for number in range(20)], 1)
    suffixes = {path.suffix for path in (tmp_path / "gen-000001").iterdir()}
    assert suffixes == {".seg", ".toc", ".words", ".json"}


def test_a_run_may_have_no_words_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inversion, "RUN", 5)
    WhooshEngine(tmp_path).rebuild([document(Record(number, tags=("!", "?", "..."))) for number in range(20)], 1)
    assert PostingLists(tmp_path / "gen-000001").documents("tags", "a")[0].tolist() == []


def test_lengths_are_rounded_as_whoosh_does() -> None:
    lengths = np.array([*range(2_000), *range(100_000, 110_000)])
    assert codec.rounded(lengths).tolist() == [length_to_byte(length) for length in lengths.tolist()]
