"""What the commands print: progress on a terminal as a bar, elsewhere as plain lines, and never a traceback."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Any

import click

from index import Intake

SECONDS_BETWEEN_LINES = 5.0


class Progress:
    """A callback for long work; `close` ends the line that is being drawn."""

    def __init__(self) -> None:
        """Draw on standard error, so that output can be piped."""
        self._is_terminal = sys.stderr.isatty()
        self._bar: Any = None
        self._what = ""
        self._printed = time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` steps are done."""
        if what != self._what:
            self.close()
            self._what, self._printed = what, time.monotonic()
        if total <= 1:
            return
        if self._is_terminal:
            self._draw(what, done, total)
        elif time.monotonic() - self._printed > SECONDS_BETWEEN_LINES:
            self._printed = time.monotonic()
            click.echo(f"{what}: {100 * done // total} %", err=True)

    def close(self) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None
        self._what = ""

    def _draw(self, what: str, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=what, file=sys.stderr)
        self._bar.update(done - self._bar.pos)


def intake_line(intake: Intake) -> str:
    """Give one line on what taking a feed in has done."""
    if intake.error:
        return f"{intake.feed}: failed, {intake.error}"
    if intake.is_waiting and intake.standing and intake.standing.next:
        at, reason = clock(intake.standing.next), intake.standing.reason
        return f"{intake.feed}: as it was, next fetch at {at}, because {reason}"
    if intake.is_not_modified:
        return f"{intake.feed}: not modified"
    counts = f"{intake.new} new, {intake.updated} updated, {intake.unchanged} unchanged, {len(intake.skipped)} skipped"
    counts += f", {intake.removed} removed" if intake.removed else ""
    reasons = "".join(f"\n  skipped entry {skip.position or '?'}: {skip.reason}" for skip in intake.skipped[:10])
    moved = f"; has moved for good to {intake.moved_to}" if intake.moved_to else ""
    return f"{intake.feed}: {counts}{moved}{reasons}"


def clock(time: int) -> str:
    """Give a moment, in seconds since 1970, as people at a terminal read it."""
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M} UTC"


def one_line(text: str) -> str:
    """Give text without line breaks and without signs that a terminal would take for commands."""
    return "".join(
        sign if sign.isprintable() else " " if sign.isspace() else "\N{REPLACEMENT CHARACTER}" for sign in text
    )


def print_anything() -> None:
    """Let signs that the terminal's encoding lacks be written as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
