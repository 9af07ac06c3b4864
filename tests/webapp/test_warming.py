"""A worker has done before its first request what is done only once."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound

from index.generations import Generations
from tests.documents import atom, entry
from tests.webapp.conftest import MakeApp
from tests.webapp.test_mending import damage, remove
from webapp import warming


def refuse(_: object, name: str) -> None:
    raise TemplateNotFound(name)


def test_the_first_pages_find_their_templates_made(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch):
    app = make_app(feed=atom(entry("1", "A rope", "ropes")))
    warming.warm_up(app)
    monkeypatch.setattr(app.jinja_env.loader, "get_source", refuse)
    client = app.test_client()
    for address in ("/", "/?q=rope", "/fragments/entries?q=ropes", "/?sort=oldest"):
        assert client.get(address).status_code == 200
    with pytest.raises(TemplateNotFound):
        client.get("/help/")


@pytest.mark.parametrize("harm", [damage, remove, shutil.rmtree])
def test_a_library_that_cannot_be_read_stops_no_worker(make_app: MakeApp, tmp_path: Path, harm):
    app = make_app(feed=atom(entry("1", "A rope", "ropes")))
    harm(tmp_path / "library")
    warming.warm_up(app)


@pytest.mark.parametrize("error", [MemoryError, ValueError])
def test_what_nobody_thought_of_is_told_and_stops_no_worker(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: type[Exception]
):
    app = make_app()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Generations, "current", fail)
    warming.begin(app)
    assert "warming up failed" in caplog.text


def test_a_worker_does_not_wait_for_an_index_that_takes_long(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch):
    app, gate = make_app(), threading.Event()
    monkeypatch.setattr(warming, "LONGEST_SECONDS", 0.01)
    monkeypatch.setattr(warming, "warm_up", lambda _: gate.wait())
    warming.begin(app)
    gate.set()


def test_nobody_hears_of_what_no_reader_asked_for(make_app: MakeApp, caplog: pytest.LogCaptureFixture):
    app = make_app(feed=atom(entry("1", "A rope", "ropes")))
    app.extensions["feedsift.listeners"].append(lambda *_: pytest.fail("A request was told of."))
    with caplog.at_level("INFO"):
        warming.warm_up(app)
    assert caplog.messages == []
