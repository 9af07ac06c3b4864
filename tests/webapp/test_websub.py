"""News by hubs, from the first request to the next fetch; the hub and the site are servers on the loopback."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.serving import make_server

from index import Feed, Library, hubs
from index.lock import WriteLock
from index.rules import Rules
from tests import hub as fake_hub
from tests import unwell
from tests.hub import LEASE, Hub, Poster
from tests.unwell import DAY, NOW
from tests.webapp.conftest import MakeApp
from tests.webapp.servers import running
from webapp import standing
from webapp.security import HEADERS
from webapp.websub import LARGEST, LONGEST_CHALLENGE

TOPIC = "https://a.example/topic?a=b&c"
EXPECTED = "its hub says that there is news"


@dataclass
class Round:
    """A site, a feed in it that names a hub, and the present that both think it is."""

    app: Flask
    address: str
    hub: Hub
    id: int
    now: int = NOW

    @property
    def library(self) -> Library:
        found: Library = self.app.extensions["feedsift.library"]
        return found

    @property
    def feed(self) -> Feed:
        return self.library.feed(str(self.id))

    @property
    def is_expected(self) -> bool:
        return self.feed.standing.reason == EXPECTED

    def ask(self) -> None:
        """Have the hub asked where it is time."""
        lock = WriteLock(self.library.folder / "write.lock", lambda: None)
        hubs.renew(self.library.store, lock, Poster(), Rules(address=self.address), self.now)

    def fetched(self, at: int) -> None:
        """Let the feed have been fetched."""
        with self.library.store.transaction() as connection:
            connection.execute("UPDATE feed SET fetched = ?", (at,))
            connection.execute("UPDATE standing SET next = ?, reason = 'as ever'", (at + DAY,))


@pytest.fixture
def hub() -> Iterator[Hub]:
    with fake_hub.running() as hub:
        yield hub


@pytest.fixture
def round_(make_app: MakeApp, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    """The site answers on the loopback as long as the test lasts."""
    app = make_app()
    id = unwell.put(app.extensions["feedsift.library"].store, "A", hub=hub.address, topic=TOPIC)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    round_ = Round(app, f"http://127.0.0.1:{server.server_port}", hub, id)
    monkeypatch.setattr(standing, "now", lambda: round_.now)
    monkeypatch.setattr("index.library.time.time", lambda: float(round_.now))
    round_.fetched(NOW - 600)
    yield round_
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def agreed(round_: Round) -> Round:
    """The hub has been asked, and has made sure."""
    round_.ask()
    assert round_.hub.verify() == (200, "ch-1")
    return round_


def test_a_hub_is_asked_makes_sure_tells_of_news_and_the_feed_is_due(round_: Round):
    round_.ask()
    assert round_.hub.asked[0]["hub.topic"] == TOPIC
    assert round_.hub.verify(challenge="<b>say this</b>") == (200, "<b>say this</b>")
    assert not round_.is_expected
    assert round_.hub.tell(b"<feed>what is here is not read</feed>") == (202, "")
    assert round_.is_expected
    assert round_.feed.standing.next == NOW
    assert round_.feed.entries == 0


def test_the_address_that_hubs_are_told_is_a_route(round_: Round):
    round_.ask()
    adapter = round_.app.url_map.bind("")
    path = urlsplit(round_.hub.callback).path
    assert [adapter.match(path, method)[0] for method in ("GET", "POST")] == ["websub.asked", "websub.told"]


def test_what_echoes_a_hubs_words_is_plain_text_with_all_headers(agreed: Round):
    path = urlsplit(agreed.hub.callback).path
    address = f"{path}?hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ftopic%3Fa%3Db%26c"
    response = agreed.app.test_client().get(f"{address}&hub.challenge=<script>&hub.lease_seconds=9")
    assert (response.status_code, response.text) == (200, "<script>")
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    assert {name: response.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "other",
    [
        {"topic": "https://a.example/other"},
        {"topic": ""},
        {"mode": "unsubscribe"},
        {"mode": "publish"},
        {"mode": ""},
        {"challenge": ""},
        {"challenge": "x" * (LONGEST_CHALLENGE + 1)},
        {"lease_seconds": ""},
        {"lease_seconds": "-1"},
        {"mode": "denied", "topic": "https://a.example/other"},
    ],
    ids=str,
)
def test_what_was_not_asked_for_is_not_confirmed(round_: Round, other: dict[str, str]):
    round_.ask()
    status, text = round_.hub.verify(**other)
    assert (status, "ch-1" in text) == (404, False)
    assert round_.library.store.subscriptions()[round_.id].until is None


def test_an_old_question_played_again_is_not_answered(agreed: Round):
    agreed.now += DAY + 1
    assert agreed.hub.verify()[0] == 404
    assert agreed.library.store.subscriptions()[agreed.id].until == NOW + LEASE


def test_head_confirms_nothing(round_: Round):
    round_.ask()
    url = f"{round_.hub.callback}?hub.mode=subscribe&hub.topic={TOPIC.replace('&', '%26')}&hub.challenge=x"
    assert fake_hub.call(f"{url}&hub.lease_seconds=60", "HEAD")[0] == 404
    assert round_.library.store.subscriptions()[round_.id].until is None
    assert fake_hub.call(f"{url}&hub.lease_seconds=60")[0] == 200


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_every_method_of_signing_is_known(agreed: Round, method: str):
    agreed.hub.tell(method=method)
    assert agreed.is_expected


def test_a_message_that_the_hub_did_not_sign_is_answered_alike_and_ignored(agreed: Round):
    good = agreed.hub.tell(secret="another")
    assert good == (202, "")
    assert fake_hub.call(agreed.hub.callback, "POST", b"<feed/>") == good
    assert fake_hub.call(agreed.hub.callback, "POST", b"<feed/>", X_Hub_Signature="sha256=é") == good
    assert fake_hub.call(agreed.hub.callback, "POST") == good
    assert not agreed.is_expected


def test_a_message_played_again_is_one_fetch_a_minute_and_no_news_are_lost(agreed: Round):
    agreed.fetched(NOW - 10)
    for _ in range(5):
        agreed.hub.tell()
    assert agreed.feed.standing.next == NOW + 50


def test_a_large_message_is_not_read(agreed: Round):
    assert agreed.hub.tell(b"x" * LARGEST)[0] == 202
    assert agreed.is_expected
    agreed.fetched(NOW - 600)
    response = agreed.app.test_client().post(urlsplit(agreed.hub.callback).path, data=b"x" * (LARGEST + 1))
    assert (response.status_code, response.text) == (413, "A message can have 1,048,576 bytes.\n")
    assert not agreed.is_expected


@pytest.mark.parametrize("end", ["lapse", "denial", "removal", "never confirmed"])
def test_a_hub_is_told_once_nothing_is_agreed_any_more(round_: Round, end: str):
    round_.ask()
    if end != "never confirmed":
        round_.hub.verify()
        assert round_.hub.tell()[0] == 202
        round_.fetched(NOW - 600)
    if end == "lapse":
        round_.now += LEASE + 1
    if end == "denial":
        assert round_.hub.verify(mode="denied") == (200, "noted\n")
    if end == "removal":
        round_.library.remove(round_.feed)
    assert round_.hub.tell()[0] == 410
    assert end == "removal" or not round_.is_expected


def test_what_is_agreed_is_renewed_at_the_same_address(agreed: Round):
    callback = agreed.hub.callback
    agreed.now += 2 * LEASE // 3
    agreed.ask()
    assert len(agreed.hub.asked) == 2
    assert agreed.hub.callback == callback
    assert agreed.hub.tell()[0] == 202
    assert agreed.hub.verify()[0] == 200
    agreed.now += LEASE // 2
    assert agreed.hub.tell()[0] == 202


@pytest.mark.parametrize("token", ["x", "%00", "%ff", "a" * 5_000, "' OR 1=1", "é"])
def test_an_address_that_no_hub_was_told_is_nothing(round_: Round, token: str):
    client = round_.app.test_client()
    for address in (f"/websub/{token}/", f"/websub/{token}/?hub.mode=subscribe&hub.challenge=x&hub.lease_seconds=9"):
        assert (client.get(address).status_code, client.get(address).mimetype) == (404, "text/plain")
        assert (client.post(address).status_code, client.post(address).mimetype) == (410, "text/plain")


def test_nothing_else_takes_messages(round_: Round):
    reading = {"GET", "HEAD", "OPTIONS"}
    rules = [rule for rule in round_.app.url_map.iter_rules() if (rule.methods or set()) - reading]
    assert [(rule.endpoint, (rule.methods or set()) - reading) for rule in rules] == [("websub.told", {"POST"})]
    assert round_.app.test_client().put("/websub/x/").status_code == 405


def test_the_server_that_users_run_takes_messages_in_pieces_too(round_: Round):
    """A hub need not say how long its message is (chunked, RFC 9112)."""
    round_.now = int(time.time())
    round_.ask()
    secret, token = round_.hub.asked[-1]["hub.secret"], urlsplit(round_.hub.callback).path.split("/")[2]
    with round_.library.store.transaction():
        round_.library.store.extend_subscription(token, round_.now + DAY)
    round_.fetched(round_.now - 600)
    signature = f"sha256={hmac.new(secret.encode(), b'hello world', 'sha256').hexdigest()}"
    head = f"POST /websub/{token}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Hub-Signature: {signature}\r\n"
    with running(round_.library.folder, "--workers", "1") as server:
        answer = server.send(
            head.encode() + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
        )
    assert answer.startswith(b"HTTP/1.1 202 ")
    assert round_.is_expected
