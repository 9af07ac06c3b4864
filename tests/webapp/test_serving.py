from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from resource import RLIM_INFINITY
from typing import BinaryIO

import click
import pytest

from tests.documents import atom, entry
from tests.site import Reply, Site
from tests.webapp.commands import Shell
from tests.webapp.servers import FEEDSIFT, Server, running, until
from webapp import serving
from webapp.security import HEADERS
from webapp.settings import Settings

HEAD = b"HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Two workers over a copy of the shared library."""
    folder = tmp_path_factory.mktemp("served") / "library"
    shutil.copytree(data, folder)
    with running(folder, "--workers", "2") as server:
        yield server
        assert "Traceback" not in server.printed


def add(server_data: Path, *documents: Path) -> None:
    subprocess.run([FEEDSIFT, "--data", server_data, "add", *documents], check=True, capture_output=True)


def test_the_address_is_printed_once_it_answers(server: Server):
    assert server.printed.count(f"Feedsift is ready: http://127.0.0.1:{server.port}/\n") == 1


@pytest.mark.parametrize(
    "address", ["/", "/?q=rope", "/fragments/entries?q=rope", "/tags/", "/feeds/", "/help/", "/readyz"]
)
def test_the_pages_are_answered(server: Server, address: str):
    answer = server.get(address)
    assert answer.status == 200
    for name, value in HEADERS.items():
        assert answer.headers[name.lower()] == value


def test_styles_and_scripts_are_answered_whole_and_packed(server: Server):
    found = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', server.get("/").text))
    for address in found:
        plain, packed = server.get(address), server.get(address, Accept_Encoding="gzip")
        assert plain.status == packed.status == 200
        assert len(plain.text) > 100
        assert packed.headers["vary"] == "Accept-Encoding"
        assert server.get(address, If_None_Match=plain.headers["etag"]).status == 304


def test_a_header_that_names_an_address_is_ascii_for_any_query(server: Server):
    answer = server.get("/fragments/entries?q=%E6%B8%AF%20%F0%9F%9A%A2%0d%0aX-Evil:%201&tag=%E6%97%A5")
    assert answer.status == 200
    assert answer.headers["hx-push-url"] == "/?q=%E6%B8%AF%20%F0%9F%9A%A2%20X-Evil:%201&tag=%E6%97%A5"
    assert "x-evil" not in answer.headers
    longest = "%F0%9F%9A%A2" * 1_000
    assert server.get(f"/fragments/entries?q={longest}").headers["hx-push-url"] == f"/?q={longest}"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /\xff\xfe?q=\xff " + HEAD,
        b"GET /%ff%fe/%00?q=%ff%00 " + HEAD,
        b"GET /entries/%0d%0aX-Evil:%201/ " + HEAD,
        b"GET /tags/%0d%0aX-Evil:%201/ " + HEAD,
        b"GET /?search=%0d%0aX-Evil:%201 " + HEAD,
        b"GET /fragments/entries?q=%0d%0aX-Evil:%201%E6%97%A5 " + HEAD,
        b"GET /fragments/entries?q=\xe6\x97\xa5 " + HEAD,
        b"GET //evil.com/%2f.. " + HEAD,
        b"GET http://evil.com/tags " + HEAD,
        b"GET /tags?" + b"a" * 20_000 + b" " + HEAD,
        b"GET /?" + b"tag=x&" * 2_000 + b" " + HEAD,
        b"GET /?page=" + b"9" * 5_000 + b" " + HEAD,
        b"GET /../../etc/passwd " + HEAD,
        b"GET /static/../../etc/passwd " + HEAD,
        b"GET /static/x/..%2f..%2fetc%2fpasswd " + HEAD,
        b"GET / HTTP/1.1\r\nHost: a..b\r\nConnection: close\r\n\r\n",
        b"GET /tags HTTP/1.1\r\nHost: " + b"x" * 300 + b"\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: \xff\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.0\r\nRange: bytes=0-\r\nIf-None-Match: \xff\r\nAccept-Encoding: \xff;q=x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a=b;" * 2_000 + b"\r\nConnection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\na=b\r\n0\r\n\r\n",
        b"HEAD / " + HEAD,
        b"OPTIONS * " + HEAD,
        b"CONNECT evil.com:443 " + HEAD,
        b"NONSENSE / " + HEAD,
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    ],
    ids=lambda text: text[:30].decode("ascii", "replace"),
)
def test_no_request_is_an_error_of_the_server(server: Server, request_bytes: bytes):
    answer = server.send(request_bytes)
    assert answer == b"" or re.match(rb"HTTP/1\.[01] [234]\d\d ", answer), answer[:300]
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"\r\nx-evil:" not in head
    assert b"evil.com" not in head
    assert b"root:" not in answer
    assert server.get("/healthz").status == 200


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b""], ids=["a part", "nothing"])
def test_who_does_not_finish_a_request_is_cut_off(server: Server, said: bytes):
    assert server.send(said) == b""


