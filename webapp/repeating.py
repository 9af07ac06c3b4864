"""Answers that hold until anything in the library changes, kept by each worker to be given again.

They are kept as they were sent, compressed for whoever takes that, and pass all that every answer passes: limits,
headers, log and figures. What depends on more than the library and the address has no place here: the clock, or who
asks.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass

from cachetools import LRUCache
from flask import Flask, Response, g, request
from werkzeug.datastructures import Headers

from index import Library
from webapp.settings import Settings

KEPT = ("browse.page", "browse.fragment", "entries.entry", "facets.page", "facets.fragment", "tags.tags")
"""Endpoints whose answers are kept."""
MEGABYTE = 1_000_000
LONGEST = 2_000
"""Characters in which a client may ask, for an answer to be kept for it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its headers, but for those that every answer gets."""

    body: bytes
    headers: Headers

    @property
    def size(self) -> int:
        """About the bytes that it takes to keep it, and what it was asked by."""
        return len(self.body) + sum(len(name) + len(value) + 200 for name, value in self.headers) + 2 * LONGEST

    def response(self) -> Response:
        """Give it again, or 304 where the client has it."""
        response = Response(self.body, headers=self.headers.copy())
        response.make_conditional(request)
        return response


class Answers:
    """The answers of one edition of the library. Safe to use from any thread."""

    def __init__(self, most: int) -> None:
        """Take the bytes that all bodies together may have."""
        self._answers: LRUCache[Hashable, Answer] = LRUCache(most, lambda answer: answer.size)
        self._edition: Hashable = None
        self._guard = threading.Lock()

    def get(self, edition: Hashable, key: Hashable) -> Answer | None:
        """Give an answer of this edition of the library, if it is kept."""
        with self._guard:
            return self._answers.get(key) if edition == self._edition else None

    def keep(self, edition: Hashable, key: Hashable, answer: Answer) -> None:
        """Keep an answer; those of another edition go. One that is too large is not kept."""
        with self._guard:
            if edition != self._edition:
                self._answers.clear()
                self._edition = edition
            if self._answers.getsizeof(answer) <= self._answers.maxsize:
                self._answers[key] = answer


def init_app(app: Flask, settings: Settings) -> None:
    """Give what is kept, and keep what is given: to be called before what compresses, and after what refuses."""
    if not settings.keep:
        return
    answers = Answers(settings.keep * MEGABYTE)
    library: Library = app.extensions["feedsift.library"]

    @app.before_request
    def give_again() -> Response | None:
        g.kept_as = None
        if request.endpoint not in KEPT or request.method not in ("GET", "HEAD"):
            return None
        edition, key = library.edition, _key()
        if edition is None or key is None:
            return None
        if found := answers.get(edition, key):
            return found.response()
        g.kept_as = edition, key
        return None

    @app.after_request
    def keep(response: Response) -> Response:
        if (kept_as := g.get("kept_as")) and _may_be_kept(response):
            edition, key = kept_as
            if edition == library.edition:  # else it may be of either, and is too old or was never in force
                answers.keep(edition, key, Answer(response.get_data(), response.headers.copy()))
        return response


def _key() -> Hashable | None:
    """Give all of a request that an answer may depend on; None where it is too much to keep."""
    path, query = request.environ.get("PATH_INFO", ""), request.environ.get("QUERY_STRING", "")
    key = request.host_url, path, query, request.headers.get("Accept-Encoding", "")
    return key if sum(map(len, key)) <= LONGEST else None


def _may_be_kept(response: Response) -> bool:
    """Tell whether an answer is whole and right for everybody who asks so."""
    is_whole = request.method == "GET" and response.status_code == 200 and not response.is_streamed
    return is_whole and "ETag" in response.headers and not response.cache_control.no_store
