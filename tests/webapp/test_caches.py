"""Shared caches between readers and the site: one that heeds `Vary`, one that knows addresses only, in every order."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from tests.webapp import pages
from webapp.formats import FORMATS

HTMX_2 = {"HX-Request": "true", "HX-Current-URL": "http://localhost/", "HX-Target": "results", "HX-Trigger": "q"}
HTMX_4 = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Source": "input#q", "HX-Target": "div#results"}
ASKED: dict[str, dict[str, str]] = {
    "a browser": {"Accept-Encoding": "gzip", "Accept": "text/html"},
    "a script": {},
    "htmx 2": {**HTMX_2, "HX-Trigger-Name": "q", "Accept-Encoding": "gzip"},
    "htmx 2, boosted": {**HTMX_2, "HX-Boosted": "true"},
    "htmx 2, history": {**HTMX_2, "HX-History-Restore-Request": "true"},
    "htmx 4": {**HTMX_4, "Accept": "text/html", "Accept-Encoding": "gzip"},
    "htmx 4, whole": {**HTMX_4, "HX-Request-Type": "full", "Accept": "text/html"},
}
FEW = ["a browser", "htmx 2", "htmx 4"]
STATE = "?tag=boats&q=rope"
PAGES = [f"/{STATE}", "/tags/", f"/facets/tag/{STATE}", "/entries/day-0-at-the-harbour-1/"]
FRAGMENTS = [f"/fragments/entries{STATE}", f"/fragments/facets/tag{STATE}", "/fragments/suggest?q=ro"]
DOCUMENTS = [*(f"/entries.{suffix}{STATE}" for suffix in FORMATS), "/feeds.opml", "/openapi.json"]
ADDRESSES = PAGES + FRAGMENTS + DOCUMENTS
KINDS = [f"/{STATE}", f"/fragments/entries{STATE}", f"/entries.json{STATE}"]
"""The same state as all three."""


class SharedCache:
    """A shared cache in front of an application (RFC 9111): keeps every 200, and asks anew where it has to."""

    def __init__(self, app: Callable[..., Any], heeds_vary: bool) -> None:
        self.app, self.heeds_vary = app, heeds_vary
        self.kept: dict[tuple[str, ...], Response] = {}
        self.served = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        kept = self.kept.get(self._key(request))
        if kept is None or "no-cache" in kept.headers["Cache-Control"]:
            kept = self._fresh(request, kept)
        else:
            self.served += 1
        answer = Response(kept.get_data(), kept.status, Headers(kept.headers))
        return answer.make_conditional(request)(environ, start_response)

    def _fresh(self, request: Request, kept: Response | None) -> Response:
        """Ask the application, and only whether it still holds where an answer is kept; keep what it says."""
        environ = {**request.environ, "REQUEST_METHOD": "GET"}
        for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"):
            environ.pop(name, None)
        if kept:
            environ["HTTP_IF_NONE_MATCH"] = kept.headers["ETag"]
        found = Response.from_app(self.app, environ, buffered=True)
        if kept and found.status_code == 304:
            self.served += 1
            return kept
        if found.status_code == 200:
            self.kept[self._key(request, found)] = found
        return found

    def _key(self, request: Request, found: Response | None = None) -> tuple[str, ...]:
        if not self.heeds_vary:
            return (request.full_path,)
        vary = (
            found.vary if found else next((k.vary for key, k in self.kept.items() if key[0] == request.full_path), ())
        )
        return (request.full_path, *(f"{name}={request.headers.get(name)}" for name in sorted(vary)))


@pytest.fixture(params=[True, False], ids=["heeds Vary", "knows addresses only"])
def cache(request: pytest.FixtureRequest, app: Flask) -> SharedCache:
    return SharedCache(app, request.param)


def unpacked(client: Client, address: str, headers: dict[str, str]) -> TestResponse:
    """Ask; the cache that knows addresses only takes one coding for all, as those do that strip Accept-Encoding."""
    return client.get(address, headers={name: value for name, value in headers.items() if name != "Accept-Encoding"})


def kind(response: TestResponse) -> str:
    """Tell what an answer is by its body."""
    assert response.status_code == 200
    if "text/html" not in response.content_type:
        return response.mimetype
    return "page" if "<html" in response.text else "fragment"


def expected(address: str, app: Flask) -> str:
    if address.startswith(("/entries.", "/feeds.", "/openapi.")):
        return app.test_client().head(address).mimetype
    return "fragment" if address in FRAGMENTS else "page"


@pytest.mark.parametrize("order", [*permutations(KINDS)], ids=" ".join)
@pytest.mark.parametrize("who", [*permutations(["a browser", "htmx 2", "htmx 4"])], ids=" then ".join)
def test_a_state_is_a_page_a_fragment_and_a_document_in_every_order(
    cache: SharedCache, app: Flask, order: tuple[str, ...], who: tuple[str, ...]
) -> None:
    client = Client(cache)
    for name in who:
        for address in order:
            assert kind(unpacked(client, address, ASKED[name])) == expected(address, app), (name, address)


def rounds(seed: int) -> Iterator[tuple[str, str]]:
    """Give every address asked for by everybody, twice, in a random order."""
    asked = [(name, address) for name in ASKED for address in ADDRESSES] * 2
    random.Random(seed).shuffle(asked)
    yield from asked


@pytest.mark.parametrize("seed", range(3))
def test_what_a_cache_gives_is_what_the_site_gives(cache: SharedCache, app: Flask, seed: int) -> None:
    client, direct = Client(cache), app.test_client()
    for name, address in rounds(seed):
        given = unpacked(client, address, ASKED[name])
        assert given.data == direct.get(address).data, (name, address)
        assert kind(given) == expected(address, app)
    assert cache.served >= len(ADDRESSES) * 7


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", FEW)
def test_a_client_that_has_it_gets_304_from_the_cache_and_the_site_alike(
    cache: SharedCache, app: Flask, name: str, address: str
) -> None:
    for client in (Client(cache), app.test_client()):
        first = unpacked(client, address, ASKED[name])
        again = unpacked(client, address, {**ASKED[name], "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        other = unpacked(client, address, {**ASKED[name], "If-None-Match": '"of-something-else"'})
        assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", FEW)
def test_head_is_get_without_its_body(app: Flask, name: str, address: str) -> None:
    client = app.test_client()
    got, head = client.get(address, headers=ASKED[name]), client.head(address, headers=ASKED[name])
    assert (head.status_code, head.data) == (got.status_code, b"")
    assert dict(pages.headers(head)) == dict(pages.headers(got))


def test_everything_has_a_tag_of_its_own(app: Flask) -> None:
    tags = [app.test_client().get(address).headers["ETag"] for address in ADDRESSES]
    assert len({*tags}) == len(ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_request_header_of_htmx_changes_an_answer(app: Flask, address: str) -> None:
    client = app.test_client()
    answers = {unpacked(client, address, headers).data for headers in ASKED.values()}
    assert len(answers) == 1
    assert client.get(address).headers["Vary"] == "Accept-Encoding"


def test_a_cache_that_heeds_vary_keeps_each_coding(app: Flask) -> None:
    cache = SharedCache(app, heeds_vary=True)
    client = Client(cache)
    for address in (f"/{STATE}", f"/entries.atom{STATE}"):
        for coding in ("gzip", None, "gzip", None):
            given = client.get(address, headers={"Accept-Encoding": coding} if coding else {})
            assert given.headers.get("Content-Encoding") == coding
    assert cache.served == 4
