"""Gives each request an id, and writes a line on what it asked and what it cost.

The line names no reader: no address, no browser, and nothing that stands behind the question mark, so no search.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, has_request_context, request

from webapp.logs import FACTS, REQUEST_ID
from webapp.settings import Settings

HEADER = "X-Request-Id"
LONGEST_PATH = 200
"""Characters of a path that are written."""
SECRET = ("/websub/",)
"""What follows these is known to one other alone."""
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Cost:
    """A request, and what answering it has taken."""

    method: str
    path: str
    id: str
    began: float
    engine: float = 0.0
    """Seconds in the engine."""
    hits: int | None = None
    """Of what was asked first; None where nothing was searched."""

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.perf_counter() - self.began


Listener = Callable[[Cost, int, str], None]
"""Is told of each answer: what it has cost, its status, and the endpoint that gave it, or nothing."""


def init_app(app: Flask, settings: Settings) -> None:
    """Be the first to see a request, and the last to see its answer: to be called before all others."""
    app.extensions["feedsift.listeners"] = [_write]

    @app.before_request
    def begin() -> None:
        g.cost = begun(request.environ, settings, time.perf_counter())
        g.request_id = g.cost.id

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        tell(app, g.cost, response.status_code, request.endpoint or "")
        return response


def begun(environ: Mapping[str, Any], settings: Settings, began: float) -> Cost:
    """Give what is to be known of a request that began then (see time.perf_counter), and an id.

    An id that a request brings is kept where a proxy stands before the site; else it would be anybody's.
    """
    given = environ.get("HTTP_X_REQUEST_ID", "") if settings.proxies else ""
    id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")  # as PEP 3333 has it
    return Cost(environ["REQUEST_METHOD"], f"/{path.lstrip('/')}", id, began)


def tell(app: Flask, cost: Cost, status: int, endpoint: str) -> None:
    """Tell all who listen of an answer."""
    listeners: list[Listener] = app.extensions["feedsift.listeners"]
    for listener in listeners:
        listener(cost, status, endpoint)


def note(seconds: float, hits: int | None) -> None:
    """Add a question to the engine, with the number of its hits where it searched, to the request that asked it."""
    cost: Cost | None = g.get("cost") if has_request_context() else None
    if cost:
        cost.engine += seconds
        cost.hits = hits if cost.hits is None else cost.hits


def engine_seconds() -> float:
    """Give what this request has taken in the engine up to now."""
    return g.cost.engine if "cost" in g else 0.0


def path(asked: str) -> str:
    """Give a path as a line may name it: in ASCII, not too long, without what is secret in it."""
    for start in SECRET:
        if asked.startswith(start):
            return f"{start}…/"
    return quote(asked[:LONGEST_PATH], safe="/+~!$&'()*,;=:@-._")


def _write(cost: Cost, status: int, _: str) -> None:
    if not _log.isEnabledFor(logging.INFO):
        return
    named, ms = path(cost.path), _milliseconds(cost.seconds)
    facts: dict[str, object] = {"method": cost.method, "path": named, "status": status, "ms": ms}
    text = f"{cost.method} {named} {status} in {ms} ms"
    if cost.hits is not None or cost.engine:
        facts |= {"hits": cost.hits, "engine_ms": _milliseconds(cost.engine)}
        text += f", {'' if cost.hits is None else f'{cost.hits} hits, '}{facts['engine_ms']} ms in the engine"
    _log.info("%s", text, extra={FACTS: facts, REQUEST_ID: cost.id})


def _milliseconds(seconds: float) -> float:
    return round(1_000 * seconds, 1)
