"""Answers that need not be sent again (RFC 9110, section 13): strong ETags, Last-Modified, how long to keep.

What other programs fetch is identified by the revisions of the entries in it, before any of it is written. Pages and
fragments are identified by their text. The tag gets the encoding behind it where one is applied (Flask-Compress), as
the bytes are others then. An answer that had to leave something out has no tag, and nobody may keep it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from flask import Flask, Response, request

from webapp import current
from webapp.filters import moment

SHARED = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
"""Of what is the same for everybody and may be a minute old: caches may give it while they ask anew (RFC 5861)."""
ENCODINGS = ("gzip",)
CONDITIONS = frozenset(
    f"HTTP_{name}"
    for name in ("IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "IF_UNMODIFIED_SINCE", "IF_RANGE", "RANGE")
)
"""What a request has that wants less than the whole answer (RFC 9110, sections 13 and 14)."""


def tag(*said: object) -> str:
    """Give an ETag for whatever these values tell apart; the same in every process."""
    return hashlib.sha256(json.dumps(said, default=str).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def answer(etag: str, changed: int, write: Callable[[], bytes], content_type: str) -> Response:
    """Answer with what `write` gives, or with 304 where the client has it. `changed`: seconds since 1970, 0: never."""
    response = Response(content_type=content_type)
    response.set_etag(_known(etag))
    if changed:
        response.last_modified = moment(changed)
    response.headers["Cache-Control"] = SHARED
    response.make_conditional(request)
    if response.status_code != 304:
        response.set_etag(etag)
        response.set_data(write())
    return response


def init_app(app: Flask) -> None:
    """Give pages and fragments an ETag. To be called last, so that it sees them before they are compressed."""

    @app.after_request
    def identify(response: Response) -> Response:
        if current.is_partial():
            return _unkept(response)
        is_page = response.mimetype == "text/html" and response.status_code == 200 and not response.is_streamed
        if is_page and "ETag" not in response.headers:
            response.add_etag()
            if not CONDITIONS.isdisjoint(request.environ):
                response.make_conditional(request)
        return response


def _unkept(response: Response) -> Response:
    for name in ("ETag", "Last-Modified"):
        response.headers.pop(name, None)
    response.headers["Cache-Control"] = "no-store"
    return response


def _known(etag: str) -> str:
    """Give the tag as the client knows it: with the encoding in which it got the answer."""
    tags = [etag, *(f"{etag}:{encoding}" for encoding in ENCODINGS)]
    return next((tag for tag in tags if request.if_none_match.contains_weak(tag)), etag)
