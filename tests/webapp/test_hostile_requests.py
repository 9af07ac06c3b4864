"""What a hostile client can do to a real server over a real socket: nothing but get an answer."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import atom, entry
from tests.webapp.servers import Server, running
from webapp import assets
from webapp.security import HEADERS

HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
END = b" HTTP/1.1\r\n" + HOST + b"\r\n"
LARGE = b"a" * 10_000_000
DEAR = ["%20".join(f"{name}{first}{second}" for first in "abcdefgh" for second in "abcdefgh") for name in "xyz"]
"""More words than are looked up in a thousandth of a second, other ones each time: what was found out is kept."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One worker that knows its name, and has next to no time for searches."""
    folder = tmp_path_factory.mktemp("hostile")
    document = folder / "a.atom"
    document.write_bytes(atom(*(entry(f"urn:{number}", f"Rope {number}") for number in range(30))))
    chosen = {"FEEDSIFT_HOSTS": "feeds.example", "FEEDSIFT_QUERY_SECONDS": "0.001"}
    with running(folder / "library", document, "--workers", "1", **chosen) as server:
        yield server
        assert "Traceback" not in server.printed


@pytest.fixture(scope="module")
def unhurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One worker over an entry of many words."""
    folder = tmp_path_factory.mktemp("unhurried")
    document = folder / "a.atom"
    words = " ".join(f"many{first}{second}" for first in range(44) for second in "abcdefghijklmnopqrstuvwxy")
    document.write_bytes(atom(entry("urn:many", "Rope", f"<p>{words}</p>"), entry("urn:few", "Rope")))
    with running(folder / "library", document, "--workers", "1") as server:
        yield server


REQUESTS = {
    "header of 100 KB": b"GET /help/ HTTP/1.1\r\n" + HOST + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n",
    "1,000 headers": b"GET /help/ HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: a\r\n" % n for n in range(1_000)) + b"\r\n",
    "body of 10 MB to a page": b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 10000000\r\n\r\n" + LARGE,
    "post of 10 MB": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 10000000\r\n\r\n" + LARGE,
    "post of 10 MB to a hub's address": b"POST /websub/x/ HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 10000000\r\n\r\n"
    + LARGE,
    "length and chunks": b"GET /help/ HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /nothing HTTP/1.1\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\naaaaaa",
    "a length that is none": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "bare line feeds": b"GET /help/ HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n",
    "a folded header": b"GET /help/ HTTP/1.1\r\n" + HOST + b"X-A: a\r\n b\r\n\r\n",
    "a space before the colon": b"GET /help/ HTTP/1.1\r\n" + HOST + b"X-A : a\r\n\r\n",
    "two hosts": b"GET /tags HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "another host in the address": b"GET http://evil.example/tags" + END,
    "a page of 23 digits": b"GET /?page=" + b"9" * 23 + END,
    "a page of 5,000 digits": b"GET /fragments/entries?page=" + b"9" * 5_000 + END,
    "a page that is negative": b"GET /?page=-1" + END,
    "a page in arabic digits": b"GET /?page=%D9%A3" + END,
    "parameters as arrays": b"GET /?tag[]=x&tag[0]=y&q[a]=z&page[]=1" + END,
    "2,000 parameters": b"GET /?" + b"tag=x&size=3&" * 1_000 + END,
    "an address of 20 KB": b"GET /" + b"a" * 20_000 + END,
    "a query of 20 KB": b"GET /?q=" + b"a" * 20_000 + END,
    "a size of 10^9": b"GET /?size=1000000000" + END,
    "an overlong slash": b"GET /%c0%af..%c0%afetc/passwd" + END,
    "a null": b"GET /static/%00/../x?q=%00&tag=%00" + END,
    "broken UTF-8": b"GET /\xff\xfe?q=\xff" + END,
}


@pytest.mark.parametrize("request_bytes", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_gets_one_answer_that_is_no_error_of_the_server(server: Server, request_bytes: bytes) -> None:
    answer = server.send(request_bytes)
    assert answer == b"" or re.match(rb"HTTP/1\.[01] [234]\d\d ", answer), answer[:300]
    assert len(re.findall(rb"HTTP/1\.[01] \d\d\d ", answer)) <= 1
    assert b"evil.example" not in answer.partition(b"\r\n\r\n")[0]
    assert b"Traceback" not in answer
    assert server.get("/healthz").status == 200


LIMITS = {
    "parts": ("/?q=" + "%20".join(f"w{number}" for number in range(65)), "Only the first 64 parts of the query"),
    "groups": ("/?q=" + "(" * 30 + "rope" + ")" * 30, "Rope"),
    "words of a prefix": ("/?q=many*", "“many*” stands for 1,100 words; the 1,000 most frequent were searched."),
    "pages": ("/?page=" + "9" * 23, "There is no page"),
    "size": ("/?size=1000000", "There is no size 1000000: showing size 100."),
    "tags in a list": ("/?tag=" + ",".join(f"t{number}" for number in range(33)), "Only the first 32 values of “tag”"),
    "parameters": ("/?" + "&".join(f"tag=t{number}" for number in range(33)), "Only the first 32 values of “tag”"),
    "characters": ("/?q=" + "a" * 1_001, "A search can have 1,000 characters."),
}


@pytest.mark.parametrize(("address", "said"), LIMITS.values(), ids=LIMITS.keys())
def test_what_is_beyond_a_limit_is_left_out_and_said(unhurried: Server, address: str, said: str) -> None:
    answer = unhurried.get(address)
    assert answer.status == (413 if "1,000 characters" in said else 200)
    assert said in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../../../etc/passwd",
        "/static/{}/../../../../../../../etc/passwd",
        "/static/{}/..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/static/{}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/{}/..%5c..%5cwebapp%5csettings.py",
        "/static/{}/../webapp/settings.py",
        "/static/{}/..;/webapp/settings.py",
        "/static/{}//etc/passwd",
        "/static/{}/%2fetc%2fpasswd",
        "/static/{}/js/..%2f..%2f..%2fpyproject.toml",
        "/static/../templates/base.html",
        "/static/{}/..%252f..%252f/etc/passwd",
        "/entries/..%2f..%2fetc%2fpasswd/",
        "/facets/..%2f..%2ftag/",
    ],
)
def test_no_path_leads_to_other_files(server: Server, path: str) -> None:
    answer = server.send(b"GET " + path.format(assets.checksum()).encode() + END)
    assert re.match(rb"HTTP/1\.1 (404|400|308) ", answer), answer[:100]
    for inside in (b"root:", b"from __future__", b"[build-system]", b"{% block"):
        assert inside not in answer


@pytest.mark.parametrize(
    ("status", "address", "headers"),
    [
        (200, "/", {}),
        (200, f"/?q={DEAR[0]}", {}),
        (200, "/healthz", {}),
        (301, "/?search=x", {}),
        (308, "/tags", {}),
        (400, "/", {"Host": "evil.example"}),
        (404, "/nothing", {}),
        (404, "/static/x/nothing", {}),
        (413, f"/?q={'x' * 1_001}", {}),
        (503, f"/facets/tag/?q={DEAR[1]}", {}),
        (503, f"/entries.json?q={DEAR[2]}", {}),
    ],
)
def test_every_answer_has_the_security_headers(
    server: Server, status: int, address: str, headers: dict[str, str]
) -> None:
    answer = server.get(address, **headers)
    assert answer.status == status
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"]
    assert "set-cookie" not in answer.headers
    assert "evil" not in str(answer.headers) + answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "HACK"])
@pytest.mark.parametrize("path", ["/", "/entries.atom", "/static/x/site.css", "/embed/frame"])
def test_nothing_but_reading_is_answered(server: Server, path: str, method: str) -> None:
    head = server.send(f"{method} {path}".encode() + END).partition(b"\r\n\r\n")[0].decode().lower()
    assert re.match(r"http/1\.1 40[45] ", head)
    policies = re.findall(r"content-security-policy: (.*)", head)
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none'")
    assert "x-content-type-options: nosniff" in head


def test_what_a_client_has_comes_with_them_too(server: Server) -> None:
    for address in ("/", "/entries.json", f"/static/{assets.checksum()}/site.css"):
        tag = server.get(address).headers["etag"]
        answer = server.get(address, If_None_Match=tag)
        assert (answer.status, answer.text) == (304, "")
        assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS


UNKEYED = {
    "X_Forwarded_Host": "evil.example",
    "X_Forwarded_For": "127.0.0.1",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Scheme": "http",
    "X_Forwarded_Prefix": "/evil",
    "X_Forwarded_Server": "evil.example",
    "X_Forwarded_Port": "81",
    "Forwarded": "for=1.1.1.1;host=evil.example;proto=https",
    "X_Host": "evil.example",
    "X_Original_URL": "/feeds/",
    "X_Rewrite_URL": "/feeds/",
    "X_HTTP_Method_Override": "POST",
    "X_Method_Override": "POST",
    "Accept": "application/evil",
    "Accept_Language": "x-evil",
    "Cookie": "a=evil",
    "Origin": "http://evil.example",
    "Referer": "http://evil.example/",
    "User_Agent": "evil",
    "Authorization": "Basic ZXZpbA==",
    "Range": "bytes=0-1",
    "HX_Request": "true",
    "HX_Current_URL": "http://evil.example/",
    "Sec_Fetch_Dest": "script",
}


OF_EACH = {"date": "", "x-request-id": ""}


@pytest.mark.parametrize(
    "address", ["/", "/tags", "/fragments/entries?q=rope", "/entries.atom", "/feeds.opml", "/embed/frame", "/nothing"]
)
def test_no_header_that_a_cache_does_not_know_of_changes_an_answer(server: Server, address: str) -> None:
    plain = server.get(address)
    for name, value in UNKEYED.items():
        answer = server.get(address, **{name: value})
        assert (answer.status, answer.text) == (plain.status, plain.text), name
        assert answer.headers | OF_EACH == plain.headers | OF_EACH, name


def test_no_request_writes_lines_of_its_own_into_the_log(tmp_path: Path) -> None:
    document = tmp_path / "a.atom"
    document.write_bytes(atom(entry()))
    expected = {b"/": 404, b"/?q=": 503, b"/entries/": 404, b"/feeds/?x=": 503, b"/static/x/": 404, b"/nothing": 404}
    hostile = b"%0d%0a2026-01-01%20ERROR%20forged%1b[31m%e2%80%a8%c2%85%00"
    with running(tmp_path / "library", document, "--workers", "1") as server:
        store = sqlite3.connect(tmp_path / "library" / "library.db")
        store.execute("DROP TABLE feed")
        store.close()
        for path, status in expected.items():
            answer = server.send(b"GET " + path + hostile + b"/" + END)
            assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:200]
        printed = server.printed
    assert "library unusable" in printed
    assert [line for line in printed.split("\n") if not line.isprintable()] == []
    assert not re.search("^.{0,3}2026-01-01 ERROR forged", printed, re.MULTILINE)
