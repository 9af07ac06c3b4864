"""The addresses of the site described for programs: OpenAPI 3.1, made of the table in `addresses`.

Pages name it as `rel="service-desc"` (RFC 8631). `make api` has a fuzzer ask a real server by it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response

from index import LARGEST_SIZE, LONGEST_TEXT, Sort
from webapp import about, revalidation, schemas, sharing
from webapp.addresses import ADDRESSES, Address
from webapp.builder import KINDS
from webapp.facets import MOST_SHOWN
from webapp.look import THEMES
from webapp.oembed import FORMATS
from webapp.values import TITLES
from webapp.websub import LARGEST

blueprint = Blueprint("openapi", __name__)
sharing.open_to_all(blueprint)

Part = dict[str, Any]
_TEXT: Part = {"type": "string"}
_DATE: Part = {"type": "string", "examples": ["2019", "2019-03", "2019-03-07"]}
_NUMBER: Part = {"type": "integer", "minimum": 1}
_BYTES: Part = {"type": "string", "format": "binary"}
_MANY: Part = {"type": "array", "items": _TEXT}

PARAMETERS: dict[str, tuple[str, Part]] = {
    "q": ("What is searched; the page /help/ has its language", {**_TEXT, "maxLength": LONGEST_TEXT}),
    "tag": ("A tag that entries have; repeated, all of them; `a,b` is any of them", _MANY),
    "exclude.tag": ("A tag that entries do not have", _MANY),
    "author": ("Who wrote it", _TEXT),
    "feed": ("The number of a feed", _TEXT),
    "year": ("The year it was written in", {"type": "integer"}),
    "month": ("The month it was written in", {"type": "integer", "minimum": 1, "maximum": 12}),
    "from": ("The first day: a year, a month or a day", _DATE),
    "to": ("The last day, likewise", _DATE),
    "sort": ("By default relevance with words, newest without", {**_TEXT, "enum": [sort.value for sort in Sort]}),
    "size": ("Entries in each part", {**_NUMBER, "maximum": LARGEST_SIZE}),
    "page": ("The number of a part; on the browse page, parts 1 to this one are shown", _NUMBER),
    "archive": ("The number of an archive, counted from the oldest (RFC 5005)", _NUMBER),
    "mark": ("What an archive held when its address was given, so that a changed one has another; not read", _TEXT),
    "after": ("Where the next batch begins; opaque", _TEXT),
    "history": ("`replace`: the address is to stand in for the present one", {**_TEXT, "enum": ["replace"]}),
    "match": ("What the names of values hold", _TEXT),
    "show": ("How many values are shown", {**_NUMBER, "maximum": MOST_SHOWN}),
    "h": ("The level of an embed's headings", {"type": "integer", "minimum": 2, "maximum": 6}),
    "theme": ("The colours of an embed", {**_TEXT, "enum": [*THEMES]}),
    "search": ("`1`: an embed has a search box", _TEXT),
    "more": ("`1`: an embed has a link to more", _TEXT),
    "id": ("What the ids in an embed begin with", _TEXT),
    "kind": ("The way to take a list in", {**_TEXT, "enum": [*KINDS]}),
    "width": ("Pixels of a frame", _NUMBER),
    "height": ("Pixels of a frame", _NUMBER),
    "follow": ("`1`: a frame comes with the script that fits its height", _TEXT),
    "pin": (
        "The parameters of a state, percent-encoded; before them, for /fragments/pins, an entry's id and `:`",
        _MANY,
    ),
    "hub.mode": ("What a hub has to say", {**_TEXT, "enum": ["subscribe", "denied"]}),
    "hub.topic": ("The feed that it speaks of", {**_TEXT, "format": "uri"}),
    "hub.challenge": ("What is to be answered", _TEXT),
    "hub.lease_seconds": ("For how long it will tell of news", _NUMBER),
    "url": ("The address of a list or an entry of this site", {**_TEXT, "format": "uri"}),
    "format": ("The format of the answer", {**_TEXT, "enum": [*FORMATS]}),
    "maxwidth": ("Pixels, at the most", _NUMBER),
    "maxheight": ("Pixels, at the most", _NUMBER),
}
"""Query parameters: what they mean, and their schema. Only `q` has values that are refused (413, too long); of the
others, what makes no sense is left out, and the nearest value stands for one out of range."""

NAMES: dict[str, tuple[str, Part]] = {
    "name": ("Words and number of an entry", {**_TEXT, "minLength": 1, "examples": ["1"]}),
    "names": ("Tags, joined by +", {**_TEXT, "minLength": 1, "examples": ["a+b"]}),
    "facet": ("A facet", {**_TEXT, "enum": [*TITLES]}),
    "token": ("What only the hub knows", {**_TEXT, "minLength": 1}),
}
"""What stands in braces in paths."""

STATUSES = {
    200: "What was asked for",
    202: "The message is taken, whoever it is from",
    301: "The same under its one canonical address",
    304: "What the client has still holds",
    400: "The request cannot be read",
    404: "There is nothing at this address",
    410: "This is not subscribed to, or not any more",
    413: f"A text of more than {LONGEST_TEXT:,} characters, or a message of more than {LARGEST:,} bytes",
    429: "The client has asked for more than it may",
    501: "A format that is not offered",
    503: "Store or index cannot be used at the moment",
}
HEADERS: dict[str, tuple[str, Part, bool]] = {
    "ETag": ("Identifies the answer; strong", {**_TEXT, "pattern": '^"[^"]+"$'}, True),
    "Location": ("Where it is", {**_TEXT, "pattern": "^/"}, True),
    "Retry-After": ("Seconds until it is worth asking again", {"type": "integer"}, False),
}
_HEADERS_OF = {301: ["Location"], 304: ["ETag"], 429: ["Retry-After"], 503: ["Retry-After"]}


@blueprint.get("/openapi.json")
def description() -> Response:
    """Answer the description."""
    content = _written()
    return revalidation.answer(revalidation.tag(content), 0, content.encode, "application/json")


def document() -> Part:
    """Describe every public address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.NAME,
            "version": version("feedsift"),
            "description": "Entries of feeds to browse, filter and search. Addresses are only read (GET, HEAD; "
            "others get 405), unknown parameters are ignored, and answers with an ETag may be asked for again "
            "by If-None-Match.",
        },
        "servers": [{"url": "/"}],
        "paths": {address.path: _operations(address) for address in ADDRESSES},
        "components": {
            "parameters": {
                _key(place, name): {"name": name, "in": place, **_described(*about_it, is_required=place == "path")}
                for place, table in (("query", PARAMETERS), ("path", NAMES))
                for name, about_it in table.items()
            },
            "headers": {name: _described(*about_it) for name, about_it in HEADERS.items()},
            "schemas": schemas.NAMED,
        },
    }


