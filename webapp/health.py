"""For those who watch the service: is the process alive, and can it answer."""

from __future__ import annotations

from flask import Blueprint

from index import FeedsiftError, IndexMissingError, Query
from webapp import current

blueprint = Blueprint("health", __name__)
_TEXT = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@blueprint.get("/healthz")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Say that the process answers."""
    return "ok\n", 200, _TEXT


@blueprint.get("/readyz")
def readyz() -> tuple[str, int, dict[str, str]]:
    """Say whether store and index can be used."""
    try:
        total = current.library().search(Query(), limit=1, facet_values=1).total
    except FeedsiftError as error:
        if isinstance(error, IndexMissingError):
            current.mender().ask()
        return f"{error}\n", 503, _TEXT
    return f"ok, {total} entries\n", 200, _TEXT
