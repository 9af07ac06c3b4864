"""Addresses in foreign feeds and HTML: which are safe to follow, and where they lead. Called by index.sanitize."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit

from index.query import sound

LONGEST = 2_048
"""Characters; a longer one is dropped: a short entry full of links with a long base would grow without measure."""
MOST_CANDIDATES = 16
"""Sizes that a picture comes in; what is more is left out."""

_CANDIDATE = re.compile(r"[\t\n\f\r ,]*([^\t\n\f\r ]*[^\t\n\f\r ,])(?:[\t\n\f\r ]+([0-9.]{1,8}[wx])?[^,]*)?(?:,|$)")
_DESCRIPTION = re.compile(r"[0-9]{1,6}w|[0-9]{1,3}(?:\.[0-9]{1,4})?x")
# The pages of films that are embedded as players: a player alone, opened by a link, often refuses to play.
_PLAYERS = {
    re.compile(pattern): page
    for pattern, page in {
        r"https?://(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/(?!videoseries)([\w-]{11})(?![\w-])": (
            "https://www.youtube.com/watch?v={}"
        ),
        r"https?://player\.vimeo\.com/video/([0-9]{1,15})": "https://vimeo.com/{}",
        r"https?://(?:www\.)?dailymotion\.com/embed/video/(\w{1,20})": "https://www.dailymotion.com/video/{}",
    }.items()
}


def web_address(address: str, base: str = "") -> str:
    """Give an absolute http(s) address without blanks and control characters, or nothing."""
    address = re.sub(r"[\x00-\x20\x7f]+", "", sound(address))
    if not address or len(address) > LONGEST or len(base) > LONGEST:
        return ""
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and len(joined) <= LONGEST
    except ValueError:  # a bracket without its partner, a port that is no number
        return ""
    return parts.scheme + joined[len(parts.scheme) :] if is_web else ""


def link_address(address: str, base: str = "") -> str:
    """Give an address that a link may lead to, signs escaped that have a meaning in HTML, or nothing."""
    address = address.strip()
    if re.match(r"(?i:mailto):.", address) and len(address) <= LONGEST:
        return _escaped(re.sub(r"[\x00-\x20\x7f]+", "", address))
    return _escaped(web_address(address, base))


def secure_address(address: str, base: str = "") -> str:
    """Give the address of what a page loads, which it does over https alone, or nothing."""
    return re.sub(r"^http:", "https:", _escaped(web_address(address, base)))


def candidates(srcset: str, base: str = "") -> str:
    """Give what a picture may be loaded from (HTML, srcset attributes) in one form, or nothing."""
    found = []
    for match in _CANDIDATE.finditer(srcset[: LONGEST * MOST_CANDIDATES].strip("\t\n\f\r ,")):
        address, description = secure_address(match[1], base), match[2] or ""
        if address and (not description or _DESCRIPTION.fullmatch(description)):
            found.append(f"{address} {description}".rstrip())
    return ", ".join(found[:MOST_CANDIDATES])


def page_of(player: str) -> str:
    """Give the page of a film for the address of its player, and any other address as it is."""
    for pattern, page in _PLAYERS.items():
        if match := pattern.match(player):
            return page.format(match[1])
    return player


def _escaped(address: str) -> str:
    return re.sub(r"[\"<>`\\\s]", lambda sign: quote(sign[0]), address)
