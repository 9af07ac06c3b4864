"""The machine's own limit: a Flask page that only says hello, in 10 kB, on the server that Feedsift runs on.

    python -m tests.bench.hello PORT

With as many workers, threads and connections as Feedsift has. Started by tests.bench.pages.
"""

from __future__ import annotations

import multiprocessing
import sys

from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from webapp.serving import CONNECTIONS, HEADER_MILLISECONDS, THREADS

WORKERS = 2
SIZE = 10_000
LINE = "<p>Hello, hello, hello.</p>\n"


def create_app() -> Flask:
    """Make the application."""
    app = Flask(__name__)
    page = (f"<!doctype html>\n<title>Hello</title>\n{LINE * (SIZE // len(LINE) + 1)}")[:SIZE]

    @app.get("/")
    def hello() -> str:
        return page

    return app


def serve(port: int) -> None:
    """Serve it until told to stop."""
    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        "tests.bench.hello:create_app",
        factory=True,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        workers=WORKERS,
        blocking_threads=THREADS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
