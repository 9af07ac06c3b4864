"""The process that `serve --refresh` runs beside the workers: fetches each feed when it is time for that.

Of all that share a library, on any machine, one refresher at a time does so: it holds a lease in the store, and says
again every so often that it is still there. It ends when its standard input does.
"""

from __future__ import annotations

import logging
import secrets
import select
import sys
from collections.abc import Iterable

from index import Feed, FeedsiftError, Intake, Library
from webapp.console import log_to_stderr
from webapp.settings import Settings

LONGEST_WAIT = 30
"""Seconds between two looks at what is due: news from hubs, other processes and new feeds must not wait for long."""
TROUBLE = 15 * 60
"""Seconds to wait where the library cannot be written: what was fetched is not noted, and would be asked for again."""
_log = logging.getLogger(__name__)


def run(library: Library, holder: str) -> None:
    """Fetch feeds as they are due, until standard input ends."""
    seconds = 0.0
    try:
        while not select.select([sys.stdin], [], [], seconds)[0]:
            seconds = keep_fresh(library, holder)
    finally:
        library.end_turn(holder)
        library.close()


def keep_fresh(library: Library, holder: str) -> float:
    """Fetch what is due, if nobody else does, and give the seconds to wait then; what goes wrong is logged."""
    try:
        if not library.take_turn(holder):
            return LONGEST_WAIT
        if due := library.due():
            refresh(library, due, holder)
        library.renew_hubs()
        seconds = library.seconds_to_wait()
        return LONGEST_WAIT if seconds is None else max(1.0, min(seconds, LONGEST_WAIT))
    except (FeedsiftError, OSError) as error:
        _log.warning("the library could not be brought up to date: %s", error)
        return TROUBLE


def refresh(library: Library, feeds: Iterable[Feed], holder: str) -> None:
    """Fetch these feeds and bring the index up to date; what fails is logged, and the others go on."""
    for intake in library.refresh(*feeds):
        library.take_turn(holder)
        if intake.error:
            _log.warning("%s: %s", _name(library, intake), intake.error)
    library.publish()


def _name(library: Library, intake: Intake) -> str:
    """Give a feed's title: its address may hold secrets, and logs are read by more than one."""
    feed = library.store.feed(intake.feed)
    return feed.title if feed else "a feed"


if __name__ == "__main__":
    log_to_stderr()
    settings = Settings.from_environment()
    try:
        run(Library(settings.data, rules=settings.rules), secrets.token_hex(8))
    except KeyboardInterrupt:
        sys.exit(0)