@pytest.mark.parametrize(
    ("limits", "connections"),
    [((1_024, 4_096), 2_048), ((65_536, 65_536), 2_048), ((RLIM_INFINITY, RLIM_INFINITY), 2_048), ((300, 300), 44)],
)
def test_a_worker_has_no_more_connections_than_the_system_allows_files(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], connections: int
):
    def set_limit(_: int, wanted: tuple[int, int]) -> None:
        if wanted[0] > wanted[1]:
            raise ValueError

    monkeypatch.setattr(serving.resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(serving.resource, "setrlimit", set_limit)
    assert serving._room_for_connections() == connections


def test_many_readers_at_once_all_get_the_same(server: Server):
    answers: list[str] = []

    def read() -> None:
        answers.extend(server.get("/?q=rope&size=50").text for _ in range(10))

    readers = [threading.Thread(target=read) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(answers) == 80
    assert len(set(answers)) == 1


def test_a_feed_that_another_process_adds_is_shown_by_every_worker(server: Server, tmp_path: Path):
    document = tmp_path / "late.atom"
    document.write_bytes(atom(*(entry(f"urn:late:{number}", "Zebrafinch") for number in range(3))))
    add(server.log.parent / "library", document)
    deadline = time.monotonic() + 2
    in_a_row = 0
    while in_a_row < 20:  # connections go to either worker
        in_a_row = in_a_row + 1 if "3 entries for zebrafinch" in server.get("/?q=zebrafinch").text else 0
        assert in_a_row or time.monotonic() < deadline


def test_an_address_that_is_taken_is_said_in_one_line(server: Server, tmp_path: Path):
    command = [FEEDSIFT, "--data", tmp_path / "other", "serve", "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Error: Cannot listen on 127.0.0.1, port {server.port}: Address already in use.\n"


@pytest.mark.parametrize("host", ["203.0.113.7", "a..b", "no such host", "x" * 300, "::zz", "256.1.1.1"])
def test_an_address_that_cannot_be_had_is_said(host: str, tmp_path: Path):
    with pytest.raises(click.ClickException, match=r"Cannot listen on .*, port 8000: .*\."):
        serving.serve(Settings(data=tmp_path, host=host))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::", "http://[::1]:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("localhost", "http://localhost:8000/"),
    ],
)
def test_the_address_to_open_is_one_that_a_browser_takes(host: str, address: str):
    assert serving.address(Settings(host=host)) == address


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_with_code_0(tmp_path: Path, by: signal.Signals):
    document = tmp_path / "a.atom"
    document.write_bytes(atom(entry()))
    with running(tmp_path / "library", document, "--refresh", "1h") as server:
        assert server.get("/").status == 200
        assert server.ends(by) == 0
        until(lambda: server.is_gone, 2)
        assert "Traceback" not in server.printed


def test_a_feed_that_hangs_does_not_hold_up_the_end(tmp_path: Path, site: Site):
    def hang(_: BinaryIO, closing: threading.Event) -> None:
        closing.wait(60)

    site.pages["/feed"] = Reply(atom(entry()))
    shell = Shell(tmp_path)
    shell.run("add", site.url("/feed"))
    shell.make_due()
    site.pages["/feed"] = Reply(b"<feed>", write=hang)
    with running(shell.data, "--refresh", "15m") as server:
        until(lambda: len(site.requests) > 1, 10)
        assert server.ends(signal.SIGTERM) == 0
        until(lambda: server.is_gone, 2)
    site.closing.set()


def test_a_refresher_that_dies_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serving, "RESTART_SECONDS", 0.05)
    monkeypatch.setenv("FEEDSIFT_DATA", str(tmp_path))
    keeper = serving._Keeper(dict(os.environ))
    keeper.start()
    until(lambda: keeper._process is not None, 10)
    first = keeper._process
    assert first is not None
    first.kill()
    until(lambda: keeper._process is not first, 10)
    keeper.end()
    keeper.join(10)
    assert not keeper.is_alive()
    assert keeper._process is not None
    assert keeper._process.poll() is not None


def test_a_feed_that_changes_is_fetched_again(tmp_path: Path):
    document = tmp_path / "a.atom"
    document.write_bytes(atom(entry("urn:e:1", "Before")))
    with running(tmp_path / "library", document, "--refresh", "1s", "--workers", "1") as server:
        assert "Before" in server.get("/").text
        document.write_bytes(atom(entry("urn:e:1", "After"), entry("urn:e:2", "New")))
        until(lambda: "After" in server.get("/").text and "New" in server.get("/").text, 15)


def test_an_empty_library_opens_with_the_handbook_at_any_host_and_title(tmp_path: Path):
    proxied = {"http_proxy": "http://127.0.0.1:9", "FEEDSIFT_TITLE": "My own"}
    with running(tmp_path / "library", "--host", "localhost", **proxied) as server:
        assert "Feedsift is ready: http://localhost:" in server.printed
        home = server.get("/").text
        assert "<title>My own</title>" in home
        assert re.search(r'<article id="entry-\d+"', home)


def test_killing_the_server_leaves_no_worker_behind(tmp_path: Path):
    document = tmp_path / "a.atom"
    document.write_bytes(atom(entry()))
    with running(tmp_path / "library", document, "--refresh", "1h") as server:
        assert server.get("/").status == 200
        assert server.ends(signal.SIGKILL) == -signal.SIGKILL
        until(lambda: server.is_gone, 20)


def test_a_feed_from_standard_input_does_not_keep_others_from_being_fetched(tmp_path: Path):
    command = [FEEDSIFT, "--data", tmp_path / "library", "add", "-"]
    subprocess.run(command, input=atom(entry("urn:piped"), title="A"), check=True, capture_output=True)
    document = tmp_path / "b.atom"
    document.write_bytes(atom(entry("urn:e:1", "Before"), title="B"))
    with running(tmp_path / "library", document, "--refresh", "1s", "--workers", "1") as server:
        document.write_bytes(atom(entry("urn:e:1", "After"), title="B"))
        until(lambda: "After" in server.get("/").text, 15)
        assert "failed" not in server.get("/feeds/").text
