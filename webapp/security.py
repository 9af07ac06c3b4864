"""What every response says to browsers about trust: a strict Content-Security-Policy and its companions.

No inline script or style and no eval anywhere; images and media of foreign entries only over https; scripts may put
HTML into the page only through the one policy in static/js/head.js (Trusted Types). Foreign HTML was sanitised at
intake; each of the two holds alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Response, abort, redirect, request
from werkzeug.exceptions import SecurityError

from webapp import proxies, urls
from webapp.settings import Settings

_RULES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' https: data:",
    "media-src": "https:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "default",
}


_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def policy(**other: str) -> str:
    """Give the policy with other rules in it, such as `policy(frame_src="'self'")`."""
    rules = _RULES | {name.replace("_", "-"): value for name, value in other.items()}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


POLICY = policy()
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


HSTS = "max-age=31536000"
"""Of what came encrypted: for a year, a browser asks this host for nothing else (RFC 6797)."""
HEALTH = ("/healthz", "/readyz")
"""Who watches the service may call the host by any name."""
EMBEDS = "/embed/"
"""What stands below this is for other sites; the page itself is an ordinary one."""


def is_embed(path: str) -> bool:
    """Tell whether an address is for other sites to show, whatever it answers."""
    return path.startswith(EMBEDS) and path != EMBEDS


def of_embeds(hosts: Sequence[str]) -> dict[str, str]:
    """Give the headers of what other sites may show in a frame, or fetch: all of them, or these and this one."""
    ancestors = " ".join(["'self'", *hosts]) if hosts else "*"
    return {
        "Content-Security-Policy": policy(frame_ancestors=ancestors),
        # For a page that isolates itself (COEP), which lets nothing in that does not say so.
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "X-Robots-Tag": "noindex",
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers on every response, errors included; pages are kept only to be asked about again."""
    embeds = HEADERS | of_embeds(settings.embed_hosts)
    names = known_names(settings)

    @app.before_request
    def refuse_other_hosts() -> None:
        """What is no host, or another one, would stand in the addresses that other programs get."""
        if not _HOST.fullmatch(request.host):
            abort(400)
        if names and request.path not in HEALTH and not _is_known(urls.host_name(request.host), names):
            raise SecurityError

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in (embeds if is_embed(request.path) else HEADERS).items():
            response.headers.setdefault(name, value)
        # What scripts of any site may read, any page may also take in.
        is_open = response.access_control_allow_origin == "*"
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if is_open else "same-origin")
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = HSTS
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.location:
            _keep_on_site(response, response.location)
        return response


def known_names(settings: Settings) -> tuple[str, ...]:
    """Give the names of hosts that the site answers to, beside this machine's own; none where it answers to any."""
    address = urls.host_name(urlsplit(settings.address).netloc)
    named = (*settings.hosts, address) if address else settings.hosts
    return (*named, settings.host) if named else ()


def _is_known(name: str, names: Sequence[str]) -> bool:
    parts = name.split(".")
    above = (f"*.{'.'.join(parts[number:])}" for number in range(1, len(parts)))
    return proxies.is_loopback(name) or not {name, *above}.isdisjoint(names)


def _keep_on_site(response: Response, address: str) -> None:
    """Take the host out of a redirect: routing's own repeat whatever the client named, in header and text."""
    address = urls.on_site(address)
    response.location = address
    response.set_data(redirect(address).get_data())
