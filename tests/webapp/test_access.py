from __future__ import annotations

import json
import logging
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.commands import Shell
from tests.webapp.conftest import TOTAL, MakeApp
from tests.webapp.servers import running, until
from webapp import create_app
from webapp.access import HEADER, LONGEST_PATH
from webapp.logs import FACTS
from webapp.settings import Settings

Line = dict[str, object]
GOOD = ["0123456789abcdef", "01JD2X3K4M.N_P-Q", "a" * 64]
BAD = ["", "short", "a" * 65, "with space 1234", "semicolon;1234", 'quote"12345', "grüße-1234", "<b>123456</b>"]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What is logged where FEEDSIFT_LOG is text or json."""
    with caplog.at_level(logging.INFO, "webapp"):
        yield caplog


def facts(log: pytest.LogCaptureFixture) -> Line:
    (record,) = [record for record in log.records if record.name == "webapp.access"]
    return dict(getattr(record, FACTS))


def test_each_answer_has_an_id_of_its_own(client: FlaskClient):
    ids = [client.get(path).headers[HEADER] for path in ("/", "/", "/nothing", "/healthz", "/entries.atom")]
    assert all(re.fullmatch("[0-9a-f]{16}", id) for id in ids)
    assert len(set(ids)) == len(ids)


@pytest.fixture(scope="module")
def behind(data: Path) -> Iterator[FlaskClient]:
    """A client of an application that is told of a proxy before it."""
    app = create_app(Settings(data=data, proxies=1))
    yield app.test_client()
    app.extensions["feedsift.library"].close()


@pytest.mark.parametrize("id", GOOD)
def test_an_id_that_a_proxy_has_given_is_kept(behind: FlaskClient, id: str):
    assert behind.get("/healthz", headers={HEADER: id}).headers[HEADER] == id


@pytest.mark.parametrize("id", BAD)
def test_an_id_that_is_long_or_odd_is_not(behind: FlaskClient, id: str):
    assert re.fullmatch("[0-9a-f]{16}", behind.get("/healthz", headers={HEADER: id}).headers[HEADER])


def test_without_a_proxy_nobody_gives_a_request_its_id(client: FlaskClient):
    assert client.get("/healthz", headers={HEADER: GOOD[0]}).headers[HEADER] != GOOD[0]


def test_a_line_says_what_was_asked_and_what_it_cost(client: FlaskClient, log: pytest.LogCaptureFixture):
    client.get("/?q=rope&tag=boats")
    found = facts(log)
    ms, engine = found.pop("ms"), found.pop("engine_ms")
    assert isinstance(ms, float)
    assert isinstance(engine, float)
    assert 0 <= engine <= ms
    hits = found.pop("hits")
    assert isinstance(hits, int)
    assert 0 < hits < TOTAL
    assert found == {"method": "GET", "path": "/", "status": 200}
    assert re.fullmatch(rf"GET / 200 in [\d.]+ ms, {hits} hits, [\d.]+ ms in the engine", log.messages[-1])


def test_what_asks_no_engine_has_no_cost_of_it(client: FlaskClient, log: pytest.LogCaptureFixture):
    client.head("/healthz")
    found = facts(log)
    assert found.pop("ms") is not None
    assert found == {"method": "HEAD", "path": "/healthz", "status": 200}


def test_where_nothing_was_chosen_no_line_is_written(client: FlaskClient, caplog: pytest.LogCaptureFixture):
    client.get("/")
    assert caplog.records == []


def test_no_line_holds_a_search_or_who_searched(client: FlaskClient, log: pytest.LogCaptureFixture):
    headers = {"User-Agent": "Browser-of-Ada", "Referer": "https://a.example/secret", "Cookie": "a=b"}
    client.get("/?q=secret&tag=secret", headers=headers, environ_base={"REMOTE_ADDR": "198.51.100.7"})
    client.get("/oembed?url=https://user:secret@a.example/?token=secret")
    for record in log.records:
        line = json.dumps(record.__dict__, default=str)
        assert not [text for text in ("secret", "Ada", "198.51", "token") if text in line]


@pytest.mark.parametrize("slashes", ["/", "//", "///"])
def test_a_line_names_no_address_that_is_for_a_hub_alone(
    client: FlaskClient, log: pytest.LogCaptureFixture, slashes: str
):
    client.get("/", environ_overrides={"PATH_INFO": f"{slashes}websub/0123456789/"})
    assert facts(log)["path"] == "/websub/…/"
    assert "0123456789" not in log.text


@pytest.mark.parametrize("path", ["/a%0d%0aERROR forged", "/%1b[31m", "/%e2%80%ae", "/%ff", "/" + "x" * 9_000])
def test_a_path_is_written_in_ascii_and_not_too_long(client: FlaskClient, log: pytest.LogCaptureFixture, path: str):
    assert client.get(path).status_code == 404
    (message,) = log.messages
    assert message.isprintable()
    assert message.isascii()
    assert len(message) < LONGEST_PATH * 3 + 100


def test_an_error_of_ours_is_logged_with_the_id_that_the_reader_got(broken: Flask, log: pytest.LogCaptureFixture):
    response = broken.test_client().get("/fail")
    assert response.status_code == 500
    assert facts(log)["status"] == 500
    assert response.headers[HEADER]


@pytest.fixture
def broken(make_app: MakeApp) -> Flask:
    app = make_app(one=atom(entry()))
    app.add_url_rule("/fail", view_func=lambda: 1 / 0)
    return app


def lines(text: str) -> list[Line]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_a_server_and_all_of_its_processes_write_json(shell: Shell, site: Site):
    site.pages["/feed"] = Reply(atom(entry("urn:1", "Rope")))
    assert shell.run("add", site.url("/feed")).code == 0
    site.pages["/feed"] = Reply(status=500)
    shell.make_due()
    with running(shell.data, "--refresh", "15m", FEEDSIFT_LOG="json") as server:
        id = server.get("/?q=rope").headers["x-request-id"]
        until(lambda: "webapp.refresher" in server.printed, 15)
        shutil.rmtree(shell.data / "index")
        missing = server.get("/").headers["x-request-id"]
        until(lambda: 'webapp.mending", "message": "the index was built' in server.printed, 30)
        server.ends(signal.SIGTERM)
    plain = [line for line in server.printed.splitlines() if not line.startswith("{")]
    assert plain == [f"Feedsift is ready: http://127.0.0.1:{server.port}/"]
    told = lines(server.printed)
    assert [line["hits"] for line in told if line.get("request_id") == id] == [1]
    assert {line["level"] for line in told if line.get("request_id") == missing} == {"warning", "info"}
    rounds = [line for line in told if line["logger"] == "webapp.refresher" and "feeds" in line]
    assert [(line["feeds"], line["failed"], line["new"]) for line in rounds] == [(1, 1, 0)]


def test_a_server_writes_no_line_for_a_request_unless_told(data: Path, tmp_path: Path):
    folder = Path(shutil.copytree(data, tmp_path / "library"))
    with running(folder) as server:
        assert server.get("/?q=rope").status == 200
        assert server.printed == f"Feedsift is ready: http://127.0.0.1:{server.port}/\n"
