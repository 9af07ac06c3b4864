"""Says in each answer where its time went, by the Server-Timing header (W3C, https://www.w3.org/TR/server-timing/).

Browsers show it with the request. Off unless it is asked for, as strangers would be told what costs most.
"""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, Response, g

from index import Trace, recorded
from webapp.settings import Settings

HEADER = "Server-Timing"


def init_app(app: Flask, settings: Settings) -> None:
    """Put the header on every answer, if the settings say so; to be called early, to hear of all that follows."""
    if not settings.timing:
        return

    @app.before_request
    def listen() -> None:
        g.listening = ExitStack()
        g.trace = g.listening.enter_context(recorded())

    @app.after_request
    def tell(response: Response) -> Response:
        if "listening" in g:
            g.listening.close()
            response.headers[HEADER] = header(g.trace)
        return response


def header(trace: Trace) -> str:
    """Write a trace, in milliseconds."""
    stages = {"total": trace.total, **trace.seconds}
    return ", ".join(f"{name};dur={1_000 * seconds:.1f}" for name, seconds in stages.items())


def lines(trace: Trace) -> list[str]:
    """Write a trace for a terminal: each stage, then what belongs to none, and all of it."""
    other = trace.total - sum(trace.seconds.values())
    stages = {**trace.seconds, "everything else": other, "in all": trace.total}
    return [f"{1_000 * seconds:8.1f} ms  {name}" for name, seconds in stages.items()]
