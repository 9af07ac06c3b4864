import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index import sources
from index.errors import SourceError
from index.rules import OWN

BODY = b"<feed/>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_address_is_a_source() -> None:
    assert sources.address("https://example.org/feed") == "https://example.org/feed"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("HTTPS://Example.ORG:443/Feed?A=b#part", "https://example.org/Feed?A=b"),
        ("http://Me:Secret@example.org:8080", "http://Me:Secret@example.org:8080/"),
        ("http://[::1]:80/", "http://[::1]/"),
    ],
)
def test_an_address_is_written_in_one_way(name: str, url: str) -> None:
    assert sources.address(name) == sources.address(url) == url


@pytest.mark.parametrize("name", ["feed://example.org/x", "gopher://example.org/", "ftp://example.org/"])
def test_another_kind_of_address_is_named(name: str) -> None:
    with pytest.raises(SourceError, match=f"only http and https .* not {name.partition(':')[0]}:"):
        sources.address(name)


def test_a_file_is_a_source_by_its_whole_path(folder: Path) -> None:
    (folder / "my feed.xml").write_bytes(BODY)
    found = sources.address("my feed.xml")
    assert found == (folder / "my feed.xml").resolve().as_uri()
    assert sources.address(str(folder / "my feed.xml")) == sources.address(found) == found
    assert sources.body(found) == BODY


def test_a_home_folder_may_be_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    (folder / "feed.xml").write_bytes(BODY)
    assert sources.address("~/feed.xml") == sources.address("feed.xml")


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BODY)))
    assert sources.body(sources.address("-")) == BODY


@pytest.mark.parametrize(
    "name", ["missing.xml", ".", "", "ftp://x/y", "feed:x", "a\x00b", "http://[", "~nobody-at-all/x"]
)
def test_what_cannot_be_read_is_a_source_error(folder: Path, name: str) -> None:
    with pytest.raises(SourceError):
        sources.address(name)


@pytest.mark.parametrize(
    ("name", "is_host"),
    [("example.org", True), ("example.org/blog/", True), ("blog.xml", False), ("missing", False), ("a/b.org", False)],
)
def test_a_host_without_a_scheme_is_hinted_at(folder: Path, name: str, is_host: bool) -> None:
    with pytest.raises(SourceError) as caught:
        sources.address(name)
    assert (f"did you mean https://{name.rstrip('/')}" in str(caught.value)) == is_host


def test_a_file_that_is_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "feed.xml").write_bytes(BODY)
    monkeypatch.setattr(sources, "OWN", replace(OWN, body=len(BODY)))
    assert sources.body((folder / "feed.xml").as_uri())
    monkeypatch.setattr(sources, "OWN", replace(OWN, body=len(BODY) - 1))
    with pytest.raises(SourceError, match="larger than"):
        sources.body((folder / "feed.xml").as_uri())


def test_a_pipe_is_read_once_and_named_by_what_it_holds(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    found = sources.address(str(folder / "pipe"))
    with ThreadPoolExecutor(1) as pool:
        pool.submit((folder / "pipe").write_bytes, BODY)
        assert sources.body(found) == BODY
    assert sources.lasting_name(found, "tag:one") == "stdin:tag:one"


def test_only_what_passes_by_is_named_by_its_content(folder: Path) -> None:
    (folder / "feed.xml").write_bytes(BODY)
    found = sources.address("feed.xml")
    assert sources.lasting_name(found, "tag:one") == found
    assert sources.lasting_name("https://example.org/feed", "tag:one") == "https://example.org/feed"
    assert sources.lasting_name("stdin:", "tag:one") == "stdin:tag:one"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://Example.org/feed", ("https", "example.org")),
        ("http://user:secret@example.org:8080/x", ("http", "example.org:8080")),
        ("file:///etc/passwd", ("", "")),
        ("stdin:x", ("", "")),
        ("http://[", ("", "")),
    ],
)
def test_a_site_is_scheme_and_host(url: str, site: tuple[str, str]) -> None:
    assert sources.site(url) == site


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:secret@example.org/feed?token=secret", "example.org"),
        ("file:///home/ada/feeds/a%20feed.xml", "a feed.xml"),
        ("stdin:tag:one", "Standard input"),
    ],
)
def test_a_public_name_tells_no_secrets(url: str, name: str) -> None:
    assert sources.public_name(url) == name
