"""Somebody who hears the page uses its single keys, in the mode in which Orca leaves letters to the page."""

from __future__ import annotations

import pytest

from tests.orca.harness import LONG_QUIET, Reader
from tests.orca.speech import expect

FIRST, SECOND = "Oar buoy lighthouse 113.", "Mooring wind rudder 108."
OPENER = "Keyboard shortcuts push button."
SWITCH, SWITCHED = "Use single keys check box", "Use single keys: off. Saved in this browser."


@pytest.fixture
def typing(reader: Reader) -> Reader:
    """A reader at a list of entries, whose letters go to the page until they say otherwise."""
    reader.go("?tag=crew")
    reader.hold_focus_mode()
    return reader


def test_keys_lead_to_the_next_entry_and_the_one_before(typing: Reader):
    expect(typing.press("j", until=FIRST), "Results", "Feed with 25 articles", FIRST, "17 Apr 2024")
    expect(typing.press("j", until=SECOND), SECOND, "19 Nov 2023")
    expect(typing.press("k", until=FIRST), FIRST)
    expect(typing.press("Next", until=SECOND), SECOND)
    expect(typing.press("Prior", until=FIRST), FIRST)
    expect(typing.press("ctrl+End", until="Load 5 more"), "Load 5 more link.")


def test_a_key_and_a_button_open_the_help_and_escape_leads_back(reader: Reader):
    reader.go("?q=zanzibar")
    reader.press("ctrl+End")
    reader.seek("shift+b", OPENER)
    expect(reader.press("Return", until="Next entry", quiet=LONG_QUIET), "Keyboard shortcuts")
    expect(reader.press("Escape", until=OPENER), OPENER)
    reader.hold_focus_mode()
    expect(reader.press("question", until="Next entry"), "Keyboard shortcuts")
    expect(reader.press("Escape", until=OPENER), OPENER)


def test_keys_that_are_switched_off_do_nothing(reader: Reader):
    reader.go("settings/")
    reader.seek("x", SWITCH)
    said = reader.press("space", until=("not checked", SWITCHED), quiet=LONG_QUIET)
    expect(said, "not checked", SWITCHED)
    reader.go("?tag=crew")
    reader.hold_focus_mode()
    for key in ("j", "k", "o", "v", "n", "t", "question"):  # "/" is then Firefox's own, for Quick Find
        assert reader.press(key).phrases == (), key
