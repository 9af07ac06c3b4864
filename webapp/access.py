"""Gives each request an id, and writes a line on what it asked and what it cost.

The line names no reader: no address, no browser, and nothing that stands behind the question mark, so no search.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, g, has_request_context, request

from webapp.logs import FACTS
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
    """What answering a request has taken."""

    began: float
    engine: float = 0.0
    """Seconds in the engine."""
    hits: int | None = None
    """Of what was asked first; None where nothing was searched."""


def init_app(app: Flask, settings: Settings) -> None:
    """Be the first to see a request, and the last to see its answer: to be called before all others.

    An id that a request brings is kept where a proxy stands before the site; else it would be anybody's.
    """

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "") if settings.proxies else ""
        g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
        g.cost = Cost(time.perf_counter())

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        if _log.isEnabledFor(logging.INFO):
            _write(response.status_code, g.cost)
        return response


def note(seconds: float, hits: int | None) -> None:
    """Add a question to the engine, with the number of its hits where it searched, to the request that asked it."""
    if has_request_context() and "cost" in g:
        g.cost.engine += seconds
        g.cost.hits = hits if g.cost.hits is None else g.cost.hits


def engine_seconds() -> float:
    """Give what this request has taken in the engine up to now."""
    return g.cost.engine if "cost" in g else 0.0


def path() -> str:
    """Give the path that is asked for as a line may name it: in ASCII, not too long, without what is secret in it."""
    for start in SECRET:
        if request.path.startswith(start):
            return f"{start}…/"
    return quote(request.path[:LONGEST_PATH], safe="/+~!$&'()*,;=:@-._")


def _write(status: int, cost: Cost) -> None:
    facts: dict[str, object] = {"method": request.method, "path": path(), "status": status}
    facts["ms"] = _milliseconds(time.perf_counter() - cost.began)
    text = f"{request.method} {path()} {status} in {facts['ms']} ms"
    if cost.hits is not None or cost.engine:
        facts |= {"hits": cost.hits, "engine_ms": _milliseconds(cost.engine)}
        text += f", {'' if cost.hits is None else f'{cost.hits} hits, '}{facts['engine_ms']} ms in the engine"
    _log.info("%s", text, extra={FACTS: facts})


def _milliseconds(seconds: float) -> float:
    return round(1_000 * seconds, 1)
