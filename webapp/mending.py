"""Builds the index anew, in its own process, where a request finds it missing, damaged or of another version.

Readers get a page that says so meanwhile. Any number of workers may ask for it at once: the first process to get the
library's lock builds, and the others find that there is nothing left to do.
"""

from __future__ import annotations

import logging
import math
import os
import subprocess
import sys
import threading
import time

from index import FeedsiftError, IndexMissingError, Library
from webapp import logs
from webapp.settings import Settings

SECONDS_BETWEEN, MOST_SECONDS = 10, 600
"""From the start of one process to that of the next: twice as many after each that did not help, up to a limit."""
COMMAND = "import sys; from webapp.mending import main; sys.exit(main())"
_log = logging.getLogger(__name__)


class Mender:
    """Starts the process, one at a time."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings that name the library."""
        self._environment = {"FEEDSIFT_DATA": str(settings.data)}
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._next = -math.inf
        self._pause = float(SECONDS_BETWEEN)

    def ask(self) -> None:
        """Have the index built anew, unless that is under way; returns at once."""
        with self._guard:
            is_at_it = self._process is not None and self._process.poll() is None
            if is_at_it or time.monotonic() < self._next:
                return
            has_failed = self._process is not None and self._process.returncode != 0
            if self._process:
                self._process.communicate()  # closes what was its input
            self._pause = min(2 * self._pause, MOST_SECONDS) if has_failed else SECONDS_BETWEEN
            self._next = time.monotonic() + self._pause
            _log.warning("the index is built anew")
            command = [sys.executable, "-c", COMMAND]
            environment = {**os.environ, **self._environment}
            try:  # its standard input ends with this process, and it with that
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
            except OSError as error:
                _log.error("the index cannot be built: %s", error)

    def end(self) -> None:
        """End the process, which leaves a good library at any moment."""
        with self._guard:
            if self._process:
                self._process.kill()
                self._process.communicate()
                self._process = None


def main() -> int:
    """Bring the index of the settings' library up to date; gives the exit code."""
    settings = Settings.from_environment()
    logs.set_up(settings.log)
    threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        library = Library(settings.data, rules=settings.rules)
        began = time.monotonic()
        if library.publish(is_whole=_is_damaged(library)):
            _log.info("the index was built in %.1f s", time.monotonic() - began)
        library.close()
    except (FeedsiftError, OSError) as error:
        _log.error("the index cannot be built: %s", error)
        return 1
    return 0


def _is_damaged(library: Library) -> bool:
    """Look at the files themselves: who found the damage may not have been able to mark it."""
    try:
        library.verify()
    except IndexMissingError:
        return library.is_indexed
    return False


def _end_with_input() -> None:
    # Not by sys.stdin, which Python cannot close at the end while a thread is reading from it.
    while os.read(0, 1):
        pass
    os._exit(1)
