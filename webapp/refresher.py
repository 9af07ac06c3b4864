"""The process that `serve --refresh` runs beside the workers: fetches every feed, time and again."""

from __future__ import annotations

import logging
import select
import sys
from pathlib import Path

from index import Feed, FeedsiftError, Library, SourceError
from webapp.console import log_to_stderr

_log = logging.getLogger(__name__)


def run(data: Path, seconds: int) -> None:
    """Fetch all feeds every so many seconds, until standard input ends."""
    library = Library(data)
    while not select.select([sys.stdin], [], [], seconds)[0]:
        refresh(library)


def refresh(library: Library) -> None:
    """Fetch all feeds once; what fails is logged, and the others go on."""
    try:
        for feed in library.feeds():
            if feed.can_be_fetched:
                _refresh(library, feed)
        library.publish()
    except (FeedsiftError, OSError) as error:
        _log.warning("the library could not be brought up to date: %s", error)


def _refresh(library: Library, feed: Feed) -> None:
    try:
        for intake in library.refresh(feed):
            if intake.error:
                _log.warning("%s: %s", intake.feed, intake.error)
    except SourceError as error:
        _log.warning("%s: %s", feed.url, error)


if __name__ == "__main__":
    log_to_stderr()
    try:
        run(Path(sys.argv[1]), int(sys.argv[2]))
    except KeyboardInterrupt:
        sys.exit(0)
