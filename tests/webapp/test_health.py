from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index import StoreError
from tests.documents import atom, entry
from tests.webapp.conftest import TOTAL, MakeApp


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_is_plain_text_that_nobody_stores(client: FlaskClient, path: str):
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


def test_ready_says_how_much_there_is(client: FlaskClient):
    assert client.get("/readyz").text == f"ok, {TOTAL} entries\n"


def test_without_an_index_the_process_lives_but_is_not_ready(make_app: MakeApp, tmp_path: Path):
    client = make_app(one=atom(entry())).test_client()
    shutil.rmtree(tmp_path / "library" / "index")
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.text == "There is no index yet; `feedsift reindex` builds it.\n"


def test_without_a_store_the_process_lives_but_is_not_ready(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch):
    app = make_app(one=atom(entry()))

    def broken(*_: object, **__: object) -> None:
        raise StoreError("The library cannot be used.")

    monkeypatch.setattr(app.extensions["feedsift.library"].store, "entries", broken)
    assert app.test_client().get("/healthz").status_code == 200
    response = app.test_client().get("/readyz")
    assert (response.status_code, response.text) == (503, "The library cannot be used.\n")
