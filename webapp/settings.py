"""What an operator can choose, from FEEDSIFT_* variables; the command line's flags go before them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from webapp import urls

LONGEST_INTERVAL = 366 * 86_400
"""Seconds; the system's clocks take no much longer ones."""
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def default_data() -> Path:
    """Give the platform's folder for this user's data."""
    return platformdirs.user_data_path("feedsift", appauthor=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every choice, with what holds where none is made."""

    data: Path = field(default_factory=default_data)
    """FEEDSIFT_DATA: the folder of the library."""
    host: str = "127.0.0.1"
    """FEEDSIFT_HOST: the address to listen on."""
    port: int = 8000
    """FEEDSIFT_PORT."""
    workers: int = 2
    """FEEDSIFT_WORKERS: processes that answer requests."""
    refresh: int = 0
    """FEEDSIFT_REFRESH: seconds between two rounds of fetching feeds (written `30m`, `2h`, `1d`); 0 is never."""
    prefer_newer: bool = True
    """FEEDSIFT_PREFER_NEWER: whether, of two entries that fit equally well, the newer one comes first (`1` or `0`)."""
    title: str = ""
    """FEEDSIFT_TITLE: the name of the site; empty takes that of the only feed, or Feedsift."""
    address: str = ""
    """FEEDSIFT_ADDRESS: where the public finds the site (`https://example.org`); empty takes what a request names."""
    embed_hosts: tuple[str, ...] = ()
    """FEEDSIFT_EMBED_HOSTS: who may embed the site (`https://a.example https://*.b.example`); empty is all."""
    contact: str = ""
    """FEEDSIFT_CONTACT: where readers report barriers, as an address of a page (`https://…`) or of mail."""
    tag_aliases: Path | None = None
    """FEEDSIFT_TAG_ALIASES: the file that says which tags mean which; none leaves it at what the library was told."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the variables. Raises ValueError with a sentence where one makes no sense."""
        given = os.environ if environment is None else environment
        default = cls()
        return cls(
            data=Path(given["FEEDSIFT_DATA"]).expanduser() if given.get("FEEDSIFT_DATA") else default.data,
            host=given.get("FEEDSIFT_HOST") or default.host,
            port=_number(given, "FEEDSIFT_PORT", default.port, 1, 65_535),
            workers=_number(given, "FEEDSIFT_WORKERS", default.workers, 1, 256),
            refresh=_interval(given, "FEEDSIFT_REFRESH"),
            prefer_newer=_number(given, "FEEDSIFT_PREFER_NEWER", int(default.prefer_newer), 0, 1) == 1,
            title=given.get("FEEDSIFT_TITLE") or default.title,
            address=_address(given.get("FEEDSIFT_ADDRESS", "").strip()),
            embed_hosts=_hosts(given.get("FEEDSIFT_EMBED_HOSTS", "")),
            contact=_contact(given.get("FEEDSIFT_CONTACT", "").strip()),
            tag_aliases=Path(aliases).expanduser() if (aliases := given.get("FEEDSIFT_TAG_ALIASES")) else None,
        )


def interval(text: str) -> int:
    """Read `90s`, `30m`, `2h`, `1d`, or `0` for never, to seconds; up to a year. Raises ValueError with a sentence."""
    match = re.fullmatch(r"([0-9]{1,8})([smhd])|0", text.strip().lower())
    seconds = int(match[1] or 0) * _UNITS[match[2] or "s"] if match else LONGEST_INTERVAL + 1
    if seconds > LONGEST_INTERVAL:
        raise ValueError(f"{text!r} is not a time such as 30m, 2h or 1d.")
    return seconds


def _interval(given: Mapping[str, str], name: str) -> int:
    try:
        return interval(given.get(name) or "0")
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _address(text: str) -> str:
    """Give scheme and host in ASCII, without a slash. Raises ValueError with a sentence where that is not it."""
    if text and not re.fullmatch(r"https?://[^\s/?#@<>\"']+/?", text):
        raise ValueError(
            f"FEEDSIFT_ADDRESS is {text!r}, but has to be like https://example.org, with nothing after it."
        )
    scheme, slashes, host = text.rstrip("/").partition("://")
    try:
        return scheme + slashes + urls.ascii_host(host)
    except ValueError:
        raise ValueError(f"FEEDSIFT_ADDRESS is {text!r}, but that host has to be written in ASCII (xn--…).") from None


def _hosts(text: str) -> tuple[str, ...]:
    """Read origins with spaces or commas between them. Raises ValueError with a sentence that names what is none."""
    hosts = tuple(dict.fromkeys(host.rstrip("/").lower() for host in re.split(r"[\s,]+", text) if host))
    for host in hosts:
        if not re.fullmatch(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?", host):
            raise ValueError(
                f"FEEDSIFT_EMBED_HOSTS names {host!r}, but each has to be like https://example.org "
                "or https://*.example.org, with nothing after it."
            )
    return hosts


def _contact(text: str) -> str:
    """Give the address to link to. Raises ValueError with a sentence where it is none."""
    if re.fullmatch(r"[^\s@:/<>]+@[^\s@:/<>]+\.[^\s@:/<>]+", text):
        return f"mailto:{text}"
    if text and not re.fullmatch(r"https?://[^\s<>]+|mailto:[^\s<>]+", text):
        raise ValueError(f"FEEDSIFT_CONTACT is {text!r}, but has to be an address of mail, or begin with https://.")
    return text


def _number(given: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = given.get(name)
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise ValueError(f"{name} is {text!r}, but has to be a number from {low} to {high}.")
    return int(text)
