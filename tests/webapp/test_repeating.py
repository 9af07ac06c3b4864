"""What was answered before is given again as it was, until anything changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import Library
from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp import browse, repeating, standing
from webapp.repeating import KEPT, Answer, Answers, Kind

ADDRESSES = [
    *(
        "/",
        "/?q=rope&tag=boats",
        "/?q=nothing+at+all",
        "/fragments/entries?q=rope",
        "/fragments/entries?history=replace",
    ),
    *("/entries/a-1/", "/facets/tag/", "/fragments/facets/tag?match=b", "/tags/"),
]
FEED = atom(entry("urn:1", "A", tags=["boats"]), entry("urn:2", "B", tags=["rope"]), title="Ropes")
GZIP = {"Accept-Encoding": "gzip"}
IS_MET_AGAIN = Answers.is_met_again


class Kitchen:
    """Counts what is made anew."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made = 0
        for endpoint in KEPT:
            monkeypatch.setitem(app.view_functions, endpoint, self._counting(app.view_functions[endpoint]))

    def _counting(self, view: Callable[..., Any]) -> Callable[..., Any]:
        def counted(**values: Any) -> Any:
            self.made += 1
            return view(**values)

        return counted


@pytest.fixture(autouse=True)
def all_is_met_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every answer be kept at once."""
    monkeypatch.setattr(Answers, "is_met_again", lambda *_: True)


@pytest.fixture
def first_met_once(all_is_met_again: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have answers be kept as they are else: once they are asked for again."""
    monkeypatch.setattr(Answers, "is_met_again", IS_MET_AGAIN)


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app(one=FEED, keep=1)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def kitchen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Kitchen:
    return Kitchen(app, monkeypatch)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Library]:
    """The same library, as another process has it open."""
    library = Library(tmp_path / "library")
    yield library
    library.close()


@pytest.mark.usefixtures("first_met_once")
def test_an_answer_is_kept_once_it_was_asked_for_again(
    client: FlaskClient, kitchen: Kitchen, other: Library, tmp_path: Path
):
    answers = [client.get("/?q=rope") for _ in range(4)]
    assert kitchen.made == 2
    assert len({answer.data for answer in answers}) == 1
    client.get("/?q=boats")
    assert kitchen.made == 3
    (tmp_path / "two.atom").write_bytes(atom(entry("urn:3", "A rope")))
    list(other.add(str(tmp_path / "two.atom")))
    assert len({client.get("/?q=rope").data for _ in range(3)} - {answers[0].data}) == 1
    assert kitchen.made == 4  # at once: readers come to that page


@pytest.mark.usefixtures("first_met_once")
def test_no_more_is_known_of_what_was_asked_for_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(repeating, "MOST_MET", 3)
    answers = Answers(1_000)
    assert [answers.is_met_again(key) for key in "abab"] == [False, False, True, True]
    assert [answers.is_met_again(key) for key in "cda"] == [False, False, False]
    assert [answers.is_met_again(key) for key in "da"] == [True, True]


@pytest.mark.parametrize("coding", [{}, GZIP])
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_second_answer_is_the_first_one(
    client: FlaskClient, kitchen: Kitchen, address: str, coding: dict[str, str]
):
    first, second = (client.get(address, headers=coding) for _ in range(2))
    assert first.status_code == 200
    assert (second.status_code, second.data) == (200, first.data)
    assert dict(pages.headers(second)) == dict(pages.headers(first))
    assert kitchen.made == 1
    head = client.head(address, headers=coding)
    assert (head.data, dict(pages.headers(head))) == (b"", dict(pages.headers(first)))
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"], **coding})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert kitchen.made == 1


@pytest.mark.parametrize(
    ("tags", "status"), [("*", 304), ('"x", {}', 304), ("W/{}", 304), ('"x"', 200), ("x", 200), ("", 200), ('"', 200)]
)
def test_who_names_any_tag_or_several_is_answered_as_ever(client: FlaskClient, tags: str, status: int):
    for _ in range(2):
        asked = {"If-None-Match": tags.replace("{}", client.get("/").headers["ETag"])}
        assert client.get("/", headers=asked).status_code == status


def test_who_has_it_uncompressed_has_it(client: FlaskClient):
    tag = client.get("/").headers["ETag"]
    for _ in range(2):
        assert client.get("/", headers={"If-None-Match": tag, **GZIP}).status_code == 304


