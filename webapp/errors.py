"""Errors as readers see them: a page in the site's look, or for htmx one sentence."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from index import LONGEST_TEXT, FeedsiftError, IndexMissingError, SearchTimeError
from webapp import access, current, security

_log = logging.getLogger(__name__)

_MESSAGES = {
    400: ("This request cannot be read", "The address may have been damaged on its way."),
    404: ("There is nothing at this address", "It may have been mistyped, or the entry may have been removed."),
    405: ("This cannot be done here", "Addresses of this site can only be read."),
    413: (
        "This search is too long",
        f"A search can have {LONGEST_TEXT:,} characters. Try it with the words that matter most.",
    ),
    500: ("Something went wrong on our side", "The failure was noted. Trying again in a moment may help."),
    503: ("The site is not ready yet", "Its index is being built. Try again in a moment."),
}
_HOPELESS = (400, 405, 413)
"""What will be answered so however often it is asked."""
_OTHER_HOST = ("This site is not known by this name", "Whoever runs it can name its hosts in FEEDSIFT_HOSTS.")
_UNUSABLE = ("The site cannot show its entries just now", "The failure was noted. Try again in a while.")
_TOO_LONG = ("This search takes too long", "What was found so far is kept: trying again goes on from there.")

Answer = tuple[str, int, dict[str, str]]


def init_app(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(IndexMissingError, _not_ready)
    app.register_error_handler(SearchTimeError, _out_of_time)
    app.register_error_handler(FeedsiftError, _unusable)
    app.register_error_handler(Exception, _unexpected)
    # Flask's own way to log repeats the path as it came, line ends too.
    app.log_exception = _note  # type: ignore[method-assign, assignment]


def answer(error: HTTPException) -> Answer | HTTPException:
    """Answer what the web framework, or something beside it, gives up with."""
    status = error.code or 500
    if status < 400:  # a redirect that routing raised
        return error
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _page(status, headers, _message(error, headers.get("Retry-After", "")))


def _message(error: HTTPException, seconds: str) -> tuple[str, str] | None:
    """Give what has to be said of this error alone."""
    if isinstance(error, SecurityError):
        return _OTHER_HOST
    return _too_many(seconds) if isinstance(error, TooManyRequests) else None


def _too_many(seconds: str) -> tuple[str, str]:
    when = f"in {seconds} second{'s' * (seconds != '1')}" if seconds else "in a minute"
    return "Too many requests", f"More was asked for from your connection than this site can give. Try again {when}."


def _not_ready(error: IndexMissingError) -> Answer:
    _log.warning("no index: %s", error)
    current.mender().ask()
    return _page(503, {"Retry-After": "5"})


def _out_of_time(_: SearchTimeError) -> Answer:
    return _page(503, {"Retry-After": "1"}, _TOO_LONG)


def _unusable(error: FeedsiftError) -> Answer:
    _log.error("library unusable: %s", error)
    return _page(503, {"Retry-After": "30"}, _UNUSABLE)


def _unexpected(error: Exception) -> Answer:
    _note(error)
    return _page(500)


def _note(error: Any) -> None:
    """Log what went wrong, given as an exception or as `sys.exc_info` gives one."""
    _log.error("request failed: %s", access.path(request.path), exc_info=error)


def _page(status: int, headers: dict[str, str] | None = None, message: tuple[str, str] | None = None) -> Answer:
    title, text = message or _MESSAGES.get(status, _MESSAGES[400 if status < 500 else 500])
    if request.path.startswith(("/entries.", "/feeds.", "/websub/")):
        return f"{title}. {text}\n", status, {**(headers or {}), "Content-Type": "text/plain; charset=utf-8"}
    _prepare(status)
    html = render_template(
        _template(request.path), title=title, text=text, status=status, is_worth_retrying=status not in _HOPELESS
    )
    return html, status, headers or {}


def _prepare(status: int) -> None:
    """Have the page go without the feed's name where the store may be what failed, or asking it be too dear."""
    if status < 429:
        try:
            current.site()
        except FeedsiftError as error:
            _log.error("library unusable: %s", error)
    current.forget_feeds()


def _template(path: str) -> str:
    """Give what answers at an address: a page, or a fragment where one was asked for; in a frame a small page."""
    if security.is_embed(path):
        return "fragments/embed_error.html" if path.startswith("/embed/entries") else "pages/embed_error.html"
    return "fragments/error.html" if path.startswith("/fragments/") else "pages/error.html"
