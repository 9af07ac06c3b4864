from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, g

from webapp import logs
from webapp.logs import FACTS, Form

SetUp = Callable[[Form], None]
HOSTILE = "a\r\nERROR forged: \x1b[31mred\x85\u2028\u202eend"


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Form], None]]:
    """Set up as in a process of its own, and leave all as it was."""
    root, ours = logging.getLogger(), logging.getLogger("webapp")
    before = root.level, ours.level

    def set_up(form: Form) -> None:
        monkeypatch.setattr(root, "handlers", [])  # those of pytest, which come with the test
        logs.set_up(form)

    yield set_up
    root.setLevel(before[0])
    ours.setLevel(before[1])


def written(capsys: pytest.CaptureFixture[str]) -> list[str]:
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err == "" or found.err.endswith("\n")
    return found.err.split("\n")[:-1]


def say(message: str, level: int = logging.WARNING, name: str = "webapp.refresher", **more: object) -> None:
    logging.getLogger(name).log(level, "%s", message, **more)  # type: ignore[arg-type]


def test_warnings_are_one_line_each_and_nothing_else_is_said(set_up: SetUp, capsys: pytest.CaptureFixture[str]):
    set_up(Form.OFF)
    say("quiet", logging.INFO)
    say("feed: failed")
    assert written(capsys) == ["WARNING webapp.refresher: feed: failed"]


@pytest.mark.parametrize("form", [Form.TEXT, Form.JSON])
def test_where_a_form_is_chosen_our_own_modules_tell_more(
    form: Form, set_up: SetUp, capsys: pytest.CaptureFixture[str]
):
    set_up(form)
    say("told", logging.INFO)
    say("not ours", logging.INFO, "elsewhere")
    (line,) = written(capsys)
    assert "told" in line


@pytest.mark.parametrize("form", Form)
def test_no_text_can_forge_a_line_or_speak_to_a_terminal(form: Form, set_up: SetUp, capsys: pytest.CaptureFixture[str]):
    set_up(form)
    say(HOSTILE)
    (line,) = written(capsys)
    assert line.isprintable()
    assert "\u202e" not in line
    assert "forged" in line


@pytest.mark.parametrize("form", Form)
def test_a_traceback_can_forge_no_line_either(form: Form, set_up: SetUp, capsys: pytest.CaptureFixture[str]):
    set_up(form)
    try:
        raise RuntimeError(HOSTILE)
    except RuntimeError:
        logging.getLogger("webapp.errors").exception("request failed")
    first, *others = written(capsys)
    assert "request failed" in first
    assert all(line.startswith("    ") and line.isprintable() for line in others)
    assert bool(others) == (form is not Form.JSON)
    if form is Form.JSON:
        assert "RuntimeError" in json.loads(first)["traceback"]


def test_a_line_of_json_has_a_time_and_what_the_record_has_beside_its_message(
    set_up: SetUp, capsys: pytest.CaptureFixture[str]
):
    set_up(Form.JSON)
    say("done", extra={FACTS: {"feeds": 3, "seconds": 1.5}})
    (line,) = written(capsys)
    said = json.loads(line)
    time = said.pop("time")
    assert (len(time), time[10], time[-1]) == (24, "T", "Z")
    assert said == {
        "level": "warning",
        "logger": "webapp.refresher",
        "message": "done",
        "feeds": 3,
        "seconds": 1.5,
    }


@pytest.mark.parametrize("form", Form)
def test_a_line_that_is_written_while_a_request_is_answered_has_its_id(
    form: Form, set_up: SetUp, capsys: pytest.CaptureFixture[str]
):
    set_up(form)
    with Flask("x").test_request_context("/"):
        g.request_id = "0123456789abcdef"
        say("no index")
    (line,) = written(capsys)
    if form is Form.JSON:
        assert json.loads(line)["request_id"] == "0123456789abcdef"
    else:
        assert line == "WARNING webapp.refresher: no index [request 0123456789abcdef]"


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    "address",
    [
        "https://ada:T0P@a.example/SECRET/feed?token=SECRET",
        "http://SECRET@a.example?x=SECRET#SECRET",
        "HTTPS://a.example:8443/SECRET",
        "https://a:b@SECRET@a.example/SECRET",
        "https://SECRET:SECRET@a.example",
        "https://SECRET:SECRET@a.example/",
    ],
)
def test_of_an_address_the_host_alone_is_written(
    form: Form, address: str, set_up: SetUp, capsys: pytest.CaptureFixture[str]
):
    set_up(form)
    try:
        raise RuntimeError(f"cannot fetch '{address}' twice")
    except RuntimeError:
        logging.getLogger("webapp.refresher").exception("in <%s>: failed", address)
    text = "\n".join(written(capsys))
    assert "SECRET" not in text
    assert "T0P" not in text
    assert text.count("a.example") == 2
    assert ": failed" in text
    assert " twice" in text