def test_each_answer_tells_when_it_was_given(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    client.get("/")
    monkeypatch.setattr(repeating, "http_date", lambda: "Tue, 24 Nov 2026 00:00:00 GMT")
    again = client.get("/")
    assert again.headers.getlist("Date") == ["Tue, 24 Nov 2026 00:00:00 GMT"]
    had = client.get("/", headers={"If-None-Match": again.headers["ETag"]})
    assert (had.status_code, had.headers.getlist("Date")) == (304, ["Tue, 24 Nov 2026 00:00:00 GMT"])


def test_what_came_encrypted_is_kept_apart(client: FlaskClient):
    for _ in range(2):
        assert "Strict-Transport-Security" not in client.get("/").headers
        assert "Strict-Transport-Security" in client.get("/", base_url="https://localhost").headers


def test_a_part_is_asked_of_flask(client: FlaskClient, kitchen: Kitchen):
    for made in (1, 2):
        assert client.get("/", headers={"Range": "bytes=0-9"}).status_code in (200, 206)
        assert kitchen.made == made


def test_the_log_has_a_line_for_what_is_given_again(client: FlaskClient, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "webapp.access")
    first, second = client.get("/?q=rope"), client.get("/?q=rope")
    again = client.get("/?q=rope", headers={"If-None-Match": first.headers["ETag"]})
    assert [record.request_id for record in caplog.records] == [
        answer.headers["X-Request-Id"] for answer in (first, second, again)
    ]
    assert [" ".join(message.split()[:3]) for message in caplog.messages] == ["GET / 200", "GET / 200", "GET / 304"]
    assert ["engine" in message for message in caplog.messages] == [True, False, False]


def test_the_figures_count_what_is_given_again(make_app: MakeApp):
    app = make_app(one=FEED, keep=1, metrics=("127.0.0.1", 1))
    client = app.test_client()
    for _ in range(3):
        client.get("/")
    counted = {"endpoint": "browse.page", "status": "2xx"}
    assert app.extensions["feedsift.metrics"].get_sample_value("feedsift_http_requests_total", counted) == 3


def test_each_request_has_an_id_of_its_own(client: FlaskClient):
    assert client.get("/").headers["X-Request-Id"] != client.get("/").headers["X-Request-Id"]


def test_whoever_asks_otherwise_gets_another_answer(client: FlaskClient, kitchen: Kitchen):
    plain, packed = client.get("/"), client.get("/", headers=GZIP)
    assert ("Content-Encoding" in plain.headers, packed.headers["Content-Encoding"]) == (False, "gzip")
    assert "//here.example/" in client.get("/", headers={"Host": "here.example"}).text
    assert "//there.example/" in client.get("/", headers={"Host": "there.example"}).text
    assert client.get("/?q=a").text != client.get("/?q=b").text
    assert kitchen.made == 6


@pytest.mark.parametrize("asked", [("/", {"Accept-Encoding": "x" * 2_000}), (f"/?x={'x' * 2_000}", {})])
def test_who_asks_at_length_gets_it_made_anew(client: FlaskClient, kitchen: Kitchen, asked: tuple[str, dict[str, str]]):
    address, headers = asked
    for _ in range(2):
        assert client.get(address, headers=headers).status_code == 200
    assert kitchen.made == 2


def test_what_another_process_takes_in_is_shown_at_once(client: FlaskClient, other: Library, tmp_path: Path):
    assert "Fresh" not in client.get("/").text
    (tmp_path / "two.atom").write_bytes(atom(entry("urn:3", "Fresh"), title="Others"))
    list(other.add(str(tmp_path / "two.atom")))
    other.publish()
    assert "Fresh" in client.get("/").text
    other.remove(other.feed("2"))
    other.publish()
    assert "Fresh" not in client.get("/").text


def test_what_is_renamed_without_a_change_of_the_index_is_shown_at_once(client: FlaskClient, other: Library):
    assert "Ropes" in client.get("/").text
    with other.store.transaction() as connection:
        connection.execute("UPDATE feed SET title = 'Knots'")
    assert "Knots" in client.get("/").text


def test_an_index_that_is_gone_is_not_hidden(client: FlaskClient, tmp_path: Path):
    assert client.get("/").status_code == 200
    (tmp_path / "library" / "index" / "CURRENT").unlink()
    assert client.get("/").status_code == 503


def test_with_0_nothing_is_kept(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch):
    app = make_app(one=FEED, keep=0)
    kitchen = Kitchen(app, monkeypatch)
    assert [app.test_client().get("/").status_code for _ in range(3)] == [200] * 3
    assert kitchen.made == 3


def test_limits_hold_for_what_is_given_again(make_app: MakeApp):
    client = make_app(one=FEED, keep=1, rate_limit=3).test_client()
    client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    client.environ_base["REMOTE_ADDR"] = "203.0.113.8"
    had = {"If-None-Match": client.get("/").headers["ETag"]}
    assert [client.get("/", headers=had).status_code for _ in range(4)] == [304] * 4
    assert [client.get("/").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/", headers=had).status_code == 429
    client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    assert [client.get("/?q=rope").status_code for _ in range(2)] == [200, 429]  # a tenth, but one at least


@pytest.mark.parametrize("address", ["/?sort=date", "/entries/x-99/", f"/?q={'x' * 1_001}", "/feeds/", "/nothing"])
def test_redirects_errors_and_what_the_clock_tells_are_not_kept(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
):
    kept: list[object] = []
    monkeypatch.setattr(Answers, "keep", lambda *arguments: kept.append(arguments))
    client.get(address)
    assert kept == []
    client.get("/")
    assert len(kept) == 1


def test_what_had_to_leave_something_out_is_not_kept(
    client: FlaskClient, kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(browse.current, "is_partial", lambda: True)
    for _ in range(2):
        assert client.get("/").headers["Cache-Control"] == "no-store"
    assert kitchen.made == 2


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_kept_does_not_depend_on_the_clock(client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(standing, "now", lambda: 1 // 0)
    assert client.get(address).status_code == 200


def test_an_older_generation_that_stands_in_is_not_kept(
    client: FlaskClient, app: Flask, other: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert "2 entries" in client.get("/").text
    (tmp_path / "two.atom").write_bytes(atom(entry("urn:3", "Fresh"), title="Others"))
    list(other.add(str(tmp_path / "two.atom")))
    other.publish()
    with monkeypatch.context() as patch:
        patch.setattr("index.opened.Generation", Refusing)
        assert "2 entries" in client.get("/").text
    assert "3 entries" in client.get("/").text


class Refusing:
    """What the system refuses to open, as where no descriptor is left."""

    def __init__(self, *_: object) -> None:
        raise OSError(24, "Too many open files")


def test_another_library_in_the_same_place_is_seen(client: FlaskClient, other: Library, tmp_path: Path):
    assert client.get("/").status_code == 200
    edition = client.application.extensions["feedsift.library"].edition
    other.backup(tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(tmp_path / "library" / "library.db")
    assert client.application.extensions["feedsift.library"].edition != edition


# --- how much is kept ---


def test_what_is_kept_is_counted_with_its_headers_and_what_it_was_asked_by():
    small, headed = answer(10), answer(10, ("Link", "y" * 500))
    assert small.size > 2 * repeating.LONGEST
    assert headed.size > small.size + 500


def answer(size: int, *headers: tuple[str, str]) -> Answer:
    return Answer(b"x" * size, headers, Kind("browse.page", ()))


def test_the_answers_of_another_edition_go():
    answers = Answers(10_000)
    answers.keep(1, "a", answer(10))
    assert answers.get(1, "a") == answer(10)
    assert answers.get(2, "a") is None
    answers.keep(2, "b", answer(10))
    assert answers.get(1, "a") is answers.get(2, "a") is None


def test_of_more_than_there_is_room_for_those_asked_for_last_stay():
    answers = Answers(5 * answer(1_000).size)
    for number in range(20):
        answers.keep(1, number, answer(1_000))
        answers.get(1, 0)
    assert [number for number in range(20) if answers.get(1, number)] == [0, 16, 17, 18, 19]
    answers.keep(1, "large", answer(100_000))
    assert answers.get(1, "large") is None
    assert answers.get(1, 0)


def test_threads_may_keep_at_the_same_time():
    answers = Answers(100_000)

    def keep(edition: int) -> None:
        for number in range(2_000):
            answers.keep(edition, number % 7, answer(number % 100))
            answers.get(edition, number % 7)

    threads = [threading.Thread(target=keep, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers._answers) <= 7


def test_everything_that_is_kept_is_an_address_of_the_site(app: Flask):
    assert set(repeating.KEPT) <= app.view_functions.keys()
