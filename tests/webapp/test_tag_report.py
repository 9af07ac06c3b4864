from __future__ import annotations

import json

from tests.documents import atom, entry
from tests.webapp.commands import Shell

FEED = atom(
    entry("urn:1", tags=["Plugins", "C++"]),
    entry("urn:2", tags=["plugins", "plug in"]),
    entry("urn:3", tags=["plugin", "# 1"]),
    entry("urn:4", tags=["#1"]),
)


def test_tags_are_listed_with_their_entries_the_most_used_first(shell: Shell):
    shell.run("add", shell.file("feed.atom", FEED))
    done = shell.run("tags")
    assert done.out.splitlines()[:2] == ["      2  Plugins", "      1  # 1"]
    assert len(done.out.splitlines()) == 6
    assert json.loads(shell.run("tags", "--json").out)[0] == {"tag": "Plugins", "key": "plugins", "entries": 2}


def test_similar_tags_are_told_as_lines_that_can_be_used(shell: Shell):
    shell.run("add", shell.file("feed.atom", FEED))
    done = shell.run("tags", "--similar")
    assert done.out.splitlines() == [
        "plug in -> Plugins  # 1 and 2 entries, singular and plural",
        '"#1" -> "# 1"  # 1 and 1 entries, but for spaces, signs or accents',
        "plugin -> plug in  # 1 and 1 entries, but for spaces, signs or accents",
    ]
    rows = json.loads(shell.run("tags", "--similar", "--json").out)
    assert [f"{row['entries']} and {row['target_entries']} entries, {row['likeness']}" for row in rows] == [
        line.partition("  # ")[2] for line in done.out.splitlines()
    ]
    aliases = shell.file("tags.txt", done.out.encode())
    assert shell.run("refresh", FEEDSIFT_TAG_ALIASES=str(aliases)).code == 0
    after = shell.run("tags", "--similar")
    assert (after.out, after.err) == ("", "No two tags are nearly the same.\n")
    assert shell.run("tags").out.startswith("      3  Plugins\n")


def test_a_library_without_tags_says_so(shell: Shell):
    shell.run("add", shell.file("feed.atom", atom(entry())))
    done = shell.run("tags")
    assert (done.code, done.out, done.err) == (0, "", "There are no tags yet.\n")
    assert shell.run("tags", "--json").out == "[]\n"