@cache
def _written() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def _operations(address: Address) -> Part:
    """Describe what can be done at an address, by method."""
    read = _operation("get", address, address.takes, address.statuses)
    if not address.posted:
        return {"get": read}
    body = {"description": "Any message; it is not used", "content": {"application/octet-stream": {"schema": _BYTES}}}
    return {"get": read, "post": {**_operation("post", address, (), address.posted), "requestBody": body}}


def _operation(method: str, address: Address, takes: Sequence[str], statuses: Sequence[int]) -> Part:
    in_path = re.findall(r"{(\w+)}", address.path)
    keys = [*(_key("path", name) for name in in_path), *(_key("query", name) for name in takes)]
    return {
        "operationId": method + "".join(word.title() for word in re.findall(r"\w+", address.path)),
        "summary": address.summary,
        "parameters": [{"$ref": f"#/components/parameters/{key}"} for key in keys],
        "responses": {str(status): _response(status, address) for status in sorted({*statuses, 400, 429, 503})},
    }


def _response(status: int, address: Address) -> Part:
    names = ["ETag"] if status == 200 and 304 in address.statuses else _HEADERS_OF.get(status, [])
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    return {
        "description": STATUSES[status],
        **({"headers": headers} if headers else {}),
        **({"content": content} if (content := _content(status, address)) else {}),
    }


def _content(status: int, address: Address) -> Part:
    if status == 200:
        return {name: {"schema": _schema(name, address.schema)} for name in address.gives}
    if status == 301:
        return {"text/html": {"schema": _TEXT}}
    return {} if status == 304 else {name: {"schema": _schema(name)} for name in address.problem}


def _schema(mimetype: str, schema: Mapping[str, Any] | None = None) -> Part:
    """Give the schema of a body; of one that is not JSON none but that it is text."""
    return dict(schema or schemas.ANY_OBJECT) if "json" in mimetype else _TEXT


def _described(text: str, schema: Part, is_required: bool) -> Part:
    return {"description": text, "required": is_required, "schema": schema}


def _key(place: str, name: str) -> str:
    return f"{place}.{name}"
