"""What other sites may fetch with a script (CORS): what is public anyway, without credentials.

htmx sends headers of its own, which browsers ask leave for first; a plain `fetch` does not.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask_cors import CORS

from webapp.settings import Settings

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
READ_BY_HTMX = (
    "HX-Location HX-Push HX-Push-Url HX-Redirect HX-Refresh HX-Replace-Url HX-Reselect HX-Reswap HX-Retarget "
    "HX-Trigger HX-Trigger-After-Settle HX-Trigger-After-Swap"
).split()
"""Headers that htmx 2 looks for in each answer: a browser complains of each that it may not look for, there or not."""
EXPOSED = ["ETag", "Last-Modified", "Link", "Retry-After"]
DAY = 86_400


EMBEDS = r"^/embed/.+"
FILES = r"^/static/embed\.(js|css)$"


def init_app(app: Flask, settings: Settings) -> None:
    """Let scripts read embeds, of all sites or of those that may embed; by address, so that errors are read too."""
    hosts = settings.embed_hosts
    embeds = {"origins": [_pattern(host) for host in hosts] or "*", "expose_headers": [*EXPOSED, *READ_BY_HTMX]}
    _share(app, resources={EMBEDS: embeds, FILES: {"origins": "*"}})

    @app.after_request
    def tell_caches(response: Response) -> Response:
        """An answer to one site must not be kept for another, nor one to none."""
        if hosts and re.match(EMBEDS, request.path):
            response.vary.add("Origin")
        return response


def open_to_all(blueprint: Blueprint) -> None:
    """Let scripts of any site read what a blueprint answers."""
    _share(blueprint, origins="*")


def _share(what: Flask | Blueprint, **which: Any) -> None:
    CORS(
        what,
        send_wildcard=True,
        methods=["GET", "HEAD", "OPTIONS"],
        allow_headers=HEADERS_OF_HTMX,
        **{"expose_headers": EXPOSED, "max_age": DAY, **which},
    )


def _pattern(host: str) -> re.Pattern[str]:
    """Give what the origin of a page of such a site is like; the star stands for any number of names."""
    return re.compile(re.escape(host).replace(r"\*\.", r"([a-z0-9-]+\.)+") + r"\Z", re.IGNORECASE)
