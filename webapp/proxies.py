"""Who a request is from, where proxies stand before the site. Called by the application, security and limiting.

`X-Forwarded-For`, `-Proto` and `-Host` are believed as far as FEEDSIFT_PROXIES says: each of so many proxies adds one
value at the end, and what stands before those may be anybody's invention. Without it, they mean nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import urls
from webapp.settings import Settings

CLIENT_BITS = 64
"""Of an IPv6 address: a network of so many is given to one household."""
LONGEST_NAME = 100


def init_app(app: Flask, settings: Settings) -> None:
    """Take address, scheme and host of a request from the outermost proxy that can be trusted, if there is any."""
    if count := settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def client(environ: Mapping[str, Any]) -> str:
    """Give what all requests of the same client have in common: its address, of IPv6 its network."""
    return _network(environ.get("REMOTE_ADDR", "")[:LONGEST_NAME])


def is_passed_on(environ: Mapping[str, Any], settings: Settings) -> bool:
    """Tell whether a request came by a proxy that nobody told of: those of all readers then look alike.

    Only a program on this machine is believed to be one, by what it adds, or by asking for another host than this.
    """
    if settings.proxies or not is_loopback(environ.get("REMOTE_ADDR", "")):
        return False
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return "HTTP_X_FORWARDED_FOR" in environ or not is_loopback(urls.host_name(host))


def is_loopback(name: str) -> bool:
    """Tell whether a name or an address is that of this machine, for itself alone."""
    return len(name) <= LONGEST_NAME and _is_loopback(name)


@lru_cache(maxsize=1_000)
def _is_loopback(name: str) -> bool:
    address = _address(name)
    return name == "localhost" or bool(address and address.is_loopback)


@lru_cache(maxsize=1_000)
def _network(name: str) -> str:
    address = _address(name)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, CLIENT_BITS), strict=False))
    return str(address or name)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address; one of IPv4 may be written as one of IPv6."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
