"""Somebody who hears the page finds the results, walks through them, opens one and comes back."""

from __future__ import annotations

from tests.browser import corpus
from tests.orca.harness import LONG_QUIET, Reader
from tests.orca.speech import Speech, expect


def test_a_skip_link_leads_to_the_results(reader: Reader):
    expect(reader.go(), "The Ferry Log document web.", "Finished loading The Ferry Log.")
    expect(reader.press("Tab", until="Skip to results link."), "Skip to results link.")
    expect(reader.press("Return", until="region.", quiet=LONG_QUIET), "Results region.", "120 entries, newest first")
    expect(reader.press("Down", until="Oldest"), "Newest", "Oldest")


def test_headings_lead_through_the_page(reader: Reader):
    reader.go()
    told = Speech(tuple(" ".join(reader.press("h", until="heading level").phrases) for _ in range(9)))
    expect(told, "link heading level 1.", "Tags heading", "Authors heading", "Years heading")
    expect(told, "120 entries, newest first heading level 2.", "Entries by year heading level 2.")
    expect(told, f"{corpus.WIDE} link heading level 3.")


def test_more_entries_are_counted_once_and_the_first_of_them_has_the_focus(reader: Reader):
    reader.go("?tag=crew")
    reader.press("ctrl+End")
    reader.seek("shift+k", "Load 5 more link.")
    said = reader.press("Return", until=("Feed with", "5 more loaded"), quiet=LONG_QUIET)
    expect(said, "Feed with 25 articles", "Starboard net captain 022.", "26 Oct 2016")
    assert said.count("5 more loaded, 25 of 25.") == said.count("loaded") == said.count("Feed with") == 1
    expect(reader.press("h", until="heading level 3"), "Skipper rudder channel 013 link heading level 3.")


def test_an_entry_is_opened_and_come_back_from(reader: Reader):
    reader.go("?q=zanzibar")
    reader.press("Tab", "Return", until="region.")
    title = reader.seek("h", "heading level 3").phrases[0].partition(" link")[0]
    expect(reader.press("Return", until="Finished loading"), f"Finished loading {title}")
    expect(reader.press("h", until="heading level 1"), title)
    expect(reader.press("alt+Left", until="Finished loading"), "Finished loading 1 entry for zanzibar")
    reader.press("Up")
    expect(reader.press("Down", until="heading level 3"), title)
