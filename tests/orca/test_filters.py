"""Somebody who hears the page filters: each change is told once, and they stay where they are."""

from __future__ import annotations

import pytest

from tests.orca.harness import LONG_QUIET, Reader
from tests.orca.speech import expect

CHOSEN = "23 entries for rope, tagged weather, best match first."
ALL = "93 entries for rope, best match first."


@pytest.fixture
def at_a_tag(reader: Reader) -> Reader:
    """A reader at the first of the tags."""
    reader.go("?q=rope")
    reader.seek("h", "Tags heading")
    expect(reader.press("k", until="link."), "Tag weather 23 entries")
    return reader


def test_a_tag_is_chosen(at_a_tag: Reader):
    said = at_a_tag.press("Return", until=CHOSEN, quiet=LONG_QUIET)
    expect(said, "Remove tag weather", CHOSEN)
    assert said.count(CHOSEN) == 1


def test_a_tag_is_chosen_and_removed_in_the_list(at_a_tag: Reader):
    at_a_tag.press("Return", until=CHOSEN, quiet=LONG_QUIET)
    said = at_a_tag.press("Return", until=ALL, quiet=LONG_QUIET)
    expect(said, ALL)
    assert said.count("93 entries for rope") == 1


def test_a_filter_is_removed_above_the_results(reader: Reader):
    reader.go("?q=rope&tag=crew&tag=tides")
    reader.seek("h", "Active filters")
    expect(reader.press("k", until="Remove"), "Remove", "“rope” link.")
    said = reader.press("Return", until="4 entries", quiet=LONG_QUIET)
    expect(said, "Remove tag crew link.", "4 entries, tagged crew and tides, newest first.")
    assert said.count("4 entries") == 1
