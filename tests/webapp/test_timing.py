"""Where the time of an answer went, for whoever asks for it."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from index import Trace
from tests.documents import atom, entry
from tests.webapp.commands import Shell
from tests.webapp.conftest import MakeApp
from webapp import timing

STAGES = {"total", "tags", "words", "filters", "order", "facets", "rows", "snippets", "labels", "spelling", "page"}


def test_each_answer_says_where_its_time_went(make_app: MakeApp) -> None:
    client = make_app(one=atom(entry("urn:1", "Rope")), timing=True, keep=1).test_client()
    for _ in range(2):
        told = client.get("/help/").headers["Server-Timing"]
        assert re.fullmatch(r"total;dur=[0-9.]+", told)
    for _ in range(2):  # nothing is given again then
        found = client.get("/?q=rope").headers["Server-Timing"]
        assert {part.split(";")[0] for part in found.split(", ")} == STAGES
    assert "total;dur=" in client.get("/nothing").headers["Server-Timing"]


def test_nobody_is_told_who_did_not_ask(client: FlaskClient) -> None:
    assert "Server-Timing" not in client.get("/?q=rope").headers


def test_a_terminal_is_told_line_by_line(shell: Shell) -> None:
    assert shell.run("add", shell.file("a.atom", atom(entry("urn:1", "Rope")))).code == 0
    plain, told = shell.run("search", "rope"), shell.run("search", "rope", "--explain")
    assert (told.code, told.out) == (0, plain.out)
    names = [line.split(" ms  ")[1] for line in told.err.splitlines()]
    assert names[-2:] == ["everything else", "in all"]
    assert set(names) >= STAGES - {"total", "page"}
    assert " ms " not in plain.err


def test_what_belongs_to_no_stage_is_told_too() -> None:
    trace = Trace({"words": 0.5, "rows": 0.25}, total=1.0)
    assert timing.lines(trace)[-2:] == ["   250.0 ms  everything else", "  1000.0 ms  in all"]
    assert timing.header(trace) == "total;dur=1000.0, words;dur=500.0, rows;dur=250.0"
