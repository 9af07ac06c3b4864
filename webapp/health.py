"""For those who watch the service: is the process alive, and can it answer."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint

from index import FeedsiftError, IndexMissingError, Library, Query
from webapp import current, standing

blueprint = Blueprint("health", __name__)
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@blueprint.get("/healthz")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Say that the process answers."""
    return "ok\n", 200, _TEXT


@blueprint.get("/readyz")
def readyz() -> tuple[str, int, dict[str, str]]:
    """Say whether store and index can be used, how fresh the feeds are, and whether the index holds all of the store.

    Old feeds and an index that is behind are for somebody to look at, and no reason to send readers elsewhere.
    """
    try:
        text = _ready(current.library())
    except FeedsiftError as error:
        if isinstance(error, IndexMissingError):
            current.mender().ask()
        return f"{error}\n", 503, _TEXT
    return text, 200, _TEXT


def _ready(library: Library) -> str:
    total = library.search(Query(), limit=1, facet_values=1).total
    return f"ok, {total} entries\nlast fetch: {_ago(library.fetched)}\nindex: {library.behind} changes behind\n"


def _ago(moment: int | None) -> str:
    if moment is None:
        return "none yet"
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}, {max(0, standing.now() - moment)} seconds ago"
