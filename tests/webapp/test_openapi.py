"""The description of the addresses is true, complete and valid."""

from __future__ import annotations

import json
import re
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import ValidationError
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator
from openapi_spec_validator.validation.exceptions import OpenAPIValidationError

from tests.webapp import pages
from webapp import openapi
from webapp.addresses import ADDRESSES, STATE

ASSETS = "/static/<version>/<path:name>"


def described(rule: str) -> list[str]:
    """Give the paths of a route: one for each of several words, and names in braces without what they may be."""
    pieces = re.split(r"(<any\([^)]*\):\w+>)", rule)
    choices = [re.findall(r"[\w.]+", piece[5 : piece.index(")")]) if "<any(" in piece else [piece] for piece in pieces]
    return [re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", "".join(words)) for words in product(*choices)]


def named(path: str) -> str:
    """Give a path without the names in its braces, which a route and its description need not share."""
    return re.sub(r"{\w+}", "{}", path)


def test_every_route_is_described_and_every_description_has_a_route(app: Flask) -> None:
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.rule != ASSETS]
    assert {named(path) for rule in rules for path in described(rule)} == {named(row.path) for row in ADDRESSES}
    assert len({row.path for row in ADDRESSES}) == len(ADDRESSES)


def test_a_route_of_several_words_is_several_paths() -> None:
    assert described("/entries.<any(atom,csv):suffix>") == ["/entries.atom", "/entries.csv"]
    assert described("/tags/<path:names>/") == ["/tags/{names}/"]


def test_it_is_valid_by_another_program(client: FlaskClient) -> None:
    served = client.get("/openapi.json")
    assert served.mimetype == "application/json"
    OpenAPIV31SpecValidator(served.json).validate()
    broken = openapi.document()
    broken["paths"]["/"]["get"]["responses"]["200"].pop("description")
    with pytest.raises(OpenAPIValidationError):
        OpenAPIV31SpecValidator(broken).validate()


BODIES = {
    "/entries.json?tag=boats&size=3": "/entries.json",
    "/entries.json?tag=nothing-has-this": "/entries.json",
    "/entries.json?sort=oldest": "/entries.json",
    "/entries.ndjson": "/entries.ndjson",
    "/suggest?q=ro": "/suggest",
    "/suggest": "/suggest",
    "/openapi.json": "/openapi.json",
    "/oembed?url=http://localhost/?tag=boats": "/oembed",
    "/oembed?url=http://localhost/entries/1/": "/oembed",
}


@pytest.mark.parametrize(("address", "path"), BODIES.items())
def test_a_body_is_what_its_schema_says(client: FlaskClient, address: str, path: str) -> None:
    found = client.get(address)
    schema = openapi.document()["paths"][path]["get"]["responses"]["200"]["content"][found.mimetype]["schema"]
    named = {"components": openapi.document()["components"]}
    body = [json.loads(line) for line in found.text.splitlines()] if "ndjson" in path else json.loads(found.text)
    OAS31Validator({**schema, **named}, format_checker=oas31_format_checker).validate(body)


def test_a_schema_refuses_what_is_not_in_it() -> None:
    schema = {**openapi.schemas.ITEM}
    OAS31Validator(schema).validate({"id": "urn:1", "content_html": ""})
    for more in ({"title": ""}, {"tags": []}, {"other": 1}, {"authors": [{}]}):
        with pytest.raises(ValidationError):
            OAS31Validator(schema).validate({"id": "urn:1", "content_html": "", **more})


def test_every_parameter_and_name_is_described_and_used() -> None:
    taken = {name for row in ADDRESSES for name in row.takes}
    assert taken == openapi.PARAMETERS.keys() >= set(STATE)
    assert {name for row in ADDRESSES for name in re.findall(r"{(\w+)}", row.path)} == openapi.NAMES.keys()


def test_pages_say_where_it_is(client: FlaskClient) -> None:
    for address in ("/", "/help/", "/entries/1/"):
        tree = pages.get(client, client.get(address).location or address)
        assert pages.one(tree, "link[rel=service-desc]").attributes["href"] == "/openapi.json"


def test_scripts_of_other_sites_may_read_it_and_it_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/openapi.json", headers={"Origin": "https://host.example"})
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
