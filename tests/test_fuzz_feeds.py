"""What `make fuzz-feeds` takes for a fault."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from index.entries import SkippedEntry
from index.errors import ReadingError
from index.reading import process
from tests import endings, fuzz_feeds
from tests.documents import atom, entry
from tests.endings import FaultError, Warned
from tests.fuzz_feeds import Shelf, Source, Tally

EXCESS = (
    "reading it takes more than 10 seconds",
    "reading it takes more than 1,024 MB of memory",
    "it unpacks to more than 64 MB",
)
BROKEN = (
    "reading it broke the program that reads it",
    "reading it was ended by the system, which may be short of memory",
    "no process could be started to read it",
    "it cannot be read (TypeError)",
    "this feed cannot be read (ValueError)",
)


def ending_with(monkeypatch: pytest.MonkeyPatch, sentence: str) -> None:
    def read(*_: object) -> process.Reading:
        raise ReadingError(sentence)

    monkeypatch.setattr(process, "read", read)


@pytest.mark.parametrize("sentence", [*BROKEN, *EXCESS])
def test_a_reader_that_breaks_or_takes_too_much_is_a_fault(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ending_with(monkeypatch, sentence)
    with pytest.raises(FaultError, match="reading ends with"):
        fuzz_feeds.outcome(b"x", "")


@pytest.mark.parametrize("sentence", EXCESS)
def test_a_bomb_may_exceed_a_limit(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ending_with(monkeypatch, sentence)
    assert fuzz_feeds.outcome(b"x", "", is_bomb=True).startswith("errors: ")


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_bomb_may_not_break_the_reader(sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ending_with(monkeypatch, sentence)
    with pytest.raises(FaultError):
        fuzz_feeds.outcome(b"x", "", is_bomb=True)


def test_what_is_no_feed_is_no_fault() -> None:
    assert "this is not a feed" in fuzz_feeds.outcome(b"x", "")


def test_an_entry_left_out_for_an_exception_of_ours_is_a_fault() -> None:
    endings.expect_plain_reasons([SkippedEntry(0, "its id stands twice in the feed")])
    with pytest.raises(FaultError, match="entry 3 is left out"):
        endings.expect_plain_reasons([SkippedEntry(3, "it cannot be read (AttributeError)")])


def test_what_the_library_cannot_take_in_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.take(b"<!DOCTYPE html><p>x") == "errors: it is a page, not a feed"
    monkeypatch.setattr("index.intake.Merger.merge", lambda *_: 1 / 0)
    with pytest.raises(FaultError, match="ZeroDivisionError"):
        shelf.take(atom(entry()))
    shelf.close()


def test_what_a_reader_tries_to_open_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_feeds, "KEPT", tmp_path)
    monkeypatch.setattr(fuzz_feeds, "TAKEN_IN", 10**9)
    tally = Tally()

    def outcome(*_: object, **__: object) -> str:
        logging.getLogger("index.reading.process").warning("whoever read a document tried to %s", "open")
        return "feeds"

    monkeypatch.setattr(fuzz_feeds, "outcome", outcome)
    with Warned() as warned:
        fuzz_feeds.examine(1, 1, [Source(b"x")], Shelf(tmp_path), tally, warned)
    assert "tried to open" in tally.faults[0]
