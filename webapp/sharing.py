"""What other sites may fetch with a script (CORS): what is public anyway, without credentials.

htmx sends headers of its own, which browsers ask leave for first; a plain `fetch` does not.
"""

from __future__ import annotations

from flask import Blueprint
from flask_cors import CORS

HEADERS_OF_HTMX = [
    "hx-request",
    "hx-current-url",
    "hx-target",
    "hx-trigger",
    "hx-trigger-name",
    "hx-source",
    "hx-request-type",
    "hx-boosted",
]
"""Of htmx 2 and 4."""
DAY = 86_400


def open_to_all(blueprint: Blueprint) -> None:
    """Let scripts of any site read what a blueprint answers."""
    CORS(
        blueprint,
        origins="*",
        send_wildcard=True,
        methods=["GET", "HEAD", "OPTIONS"],
        allow_headers=HEADERS_OF_HTMX,
        expose_headers=["ETag", "Last-Modified", "Link"],
        max_age=DAY,
    )
