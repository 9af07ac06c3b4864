"""Answers that hold until anything in the library changes, kept by each worker to be given again.

Only what is asked for again is kept, as most is not; what was met before a change may be kept at once after it. Answers
are kept as they were sent, with all headers, compressed for whoever takes that, and given before Flask is asked: only
the limits, the log and the figures hear of it. What depends on more than the library and the address has no place here:
the clock, or who asks.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from cachetools import LRUCache
from flask import Flask, Response, request
from werkzeug.datastructures import Headers
from werkzeug.http import http_date, remove_entity_headers

from index import Library
from webapp import access, limiting, proxies, revalidation
from webapp.limiting import Limits
from webapp.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]
Pairs = tuple[tuple[str, str], ...]
KEPT = ("browse.page", "browse.fragment", "entries.entry", "facets.page", "facets.fragment", "tags.tags")
"""Endpoints whose answers are kept."""
MEGABYTE = 1_000_000
MOST_MET = 20_000
"""Addresses that are known to have been asked for, in some 100 bytes each."""
LONGEST = 2_000
"""Characters in which a client may ask, for an answer to be kept for it."""
ASKED = (
    *("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME"),
    *("PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT_ENCODING"),
)
"""All of a request's environment that an answer may depend on."""
CONDITIONS = revalidation.CONDITIONS - {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
"""What only Flask answers."""
OWN = (access.HEADER, "Date")
"""Headers that each answer has for itself."""
_AT_MOST_ONE_TAG = re.compile(r'(?:(?:W/)?"[^"]*")?')
MET_AGAIN = "feedsift.met_again"
"""In the environment of a request: set where its answer may be kept."""
WORTH_KEEPING = "feedsift.worth_keeping"
"""Where, in the environment of a request, Flask says of what its answer is."""


class Kind(NamedTuple):
    """Of what an answer is."""

    endpoint: str
    limited_as: tuple[str, ...]
    """See limiting.kinds."""


@dataclass(frozen=True)
class Answer:
    """An answer as it is sent, but for what each has for itself."""

    body: bytes
    headers: Pairs
    kind: Kind

    @cached_property
    def headers_alone(self) -> Pairs:
        """The headers for who has the body already; most answers are not even asked for again."""
        found = Headers(list(self.headers))
        remove_entity_headers(found)
        return tuple(found)

    @property
    def size(self) -> int:
        """About the bytes that it takes to keep it, and what it was asked by."""
        return len(self.body) + 2 * sum(len(name) + len(value) + 200 for name, value in self.headers) + 2 * LONGEST

    @property
    def tags(self) -> tuple[str, str]:
        """The tag, in its quotation marks, and that of the same answer uncompressed."""
        etag = next(value for name, value in self.headers if name == "ETag")
        return etag, etag.replace(':gzip"', '"')


class Answers:
    """The answers of one edition of the library. Safe to use from any thread."""

    def __init__(self, most: int) -> None:
        """Take the bytes that all bodies together may have."""
        self._answers: LRUCache[Hashable, Answer] = LRUCache(most, lambda answer: answer.size)
        self._edition: Hashable = None
        self._met: set[int] = set()
        self._guard = threading.Lock()

    def get(self, edition: Hashable, key: Hashable) -> Answer | None:
        """Give an answer of this edition of the library, if it is kept."""
        with self._guard:
            return self._answers.get(key) if edition == self._edition else None

    def is_met_again(self, key: Hashable) -> bool:
        """Tell whether this was asked for before, in any edition, unless that is long ago; from now on it was."""
        mark = hash(key)
        with self._guard:
            if mark in self._met:
                return True
            if len(self._met) >= MOST_MET:
                self._met.clear()
            self._met.add(mark)
        return False

    def keep(self, edition: Hashable, key: Hashable, answer: Answer) -> None:
        """Keep an answer; those of another edition go. One that is too large is not kept."""
        with self._guard:
            if edition != self._edition:
                self._answers.clear()
                self._edition = edition
            if self._answers.getsizeof(answer) <= self._answers.maxsize:
                self._answers[key] = answer


class Repeating:
    """What stands before Flask: gives again what was given, and keeps what Flask calls worth it."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Take the application; what it has by now is what is asked where nothing is kept."""
        self._app = app
        self._asked: WSGIApplication = app.wsgi_app
        self._settings = settings
        self._library: Library = app.extensions["feedsift.library"]
        self._answers = Answers(settings.keep * MEGABYTE)

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        began, key = time.perf_counter(), _key(environ)
        is_met_again = key is not None and self._answers.is_met_again(key)
        edition = self._library.edition if is_met_again else None
        if edition is None:
            return self._asked(environ, start)
        found = self._answers.get(edition, key)
        if found and self._is_allowed(environ, found):
            return self._given(environ, start, found, began)
        environ[MET_AGAIN] = True
        return self._made(environ, start, edition, key)

    def _is_allowed(self, environ: Environ, found: Answer) -> bool:
        """Tell whether the client may have an answer; counts it unless it has it already."""
        limits: Limits = self._app.extensions["feedsift.limits"]
        if not limits.hold_for(environ):
            return True
        client = proxies.client(environ)
        if limits.seconds_to_wait(found.kind.limited_as, client):
            return False
        if not _has(environ, found):
            limits.count(found.kind.limited_as, client)
        return True

    def _given(self, environ: Environ, start: StartResponse, found: Answer, began: float) -> list[bytes]:
        """Give an answer again, or 304 where the client has it."""
        status, headers, body = ("200 OK", found.headers, [found.body])
        if _has(environ, found):
            status, headers, body = ("304 NOT MODIFIED", found.headers_alone, [])
        elif environ["REQUEST_METHOD"] == "HEAD":
            body = []
        done = access.begun(environ, self._settings, began)
        start(status, [*headers, ("Date", http_date()), (access.HEADER, done.id)])
        access.tell(self._app, done, int(status[:3]), found.kind.endpoint)
        return body

    def _made(self, environ: Environ, start: StartResponse, edition: Hashable, key: Hashable) -> Iterable[bytes]:
        """Have Flask answer, and keep what is worth it."""
        sent: list[tuple[str, str]] = []

        def noting(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            sent[:] = headers
            return start(status, headers, *error)

        body = self._asked(environ, noting)
        kind = environ.get(WORTH_KEEPING)
        if kind is None:
            return body
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        if edition == self._library.edition:  # else it may be of either, and is too old or was never in force
            headers = tuple(pair for pair in sent if pair[0] not in OWN)
            self._answers.keep(edition, key, Answer(whole, headers, kind))
        return [whole]


def init_app(app: Flask, settings: Settings) -> None:
    """Give what is kept, and keep what is given: to be called before what believes proxies, and before all limits."""
    if not settings.keep or settings.timing:
        return
    app.wsgi_app = Repeating(app, settings)  # type: ignore[method-assign, assignment]

    @app.after_request
    def tell(response: Response) -> Response:
        """Whole answers are worth keeping that are right for everybody who asks so."""
        if MET_AGAIN not in request.environ:
            return response
        is_whole = request.method == "GET" and response.status_code == 200 and not response.is_streamed
        is_for_all = "ETag" in response.headers and not response.cache_control.no_store
        if request.endpoint in KEPT and is_whole and is_for_all:
            request.environ[WORTH_KEEPING] = Kind(request.endpoint, limiting.kinds())
        return response


def _key(environ: Environ) -> tuple[str, ...] | None:
    """Give all of a request that an answer may depend on; None where it is too much to keep, or for Flask alone."""
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not CONDITIONS.isdisjoint(environ):
        return None
    if not _AT_MOST_ONE_TAG.fullmatch(environ.get("HTTP_IF_NONE_MATCH", "")):
        return None
    key = tuple(map(environ.get, ASKED, repeat("")))
    return key if sum(map(len, key)) <= LONGEST else None


def _has(environ: Environ, answer: Answer) -> bool:
    """Tell whether the client has an answer already (RFC 9110, section 13.1.2)."""
    return bool(environ.get("HTTP_IF_NONE_MATCH", "").removeprefix("W/") in answer.tags)
