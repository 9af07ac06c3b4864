"""How much one client may ask for: so many answers a minute, counted by each worker process for itself.

Embeds are counted apart, as the server of another site may ask for them on behalf of all of its readers. Files, checks
of health and answers without a body (304) are free.
"""

from __future__ import annotations

import time

from flask import Flask, Response, request
from flask_limiter import Limiter, RateLimitExceeded
from werkzeug.exceptions import HTTPException

from webapp import counting, errors, proxies, security
from webapp.settings import Settings

FREE = ("/static/", "/healthz", "/readyz")


def init_app(app: Flask, settings: Settings) -> None:
    """Answer 429 to whoever asks for more than `settings.rate_limit` a minute; to nobody where that is 0."""
    if not settings.rate_limit:
        return
    limiter = Limiter(
        _counted_as,
        app=app,
        application_limits=[f"{settings.rate_limit} per minute"],
        application_limits_exempt_when=_is_free,
        application_limits_deduct_when=_is_dear,
        request_identifier=lambda: request.endpoint or "nothing",
        storage_uri=f"{counting.SCHEME}://",
    )

    def refuse(error: RateLimitExceeded) -> errors.Answer | HTTPException:
        limit = limiter.current_limit
        error.retry_after = max(1, round(limit.reset_at - time.time())) if limit else 60
        return errors.answer(error)

    app.register_error_handler(RateLimitExceeded, refuse)


def _counted_as() -> str:
    return f"embeds {proxies.client()}" if security.is_embed(request.path) else proxies.client()


def _is_free() -> bool:
    return request.method == "OPTIONS" or request.path.startswith(FREE) or proxies.is_passed_on()


def _is_dear(response: Response) -> bool:
    return response.status_code not in (304, 429)
