"""How much one client may ask for: so many answers a minute, counted by each worker process for itself.

A tenth of that may be searches for words, which cost most, and a fifth whole documents (`/entries.atom` and so on).
Embeds are counted apart, up to a fifth too, as the server of another site may ask for them on behalf of all of its
readers. Files, checks of health and what a client has already (304), where nothing had to be looked up to know that,
are free.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import TooManyRequests

from index import ALIASES
from webapp import access, proxies, security, urls
from webapp.counting import Counts
from webapp.settings import Settings

MINUTE = 60
ALL, SEARCH, DOCUMENT, EMBED = "all", "searches", "documents", "embeds"
"""Kinds of answers."""
FREE = ("/static/", "/healthz", "/readyz")
SEARCHES, DOCUMENTS, EMBEDS = 10, 5, 5
"""The part of all answers that searches for words, documents and embeds may be: one of so many."""
WORDS = ("q", *(name for name, meant in ALIASES.items() if meant == "q"))
SEARCHING = {"/fragments/pins": ("pin",), "/pins.opml": ("pin",), urls.OEMBED: ("url",)}
"""The parameters in which an address takes whole searches; all others take WORDS."""


class Limits:
    """How much each client has been given, by kinds of answers: a fixed window of a minute each."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        """Take how many answers a client may get in a minute (0 is any number), and who may pass requests on."""
        self._settings = settings
        parts = {ALL: 1, SEARCH: SEARCHES, DOCUMENT: DOCUMENTS, EMBED: EMBEDS}
        most = settings.rate_limit
        self._most = {kind: max(1, most // part) for kind, part in parts.items()} if most else {}
        self._counts = Counts(MINUTE, clock)
        self._clock = clock

    def hold_for(self, environ: Mapping[str, Any]) -> bool:
        """Tell whether there is a limit for a request; there is none where all readers would look alike."""
        return bool(self._most) and not proxies.is_passed_on(environ, self._settings)

    def seconds_to_wait(self, kinds: Iterable[str], client: str) -> int:
        """Give when a client may have another answer of all these kinds; 0: now."""
        now = self._clock()
        ends = [
            self._counts.end((kind, client))
            for kind in kinds
            if kind in self._most and self._counts.number((kind, client)) >= self._most[kind]
        ]
        return max((max(1, round(end - now)) for end in ends), default=0)

    def count(self, kinds: Iterable[str], client: str) -> None:
        """Note an answer that was given."""
        for kind in kinds:
            if kind in self._most:
                self._counts.count((kind, client))


def init_app(app: Flask, settings: Settings) -> None:
    """Answer 429 to whoever asks for more than `settings.rate_limit` a minute; to nobody where that is 0."""
    limits = app.extensions["feedsift.limits"] = Limits(settings)

    @app.before_request
    def refuse() -> None:
        g.kinds = kinds() if limits.hold_for(request.environ) else ()
        if seconds := limits.seconds_to_wait(g.kinds, proxies.client(request.environ)):
            raise TooManyRequests(retry_after=seconds)

    @app.after_request
    def count(response: Response) -> Response:
        if "kinds" in g and _is_dear(response):
            limits.count(g.kinds, proxies.client(request.environ))
        return response


def kinds() -> tuple[str, ...]:
    """Give the kinds of answers that what this request asks for is of; none where it is free."""
    if request.method == "OPTIONS" or request.path.startswith(FREE):
        return ()
    if security.is_embed(request.path):
        return (EMBED,)
    is_document = request.path.startswith(urls.EXPORT)
    return tuple(kind for kind, is_it in ((ALL, True), (SEARCH, _is_search()), (DOCUMENT, is_document)) if is_it)


def _is_search() -> bool:
    """Tell whether words are looked up; what names several searches is one, as they share one budget of time."""
    names = SEARCHING.get(request.path, WORDS)
    is_asked = any(text.strip() for name in names for text in request.args.getlist(name))
    return is_asked and not request.path.endswith("/suggest")


def _is_dear(response: Response) -> bool:
    """Tell whether an answer counts: no refusal does, and no 304 for which nothing had to be looked up."""
    is_known = response.status_code == 304 and access.engine_seconds() == 0
    return response.status_code != 429 and not is_known
