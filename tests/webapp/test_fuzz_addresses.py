"""Whatever is asked of any address, with any parameters and headers, the answer is a right one."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask
from hypothesis import Phase, given, seed, settings
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.hostile_requests import HEADER_VALUES, ODD, SEED, Asked, faults, requests
from webapp.addresses import ADDRESSES, Address

EXAMPLES = 2_600
"""With those of the other two tests here, and of `make api`, some 10,000 requests."""


def filled(address: Address) -> str:
    """Give an address with names that are there."""
    return address.path.format(facet="tag", name="7", names="boats", token="x")


def answered(app: Flask, asked: Asked) -> list[str]:
    """Ask, and say what is wrong with the answer."""
    path, _, query = asked.target.partition("?")
    environ = EnvironBuilder(method=asked.method).get_environ()
    environ |= {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
    environ |= {"REQUEST_URI": asked.target, "RAW_URI": asked.target}
    for name, value in asked.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    body, status, headers = run_wsgi_app(app, environ, buffered=True)
    return faults(asked, int(status.split()[0]), headers.to_wsgi_list(), b"".join(body))


@seed(SEED)
@settings(max_examples=EXAMPLES, database=None, phases=[Phase.generate, Phase.shrink])
@given(requests())
def test_every_request_to_every_address_is_answered_right(app: Flask, asked: Asked):
    assert answered(app, asked) == [], f"seed {SEED}"


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.path)
def test_no_value_breaks_an_address(app: Flask, address: Address):
    path = filled(address)
    for place, value in enumerate(ODD if address.takes else []):
        name = address.takes[place % len(address.takes)]
        encoded = "".join(f"%{byte:02x}" for byte in value.encode("utf-8", "surrogatepass"))
        asked = Asked(address, "GET", f"{path}?{name}={encoded}&{name}=x&{name}[]={encoded}", ())
        assert answered(app, asked) == [], (name, value)


@pytest.mark.parametrize("name", HEADER_VALUES)
def test_no_value_of_a_header_breaks_anything(app: Flask, name: str):
    values = HEADER_VALUES[name]
    pairs = [(ADDRESSES[0], value) for value in values]
    pairs += [(address, values[place % len(values)]) for place, address in enumerate(ADDRESSES)]
    for address, value in pairs:
        assert answered(app, Asked(address, "GET", filled(address), ((name, value),))) == [], (address.path, value)
