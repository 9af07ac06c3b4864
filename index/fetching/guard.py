"""Which addresses may be connected to: the public internet, and what the operator allows (`Rules.hosts`).

A feed's address, and where it redirects to, was written by a stranger, who may mean the network that Feedsift runs in
(server-side request forgery). A name is resolved once; every address that it has is checked; and one of these is
connected to, so that a name that means something else a moment later (DNS rebinding) gains nothing. Called by the
client, for each hop.
"""

from __future__ import annotations

import functools
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from index.errors import FetchError
from index.fetching.hosts import AllowedHost, IPAddress, address_of, ascii_name

PORTS = {"http": 80, "https": 443}
MOST_ADDRESSES = 4
"""Addresses of one host that are tried."""
Resolve = Callable[..., Iterable[tuple[Any, ...]]]
"""What `socket.getaddrinfo` is."""

_PUBLIC = (ip_network("0.0.0.0/0"), ip_network("2000::/3"))
"""What is given to hosts on the internet at all (of IPv6: RFC 4291, 2.4)."""
_REFUSED = tuple(
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "192.0.0.0/24", "192.88.99.0/24"),
        "168.63.129.16/32",  # of Azure itself, to each machine there
        *("2001::/32", "2002::/16"),  # an IPv4 address inside: Teredo, 6to4
        "3fff::/20",
    )
)
"""What `is_global` of one or another Python takes for public."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an address on the web asks of whom."""

    scheme: str
    host: str
    """As it is compared: a name in ASCII, or an IP address without brackets."""
    port: int
    path: str
    """Path and query."""


class Guard:
    """Says where a request may go."""

    def __init__(self, hosts: Iterable[str], resolve: Resolve = socket.getaddrinfo) -> None:
        self._allowed = [AllowedHost.parse(host) for host in hosts]
        self._resolve = resolve

    def addresses(self, target: Target, seconds: float) -> list[str]:
        """Resolve a host, and give the addresses to connect to; looking it up takes this long at the most.

        Raises FetchError where the host has none, or one that it must not have.
        """
        found = _in_turns(dict.fromkeys(self._looked_up(target, seconds)))
        if not found:
            raise FetchError(f"{target.host} does not answer: there is no such host")
        for address in found:
            self._check(target, address)
        return [str(address) for address in found[:MOST_ADDRESSES]]

    def is_allowed(self, target: Target, address: str) -> bool:
        """Say whether the operator named this host or its network."""
        return any(host.covers(target.host, ip_address(address), target.port) for host in self._allowed)

    def _looked_up(self, target: Target, seconds: float) -> list[IPAddress]:
        literal = address_of(target.host)
        if literal:
            return [literal]
        look_up = functools.partial(self._resolve, target.host, target.port, type=socket.SOCK_STREAM)
        try:
            return [ip_address(answer[4][0]) for answer in _within(seconds, look_up)]
        except TimeoutError:
            reason = "looking up its name takes too long"
        except socket.gaierror as error:
            reason = "its name cannot be looked up" if error.errno == socket.EAI_AGAIN else "there is no such host"
        except (OSError, ValueError):  # a name that is none
            reason = "there is no such host"
        raise FetchError(f"{target.host} does not answer: {reason}")

    def _check(self, target: Target, address: IPAddress) -> None:
        if self.is_allowed(target, str(address)):
            return
        if not is_public(address):
            raise FetchError(
                f"{target.host} is not on the public internet; FEEDSIFT_FETCH_HOSTS={target.host} allows it"
            )
        if target.port not in PORTS.values():
            allowed = f"{_bracketed(target.host)}:{target.port}"
            raise FetchError(
                f"{target.host} is asked for at port {target.port}; FEEDSIFT_FETCH_HOSTS={allowed} allows it"
            )


def target_of(url: str) -> Target:
    """Take an address on the web apart. Raises FetchError where nobody can or should be asked for it."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in PORTS:
            raise FetchError(f"only http and https addresses can be fetched, not {(parts.scheme or 'x')[:20]}:")
        if "@" in parts.netloc:
            raise FetchError("addresses with a user name or password in them are not fetched")
        return Target(parts.scheme, _host(parts), parts.port or PORTS[parts.scheme], _path(parts))
    except (ValueError, UnicodeError) as error:
        raise FetchError("that address has no host that can be asked") from error


def is_public(address: IPAddress) -> bool:
    """Say whether an address is anybody's, out on the internet."""
    is_given = any(address in network for network in _PUBLIC)
    is_refused = any(address in network for network in _REFUSED)
    return is_given and address.is_global and not (address.is_multicast or is_refused)


def is_peer(connection: socket.socket, address: str) -> bool:
    """Say whether a socket is connected to this address, and to no other."""
    return ip_address(connection.getpeername()[0]) == ip_address(address)


def _host(parts: SplitResult) -> str:
    """Give the host in the spelling that is resolved, which is also the one that was checked."""
    host = parts.hostname or ""
    if parts.netloc.startswith("["):
        return str(ip_address(host if "%" not in host else ""))
    return ascii_name(host)


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _in_turns(found: Iterable[IPAddress]) -> list[IPAddress]:
    """Put addresses of both kinds in turns, so that one kind that leads nowhere leaves time for the other."""
    nth = {4: 0, 6: 0}
    ranked = []
    for position, address in enumerate(found):
        ranked.append((nth[address.version], position, address))
        nth[address.version] += 1
    return [address for *_, address in sorted(ranked, key=lambda rank: rank[:2])]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _within(seconds: float, look_up: Callable[[], Iterable[tuple[Any, ...]]]) -> Iterable[tuple[Any, ...]]:
    """Call what cannot be interrupted, and give up on it after a while: TimeoutError.

    Its thread ends when the system's resolver does, which has timeouts of its own.
    """
    found: Future[Iterable[tuple[Any, ...]]] = Future()

    def run() -> None:
        try:
            found.set_result(look_up())
        except Exception as error:  # it belongs to the caller's thread
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return found.result(max(0.0, seconds))
