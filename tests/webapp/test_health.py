from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index import Library, StoreError
from tests.documents import atom, entry
from tests.webapp.conftest import TOTAL, MakeApp


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_is_plain_text_that_nobody_stores(client: FlaskClient, path: str):
    response = client.get(path)
    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


def test_ready_says_how_much_there_is(client: FlaskClient):
    first, fetched, behind = client.get("/readyz").text.splitlines()
    assert first == f"ok, {TOTAL} entries"
    assert re.fullmatch(r"last fetch: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ, \d+ seconds ago", fetched)
    assert behind == "index: 0 changes behind"


def test_an_index_that_is_behind_and_feeds_that_fail_are_told_and_do_not_count_as_down(
    make_app: MakeApp, tmp_path: Path
):
    client = make_app(one=atom(entry())).test_client()
    library = Library(tmp_path / "library")
    with library.store.transaction() as connection:
        connection.execute("UPDATE feed SET succeeded = 86400, error = 'failed'")
        library.store.touch(1)
    library.close()
    response = client.get("/readyz")
    assert response.status_code == 200
    _, fetched, behind = response.text.splitlines()
    assert fetched.startswith("last fetch: 1970-01-02T00:00:00Z, ")
    assert behind == "index: 1 changes behind"


def test_a_library_that_was_never_filled_is_ready_and_says_so(make_app: MakeApp, tmp_path: Path):
    library = Library(tmp_path / "library")
    library.publish()
    library.close()
    assert make_app().test_client().get("/readyz").text == (
        "ok, 0 entries\nlast fetch: none yet\nindex: 0 changes behind\n"
    )


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
