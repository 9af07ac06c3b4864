"""Whatever stands in an address, the browse page and its fragment answer, and never with an error of the server."""

from __future__ import annotations

import html
import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from index import ALIASES
from tests.webapp import pages

HOSTILE = [
    *("10" * 12, "-1", "0", "1e9", "٣", "３", "", " ", "\0", "\r\nX-Evil: 1", "\x1b[31m", "𝒳" * 1_000),
    *(
        "..",
        "/etc/passwd",
        "'; DROP TABLE entry; --",
        "{{7*7}}",
        "%s%n",
        "a" * 20_000,
        "1" * 5_000,
        "," * 20_000,
        '"' * 20_000,
    ),
    *(
        "2019-13-45",
        "9999-99-99",
        "0000",
        "0001-01-01..",
        "\u202e",
        "\ufdfa" * 100,
        "\ud800".encode("utf-8", "replace").decode(),
    ),
]
NAMES = ["q", "tag", "exclude.tag", "author", "feed", "year", "month", "from", "to", "sort", "size", "page", "after"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("path", ["/", "/fragments/entries"])
def test_no_value_of_a_parameter_breaks_anything(client: FlaskClient, path: str, name: str):
    for value in HOSTILE:
        response = client.get(path, query_string=[(name, value), (name, "x"), (name, value), (f"{name}[]", value)])
        assert response.status_code in (200, 413), value


@pytest.mark.parametrize(
    "raw",
    [
        "q=%FF%FE&tag=%C0%AF&%FF=1",
        "q=%ED%A0%80",
        "q=%00&page=%00",
        "q=%",
        "q=%zz&=&&&===",
        "&".join(f"tag={number}" for number in range(2_000)),
        "&".join(f"name{number}=1" for number in range(2_000)),
        "&".join(["q=a"] * 2_000),
        "?" * 1_000,
        "after=W10&after=bnVsbA&after=W05hTiwgMSwgImdlbi0wMDAwMDEiXQ",
    ],
)
def test_no_query_string_breaks_anything(client: FlaskClient, raw: str):
    for path in ("/", "/fragments/entries"):
        assert client.get(path, query_string=raw).status_code == 200


RAW = st.binary(max_size=40).map(quote) | st.text(max_size=40).map(lambda text: quote(text.encode("utf-8", "replace")))
VALUES = RAW | st.integers().map(str) | st.sampled_from(HOSTILE[:8]).map(quote) | st.dates().map(str)
PARAMETERS = st.lists(st.tuples(st.sampled_from([*NAMES, *ALIASES, "history"]) | RAW, VALUES), max_size=8)


@given(PARAMETERS)
def test_no_address_breaks_the_page_or_its_fragment(client: FlaskClient, parameters: list[tuple[str, str]]):
    query = "&".join(f"{name}={value}" for name, value in parameters)
    for path in ("/", "/fragments/entries"):
        response = client.get(path, query_string=query)
        assert response.status_code in (200, 301)
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        if response.status_code == 301:
            assert re.match(r"/(\?|$)", response.headers["Location"])


@given(PARAMETERS)
def test_every_state_has_one_canonical_address(client: FlaskClient, parameters: list[tuple[str, str]]):
    query = "&".join(f"{name}={value}" for name, value in parameters)
    response = client.get("/", query_string=query, follow_redirects=True)
    canonical = html.unescape(re.findall(r'<link rel="canonical" href="([^"]*)">', response.text)[0])
    again = client.get(canonical)
    assert f'<link rel="canonical" href="{html.escape(canonical)}">' in again.text
    assert pages.total(pages.parsed(again.text)) == pages.total(pages.parsed(response.text))
