"""What an operator can choose, from FEEDSIFT_* variables; the command line's flags go before them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from index import MEGABYTE, Limits, Rules
from webapp import urls
from webapp.logs import Form

LONGEST_INTERVAL = 366 * 86_400
"""Seconds; the system's clocks take no much longer ones."""
DEFAULT_INTERVAL = 3_600
"""Seconds between two fetches of a feed, where nobody says anything else."""
_LIMITS = Limits()
_SIZES = {"K": MEGABYTE // 1024, "M": MEGABYTE, "G": MEGABYTE * 1024}
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
    """FEEDSIFT_CONTACT: where readers report barriers, and those who run the servers of feeds complain, as an address
    of a page (`https://…`) or of mail."""
    fetch_hosts: tuple[str, ...] = ()
    """FEEDSIFT_FETCH_HOSTS: who may be asked for feeds although not public (`nas.lan 10.0.0.0/8 127.0.0.1:8080`)."""
    limit_wire: int = _LIMITS.wire
    """FEEDSIFT_LIMIT_WIRE: bytes of one document as they are sent (written `10M`)."""
    limit_body: int = _LIMITS.body
    """FEEDSIFT_LIMIT_BODY: bytes of one document, unpacked (`16M`)."""
    limit_seconds: int = _LIMITS.seconds
    """FEEDSIFT_LIMIT_SECONDS: for fetching one document, redirects included."""
    limit_reading_seconds: int = _LIMITS.reading_seconds
    """FEEDSIFT_LIMIT_READING_SECONDS: of the processor, for reading one document."""
    limit_reading_memory: int = _LIMITS.reading_memory
    """FEEDSIFT_LIMIT_READING_MEMORY: bytes, for reading one document (`1G`)."""
    limit_entries: int = _LIMITS.entries
    """FEEDSIFT_LIMIT_ENTRIES: that are read of one document."""
    limit_parts: int = _LIMITS.parts
    """FEEDSIFT_LIMIT_PARTS: older documents of one feed that are fetched at a time."""
    limit_held: int = _LIMITS.held
    """FEEDSIFT_LIMIT_HELD: entries of one feed that are kept; where there are as many, no more are taken in."""
    tag_aliases: Path | None = None
    """FEEDSIFT_TAG_ALIASES: the file that says which tags mean which; none leaves it at what the library was told."""
    log: Form = Form.OFF
    """FEEDSIFT_LOG: warnings and errors alone (`off`), or each request and round too, as `text` or `json`."""
    metrics: tuple[str, int] | None = None
    """FEEDSIFT_METRICS: host and port at which `serve` answers Prometheus (`127.0.0.1:9464`); none does not."""
    query_seconds: float = 0.5
    """FEEDSIFT_QUERY_SECONDS: of a processor, to look up the words of one request (index.budget); 0 is any number."""
    hosts: tuple[str, ...] = ()
    """FEEDSIFT_HOSTS: names that the site answers to (`example.org *.example.org`), beside this machine's own; empty is
    that of FEEDSIFT_ADDRESS, and without that any."""
    rate_limit: int = 600
    """FEEDSIFT_RATE_LIMIT: answers that one client may get in a minute from each worker process; 0 is any number."""
    proxies: int = 0
    """FEEDSIFT_PROXIES: of how many proxies before the site what they forward is believed (webapp.proxies)."""
    keep: int = 6
    """FEEDSIFT_KEEP: megabytes of answers that each worker keeps, to give them again (webapp.repeating); 0 is none."""
    timing: bool = False
    """FEEDSIFT_TIMING: whether each answer says where its time went (webapp.timing): `1` or `0`."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the variables. Raises ValueError with a sentence where one makes no sense."""
        given = os.environ if environment is None else environment
        default = cls(data=_data(given.get("FEEDSIFT_DATA", "")))
        return cls(
            data=default.data,
            host=given.get("FEEDSIFT_HOST") or default.host,
            port=_number(given, "FEEDSIFT_PORT", default.port, 1, 65_535),
            workers=_number(given, "FEEDSIFT_WORKERS", default.workers, 1, 256),
            refresh=_interval(given, "FEEDSIFT_REFRESH"),
            prefer_newer=_number(given, "FEEDSIFT_PREFER_NEWER", int(default.prefer_newer), 0, 1) == 1,
            query_seconds=_seconds(given, "FEEDSIFT_QUERY_SECONDS", default.query_seconds),
            hosts=_names(given.get("FEEDSIFT_HOSTS", "")),
            rate_limit=_number(given, "FEEDSIFT_RATE_LIMIT", default.rate_limit, 0, 999_999),
            proxies=_number(given, "FEEDSIFT_PROXIES", default.proxies, 0, 10),
            keep=_number(given, "FEEDSIFT_KEEP", default.keep, 0, 65_535),
            timing=_number(given, "FEEDSIFT_TIMING", int(default.timing), 0, 1) == 1,
            title=given.get("FEEDSIFT_TITLE") or default.title,
            address=_address(given.get("FEEDSIFT_ADDRESS", "").strip()),
            embed_hosts=_hosts(given.get("FEEDSIFT_EMBED_HOSTS", "")),
            contact=_contact(given.get("FEEDSIFT_CONTACT", "").strip()),
            fetch_hosts=_fetch_hosts(given.get("FEEDSIFT_FETCH_HOSTS", "")),
            limit_wire=_size(given, "FEEDSIFT_LIMIT_WIRE", default.limit_wire),
            limit_body=_size(given, "FEEDSIFT_LIMIT_BODY", default.limit_body),
            limit_seconds=_number(given, "FEEDSIFT_LIMIT_SECONDS", default.limit_seconds, 1, 3_600),
            limit_reading_seconds=_number(
                given, "FEEDSIFT_LIMIT_READING_SECONDS", default.limit_reading_seconds, 1, 3_600
            ),
            limit_reading_memory=_size(given, "FEEDSIFT_LIMIT_READING_MEMORY", default.limit_reading_memory),
            limit_entries=_number(given, "FEEDSIFT_LIMIT_ENTRIES", default.limit_entries, 1, 999_999),
            limit_parts=_number(given, "FEEDSIFT_LIMIT_PARTS", default.limit_parts, 0, 10_000),
            limit_held=_number(given, "FEEDSIFT_LIMIT_HELD", default.limit_held, 1, 999_999),
            tag_aliases=Path(aliases).expanduser() if (aliases := given.get("FEEDSIFT_TAG_ALIASES")) else None,
            log=_form(given.get("FEEDSIFT_LOG") or default.log),
            metrics=_listening(given.get("FEEDSIFT_METRICS", "").strip()),
        )

    @property
    def rules(self) -> Rules:
        """How feeds are taken in."""
        limits = Limits(
            wire=self.limit_wire,
            body=self.limit_body,
            seconds=self.limit_seconds,
            reading_seconds=self.limit_reading_seconds,
            reading_memory=self.limit_reading_memory,
            entries=self.limit_entries,
            parts=self.limit_parts,
            held=self.limit_held,
        )
        interval = self.refresh or DEFAULT_INTERVAL
        return Rules(limits, self.fetch_hosts, self.contact, interval, self.address)


def interval(text: str) -> int:
    """Read `90s`, `30m`, `2h`, `1d`, or `0` for never, to seconds; up to a year. Raises ValueError with a sentence."""
    match = re.fullmatch(r"([0-9]{1,8})([smhd])|0", text.strip().lower())
    seconds = int(match[1] or 0) * _UNITS[match[2] or "s"] if match else LONGEST_INTERVAL + 1
    if seconds > LONGEST_INTERVAL:
        raise ValueError(f"{text!r} is not a time such as 30m, 2h or 1d.")
    return seconds


def _data(text: str) -> Path:
    """Give the folder of the library. Raises ValueError where it would be in a home that is not there."""
    try:
        return Path(text).expanduser() if text else default_data()
    except RuntimeError:
        raise ValueError("There is no home folder for the library; name one with --data or FEEDSIFT_DATA.") from None


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


def _names(text: str) -> tuple[str, ...]:
    """Read names of hosts with spaces or commas between. Raises ValueError with a sentence that names what is none."""
    found = []
    for name in (name for name in re.split(r"[\s,]+", text.lower()) if name):
        try:
            star, ascii_name = name.startswith("*."), urls.ascii_host(name.removeprefix("*.").strip("[]"))
        except ValueError:
            star, ascii_name = False, ""
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*", ascii_name):
            raise ValueError(
                f"FEEDSIFT_HOSTS names {name!r}, but each has to be like example.org, *.example.org or 192.168.1.7, "
                "with nothing before or after it, and no port."
            )
        found.append("*." * star + ascii_name)
    return tuple(dict.fromkeys(found))


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


def _form(text: str) -> Form:
    """Give how to write the log. Raises ValueError with a sentence."""
    try:
        return Form(text)
    except ValueError:
        raise ValueError(f"FEEDSIFT_LOG is {text!r}, but has to be off, text or json.") from None


def _listening(text: str) -> tuple[str, int] | None:
    """Read `127.0.0.1:9464` or `[::1]:9464`. Raises ValueError with a sentence."""
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})", text)
    if match and 1 <= int(match[3]) <= 65_535:
        return match[1] or match[2], int(match[3])
    if text:
        raise ValueError(f"FEEDSIFT_METRICS is {text!r}, but has to be like 127.0.0.1:9464.")
    return None


