"""What is built from the tree stands on its own: wheel and sdist, and a site run from the wheel."""

import hashlib
import html
import json
import os
import re
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest

PROJECT = Path(__file__).parent.parent
START_SECONDS = 60


class Built(NamedTuple):
    sdist: Path
    wheel: Path


class Answer(NamedTuple):
    status: int
    type: str
    body: bytes


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist of the tree, and the wheel made of that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", str(folder), str(PROJECT), cwd=folder)
    [sdist], [wheel] = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Built(sdist, wheel)


@pytest.fixture(scope="module")
def port(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a site that has nothing but the wheel, in a folder far from the source tree."""
    folder = tmp_path_factory.mktemp("site")
    run(sys.executable, "-m", "venv", "venv", cwd=folder)
    installation = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(str(folder / "venv/bin/python"), *installation, str(built.wheel), cwd=folder)
    number = free_port()
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [folder / "venv/bin/feedsift", "--data", "data", "serve", "--port", str(number)],
            cwd=folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until_ready(process, number, log)
        yield number
    finally:
        process.terminate()
        process.wait(30)


def run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, env=clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


def clean_environment() -> dict[str, str]:
    """Nothing that leads back into the source tree, or sets up the site."""
    ours = ("PYTHON", "FEEDSIFT_", "VIRTUAL_ENV")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            get(port, "/")
        except OSError:
            told = log.read_text(errors="replace")
            assert process.poll() is None, f"the server ended: {told}"
            assert time.monotonic() < deadline, f"the server does not answer: {told}"
            time.sleep(0.1)
        else:
            return


def get(port: int, address: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        return Answer(response.status, response.getheader("Content-Type", ""), response.read())
    finally:
        connection.close()


def addresses(port: int, pattern: str) -> list[str]:
    """The addresses in the home page's HTML that a pattern matches."""
    text = get(port, "/").body.decode("utf-8")
    return [html.unescape(found) for found in re.findall(rf'(?:href|src)="({pattern})"', text)]


def source_of(address: str) -> Path:
    """The file of the tree that a static address, /static/<checksum>/<path>, serves."""
    _, _, path = unquote(urlsplit(address).path).removeprefix("/static/").partition("/")
    return PROJECT / "static" / path


def test_the_site_of_the_wheel_opens_with_the_handbook(port: int):
    home = get(port, "/")
    assert home.status == 200
    assert home.type.startswith("text/html")
    assert re.search(rb'<article[^>]*\bid="entry-', home.body)


def test_the_site_of_the_wheel_has_its_styles(port: int):
    styles = addresses(port, r"[^\"]+\.css(?:\?[^\"]*)?")
    assert styles
    for address in styles:
        answer = get(port, address)
        assert answer.status == 200
        assert answer.type.startswith("text/css")
        assert answer.body == source_of(address).read_bytes()


def test_the_site_of_the_wheel_loads_what_was_built_with_the_pinned_htmx(port: int):
    [address] = addresses(port, r"[^\"]*/built/js/site\.js")
    answer = get(port, address)
    assert answer.status == 200
    assert "javascript" in answer.type
    receipt = json.loads((PROJECT / "static/vendor/htmx.json").read_bytes())
    script = (PROJECT / "static/vendor/htmx.min.js").read_bytes()
    assert hashlib.sha512(script).hexdigest() == receipt["sha512"]["htmx.min.js"]
    assert answer.body.startswith(script.strip())


def test_the_wheel_holds_the_packages_and_what_they_show(built: Built):
    with zipfile.ZipFile(built.wheel) as archive:
        names = set(archive.namelist())
    assert {
        "index/py.typed",
        "webapp/py.typed",
        "webapp/handbook.atom",
        "webapp/static/vendor/htmx.min.js",
        "webapp/static/vendor/htmx.LICENSE",
        "webapp/static/built/js/site.js",
        "webapp/static/built/js/site.js.gz",
        "webapp/static/built/built.json",
    } <= names
    for folder in ("templates", "static"):
        kept = [path for path in (PROJECT / folder).rglob("*") if path.is_file()]
        assert {f"webapp/{path.relative_to(PROJECT).as_posix()}" for path in kept} <= names
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"index", "webapp"}


def test_the_sdist_holds_what_a_wheel_is_built_from(built: Built):
    names = sdist_names(built.sdist)
    assert {
        "static/vendor/htmx.min.js",
        "static/vendor/htmx.json",
        "static/built/built.json",
        "hatch_build.py",
        "build_hooks/htmx.py",
        "build_hooks/bundles.py",
        "package-lock.json",
        "tests/test_packaging.py",
        "CONTRIBUTING.md",
        "LICENSE",
    } <= names
    assert any(name.startswith("docs/handbook/") for name in names)
    assert any(name.startswith("templates/") for name in names)


def test_nothing_of_others_is_packed_but_htmx(built: Built):
    foreign = {name for name in sdist_names(built.sdist) if is_foreign(name) and "built" not in name.split("/")}
    assert foreign == {f"static/vendor/htmx.{kind}" for kind in ("min.js", "LICENSE", "json")}


def test_nothing_of_others_is_kept_in_git():
    # An unpacked sdist has no git, and nothing to answer for.
    if (PROJECT / ".git").exists():
        listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        names = subprocess.check_output(listing, cwd=PROJECT, text=True).splitlines()
        assert names
        assert not [name for name in names if is_foreign(name)]


def sdist_names(sdist: Path) -> set[str]:
    """The files of an sdist, without the folder that they are all in."""
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def is_foreign(name: str) -> bool:
    parts = name.split("/")
    return bool(
        {"vendor", "built", "node_modules"} & set(parts[:-1])
        or re.search(r"\.min\.(js|css|mjs)$", name)
        or name.endswith((".pyc", "handbook.atom"))
    )
