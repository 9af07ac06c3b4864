"""Requests that nobody honest makes, to every address with every parameter and header, and what has to hold of answers.

Made by Hypothesis from the table of addresses (webapp.addresses); asked in process by tests/webapp/test_fuzz_addresses
and over a real socket by tests.fuzz_addresses.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from index import ALIASES
from webapp.addresses import ADDRESSES, HTML, TEXT, Address
from webapp.openapi import NAMES, PARAMETERS
from webapp.security import HEADERS, is_embed

SEED = 20_240_229
METHODS = ["GET"] * 12 + ["HEAD"] * 2 + ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
ODD = [
    *("", " ", "\0", "%", "%00", "\r\nX-Evil: 1", "\x1b[31m", "\u202e", "\ufdfa" * 60, "e\u0301", "\ufffe", "𝒳" * 300),
    *(
        "-1",
        "0",
        "1e9",
        "٣",
        "３",
        "10" * 12,
        "1" * 5_000,
        "0x10",
        "1_0",
        "+1",
        "1.5",
        "NaN",
        "2019-13-45",
        "9999-99-99",
    ),
    *("0000", "0001-01-01..", "2010-06-31", "12", "2010", "2010-06", "1,2,3", "," * 3_000, '"' * 3_000, "(" * 999),
    *(
        "..",
        "../" * 30,
        "/etc/passwd",
        "//evil.example/",
        "\\evil.example",
        "http://evil.example/",
        "javascript:alert(1)",
    ),
    *(
        "'; DROP TABLE entry; --",
        "{{7*7}}",
        "%s%n%x",
        "<script>alert(1)</script>",
        "</title><p id=main>",
        "&#0;",
        "a" * 20_000,
    ),
    *(
        "rope",
        "boats",
        "salt, pepper",
        '"salt, pepper"',
        "#1",
        "c++",
        "日本語",
        "tag:",
        "date:2010..",
        "a*",
        "*",
        "NOT",
        "OR",
    ),
    *(
        "json",
        "xml",
        "atom",
        "relevance",
        "newest",
        "replace",
        "frame",
        "dark",
        "W10",
        "bnVsbA",
        "W05hTiwgMSwgImdlbi0wMDAwMDEiXQ",
    ),
    *(
        "http://localhost/",
        "http://localhost/?q=rope",
        "http://localhost/entries/7/",
        "http://[::1",
        "1:q%3Drope",
        "9" * 19,
    ),
]
"""Values; those of the last lines are almost right."""
RAW = [
    "%FF%FE",
    "%C0%AF",
    "%ED%A0%80",
    "%F4%90%80%80",
    "%",
    "%zz",
    "%2",
    "%u0041",
    "+",
    "%2B",
    "%252e%252e",
    "%0d%0aX-Evil:%201",
]
"""Values as they stand in an address."""
HEADER_VALUES = {
    "If-None-Match": ["*", '"x"', 'W/"x"', '"', '""', "x", ",,,", '"a", "b"', '"' * 999, '"\xe9"', "W/", '"x:gzip"'],
    "If-Modified-Since": [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "0",
        "x",
        "99999999999999999999",
        "-1",
    ],
    "If-Match": ["*", '"x"', "x"],
    "If-Unmodified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "x"],
    "If-Range": ['"x"', "Thu, 01 Jan 1970 00:00:00 GMT", "x"],
    "Range": [
        "bytes=0-",
        "bytes=0-0,5-9",
        "bytes=9-1",
        "bytes=-1",
        "bytes=99999999999999999999-",
        "lines=1-2",
        "bytes=" + "0-1," * 999,
    ],
    "Accept": ["*/*", "application/json", "text/html;q=x", ";;;,,,", "a" * 5_000, "text/*;q=1e999"],
    "Accept-Encoding": ["gzip", "gzip;q=0", "br, zstd", "*;q=x", "identity;q=0, *;q=0", "gzip," * 999],
    "Accept-Language": ["de", "*", "x;q=x"],
    "Accept-Charset": ["utf-7", "*"],
    "HX-Request": ["true", "false", ""],
    "HX-Boosted": ["true"],
    "HX-History-Restore-Request": ["true"],
    "HX-Target": ["browse", "<script>", "../.."],
    "HX-Current-URL": ["http://localhost/?q=x", "http://[::1", "%ff", "x" * 5_000],
    "HX-Prompt": ["x"],
    "HX-Trigger": ["q", "{"],
    "Origin": ["null", "http://evil.example", "https://\xe9.example", "http://a\tb", "x" * 5_000, "*"],
    "Access-Control-Request-Method": ["GET", "DELETE", "\xe9"],
    "Access-Control-Request-Headers": ["hx-request", "x-evil, \xe9", "," * 999],
    "X-Forwarded-For": ["127.0.0.1", "evil.example", "1, 2, 3", "::1"],
    "X-Forwarded-Host": ["evil.example", "a b"],
    "X-Forwarded-Proto": ["https", "javascript"],
    "X-Forwarded-Prefix": ["/evil", "//evil.example"],
    "Forwarded": ["for=127.0.0.1;host=evil.example;proto=https"],
    "X-Original-URL": ["/etc/passwd"],
    "Cookie": ["a=b", "session=" + "x" * 3_000, ";;;===", "\xe9=\xe9"],
    "Authorization": ["Basic x", "Basic Og==", "Bearer \xe9", "Basic " + "=" * 999],
    "Content-Type": ["application/json", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 200, "x"],
    "Host": [
        "localhost",
        "LOCALHOST:80",
        "evil.example",
        "a..b",
        "[::1]",
        "[::1",
        "\xe9.example",
        "x" * 300,
        "a:99999",
        "a@b",
        "",
        ":",
    ],
    "X-HTTP-Method-Override": ["DELETE"],
    "User-Agent": ["", "\xe9", "x" * 5_000],
    "Referer": ["http://evil.example/", "%ff"],
    "Sec-Fetch-Site": ["cross-site"],
    "Upgrade-Insecure-Requests": ["1"],
    "Purpose": ["prefetch"],
    "Save-Data": ["on"],
    "X-Hub-Signature": ["sha1=x", "sha256=" + "0" * 64, "\xe9"],
}

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """A request: what stands in its first line, percent-encoded, and its headers."""

    address: Address
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]


def _value() -> st.SearchStrategy[str]:
    """Give values as they stand in an address."""
    text = st.text(max_size=30) | st.sampled_from(ODD) | st.integers().map(str) | st.dates().map(str)
    encoded = text.map(lambda value: quote(value.encode("utf-8", "surrogatepass"), safe=""))
    return encoded | st.binary(max_size=20).map(quote) | st.sampled_from(RAW)


def requests() -> st.SearchStrategy[Asked]:
    """Give requests to every address, each as often as any other."""
    return st.sampled_from(ADDRESSES).flatmap(_to)


def _to(address: Address) -> st.SearchStrategy[Asked]:
    known = [*address.takes, *ALIASES, *PARAMETERS]
    names = st.sampled_from([*address.takes * 6, *known]) | st.sampled_from([f"{name}[]" for name in known]) | _value()
    pairs = st.lists(st.tuples(names, _value()), max_size=6).map(lambda pairs: pairs + pairs[:1] * (len(pairs) % 3))
    query = pairs.map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)) | st.sampled_from(
        ["?" * 50, "&&==&", "a", "q=a&" * 1_500, "&".join(f"n{number}=1" for number in range(1_500)), "q=%", ";"]
    )
    return st.builds(
        lambda method, path, query, headers: Asked(
            address, method, f"{path}?{query}" if query else path, tuple(headers.items())
        ),
        st.sampled_from(METHODS),
        _path(address.path),
        query,
        st.dictionaries(st.sampled_from(sorted(HEADER_VALUES)), st.none(), max_size=4).flatmap(_with_values),
    )


def _with_values(names: Mapping[str, None]) -> st.SearchStrategy[dict[str, str]]:
    letters = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f")
    return st.fixed_dictionaries(
        {name: st.sampled_from(HEADER_VALUES[name]) | st.text(letters, max_size=20) for name in names}
    )


def _path(template: str) -> st.SearchStrategy[str]:
    """Give paths of an address: with other names in it, or a slash more or less."""
    names = re.findall(r"{(\w+)}", template)
    said = {name: _value() | _right(name) for name in names}
    ends = st.sampled_from([""] * 12 + ["/", "//", "%2f", "x", "%00", "/../", ";x"])
    return st.builds(lambda values, end: _filled(template, values) + end, st.fixed_dictionaries(said), ends)


def _right(name: str) -> st.SearchStrategy[str]:
    """Give names that may be there."""
    _, schema = NAMES[name]
    numbers = st.integers(0, 70).map(lambda number: f"x-{number}" if number % 2 else str(number))
    return st.sampled_from(schema["enum"]) if "enum" in schema else numbers | st.sampled_from(["boats", "boats+knots"])


def _filled(template: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


# --- what has to hold -----------------------------------------------------------------------------------------------


def faults(asked: Asked, status: int, headers: Headers, body: bytes) -> list[str]:
    """Say what is wrong with an answer."""
    found = [f"status {status}"] if status >= 500 and not (status == 501 and asked.target.startswith("/oembed")) else []
    found += [f"header {name}: {value!r}" for name, value in headers if not re.fullmatch(r"[\t\x20-\x7e]*", value)]
    given = {name.lower(): value for name, value in headers}
    found += ["a header of the request's making"] if "x-evil" in given else []
    found += [f"no {name}" for name in HEADERS if name.lower() not in given]
    if "location" in given and not re.match(r"/(?![/\\])", given["location"]):
        found.append(f"leads to {given['location']!r}")
    if asked.method == "HEAD":
        return [*found, *(["a body to HEAD"] if body else [])]
    kind = given.get("content-type", "").partition(";")[0]
    found += _of_kind(asked, status, kind)
    body = gzip.decompress(body) if body and given.get("content-encoding") == "gzip" else body
    found += ["a traceback"] if b"Traceback (most recent" in body else []
    return found + (_of_markup(asked, status, body) if kind == HTML and status != 304 else [])


def _of_kind(asked: Asked, status: int, kind: str) -> list[str]:
    """Say where the content type is none that the address has for this."""
    if status in (204, 304, 412) or asked.method == "OPTIONS":
        return []
    allowed = asked.address.gives if status == 200 else (*asked.address.problem, HTML, TEXT)
    # With something behind it, an address may be another one.
    return [] if kind in allowed or asked.target.partition("?")[0] != asked.address.path else [f"content type {kind!r}"]


def _of_markup(asked: Asked, status: int, body: bytes) -> list[str]:
    """Say what is wrong with a page or a fragment."""
    if 300 <= status < 400:
        return []
    text = body.decode("utf-8")  # which has to be possible
    tree = LexborHTMLParser(text)
    ids = Counter(node.attributes["id"] for node in tree.css("[id]"))
    found = [f"id {id!r} {number} times" for id, number in ids.items() if number > 1]
    found += ["half a character"] if "\ud800" in text or "\ufffd" * 3 in text else []
    if "<html" not in text:
        return found + (["a fragment with a main part"] if tree.css("main") else [])
    # What other sites show in a frame has their headings around it.
    names = ("title",) if is_embed(unquote(asked.target.partition("?")[0])) else ("h1", "main", "title")
    found += [f"{len(tree.css(name))} of {name}" for name in names if len(tree.css(name)) != 1]
    return found + (["no text of the doctype"] if not text.lstrip().lower().startswith("<!doctype html>") else [])
