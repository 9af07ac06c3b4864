from __future__ import annotations

import pytest

from index import Feed


def feed(url: str, error: str = "") -> Feed:
    return Feed(1, url, "A", "", "", "", 3, 0, 0, 0, error)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a.example answers 404 Not Found", "a.example answers 404 Not Found"),
        ("https://u:p@a.example:81/x?token=t is a list", "a.example:81 is a list"),
        ("https://u:p@ss@a.example/x", "a.example"),
        ("HTTPS://a.example?token=t is a list", "a.example is a list"),
        ("ftp://u:p@a.example/x", "a.example"),
        ("http://[::1]:8000/x does not answer", "[::1]:8000 does not answer"),
        ("https://me@a.example/with space?token=t is odd", "a.example is odd"),
        ("The library at /srv/data/library.db cannot be used", "The library at … cannot be used"),
        ("C:\\data\\library.db is gone", "… is gone"),
        ("file:///srv/data is not to be read", "… is not to be read"),
        ("it sends text/html and application/xml", "it sends text/html and application/xml"),
        ("2 new, 1 updated, 3 unchanged, 0 skipped", "2 new, 1 updated, 3 unchanged, 0 skipped"),
    ],
)
def test_words_for_everybody_name_hosts_alone(text: str, shown: str):
    assert feed("https://me@a.example/with space?token=t").public(text) == shown


def test_a_file_is_not_named():
    found = feed("file:///srv/data/my%20own.atom", "my own.atom is no feed")
    assert found.public_error == "its file cannot be read as a feed"
    assert found.public("my own.atom is no feed") == "its file is no feed"
    assert found.public("/srv/data/my own.atom is gone").endswith("is gone")
    assert "own" not in found.public("/srv/data/my own.atom is gone")
