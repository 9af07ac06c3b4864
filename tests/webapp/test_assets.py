from __future__ import annotations

import gc
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webapp import pages
from webapp import assets
from webapp.access import HEADER

FILES = sorted(path for path in assets.folder("static").rglob("*") if path.is_file())
YEAR = 365 * 24 * 60 * 60


def address(name: str = "site.css", version: str | None = None) -> str:
    return f"/static/{version or assets.checksum()}/{name}"


def name(path: Path) -> str:
    return path.relative_to(assets.folder("static")).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_static_file_is_served_as_it_is(client: FlaskClient, path: Path):
    with client.get(address(name(path))) as response:
        assert response.status_code == 200
        assert response.data == path.read_bytes()


def test_no_file_is_left_open_where_an_answer_is_never_sent(app: Flask):
    with app.test_request_context(address()):
        app.full_dispatch_request()
    gc.collect()  # which would warn of an open file, and that is an error


@pytest.mark.parametrize(
    ("file", "kind"), [("site.css", "text/css"), ("js/site.js", "text/javascript"), ("icon.svg", "image/svg+xml")]
)
def test_files_have_their_types(client: FlaskClient, file: str, kind: str):
    with client.get(address(file)) as response:
        assert response.mimetype == kind


def test_a_file_under_the_present_checksum_is_kept_for_good(client: FlaskClient):
    with client.get(address()) as response:
        caching = response.cache_control
    assert (caching.public, caching.immutable, caching.max_age, caching.no_cache) == (True, True, YEAR, None)