def _seconds(given: Mapping[str, str], name: str, default: float) -> float:
    text = given.get(name)
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", text):
        raise ValueError(f"{name} is {text!r}, but has to be a number of seconds such as 0.5 or 2, up to 999.")
    return float(text)


def _size(given: Mapping[str, str], name: str, default: int) -> int:
    """Read `512K`, `16M` or `1G` to bytes, from 1K to 64G. Raises ValueError with a sentence."""
    text = given.get(name)
    if not text:
        return default
    match = re.fullmatch(r"([0-9]{1,6})([KMG])", text.strip().upper())
    size = int(match[1]) * _SIZES[match[2]] if match else 0
    if not _SIZES["K"] <= size <= 64 * _SIZES["G"]:
        raise ValueError(f"{name} is {text!r}, but has to be a size such as 512K, 16M or 1G.")
    return size


def _fetch_hosts(text: str) -> tuple[str, ...]:
    """Read hosts with spaces or commas between them. Raises ValueError with a sentence that names what is none."""
    hosts = tuple(dict.fromkeys(host for host in re.split(r"[\s,]+", text) if host))
    for host in hosts:
        try:
            Rules(hosts=(host,))
        except ValueError:
            raise ValueError(
                f"FEEDSIFT_FETCH_HOSTS names {host!r}, but each has to be like nas.lan, nas.lan:8080, 192.168.1.7 "
                "or 10.0.0.0/8, with nothing before or after it."
            ) from None
    return hosts
