"""What workers and the refresher count for Prometheus, each process in files of its own; `webapp.scrape` adds them up.

To be imported only where FEEDSIFT_METRICS is set: prometheus_client looks as it is imported for where files are to be.
There are only counters and histograms in it, so what a process has counted goes on counting when that has ended.
"""

from __future__ import annotations

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Histogram

from webapp.access import Cost
from webapp.rounds import Round

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ROUND_SECONDS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)


class Requests:
    """What is counted of requests."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Take where the numbers are read in tests; elsewhere that is done from the files."""
        self._requests = Counter(
            "feedsift_http_requests", "Requests answered.", ["endpoint", "status"], registry=registry
        )
        self._seconds = Histogram(
            "feedsift_http_request_duration_seconds",
            "Time to make an answer, without sending it.",
            ["endpoint"],
            buckets=SECONDS,
            registry=registry,
        )
        self._engine = Histogram(
            "feedsift_engine_duration_seconds",
            "Time in the search engine, of each request that asks it.",
            buckets=SECONDS,
            registry=registry,
        )

    def init_app(self, app: Flask) -> None:
        """Count what this application answers; to be called after `access.init_app`."""
        app.extensions["feedsift.listeners"].append(self._count)

    def _count(self, cost: Cost, status: int, endpoint: str) -> None:
        name = endpoint or "none"  # not the path: anybody can ask for any number of these
        self._requests.labels(name, f"{status // 100}xx").inc()
        self._seconds.labels(name).observe(cost.seconds)
        if cost.engine:
            self._engine.observe(cost.engine)


class Rounds:
    """What is counted of rounds of fetching feeds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Take where the numbers are read in tests."""
        self._rounds = Counter("feedsift_refresh_rounds", "Rounds of fetching.", ["outcome"], registry=registry)
        self._fetches = Counter("feedsift_refresh_fetches", "Feeds fetched.", ["outcome"], registry=registry)
        self._entries = Counter("feedsift_refresh_entries", "Entries taken in.", ["kind"], registry=registry)
        self._seconds = Histogram(
            "feedsift_refresh_round_duration_seconds",
            "Time for a round, indexing included.",
            buckets=ROUND_SECONDS,
            registry=registry,
        )

    def note(self, done: Round | None) -> None:
        """Count a round; None is one that came to nothing, as the library could not be written."""
        self._rounds.labels("done" if done else "failed").inc()
        if done:
            self._fetches.labels("done").inc(done.feeds - done.failed)
            self._fetches.labels("failed").inc(done.failed)
            for kind, count in (("new", done.new), ("updated", done.updated), ("removed", done.removed)):
                self._entries.labels(kind).inc(count)
            self._seconds.observe(done.seconds)
