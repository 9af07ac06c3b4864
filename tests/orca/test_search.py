"""Somebody who hears the page searches: is told how much there is, once, when they pause, and what went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import corpus, servers
from tests.orca.harness import LONG_QUIET, Reader
from tests.orca.speech import expect

BOX = "Search entries editable combo box."


@pytest.fixture
def at_the_box(reader: Reader) -> Reader:
    """A reader who has followed the link to the search box."""
    reader.go()
    expect(reader.press("Tab", "Tab", "Return", until=(BOX, "Focus mode")), BOX, "Results update as you type.")
    return reader


def test_typing_is_answered_once_after_the_pause(at_the_box: Reader):
    said = at_the_box.type(corpus.UNIQUE_WORD, until="1 entry for", quiet=LONG_QUIET)
    expect(said, "1 entry for zanzibar.")
    assert said.count("entr") - said.count(BOX.split(" editable")[0]) == 1


def test_the_same_answer_is_said_again(at_the_box: Reader):
    at_the_box.type(corpus.UNIQUE_WORD, until="1 entry for", quiet=LONG_QUIET)
    for _ in range(2):
        said = at_the_box.type(" ", until="1 entry for", quiet=LONG_QUIET)
        assert said.count("1 entry for zanzibar.") == said.count("entry") == 1, said


def test_suggestions_are_told_when_the_arrow_keys_reach_them(at_the_box: Reader):
    at_the_box.type("cre", until="entr", quiet=LONG_QUIET)
    expect(at_the_box.press("Down", until="crew"), "crew")
    expect(at_the_box.press("Escape", quiet=LONG_QUIET))


def test_enter_leads_to_the_answer_which_is_said_once(at_the_box: Reader):
    at_the_box.type("rope", until="entries for", quiet=LONG_QUIET)
    said = at_the_box.press("Return", until="entries for rope", quiet=LONG_QUIET)
    expect(said, "93 entries for rope, best match first")
    assert said.count("93 entries for rope") == 1


def test_nothing_found_is_said_once_with_the_ways_out(at_the_box: Reader):
    said = at_the_box.type("qqqxyy", until="No entries", quiet=LONG_QUIET)
    expect(said, "No entries for qqqxyy.")
    assert said.count("No entries") == 1
    expect(at_the_box.press("Escape", quiet=LONG_QUIET), "120 entries, newest first.")


def test_a_site_that_does_not_answer_is_said_once_and_the_place_kept(reader: Reader, tmp_path: Path):
    with servers.running(tmp_path, corpus.feed()) as doomed:
        reader.open(f"{doomed.address}?q=rope&tag=crew&tag=tides")
        reader.press("h", "h", until="Active filters")
        reader.press("k", until="Remove")
    said = reader.press("Return", until="cannot be reached", quiet=LONG_QUIET)
    expect(said, "The site cannot be reached. What you see is as it was.")
    assert said.count("cannot be reached") == 1
    expect(reader.press("Tab", until="crew"), "Remove tag crew link.")
