"""How feeds are taken in, as far as an operator can choose it."""

from __future__ import annotations

from dataclasses import dataclass

from index.fetching.hosts import AllowedHost

MEGABYTE = 1024 * 1024
UNPACKED = 4
"""Times a limit of bytes, what is read of a document may be large: its HTML and its plain text are both in that."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take; the defaults are for what comes over the network."""

    wire: int = 10 * MEGABYTE
    """Bytes as they are sent."""
    body: int = 16 * MEGABYTE
    """Bytes, unpacked."""
    seconds: int = 30
    """For fetching it, redirects included, by the clock."""
    reading_seconds: int = 10
    """Of processor time, for parsing and sanitising it."""
    reading_memory: int = 1024 * MEGABYTE
    """Bytes, for the same."""
    entries: int = 10_000
    """Entries that are read of it; the rest is left out, and said to be."""
    parts: int = 100
    """Older documents of one feed that are fetched at a time."""
    held: int = 200_000
    """Entries of one feed that are kept; where there are as many, no more of it are taken in."""


OWN = Limits(
    wire=512 * MEGABYTE,
    body=512 * MEGABYTE,
    reading_seconds=3_600,
    reading_memory=8_192 * MEGABYTE,
    entries=1_000_000,
    held=10_000_000,
)
"""For a file that the operator names: the operator's own, but a disk image is still a mistake."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How feeds are taken in. Raises ValueError, in a sentence, where one of `hosts` is none."""

    limits: Limits = Limits()
    hosts: tuple[str, ...] = ()
    """Hosts (`name`, `name:port`, an IP address or a network as 10.0.0.0/8) that may be private and at any port."""
    contact: str = ""
    """Where the people who run a feed's server can complain: an address of a page or of mail, told to each server."""
    interval: int = 3_600
    """Seconds between two fetches of a feed that asks for nothing else."""
    address: str = ""
    """Scheme and host where the public finds this site; empty: hubs cannot tell us of news."""
    connections: int = 8
    """Feeds that are fetched and read at the same time."""

    def __post_init__(self) -> None:
        for host in self.hosts:
            AllowedHost.parse(host)