@pytest.mark.parametrize("version", ["0" * 12, "x", "%00", "日本", assets.checksum().upper() + "x"])
def test_a_file_under_an_old_checksum_is_kept_briefly(client: FlaskClient, version: str):
    with client.get(address(version=version)) as response:
        caching = response.cache_control
        assert response.data == (assets.folder("static") / "site.css").read_bytes()
    assert not caching.immutable
    assert 0 < (caching.max_age or 0) <= 300


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of static files with one source, and what was built of it."""
    files = {"site.css": b"a { }", "built/site.css": b"a{}", "built/site.css.gz": gzip.compress(b"a{}")}
    (tmp_path / "built").mkdir()
    for file, content in files.items():
        (tmp_path / file).write_bytes(content)
    told = {file: hashlib.sha512(content).hexdigest() for file, content in files.items()}
    (tmp_path / assets.RECEIPT).write_text(json.dumps({"sha512": told}))
    monkeypatch.setattr(assets, "folder", lambda _: tmp_path)
    yield tmp_path
    assets.built.cache_clear()
    assets.checksum.cache_clear()


def named(file: str) -> str:
    """The file that pages name instead of a source, after a start."""
    assets.built.cache_clear()
    assets.checksum.cache_clear()
    return assets.address(file).split("/", 3)[3]


def test_pages_load_what_was_built(built: Path):
    assert named("site.css") == "built/site.css"
    assert named("icon.svg") == "icon.svg"


@pytest.mark.parametrize("file", ["site.css", "built/site.css", "built/site.css.gz"])
def test_pages_load_the_sources_where_what_was_built_does_not_fit(built: Path, file: str):
    (built / file).write_bytes(b"b { }")
    assert named("site.css") == "site.css"
    (built / file).unlink()
    assert named("site.css") == "site.css"


def test_pages_load_the_sources_where_nothing_was_built(built: Path):
    (built / assets.RECEIPT).unlink()
    assert named("site.css") == "site.css"


def test_here_what_was_built_fits():
    assert assets.address("js/site.js") == address("built/js/site.js")
    assert "built/js/site.js.gz" in assets.built()


@pytest.mark.parametrize("file", ["js/site.js", "site.css", "js/head.js"])
@pytest.mark.parametrize("coding", ["gzip", "gzip, br", "*"])
def test_what_was_built_is_sent_as_it_was_packed(client: FlaskClient, file: str, coding: str):
    path = assets.folder("static") / "built" / file
    with client.get(address(f"built/{file}"), headers={"Accept-Encoding": coding}) as packed:
        assert packed.data == path.with_name(f"{path.name}.gz").read_bytes()
        assert gzip.decompress(packed.data) == path.read_bytes()
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert packed.headers["Content-Type"] in ("text/javascript; charset=utf-8", "text/css; charset=utf-8")
        again = {"Accept-Encoding": coding, "If-None-Match": packed.headers["ETag"]}
    with client.get(address(f"built/{file}"), headers=again) as second:
        assert (second.status_code, second.data) == (304, b"")


@pytest.mark.parametrize("coding", ["", "identity", "br"])
def test_what_was_built_is_sent_plain_to_who_cannot_unpack_it(client: FlaskClient, coding: str):
    with client.get(address("built/js/site.js"), headers={"Accept-Encoding": coding}) as plain:
        assert plain.data == (assets.folder("static") / "built/js/site.js").read_bytes()
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["Vary"] == "Accept-Encoding"


def test_pages_name_files_by_the_present_checksum(client: FlaskClient):
    links = re.findall(r'(?:src|href)="(/static/[^"]+)"', pages.text(client, "/"))
    assert len(links) >= 4
    for link in links:
        assert link.startswith(f"/static/{assets.checksum()}/")
        with client.get(link) as response:
            assert response.status_code == 200


def test_modules_import_only_files_that_are_there():
    for path in (assets.folder("static") / "js").rglob("*.js"):
        for imported in re.findall(r'(?:import|from) "([^"]+)"', path.read_text()):
            assert (path.parent / imported).is_file(), f"{path.name}: {imported}"


def test_a_changed_file_changes_the_checksum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(assets, "folder", lambda _: tmp_path)
    found = []
    for file, text in (("a.css", "1"), ("a.css", "2"), ("b.css", "2"), ("deep/b.css", "2")):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
        assets.checksum.cache_clear()
        found.append(assets.checksum())
    assets.checksum.cache_clear()
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "file",
    [
        *(
            "../pyproject.toml",
            "..%2fpyproject.toml",
            "%2e%2e/pyproject.toml",
            "js/../../pyproject.toml",
            "..\\pyproject.toml",
        ),
        *(
            "/etc/passwd",
            "%2fetc%2fpasswd",
            "//etc/passwd",
            "js/..%2f..%2f..%2fetc/passwd",
            "%00",
            "site.css%00",
            "a" * 5_000,
        ),
        *("", "js", "js/", "nothing.css", ".", "..", "~root/.profile", "site.css%0d%0aX-Evil: 1"),
    ],
)
def test_only_static_files_are_served(client: FlaskClient, file: str):
    for version in (assets.checksum(), "old", ".."):
        with client.get(address(file, version), follow_redirects=True) as response:
            assert response.status_code == 404
            assert "X-Evil" not in response.headers


def test_what_is_not_there_is_not_kept(client: FlaskClient):
    with client.get(address("nothing.css")) as response:
        assert response.cache_control.max_age is None
        assert not response.cache_control.immutable


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_file_that_the_browser_has_is_not_sent_again(client: FlaskClient, coding: str):
    with client.get(address(), headers={"Accept-Encoding": coding}) as first:
        etag = first.headers["ETag"]
    with client.get(address(), headers={"Accept-Encoding": coding, "If-None-Match": etag}) as second:
        assert second.status_code == 304
        assert second.data == b""
        assert second.headers["ETag"] == etag
        assert second.cache_control.max_age == YEAR


def test_a_file_is_sent_packed_to_who_can_unpack_it(client: FlaskClient):
    with client.get(address(), headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(packed.data) == (assets.folder("static") / "site.css").read_bytes()
    with client.get(address()) as plain:
        assert "Content-Encoding" not in plain.headers
        assert plain.headers["Vary"] == "Accept-Encoding"
        assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize("asked", ["bytes=0-9", "bytes=0-999", "bytes=99999999-", "bytes=-0", "lines=1"])
def test_a_part_of_a_packed_file_is_never_taken_for_the_whole(client: FlaskClient, asked: str):
    with client.get(address(), headers={"Range": asked, "Accept-Encoding": "gzip"}) as response:
        assert response.status_code == 200
        assert gzip.decompress(response.data) == (assets.folder("static") / "site.css").read_bytes()


def without_id(response: TestResponse) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name != HEADER}


def test_head_answers_as_get_but_for_the_body(client: FlaskClient):
    with client.get(address()) as got, client.head(address()) as head:
        assert without_id(head) == without_id(got)
        assert head.data == b""
