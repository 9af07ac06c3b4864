"""What `feedsift feeds` prints."""

from __future__ import annotations

import json

import pytest

from index import Library
from tests import unwell
from tests.webapp.commands import Shell
from webapp import standing


@pytest.fixture
def ward(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A library with a feed in every state, at unwell.NOW."""
    monkeypatch.setattr(standing, "now", lambda: unwell.NOW)
    library = Library(shell.data)
    unwell.fill(library.store, folder="News")
    library.close()
    return shell


def test_every_feed_is_a_block_with_the_same_facts_as_on_the_page_and_with_whole_addresses(ward: Shell):
    block = ward.run("feeds").out.split("\n\n")[0].splitlines()
    address = f"https://me:{unwell.SECRET}@failing.example/feed?token={unwell.SECRET}"
    assert block[:9] == [
        "6  Failing",
        "   State        Not reachable since 21 November 2026",
        "   Entries      0",
        f"   Address      {address}",
        "   Site         https://failing.example/",
        f"   Last error   {address} does not answer: the connection is refused",
        "   Last fetch   23 November 2026, 14:19 UTC: failed",
        "   Last success 21 November 2026, 13:20 UTC",
        "   Next fetch   on 24 November 2026 at 14:20 UTC, because it failed 3 times in a row",
    ]
    assert [line[:15] for line in block[9:]] == ["   Attempt     "] * 3


def test_feeds_in_trouble_come_first_and_all_are_summed_up(ward: Shell):
    *blocks, last = ward.run("feeds").out.split("\n\n")
    assert [block.split("\n")[0].split()[1] for block in blocks] == [
        *("Failing", "Gone", "Due", "Fresh", "Moved", "New", "Busy"),
    ]
    assert last == "7 feeds: 2 are well, 3 wait, 2 need a look.\n"


def test_as_json_there_is_everything_with_times_as_numbers(ward: Shell):
    found = {feed["title"]: feed for feed in json.loads(ward.run("feeds", "--json").out)}
    assert {title: feed["state"] for title, feed in found.items()} == {title: title.lower() for title in found}
    assert found["Fresh"]["standing"] == {
        **{"next": unwell.NOW + 3_600, "reason": "the server said max-age=3600", "status": 304, "failures": 0},
        **{"failing_since": None, "unchanged": 4, "whole": None, "moved_to": "", "moved_since": None, "moves": 0},
        "asked": 0,
    }
    assert (found["Fresh"]["folder"], found["Fresh"]["hub"], found["Fresh"]["topic"]) == ("News", "", "")
    assert len(found["Fresh"]["attempts"]) == 7
    assert found["Fresh"]["attempts"][0] == {
        **{"time": unwell.NOW - 60, "status": 304, "outcome": "not modified"},
        **{"next": unwell.NOW - 60 + 3_600, "reason": "the server said max-age=3600"},
    }


def test_a_terminal_gets_no_commands_from_feeds(shell: Shell):
    library = Library(shell.data)
    unwell.put(library.store, "A\x1b[2J\nfeed\x07", error="it says \x9b31m")
    library.close()
    out = shell.run("feeds").out
    assert "1  A\N{REPLACEMENT CHARACTER}[2J feed\N{REPLACEMENT CHARACTER}\n" in out
    assert "it says \N{REPLACEMENT CHARACTER}31m\n" in out
