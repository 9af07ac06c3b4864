"""What the headers of an answer say about time: how long it stays fresh (RFC 9111), when to come again.

The latter is RFC 9110, 10.2.3. Called by the client. Nonsense is read as if nothing was said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST = 2**31
"""Seconds: what RFC 9111 takes for any number that is larger."""
_DIRECTIVE = re.compile(r"""([^\s=,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?""")


def lifetime(headers: Mapping[str, str], now: float) -> int | None:
    """Give the seconds from now for which an answer says to be fresh; None where it says nothing."""
    directives = _directives(headers.get("Cache-Control", ""))
    if "no-store" in directives or directives.get("no-cache") == "":  # with a value it is about single headers
        return 0
    age = _seconds(headers.get("Age", "")) or 0
    fresh = _seconds(directives.get("max-age", ""))
    if fresh is None:
        fresh = _until_expiry(headers, now)
    return None if fresh is None else max(0, fresh - age)


def retry_after(headers: Mapping[str, str], now: float) -> int | None:
    """Give the seconds after which a server asks to come again; None where it does not ask."""
    text = headers.get("Retry-After", "")
    seconds = _seconds(text)
    return _from_now(text, headers, now) if seconds is None else seconds


def _directives(text: str) -> dict[str, str]:
    """Give the directives of Cache-Control; of one that comes twice, the first."""
    found: dict[str, str] = {}
    for name, quoted, plain in _DIRECTIVE.findall(text):
        found.setdefault(name.lower(), quoted or plain)
    return found


def _seconds(text: str) -> int | None:
    match = re.fullmatch(r"\s*([0-9]+)\s*", text, re.ASCII)
    return min(int(match[1][:40]), LONGEST) if match else None


def _until_expiry(headers: Mapping[str, str], now: float) -> int | None:
    text = headers.get("Expires", "").strip()
    if not text:
        return None
    left = _from_now(text, headers, now)
    return 0 if left is None else left  # "0" and "-1" are common, and mean: already


def _from_now(text: str, headers: Mapping[str, str], now: float) -> int | None:
    """Give the seconds to a date, by the server's clock where it tells the time."""
    date, server = _date(text), _date(headers.get("Date", ""))
    return None if date is None else max(0, min(int(date - (now if server is None else server)), LONGEST))


def _date(text: str) -> float | None:
    try:
        date = parsedate_to_datetime(text[:100])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
