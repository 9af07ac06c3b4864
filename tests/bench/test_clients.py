"""The clients of a rate see where an answer ends, ask for each thing once or again and again, and share servers."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from tests.bench import clients
from tests.bench.clients import Job, Rate, end
from tests.site import Handler, serving

HEAD = b"HTTP/1.1 200 OK\r\nServer: x\r\n"


class Noting(Handler):
    """Keeps connections, answers with the status and the words of the address, and notes what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[str]

    def get(self) -> None:
        self.asked.append(self.headers.get("X-Turn", ""))
        _, status, words = self.path.split("/")
        self.answer(int(status), {}, words.replace("_", " ").encode())


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def port(asked: list[str]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Noted", (Noting,), {"asked": asked}))
    with serving(server):
        yield server.server_port


@pytest.mark.parametrize(
    ("received", "place"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Le", None),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\nhalf of", 39 + 12),
        (b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", 38),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n", -1),
    ],
)
def test_the_end_of_an_answer_is_known_from_its_head(received: bytes, place: int | None) -> None:
    assert end(received) == place


def test_an_answer_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="without an end"):
        end(HEAD + b"\r\n")


def test_each_request_is_made_once_where_it_is_not_repeated(port: int, asked: list[str]) -> None:
    rate = clients.run(Job([(["/200/hello"], {"X-Turn": str(turn)}) for turn in range(9)], [(port, [])], 20))
    assert (len(rate.times), rate.statuses) == (9, {"200": 9})
    assert sorted(asked) == list("012345678")


def test_requests_are_repeated_until_the_time_is_over(port: int) -> None:
    rate = clients.run(Job([(["/200/hello"], {})], [(port, [])], 0.3, is_repeated=True))
    assert len(rate.times) > 4
    assert rate.each_second == pytest.approx(len(rate.times) / rate.seconds)


def test_a_page_of_several_answers_counts_once(port: int, asked: list[str]) -> None:
    rate = clients.run(Job([(["/200/one", "/200/two"], {"X-Turn": str(turn)}) for turn in range(5)], [(port, [])], 20))
    assert (len(rate.times), rate.statuses) == (5, {"200": 10})
    assert sorted(asked) == list("0011223344")


def test_what_came_of_two_jobs_is_added_up() -> None:
    both = Rate(2.0, [0.5, 0.5], {"200": 2}) + Rate(1.0, [0.25], {"200": 1, "304": 1}, 1)
    assert both == Rate(3.0, [0.5, 0.5, 0.25], {"200": 3, "304": 1}, 1)
    assert both.each_second == 1


def test_an_error_is_no_answer_to_be_counted(port: int) -> None:
    with pytest.raises(ValueError, match="500"):
        clients.run(Job([(["/500/no"], {})], [(port, [])], 20))


def test_answers_that_left_something_out_are_counted(port: int) -> None:
    assert clients.run(Job([(["/200/Not_all_was_looked_for"], {})], [(port, [])], 20)).partial == 1


def test_clients_are_divided_among_servers(port: int) -> None:
    lines = clients.connected(Job([], [(port, [])], 1, clients=3))
    assert len(lines) == 3
    for line in lines:
        line.socket.close()


def test_the_holder_of_a_connection_is_found(port: int) -> None:
    line = clients.Line(port)
    line.ask(b"GET /200/hello HTTP/1.1\r\nHost: x\r\n\r\n")
    while line.receive() is None:
        time.sleep(0.01)
    assert clients.holder(line, [os.getpid()]) == os.getpid()
    line.socket.close()
