"""What the fuzzer of `make api` has to know of this site; it reads this file by itself (tests/api.py names it)."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

FRAGMENTS = ("/fragments/", "/embed/entries")


@schemathesis.hook
def before_load_schema(context: Any, raw_schema: dict[str, Any]) -> None:
    """Say what an array holds without its order: Schemathesis 4.32 refuses `prefixItems` as no schema."""
    if found := raw_schema["paths"].get("/suggest"):
        (body,) = found["get"]["responses"]["200"]["content"].values()
        body["schema"]["items"] = {"anyOf": body["schema"].pop("prefixItems")}


@schemathesis.check
def is_page_or_fragment(context: Any, response: Any, case: Any) -> None:
    """A fragment's address never gives a page, and no other one a fragment."""
    is_html = "text/html" in response.headers.get("content-type", [""])[0]
    if is_html and response.content and not 300 <= response.status_code < 400:
        assert (b"<html" in response.content) is not case.path.startswith(FRAGMENTS), case.path


@schemathesis.check
def has_not_failed(context: Any, response: Any, case: Any) -> None:
    """Nothing fails, and 501 is what oEmbed asks for (section 2.3.4)."""
    assert response.status_code < 500 or (response.status_code, case.path) == (501, "/oembed"), response.status_code


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Look at redirects themselves, not at what they lead to."""
    kwargs["allow_redirects"] = False


@schemathesis.deserializer("application/x-ndjson")
def lines(context: Any, response: Any) -> list[Any]:
    """Read a JSON object from each line."""
    return [json.loads(line) for line in response.content.decode("utf-8").split("\n")[:-1]]
