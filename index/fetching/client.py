"""HTTP for feeds: a bounded GET with the validators of last time (RFC 9110, 13.1). Called by whoever takes feeds in.

Every request, after each redirect too, passes the guard, waits for its turn at the host, and is bounded by the clock,
by the bytes that are sent, and by those that they unpack to.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote, urlencode, urlsplit

from index.errors import FetchError
from index.fetching.caching import lifetime, retry_after
from index.fetching.guard import Guard, Resolve, Target, target_of
from index.fetching.links import absolute, links
from index.fetching.turns import Turns
from index.fetching.unpacking import document
from index.fetching.wire import Answer, Connect, Line, exchange, megabytes
from index.rules import Limits, Rules

MOST_REDIRECTS = 5
PAUSE = 1.0
"""Seconds between two requests to one host; hosts that the operator names need none."""
LONGEST_VALIDATOR = 8_192
_PERMANENT = {301, 308}
_REDIRECTS = _PERMANENT | {302, 303, 307}


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered; `body` is unpacked, and empty where `is_not_modified`."""

    url: str
    """The last address, behind all redirects."""
    status: int
    """200 or 304."""
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    modified: str = ""
    moved_to: str = ""
    """Where permanent redirects alone lead, and never from https to http; empty where nothing has moved for good."""
    links: dict[str, str] = field(default_factory=dict)
    """Absolute http(s) addresses by relation, as the Link header names them."""
    lifetime: int | None = None
    """Seconds for which it says to be fresh from now on; None where it says nothing."""

    @property
    def is_not_modified(self) -> bool:
        """True where nothing has changed since the validators were given."""
        return self.status == HTTPStatus.NOT_MODIFIED


class Client:
    """Asks servers. For any number of threads; each host is asked by one of them at a time."""

    def __init__(
        self, rules: Rules, resolve: Resolve = socket.getaddrinfo, connect: Connect = socket.create_connection
    ) -> None:
        self._limits = rules.limits
        self._guard = Guard(rules.hosts, resolve)
        self._connect = connect
        self._turns = Turns()
        self._names = {"User-Agent": user_agent(rules.contact), "Accept": "*/*", "Accept-Encoding": "gzip"}

    def get(self, url: str, etag: str = "", modified: str = "") -> Response:
        """Fetch an http(s) address, following a few redirects.

        `etag` and `modified` are what came with the last answer, byte for byte. Raises FetchError, in a sentence,
        where there is no good answer within the limits.
        """
        headers = dict(self._names)
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        watch, trail = _Watch(self._limits.seconds), [(0, url)]
        while len(trail) <= MOST_REDIRECTS + 1:
            with self._asked("GET", url, headers, watch) as answer:
                if answer.status not in _REDIRECTS:
                    return _response(trail, answer, self._limits, is_conditional=bool(etag or modified))
                url = _location(url, answer)
                trail.append((answer.status, url))
        raise FetchError(f"{host(url)} redirects more than {MOST_REDIRECTS} times")

    def post(self, url: str, fields: dict[str, str]) -> int:
        """Send a form, as hubs take it (WebSub), and give the status of the answer. Raises FetchError for none."""
        headers = self._names | {"Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields).encode("ascii")
        with self._asked("POST", url, headers, _Watch(self._limits.seconds), body) as answer:
            return answer.status

    @contextlib.contextmanager
    def _asked(
        self, method: str, url: str, headers: Mapping[str, str], watch: _Watch, body: bytes | None = None
    ) -> Iterator[Answer]:
        target = target_of(url)
        with watch.running() as deadline:
            addresses = self._guard.addresses(target, deadline - time.monotonic())
        with self._turns.taken(target.host, self._pause(target, addresses)), watch.running() as deadline:
            line = Line(target, addresses, deadline, self._limits.seconds, self._limits.wire, self._connect)
            with exchange(line, method, headers, body) as answer:
                yield answer

    def _pause(self, target: Target, addresses: list[str]) -> float:
        return 0.0 if all(self._guard.is_allowed(target, address) for address in addresses) else PAUSE


class _Watch:
    """The time that a fetch has: it runs while servers take theirs, and not while we wait for our turn."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @contextlib.contextmanager
    def running(self) -> Iterator[float]:
        """Give the deadline, as time.monotonic() counts."""
        deadline = time.monotonic() + self._left
        try:
            yield deadline
        finally:
            self._left = deadline - time.monotonic()


def user_agent(contact: str = "") -> str:
    """Say who is asking, and where to complain."""
    reader = f"feed reader; +{quote(contact, safe=':/?#[]@!$&*+,;=%~')}" if contact else "feed reader"
    try:
        return f"Feedsift/{version('feedsift')} ({reader})"
    except PackageNotFoundError:  # run from a working tree
        return f"Feedsift ({reader})"


def host(url: str) -> str:
    """Give the host of an address: what may be shown and logged, as the rest can hold secrets."""
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url


def _location(url: str, answer: Answer) -> str:
    """Give where a redirect leads. The guard judges it like any other address."""
    location = answer.headers.get("Location", "")
    with contextlib.suppress(UnicodeError):  # http.client reads headers as Latin-1; what is sent is UTF-8, if not ASCII
        location = location.encode("latin-1").decode("utf-8")
    target = absolute(url, location)
    if not location or not target:
        raise FetchError(f"{host(url)} redirects to what is no http or https address", answer.status)
    return target


def _response(trail: list[tuple[int, str]], answer: Answer, limits: Limits, *, is_conditional: bool) -> Response:
    url, headers = trail[-1][1], answer.headers
    is_not_modified = is_conditional and answer.status == HTTPStatus.NOT_MODIFIED
    if not is_not_modified and answer.status != HTTPStatus.OK:
        raise _refusal(url, answer)
    return Response(
        url=url,
        status=answer.status,
        body=b"" if is_not_modified else _document(url, answer, limits),
        content_type=headers.get("Content-Type", ""),
        etag=_kept(headers.get("ETag", "")),
        modified=_kept(headers.get("Last-Modified", "")),
        moved_to=_moved_to(trail),
        links=links(headers.get("Link", ""), url),
        lifetime=lifetime(headers, time.time()),
    )


def _refusal(url: str, answer: Answer) -> FetchError:
    wait = retry_after(answer.headers, time.time())
    return FetchError(f"{host(url)} answers {_status(answer.status)}", answer.status, wait)


def _document(url: str, answer: Answer, limits: Limits) -> bytes:
    length = answer.headers.get("Content-Length", "")
    if re.fullmatch("[0-9]{1,18}", length) and int(length) > limits.wire:
        raise answer.line.flooded(megabytes(limits.wire))
    return document(answer, limits.body)


def _moved_to(trail: list[tuple[int, str]]) -> str:
    """Give the end of the permanent redirects that a fetch began with."""
    moved_to = ""
    for (_, before), (status, url) in itertools.pairwise(trail):
        if status not in _PERMANENT or (urlsplit(before).scheme, urlsplit(url).scheme) == ("https", "http"):
            break
        moved_to = url
    return moved_to


def _kept(validator: str) -> str:
    """Leave out what cannot be sent back as it came."""
    is_sound = not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", validator) and len(validator) <= LONGEST_VALIDATOR
    return validator if is_sound else ""


def _status(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
