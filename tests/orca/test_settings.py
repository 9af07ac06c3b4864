"""Somebody who hears the page changes what is kept in their browser."""

from __future__ import annotations

from tests.orca.harness import LONG_QUIET, Reader
from tests.orca.speech import expect

DARK, AS_IT_WAS = "Theme: dark. Saved in this browser.", "As it was at first push button."


def test_a_setting_is_told_once_when_it_is_changed(reader: Reader):
    expect(reader.go("settings/"), "Settings", "Finished loading Settings")
    reader.seek("r", "Dark.")
    said = reader.press("space", until=DARK, quiet=LONG_QUIET)
    expect(said, "selected", DARK)
    assert said.count("Saved") == 1


def test_the_same_setting_is_told_again(reader: Reader):
    reader.go("settings/")
    reader.seek("b", AS_IT_WAS)
    for _ in range(2):
        said = reader.press("Return", until="Everything is as it was", quiet=LONG_QUIET)
        assert said.count("Everything is as it was at first.") == 1, said
