"""Runs the site: a production server (Granian) with worker processes, and one process that keeps feeds fresh.

The parent process only supervises. On SIGTERM or SIGINT the workers finish what they are answering, then all end.
The refresher ends when its standard input does, and a worker when its parent does, so that none of them outlives the
parent, however that one ends.
"""

from __future__ import annotations

import atexit
import gc
import logging
import multiprocessing
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import ProxyHandler, build_opener

import click
from flask import Flask
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from webapp import create_app, logs, warming
from webapp.settings import Settings

HEADER_MILLISECONDS = 5_000
"""For a client to send its request's head, the first one or the next; slower ones are cut off."""
CONNECTIONS = 2_048
"""That a worker process has open at once, most of them resting; further clients wait until one of these goes."""
FILES = 256
"""That a worker process may have open besides."""
STOP_SECONDS = 10
REFRESHER_SECONDS = 3
"""For the refresher to end what it is at."""
RESTART_SECONDS = 10
"""Until a refresher that has ended by itself is replaced."""
THREADS = 2
"""Requests that a worker process answers at once."""
OWN_LOGS = {"loggers": {"_granian": {"propagate": True}}}
"""What Granian has to say goes where all the rest goes."""
_log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises click.ClickException where the address cannot be had."""
    ip = free_address(settings)
    # A forked worker would inherit whatever locks our threads hold at that moment, and hang on them for ever.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ["FEEDSIFT_DATA"] = str(settings.data)
    os.environ["FEEDSIFT_TITLE"] = settings.title
    server = Granian(
        "webapp.serving:worker",
        factory=True,
        address=ip,
        port=settings.port,
        interface=Interfaces.WSGI,
        # To find out which version a client speaks, Granian would wait for it without end.
        http=HTTPModes.http1,
        backlog=CONNECTIONS,
        backpressure=_room_for_connections(),
        workers=settings.workers,
        blocking_threads=THREADS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=OWN_LOGS,
        workers_kill_timeout=STOP_SECONDS,
        respawn_failed_workers=True,
    )
    server.on_startup(lambda: threading.Thread(target=_say_when_ready, args=(settings,), daemon=True).start())
    with _scraped(settings), _refresher(settings):
        server.serve()


def worker() -> Flask:
    """Make the application in a worker process."""
    settings = Settings.from_environment()
    logs.set_up(settings.log)
    app = create_app(settings)
    # Granian's threads may still wait for the interpreter when a worker that has answered everything ends, and
    # Python before 3.14 ends such threads in a way that Rust aborts on: leave without finalising.
    atexit.register(os._exit, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    warming.begin(app)
    if not app.extensions["feedsift.library"].is_indexed:
        app.extensions["feedsift.mender"].ask()  # at once, not with the first request
    gc.collect()
    gc.freeze()  # what is there by now stays, and need not be looked through again and again
    return app


def address(settings: Settings) -> str:
    """Give the address to open in a browser."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/"


def _end_with_parent() -> None:
    """Wait in a worker until the parent is gone; one that was killed could not tell its workers to stop."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def free_address(settings: Settings) -> str:
    """Give the IP address of the host, once it is sure that it can be listened on."""
    try:
        family, _, _, _, place = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise click.ClickException(f"Cannot listen on {settings.host}, port {settings.port}: {reason}.") from error
    return str(place[0])


def _room_for_connections() -> int:
    """Have the system allow as many open files as are needed, and give for how many connections that is enough.

    At the limit, a worker would try again and again to let the next client in, and could not read its library.
    """
    most, hardest = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = CONNECTIONS + FILES
    if most == resource.RLIM_INFINITY or most >= needed:
        return CONNECTIONS
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hardest))
        return CONNECTIONS
    return max(1, most - FILES)


def _say_when_ready(settings: Settings) -> None:
    ask = build_opener(ProxyHandler({})).open  # our own address, never by way of the proxy that feeds may need
    for _ in range(600):
        try:
            with ask(f"{address(settings)}healthz", timeout=5):
                click.echo(f"Feedsift is ready: {address(settings)}")
                return
        except OSError:
            time.sleep(0.05)


@contextmanager
def _scraped(settings: Settings) -> Iterator[None]:
    """Answer Prometheus, where that is wanted, with what all processes that are started now will count."""
    if not settings.metrics:
        yield
        return
    with TemporaryDirectory(prefix="feedsift-metrics-") as folder:  # a new one for each start: old numbers are none
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        from webapp import scrape  # only now: prometheus_client looks at this as it is imported

        server = scrape.serve(settings, Path(folder))
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


@contextmanager
def _refresher(settings: Settings) -> Iterator[None]:
    if not settings.refresh:
        yield
        return
    keeper = _Keeper({**os.environ, "FEEDSIFT_REFRESH": f"{settings.refresh}s"})
    keeper.start()
    try:
        yield
    finally:
        keeper.end()


class _Keeper(threading.Thread):
    """Starts the refresher, and another one where that ends by itself."""

    def __init__(self, environment: dict[str, str]) -> None:
        super().__init__(daemon=True)
        self._environment = environment
        self._ending = threading.Event()
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        while process := self._another():
            process.wait()
            if not self._ending.wait(RESTART_SECONDS):
                if process.stdin:
                    process.stdin.close()
                _log.warning("what keeps feeds fresh had ended; it is started again")

    def end(self) -> None:
        """End the refresher, and start no other."""
        self._ending.set()
        with self._guard:
            if self._process:
                _end(self._process)

    def _another(self) -> subprocess.Popen[bytes] | None:
        with self._guard:
            if self._ending.is_set():
                return None
            command = [sys.executable, "-m", "webapp.refresher"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=self._environment)
            return self._process


def _end(refresher: subprocess.Popen[bytes]) -> None:
    """Tell the refresher that all is over; one that waits for a slow feed is killed, which leaves a good library."""
    try:
        refresher.communicate(timeout=REFRESHER_SECONDS)
    except subprocess.TimeoutExpired:
        refresher.kill()
        refresher.wait()
