"""An internet on the loopback: names, the public addresses that they have, and the local servers that play them."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.site import Site


class _Pretending(socket.socket):
    """A socket that is connected to the loopback, and says to be where it was meant to be."""

    peer = ""

    def getpeername(self) -> Any:
        return (self.peer, 80)


@dataclass
class Internet:
    """What `resolve` and `connect` of the client are given in tests: nothing leaves the machine."""

    names: dict[str, list[str]] = field(default_factory=dict)
    """Addresses of each name; what is added while a test runs counts from then on."""
    ports: dict[str, int] = field(default_factory=dict)
    """Where on 127.0.0.1 the server at an address is."""
    looked_up: list[str] = field(default_factory=list)
    connected: list[tuple[str, int]] = field(default_factory=list)

    def host(self, name: str, address: str, site: Site) -> None:
        self.names[name] = [address]
        self.ports[address] = urlsplit(site.address).port or 0

    def resolve(self, host: str, port: int, **_: int) -> list[tuple[Any, ...]]:
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(0, 0, 0, "", (address, port)) for address in self.names[host]]

    def connect(self, place: tuple[str, int], timeout: float) -> socket.socket:
        self.connected.append(place)
        if place[0] not in self.ports:
            raise ConnectionRefusedError
        connection = _Pretending()
        connection.settimeout(timeout)
        connection.peer = place[0]
        connection.connect(("127.0.0.1", self.ports[place[0]]))
        return connection
