"""Files that come with an entry, as its page shows them."""

from __future__ import annotations

import pytest

from index import Enclosure
from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp import files


@pytest.mark.parametrize(
    ("enclosure", "name", "about", "player"),
    [
        (Enclosure("https://a.example/x/a%20b.mp3", "audio/mpeg", 7_100_000), "a b.mp3", "audio, 7.1 MB", "audio"),
        (Enclosure("http://a.example/a.mp4", "video/mp4", 999), "a.mp4", "video, 999 bytes", ""),
        (Enclosure("https://a.example/", "", 0), "File", "file", ""),
        (Enclosure("https://a.example/a", "application/pdf", 12_345, "Notes"), "Notes", "PDF, 12 KB", ""),
        (Enclosure("https://a.example/a", "application/x-odd", 10**18), "a", "file, 1,000,000 TB", ""),
    ],
)
def test_a_file_is_told_in_words(enclosure: Enclosure, name: str, about: str, player: str) -> None:
    found = files.of(enclosure)
    assert (found.name, found.about, found.player) == (name, f"{about}, at a.example", player)


def test_the_page_of_an_entry_lists_its_files_and_plays_them_when_asked(make_app: MakeApp) -> None:
    app = make_app(feed=atom(entry("urn:1", "One"), entry("urn:2", "Two")))
    store = app.extensions["feedsift.library"].store
    with store.transaction():
        store.set_enclosures(
            1, [Enclosure("https://a.example/<i>.mp3", "audio/mpeg", 5), Enclosure("http://a.example/b.pdf")]
        )
    client = app.test_client()
    tree = pages.get(client, "/entries/one-1/")
    assert pages.words(pages.one(tree, "#files-heading")) == "Files"
    links = {pages.words(node): node.attributes for node in tree.css(".files a")}
    assert {name: said["href"] for name, said in links.items()} == {
        "<i>.mp3": "https://a.example/<i>.mp3",
        "b.pdf": "http://a.example/b.pdf",
    }
    assert all("noopener" in (said["rel"] or "") for said in links.values())
    player = pages.one(tree, ".files audio").attributes
    assert (player["preload"], player["aria-label"], "autoplay" in player) == ("none", "<i>.mp3", False)
    assert pages.get(client, "/entries/two-2/").css(".files") == []
