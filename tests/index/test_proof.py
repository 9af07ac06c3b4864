"""A generation that does not hold what it has to is not put in force."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh.writing import SegmentWriter

from index import Library, Query, disk, schema
from index.columns import Columns
from index.errors import IndexUnfitError
from index.whoosh_engine import WhooshEngine
from index.words import WordsWriter
from index.writer import Writer
from tests.conftest import TakeIn
from tests.documents import atom, entry
from tests.doubling import double
from tests.oracle import Record, document

STAYS = "; the former one stays."


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    engine = WhooshEngine(tmp_path / "index")
    engine.rebuild([document(Record(number, "rope", tags=("knots",))) for number in (1, 2, 3)], 1)
    return engine


def refused(engine: WhooshEngine, change: Callable[[], None]) -> str:
    """Give why a change was refused, after a look at whether all is as it was."""
    folder = engine._generations.folder
    before = sorted(folder.iterdir())
    with pytest.raises(IndexUnfitError) as error:
        change()
    assert sorted(folder.iterdir()) == before
    for asked in (engine, WhooshEngine(folder)):
        assert sorted(asked.search(Query(), limit=10, facet_values=0).ids) == [1, 2, 3]
        assert asked.sequence() == 1
    engine.verify()
    return str(error.value).removeprefix("The index that was built ").removesuffix(STAYS)


def add(engine: WhooshEngine, *numbers: int) -> Callable[[], None]:
    return lambda: engine.update([document(Record(n, "lamp", tags=("light",))) for n in numbers], [], 2)


def of_nothing(*_: object) -> Any:
    return np.zeros(0, np.int64)


def test_what_is_changed_by_wrong_numbers_would_be_doubled(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Columns, "numbers", of_nothing)
    assert refused(engine, add(engine, 3, 4)) == "holds entry 3 more than once"


def test_numbers_of_others_would_lose_entries(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = SegmentWriter.delete_document
    monkeypatch.setattr(SegmentWriter, "delete_document", lambda self, number: real(self, number - 1))
    assert refused(engine, lambda: engine.update([], [3], 2)) == "does not hold the entries that it was given"


def test_a_document_that_is_given_twice_is_refused(engine: WhooshEngine) -> None:
    twice = [document(Record(number)) for number in (1, 2, 2)]
    assert refused(engine, lambda: engine.rebuild(twice, 2)) == "holds entry 2 more than once"


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_document_that_was_not_written_is_missed(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    real = Writer.add_document

    def careless(self: Writer, **fields: Any) -> None:
        if fields["id"] != 4:
            real(self, **fields)

    monkeypatch.setattr(Writer, "add_document", careless)
    whole = [document(Record(number)) for number in (1, 2, 3, 4)]
    change = (lambda: engine.rebuild(whole, 2)) if is_whole else add(engine, 4, 5)
    wanted = 4 if is_whole else 5
    assert refused(engine, change) == f"holds {wanted - 1} entries and not {wanted}"


def test_words_that_were_not_written_are_missed(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordsWriter, "add", lambda *_: None)
    assert refused(engine, add(engine, 4)) == "does not find entry 4 by a word of it"


def test_places_that_were_not_written_are_missed(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = schema.fields
    monkeypatch.setattr(schema, "fields", lambda given: real(given) | {"title": [], "body": []})
    assert refused(engine, add(engine, 4)) == "does not find entry 4 by a word of it"


def test_tags_that_were_not_written_are_missed(engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    real = schema.fields
    monkeypatch.setattr(schema, "fields", lambda given: real(given) | {"tag_values": []})
    assert refused(engine, add(engine, 4)) == "does not find entry 4 by its tag"


@pytest.mark.parametrize("suffix", [".toc", ".seg", ".words", ".json"])
def test_files_that_are_not_as_they_were_written_are_noticed(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    real = disk.flush

    def lossy(path: Path) -> None:
        if path.suffix == suffix and path.stat().st_nlink == 1:
            path.write_bytes(path.read_bytes()[:-1])
        real(path)

    monkeypatch.setattr(disk, "flush", lossy)
    assert refused(engine, add(engine, 4)) == "cannot be read"


def test_a_rare_spelling_of_the_newest_entry_is_no_reason_to_refuse(engine: WhooshEngine) -> None:
    *others, rare = islice(map("".join, product("aàáâ", repeat=6)), 1_500)
    many = [Record(number, " ".join(others)) for number in (1, 2)]
    engine.rebuild(map(document, [*many, Record(3, rare)]), 1)
    assert engine.search(Query(), limit=0, facet_values=0).total == 3


# --- what the library makes of it ---


def total(library: Library) -> int:
    return library.search(Query()).total


def test_where_a_change_does_not_fit_the_index_is_built_anew(
    library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    take_in(atom(*(entry(f"urn:{n}") for n in range(9))))
    library.publish()
    take_in(atom(entry("urn:0", "Changed")))
    monkeypatch.setattr(Columns, "numbers", of_nothing)
    with caplog.at_level(logging.WARNING, "index"):
        assert library.publish()
    [told] = caplog.messages
    assert told == f"the index is built anew: The index that was built holds 10 entries and not 9{STAYS}"
    assert total(library) == 9
    assert not library.check()


def test_an_index_that_holds_entries_twice_is_built_anew_with_the_next_change(
    library: Library, take_in: TakeIn
) -> None:
    take_in(atom(*(entry(f"urn:{n}") for n in range(9))))
    double(library)
    assert total(library) == 18
    take_in(atom(entry("urn:9")))
    library.publish()
    assert total(library) == 10
    assert not library.check()


def test_an_index_that_lacks_what_no_list_tells_of_is_built_anew_with_the_next_change(
    library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(atom(*(entry(f"urn:{n}") for n in range(9))))
    real = library.store.whole
    with monkeypatch.context() as patch:
        patch.setattr(library.store, "whole", lambda: islice(real(), 8))
        patch.setattr(library.store, "count", lambda: 8)
        library.publish()
    take_in(atom(entry("urn:9")))
    library.publish()
    assert total(library) == 10


def test_what_does_not_fit_even_when_built_anew_is_said(
    library: Library, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(atom(entry()))
    library.publish()
    take_in(atom(entry("urn:2")))

    def nothing(_: Iterable[int] | None = None) -> Iterable[Any]:
        return iter(())

    monkeypatch.setattr(library.store, "whole", nothing)
    with pytest.raises(IndexUnfitError, match=r"holds 0 entries and not 2; the former one stays\.$"):
        library.publish()
    assert total(library) == 1
