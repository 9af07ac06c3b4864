"""What is written in the formats of other programs, as strict readers see it: each refuses what its format forbids."""

from __future__ import annotations

import json
from typing import Any

import atoma
import pytest
from flask.testing import FlaskClient
from jsonfeedvalidator.schema import SCHEMA as PUBLISHED
from jsonschema import Draft4Validator

from tests.documents import atom
from tests.webapp.conftest import MakeApp
from tests.webapp.test_formats import ODD

SCHEMA = Draft4Validator(PUBLISHED, format_checker=Draft4Validator.FORMAT_CHECKER)
ADDRESSES = ["{}", "{}?size=7", "{}?sort=oldest&size=7&page=2", "{}?tag=nothing-has-this", "{}?q=rope"]


@pytest.fixture(params=["harbour", "odd"])
def reading(request: pytest.FixtureRequest, client: FlaskClient, make_app: MakeApp) -> FlaskClient:
    """A client of the shared library, and one of odd entries."""
    is_odd = request.param == "odd"
    return make_app(odd=atom(*ODD, title="Odd & <ends>")).test_client() if is_odd else client


def rows(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in client.get(address.format("/entries.ndjson")).text.splitlines()]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_strict_reader_of_atom_finds_every_entry(reading: FlaskClient, address: str) -> None:
    found = atoma.parse_atom_bytes(reading.get(address.format("/entries.atom")).data)
    expected = rows(reading, address)
    assert [(item.id_, item.authors[0].name if item.authors else "") for item in found.entries] == [
        (row["id"], row["author"]) for row in expected
    ]
    assert [item.published.isoformat() if item.published else None for item in found.entries] == [
        row["published"] for row in expected
    ]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_strict_reader_of_rss_finds_every_entry(reading: FlaskClient, address: str) -> None:
    found = atoma.parse_rss_bytes(reading.get(address.format("/entries.rss")).data)
    assert [item.guid for item in found.items] == [row["id"] for row in rows(reading, address)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_json_feed_holds_to_a_schema_of_others(reading: FlaskClient, address: str) -> None:
    """The published schema is of version 1, so what 1.1 added is put as version 1 has it."""
    found = reading.get(address.format("/entries.json")).json
    assert atoma.parse_json_feed(found).title == found["title"]
    assert [error.message for error in SCHEMA.iter_errors(as_version_1(found))] == []


def test_the_schema_of_others_refuses_what_is_no_json_feed(client: FlaskClient) -> None:
    found = as_version_1(client.get("/entries.json").json)
    assert SCHEMA.is_valid(found)
    for change in ({"items": [{"content_html": ""}]}, {"items": [{"id": "1"}]}, {"title": 1}, {"other": ""}):
        assert not SCHEMA.is_valid({**found, **change})


def as_version_1(feed: dict[str, Any]) -> dict[str, Any]:
    items = [
        {name: value for name, value in {**item, "author": item.get("authors", [None])[0]}.items() if value}
        for item in feed["items"]
    ]
    for item in items:
        item.pop("authors", None)
        item.pop("language", None)
        item.setdefault("content_html", "")
    return {**{name: value for name, value in feed.items() if name != "language"}, "items": items}


def test_another_reader_of_lists_finds_every_feed(client: FlaskClient) -> None:
    found = atoma.parse_opml_bytes(client.get("/feeds.opml").data)
    assert [(outline.text, outline.type) for outline in found.outlines] == [
        ("Bakery", "rss"),
        ("Harbour <Notes> & more", "rss"),
    ]
