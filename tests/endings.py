"""What may come of a spoilt document that is no feed any more, and what is a fault of ours. Called by tests.fuzz_feeds
and tests.bombs.

Every sentence that may be said is listed: one that is not, such as that the program which reads broke, or that names an
exception of ours, is a fault. So is whatever the package logs as a warning, as it does of what a reader tried to open.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from index.entries import SkippedEntry

_NO_FEED = re.compile(
    r"this is not a feed: (no Atom, no RSS and no JSON Feed was found in it"
    r"|it begins like JSON, but cannot be read as that|it is JSON, but no JSON Feed)"
    r"|this is an OPML list (that cannot be read|without any feed in it)"
)
_TOO_MUCH = re.compile(r"reading it takes more than [\d,]+ (MB of memory|seconds)|it unpacks to more than [\d,]+ MB")
_NOT_TAKEN_IN = re.compile(r"it is a page, not a feed")
_SKIPPED = re.compile(r"its id stands twice in the feed|[\d,]+ more are in the document than are read of one")


class FaultError(Exception):
    """Something is not as it has to be; the message says what."""


def expect_plain(sentence: str, *, is_bomb: bool = False) -> None:
    """Raise FaultError where reading may not end with this error.

    Limits of time, memory and size are for documents made to exceed them (`is_bomb`): no other comes near.
    """
    if not (_NO_FEED.fullmatch(sentence) or (is_bomb and _TOO_MUCH.fullmatch(sentence))):
        raise FaultError(f"reading ends with {sentence!r}")


def expect_not_taken_in(sentence: str) -> None:
    """Raise FaultError where a file may not be refused with this error: its server said what it is, a file does not."""
    if not _NOT_TAKEN_IN.fullmatch(sentence):
        expect_plain(sentence)


def expect_plain_reasons(skipped: Iterable[SkippedEntry]) -> None:
    """Raise FaultError where an entry was left out for a reason that is not the document's."""
    for each in skipped:
        if not _SKIPPED.fullmatch(each.reason):
            raise FaultError(f"entry {each.position} is left out: {each.reason}")


class Warned(logging.Handler):
    """Notes what the package warns of, while it is in use as a context."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(self.format(record))

    def __enter__(self) -> Warned:
        logging.getLogger("index").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("index").removeHandler(self)

    def expect_nothing(self) -> None:
        """Raise FaultError where anything was said since the last time."""
        said, self._said = self._said, []
        if said:
            raise FaultError(f"warned: {said[:3]}")
