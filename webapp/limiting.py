"""How much one client may ask for: so many answers a minute, counted by each worker process for itself.

A tenth of that may be searches for words, which cost most, and a fifth whole documents (`/entries.atom` and so on).
Embeds are counted apart, up to a fifth too, as the server of another site may ask for them on behalf of all of its
readers. Files, checks of health and what a client has already (304), where nothing had to be looked up to know that,
are free.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, Response, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded
from werkzeug.exceptions import HTTPException

from index import ALIASES
from webapp import access, counting, errors, proxies, security, urls
from webapp.settings import Settings

FREE = ("/static/", "/healthz", "/readyz")
SEARCHES, DOCUMENTS, EMBEDS = 10, 5, 5
"""The part of all answers that searches for words, documents and embeds may be: one of so many."""
WORDS = ("q", *(name for name, meant in ALIASES.items() if meant == "q"))
SEARCHING = {"/fragments/pins": ("pin",), "/pins.opml": ("pin",), urls.OEMBED: ("url",)}
"""The parameters in which an address takes whole searches; all others take WORDS."""


def init_app(app: Flask, settings: Settings) -> None:
    """Answer 429 to whoever asks for more than `settings.rate_limit` a minute; to nobody where that is 0."""
    if not settings.rate_limit:
        return
    limiter = Limiter(
        proxies.client,
        app=app,
        application_limits=[
            _limit(settings.rate_limit, "all", lambda: not security.is_embed(request.path)),
            _limit(settings.rate_limit // SEARCHES, "searches", _is_search),
            _limit(settings.rate_limit // DOCUMENTS, "documents", lambda: request.path.startswith("/entries.")),
            _limit(settings.rate_limit // EMBEDS, "embeds", lambda: security.is_embed(request.path)),
        ],
        request_identifier=lambda: request.endpoint or "nothing",
        storage_uri=f"{counting.SCHEME}://",
    )

    def refuse(error: RateLimitExceeded) -> errors.Answer | HTTPException:
        limit = limiter.current_limit
        error.retry_after = max(1, round(limit.reset_at - time.time())) if limit else 60
        return errors.answer(error)

    app.register_error_handler(RateLimitExceeded, refuse)


def _limit(most: int, scope: str, is_counted: Callable[[], bool]) -> ApplicationLimit:
    return ApplicationLimit(
        f"{max(1, most)} per minute",
        scope=scope,
        exempt_when=lambda: _is_free() or not is_counted(),
        deduct_when=_is_dear,
    )


def _is_search() -> bool:
    """Tell whether words are looked up; what names several searches is one, as they share one budget of time."""
    is_other = security.is_embed(request.path) or request.path.endswith("/suggest")
    names = SEARCHING.get(request.path, WORDS)
    return any(text.strip() for name in names for text in request.args.getlist(name)) and not is_other


def _is_free() -> bool:
    return request.method == "OPTIONS" or request.path.startswith(FREE) or proxies.is_passed_on()


def _is_dear(response: Response) -> bool:
    """Tell whether an answer counts: no refusal does, and no 304 for which nothing had to be looked up."""
    is_known = response.status_code == 304 and access.engine_seconds() == 0
    return response.status_code != 429 and not is_known
