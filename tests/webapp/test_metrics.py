from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import click
import pytest
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from index import Library
from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.commands import Shell
from tests.webapp.conftest import TOTAL
from tests.webapp.servers import free_port, running, until
from webapp import create_app, scrape
from webapp.metrics import Rounds
from webapp.rounds import Round
from webapp.settings import Settings
from webapp.standing import State

Values = dict[str, float]


def values(text: str) -> Values:
    """Give each sample by its name and labels, as in `x{a="b"}`."""
    found: Values = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def scraped(port: int) -> Values:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/metrics")
        return values(connection.getresponse().read().decode())
    finally:
        connection.close()


# --- what is counted ---


@pytest.fixture
def counted(data: Path) -> Iterator[tuple[FlaskClient, CollectorRegistry]]:
    app = create_app(Settings(data=data, metrics=("127.0.0.1", 1)))
    yield app.test_client(), app.extensions["feedsift.metrics"]
    app.extensions["feedsift.library"].close()


def test_requests_are_counted_by_what_answers_and_how(counted: tuple[FlaskClient, CollectorRegistry]):
    client, registry = counted
    for path in ("/", "/?q=rope", "/entries/999999/", "/healthz", "/no/such/page", "/%0a", "/other"):
        client.get(path)
    client.post("/")

    def requests(endpoint: str, status: str) -> float | None:
        labels = {"endpoint": endpoint, "status": status}
        return registry.get_sample_value("feedsift_http_requests_total", labels)

    assert requests("browse.page", "2xx") == 2
    assert requests("entries.entry", "4xx") == 1
    assert requests("health.healthz", "2xx") == 1
    assert requests("none", "4xx") == 4
    assert registry.get_sample_value("feedsift_http_request_duration_seconds_count", {"endpoint": "none"}) == 4
    assert registry.get_sample_value("feedsift_engine_duration_seconds_count") == 2


def test_rounds_of_fetching_are_counted():
    registry = CollectorRegistry()
    rounds = Rounds(registry)
    rounds.note(Round(feeds=5, failed=2, new=7, updated=1, removed=0, seconds=3.0))
    rounds.note(None)
    told = {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in registry.collect()
        for sample in family.samples
        if not sample.name.endswith(("_created", "_bucket"))
    }
    assert told == {
        "feedsift_refresh_rounds_total['done']": 1,
        "feedsift_refresh_rounds_total['failed']": 1,
        "feedsift_refresh_fetches_total['done']": 3,
        "feedsift_refresh_fetches_total['failed']": 2,
        "feedsift_refresh_entries_total['new']": 7,
        "feedsift_refresh_entries_total['updated']": 1,
        "feedsift_refresh_entries_total['removed']": 0,
        "feedsift_refresh_round_duration_seconds_count[]": 1,
        "feedsift_refresh_round_duration_seconds_sum[]": 3.0,
    }


def test_where_it_is_not_wanted_nothing_is_counted(data: Path):
    assert "feedsift.metrics" not in create_app(Settings(data=data)).extensions


# --- the state of the library ---


def state(data: Path) -> Values:
    metrics = list(scrape.OfLibrary(Settings(data=data)).collect())
    return {
        "".join([sample.name, *sample.labels.values()]): sample.value for family in metrics for sample in family.samples
    }


def test_the_library_is_told_as_it_is_now(data: Path, tmp_path: Path):
    folder = Path(shutil.copytree(data, tmp_path / "library"))
    found = state(folder)
    assert found["feedsift_store_up"] == found["feedsift_index_up"] == 1
    assert found["feedsift_entries"] == TOTAL
    assert found["feedsift_feedsfile"] == 2
    assert {name for name in found if name.startswith("feedsift_feeds")} == {f"feedsift_feeds{name}" for name in State}
    assert found["feedsift_index_changes_behind"] == 0
    assert found["feedsift_index_published_timestamp_seconds"] > 1_000_000_000
    assert found["feedsift_last_fetch_timestamp_seconds"] > 1_000_000_000
    assert found["feedsift_free_bytes"] > 0
    library = Library(folder)
    with library.store.transaction():
        library.store.touch(1)
    library.close()
    assert state(folder)["feedsift_index_changes_behind"] == 1
    shutil.rmtree(folder / "index")
    found = state(folder)
    assert found["feedsift_index_up"] == 0
    assert "feedsift_index_changes_behind" not in found


@pytest.mark.parametrize("content", [None, b"This is no database. " * 100])
def test_a_store_that_cannot_be_read_is_told_and_left_alone(tmp_path: Path, content: bytes | None):
    if content:
        (tmp_path / "library.db").write_bytes(content)
    assert state(tmp_path) == {"feedsift_store_up": 0}
    assert [path.name for path in tmp_path.iterdir()] == (["library.db"] if content else [])


# --- a server ---


def test_the_counts_of_all_processes_are_added_up_at_an_address_of_their_own(shell: Shell, site: Site):
    site.pages["/feed"] = Reply(atom(entry("urn:1", "Rope")))
    assert shell.run("add", site.url("/feed")).code == 0
    site.pages["/feed"] = Reply(atom(entry("urn:1", "Rope"), entry("urn:2", "Rope")))
    shell.make_due()
    port = free_port()
    settings = {"FEEDSIFT_METRICS": f"127.0.0.1:{port}", "TMPDIR": str(shell.folder)}
    with running(shell.data, "--workers", "2", "--refresh", "15m", **settings) as server:
        asked = 0
        for number in range(20):
            assert server.get(f"/?q=rope+{number}").status == 200
            asked += 1
            assert scraped(port)['feedsift_http_requests_total{endpoint="browse.page",status="2xx"}'] == asked
        until(lambda: 'feedsift_refresh_rounds_total{outcome="done"}' in scraped(port), 15)
        found = scraped(port)
        assert found['feedsift_refresh_entries_total{kind="new"}'] == 1
        assert found["feedsift_entries"] == 2
        assert found["feedsift_engine_duration_seconds_count"] >= 20
        assert found['feedsift_http_request_duration_seconds_bucket{endpoint="browse.page",le="+Inf"}'] == asked
        assert server.get("/metrics").status == 404

        def files() -> list[Path]:
            return list(shell.folder.glob("feedsift-metrics-*/histogram_*.db"))

        assert len(files()) == 3  # of two workers and the refresher
        killed = next(path for path in files() if b"feedsift_http" in path.read_bytes())
        os.kill(int(killed.stem.partition("_")[2]), signal.SIGKILL)
        until(lambda: len(files()) == 4, 30)
        assert server.get("/?q=rope").status == 200
        assert scraped(port)['feedsift_http_requests_total{endpoint="browse.page",status="2xx"}'] == asked + 1
        assert server.ends(signal.SIGTERM) == 0
    assert list(shell.folder.glob("feedsift-metrics-*")) == []
    assert "Traceback" not in server.printed


def test_an_address_that_is_taken_is_said_before_anything_is_served(data: Path, tmp_path: Path):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)), pytest.raises(click.ClickException, match="Address already in use"):
        scrape.serve(Settings(data=data, metrics=("127.0.0.1", port)), tmp_path)
