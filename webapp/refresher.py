"""The process that `serve --refresh` runs beside the workers: fetches each feed when it is time for that.

Of all that share a library, on any machine, one refresher at a time does so: it holds a lease in the store, and says
again every so often that it is still there. It ends when its standard input does.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict

from index import Feed, FeedsiftError, Intake, Library
from webapp import logs
from webapp.logs import FACTS
from webapp.rounds import Round
from webapp.settings import Settings

LONGEST_WAIT = 30
"""Seconds between two looks at what is due: news from hubs, other processes and new feeds must not wait for long."""
GRACE = 2
"""Seconds to end what is being done; `serve` waits a little longer."""
TROUBLE = 15 * 60
"""Seconds to wait where the library cannot be written: what was fetched is not noted, and would be asked for again."""
_log = logging.getLogger("webapp.refresher")  # which runs as __main__


Tell = Callable[[Round | None], None]


def run(library: Library, holder: str, ending: threading.Event, tell: Tell) -> None:
    """Fetch feeds as they are due, until it is to end; `tell` hears of each round, as in `keep_fresh`."""
    seconds = 0.0
    try:
        while not ending.wait(seconds):
            seconds = keep_fresh(library, holder, ending, tell)
    finally:
        library.end_turn(holder)
        library.close()


def end_with_input(library: Library, holder: str, ending: threading.Event) -> None:
    """Wait until standard input ends, say so, and then end all, whatever server it is waiting for."""
    sys.stdin.read()
    ending.set()
    time.sleep(GRACE)
    with suppress(FeedsiftError):
        library.end_turn(holder)
    os._exit(0)  # at any moment this leaves a good library


def keep_fresh(library: Library, holder: str, ending: threading.Event, tell: Tell = lambda _: None) -> float:
    """Fetch what is due, if nobody else does, and give the seconds to wait then; what goes wrong is logged.

    `tell` is called with what a round has come to, or with None where the library could not be written.
    """
    try:
        if not library.take_turn(holder):
            return LONGEST_WAIT
        if due := library.due():
            done = refresh(library, due, holder, ending)
            _log.info("%s", done, extra={FACTS: asdict(done)})
            tell(done)
        elif library.behind != 0:  # somebody was killed, or had no room, before the index was brought up to date
            library.publish()
        library.renew_hubs()
        seconds = library.seconds_to_wait()
        return LONGEST_WAIT if seconds is None else max(1.0, min(seconds, LONGEST_WAIT))
    except (FeedsiftError, OSError) as error:
        _log.warning("the library could not be brought up to date: %s", error)
        tell(None)
        return TROUBLE
    except Exception:  # what nobody thought of must not end the freshness of all feeds
        _log.exception("the library could not be brought up to date")
        tell(None)
        return TROUBLE


def refresh(library: Library, feeds: Iterable[Feed], holder: str, ending: threading.Event) -> Round:
    """Fetch these feeds and bring the index up to date; what fails is logged, and the others go on."""
    began, done = time.monotonic(), Round()
    for intake in library.refresh(*feeds):
        library.take_turn(holder)
        done.add(intake)
        if intake.error:
            _log.warning("%s", _told(library, intake))
        if ending.is_set():
            return done
    library.publish()
    done.seconds = round(time.monotonic() - began, 1)
    return done


def _told(library: Library, intake: Intake) -> str:
    """Say what went wrong, with the feed's title: addresses may hold secrets, and logs are read by more than one."""
    feed = library.store.feed(intake.feed)
    return f"{feed.title}: {feed.public(intake.error)}" if feed else intake.error


def main() -> None:
    """Keep the library of the settings fresh."""
    settings = Settings.from_environment()
    logs.set_up(settings.log)
    library, holder, ending = opened(settings), secrets.token_hex(8), threading.Event()
    threading.Thread(target=end_with_input, args=[library, holder, ending], daemon=True).start()
    run(library, holder, ending, _counter() if settings.metrics else lambda _: None)


def opened(settings: Settings) -> Library:
    """Open the library. Where that cannot be, the log says why and the process ends: `serve` starts another one."""
    try:
        return Library(settings.data, rules=settings.rules)
    except (FeedsiftError, OSError) as error:
        _log.warning("feeds cannot be kept fresh: %s", error)
        sys.exit(1)


def _counter() -> Tell:
    from prometheus_client import CollectorRegistry  # only here: see webapp.metrics

    from webapp.metrics import Rounds

    return Rounds(CollectorRegistry()).note


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
