"""What a round of fetching feeds has come to: for the log, and for those who count."""

from __future__ import annotations

from dataclasses import dataclass

from index import Intake


@dataclass(slots=True)
class Round:
    """What fetching the feeds that were due has come to."""

    feeds: int = 0
    failed: int = 0
    new: int = 0
    """Entries, as are the next two."""
    updated: int = 0
    removed: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"fetched {self.feeds} feeds in {self.seconds} s: {self.failed} failed, {self.new} entries are new"

    def add(self, intake: Intake) -> None:
        """Count what taking in one feed has done."""
        self.feeds += 1
        self.failed += bool(intake.error)
        self.new += intake.new
        self.updated += intake.updated
        self.removed += intake.removed
