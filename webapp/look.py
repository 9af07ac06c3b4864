"""What an address says of an embed's looks, beside the query: a value that cannot be becomes the nearest that can."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

COUNT = 5
"""Entries of an embed where none is asked for: a corner of somebody else's page, not a page."""
THEMES = ("auto", "light", "dark")
LEVEL = 3
LEVELS = range(2, 7)
_OFF = ("", "0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Look:
    """How an embed looks, and what it offers besides entries."""

    level: int = LEVEL
    """Of the entries' headings: the page around has its own outline."""
    theme: str = THEMES[0]
    """`auto` takes after the page around."""
    has_search: bool = False
    has_more: bool = False
    id: str = ""
    """What all ids begin with, where two embeds of the same state stand in one page."""

    def pairs(self) -> list[tuple[str, str]]:
        """Give the parameters that say this, without what is so by default."""
        found = [("h", str(self.level) if self.level != LEVEL else ""), ("theme", self.theme.removeprefix("auto"))]
        found += [("search", "1" * self.has_search), ("more", "1" * self.has_more), ("id", self.id)]
        return [(name, value) for name, value in found if value]


NAMES = ("h", "theme", "search", "more", "id")
"""The parameters that Look reads; in an embed, `search` is therefore not another name of `q`."""


def from_address(given: Mapping[str, str]) -> Look:
    """Read the parameters of an address; unknown ones are ignored."""
    theme = given.get("theme", "").strip().lower()
    return Look(
        level=nearest(given.get("h", ""), LEVELS, LEVEL),
        theme=theme if theme in THEMES else THEMES[0],
        has_search=given.get("search", "").strip().lower() not in _OFF,
        has_more=given.get("more", "").strip().lower() not in _OFF,
        id=re.sub(r"[^a-z0-9-]", "", given.get("id", "").lower())[:20],
    )


def nearest(text: str, valid: range, default: int) -> int:
    """Give the valid number that is nearest to what was written, or the default where that is no number."""
    if not re.fullmatch(r"[+-]?[0-9]+", text.strip()):
        return default
    # A number of many digits is out of range whatever it is; converting it would cost time.
    return max(valid.start, min(int(text.strip()[:9]), valid.stop - 1))
