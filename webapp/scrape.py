"""Answers Prometheus, in the parent process of the server, at an address that is not the public one.

What the other processes have counted comes from their files; the state of the library is looked up when somebody asks.
"""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIServer

import click
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from index import FeedsiftError, Library
from webapp import standing
from webapp.settings import Settings
from webapp.standing import State


def serve(settings: Settings, folder: Path) -> WSGIServer:
    """Answer from now on, in a thread, with what is in the files of `folder` and in the library.

    Raises click.ClickException where the address cannot be had.
    """
    host, port = settings.metrics or ("", 0)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(OfLibrary(settings))
    try:
        server, _ = start_http_server(port, host, registry)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}, port {port} (FEEDSIFT_METRICS): {error.strerror or error}."
        ) from error
    return server


class OfLibrary(Collector):
    """The state of the library at the moment at which somebody asks."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings that name the library."""
        self._settings = settings
        self._guard = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """Give the metrics; where the store cannot be read, that alone."""
        with self._guard:  # a library is opened each time, as each request comes in a thread of its own
            found: list[Metric] = []
            try:
                found.extend(self._state())
            except (FeedsiftError, OSError):
                found = []
            yield _gauge("feedsift_store_up", "Whether the store can be read.", bool(found))
            yield from found

    def _state(self) -> Iterator[Metric]:
        if not Library.is_in(self._settings.data):
            return
        library = Library(self._settings.data)
        try:
            yield from _of_store(library)
            yield from _of_index(library)
            free = shutil.disk_usage(self._settings.data).free
            yield _gauge("feedsift_free_bytes", "Room on the disk of the library.", free)
        finally:
            library.close()


def _of_store(library: Library) -> Iterator[Metric]:
    yield _gauge("feedsift_entries", "Entries in the store.", library.store.count())
    counts = Counter(standing.state(feed, standing.now()) for feed in library.feeds())
    feeds = GaugeMetricFamily("feedsift_feeds", "Feeds by how they are doing.", labels=["state"])
    for state in State:
        feeds.add_metric([state], counts[state])
    yield feeds
    if fetched := library.fetched:
        yield _gauge("feedsift_last_fetch_timestamp_seconds", "When a feed was last fetched with success.", fetched)


def _of_index(library: Library) -> Iterator[Metric]:
    yield _gauge("feedsift_index_up", "Whether there is an index that can be asked.", library.is_indexed)
    if (behind := library.behind) is not None:
        yield _gauge("feedsift_index_changes_behind", "Changes that the index does not hold yet.", behind)
    if published := library.published:
        yield _gauge("feedsift_index_published_timestamp_seconds", "When the index was last changed.", published)


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value=value)
