"""A page that leads to several feeds: a person is asked which, a script is told."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.commands import Shell
from webapp import choosing

FEEDS = {"/posts": "Posts", "/talk": "Talk", "/tags": ""}


@pytest.fixture
def page(site: Site) -> str:
    links = "".join(
        f'<link rel="alternate" type="application/atom+xml" href="{path}" title="{title}">'
        for path, title in FEEDS.items()
    )
    site.pages["/"] = Reply(f"<!doctype html><title>x</title>{links}".encode(), headers={"Content-Type": "text/html"})
    for path in FEEDS:
        site.pages[path] = Reply(atom(entry(f"urn:{path}"), title=path))
    return site.url("/")


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "_is_asked", lambda: True)


def taken(shell: Shell) -> list[str]:
    return [feed["title"] for feed in json.loads(shell.run("feeds", "--json").out)]


@pytest.mark.usefixtures("at_terminal")
@pytest.mark.parametrize(
    ("answer", "feeds"),
    [
        ("1", ["/posts"]),
        ("3, 1", ["/posts", "/tags"]),
        ("2 2,2", ["/talk"]),
        (" ALL ", ["/posts", "/tags", "/talk"]),
        ("4\n0\nx\n1-2\n-1\n²\n2", ["/talk"]),
    ],
)
def test_those_that_are_named_are_taken_in(shell: Shell, page: str, answer: str, feeds: list[str]):
    done = shell.run("add", page, input=f"{answer}\n")
    assert (done.code, taken(shell)) == (0, feeds)
    assert f"{page} links to several feeds:\n  1  {page}posts  Posts\n  2  {page}talk  Talk\n" in done.err
    assert f"  3  {page}tags\nWhich of them?" in done.err
    assert done.err.count("is not a number from 1 to 3.") == answer.count("\n")
    assert done.out.count("1 new") == len(feeds)
    assert shell.run("check").code == 0


@pytest.mark.usefixtures("at_terminal")
@pytest.mark.parametrize("answer", ["\n", "", "  \n", "9\n"])
def test_none_is_wrong_usage(shell: Shell, page: str, answer: str):
    done = shell.run("add", page, shell.file("good.atom", atom(entry(), title="good")), input=answer)
    assert (done.code, taken(shell)) == (2, ["good"])
    assert done.err.endswith("None of them was taken in.\n")


@pytest.mark.usefixtures("at_terminal")
def test_a_chosen_feed_that_fails_is_told(shell: Shell, site: Site, page: str):
    del site.pages["/talk"]
    done = shell.run("add", page, input="all\n")
    assert (done.code, taken(shell)) == (1, ["/posts", "/tags"])
    assert f"{site.url('/talk')}: failed, 127.0.0.1 answers 404 Not Found" in done.err


def test_elsewhere_they_are_listed(shell: Shell, page: str):
    done = shell.run("add", page, input="1\n")
    assert (done.code, taken(shell), done.out) == (2, [], "")
    lines = [f"{page} links to several feeds; name one of them:", f"  {page}posts  Posts", f"  {page}talk  Talk"]
    assert done.err.splitlines() == [*lines, f"  {page}tags"]


def test_a_real_terminal_is_asked(tmp_path: Path, page: str):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from webapp.cli import main; main()", "--data", str(tmp_path / "data")]
    with subprocess.Popen([*command, "add", page], stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while b"Which of them?" not in shown:
            shown += os.read(ours, 4_096)
        os.write(ours, b"2\n")
        with contextlib.suppress(OSError):  # so ends a terminal whose other side is closed
            while part := os.read(ours, 4_096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    assert f"{page}talk: 1 new" in shown.decode()
