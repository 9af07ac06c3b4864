"""The files that come with an entry, as readers see them: named, never fetched but by their browser when they ask."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from index import Enclosure, sound

KINDS = {
    "audio": "audio",
    "video": "video",
    "image": "picture",
    "text": "text",
    "application/pdf": "PDF",
    "application/zip": "ZIP archive",
    "application/epub+zip": "e-book",
}
"""Media types in words: whole ones, and what stands before the slash."""
UNITS = ("bytes", "KB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class File:
    """A file, in words."""

    address: str
    name: str
    about: str
    """Its kind and size."""
    player: str
    """`audio` or `video` where the page can play it, which is over https alone (webapp.security)."""


def of(enclosure: Enclosure) -> File:
    """Give what is shown of a file."""
    kind = KINDS.get(enclosure.type) or KINDS.get(enclosure.type.partition("/")[0], "file")
    said = [kind, size(enclosure.length) if enclosure.length > 0 else "", f"at {urlsplit(enclosure.url).hostname}"]
    can_play = kind in ("audio", "video") and enclosure.url.startswith("https:")
    return File(enclosure.url, enclosure.title or _name(enclosure.url), ", ".join(filter(None, said)), kind * can_play)


def size(length: int) -> str:
    """Give a number of bytes as `7.1 MB`."""
    unit = 0
    value = float(length)
    while value >= 999.95 and unit < len(UNITS) - 1:
        value, unit = value / 1_000, unit + 1
    return f"{value:.1f} {UNITS[unit]}" if unit and value < 10 else f"{value:,.0f} {UNITS[unit]}"


def _name(url: str) -> str:
    """Give the last part of an address as a name."""
    return sound(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])) or "File"
