"""Hosts as an operator and an address write them: the spelling that is compared. Called by the rules and the guard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

IPAddress = IPv4Address | IPv6Address
IPNetwork = IPv4Network | IPv6Network

_DEVIATIONS = set("ßς\u200c\u200d")
"""Letters that are another host by newer rules (RFC 5891) than by those of Python (RFC 3490)."""
_LABELS = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", re.ASCII)
_ENTRY = re.compile(r"\[(?P<literal>[^\[\]]+)\](:(?P<after>[0-9]{1,5}))?|(?P<name>[^:\[\]]+)(:(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """One host that may be asked although it is not public: a name, or a network of addresses."""

    name: str = ""
    network: IPNetwork | None = None
    port: int = 0
    """0 is any."""

    @classmethod
    def parse(cls, text: str) -> AllowedHost:
        """Read `name`, `10.0.0.7`, `fd00::/8`, each also with a port (`name:81`, `[fd00::7]:81`). Raises ValueError."""
        network = _network(text)
        if network:
            return cls(network=network)
        match = _ENTRY.fullmatch(text)
        port = int(match["after"] or match["port"] or 0) if match else 0
        if match is None or port > 65_535:
            raise ValueError(f"{text!r} is no host, address or network.")
        host = match["literal"] or match["name"]
        return cls(network=_network(host), port=port) if _network(host) else cls(name=ascii_name(host), port=port)

    def covers(self, name: str, address: IPAddress, port: int) -> bool:
        """Say whether it means the host of this name at this address, and this port of it."""
        is_met = address in self.network if self.network else name == self.name
        return is_met and self.port in (0, port)


def ascii_name(host: str) -> str:
    """Give a host's name as it is resolved and compared: ASCII, in small letters, without the dot of the root.

    What looks like digits or dots (fullwidth, ideographic) becomes them. Raises ValueError where it is no name.
    """
    if set(host) & _DEVIATIONS:
        raise ValueError("that host has to be written in ASCII (xn--…).")
    name = (host if host.isascii() else host.encode("idna").decode("ascii")).lower().removesuffix(".")
    if not _LABELS.fullmatch(name):
        raise ValueError("that is no name of a host.")
    return name


def _network(text: str) -> IPNetwork | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def address_of(text: str) -> IPAddress | None:
    """Give an IP address that is written as such, and nothing for a name."""
    try:
        return ip_address(text)
    except ValueError:
        return None
