"""What every response says to browsers about trust: a strict Content-Security-Policy and its companions.

No inline script or style and no eval anywhere; images and media of foreign entries only over https; scripts may put
HTML into the page only through the one policy in static/js/head.js (Trusted Types). Foreign HTML was sanitised at
intake; each of the two holds alone.
"""

from __future__ import annotations

from flask import Flask, Response, redirect

from webapp import urls

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' https: data:",
        "media-src https:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types default",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def init_app(app: Flask) -> None:
    """Put the headers on every response, errors included; pages are kept only to be asked about again."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.location:
            _keep_on_site(response, response.location)
        return response


def _keep_on_site(response: Response, address: str) -> None:
    """Take the host out of a redirect: routing's own repeat whatever the client named, in header and text."""
    address = urls.on_site(address)
    response.location = address
    response.set_data(redirect(address).get_data())
