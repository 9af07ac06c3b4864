from __future__ import annotations

import hmac
import logging

import pytest

from index import Callbacks, FeedsiftError, Library, Standing
from index.entries import Subscription
from index.hubs import CALLBACK, CHANGE_PAUSE, LEASE, LONGEST_LEASE, MOST_ASKED, PAUSE, renew
from index.lock import WriteLock
from index.rules import Rules
from tests import unwell
from tests.unwell import DAY, NOW

HUB, TOPIC = "https://hub.example/ask?key=hush-hush", "https://a.example/topic"
RULES = Rules(address="https://site.example")


class Client:
    """Notes what is sent, and answers as it is told."""

    def __init__(self, status: int = 202) -> None:
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.status = status
        self.fails = False

    def post(self, url: str, fields: dict[str, str]) -> int:
        self.sent.append((url, fields))
        if self.fails:
            raise FeedsiftError("hub.example does not answer")
        return self.status


class Round:
    """A library with a feed that names a hub, and rounds of asking."""

    def __init__(self, library: Library) -> None:
        self.library, self.store, self.client = library, library.store, Client()
        self.id = unwell.put(self.store, "A", hub=HUB, topic=TOPIC)
        self.callbacks = Callbacks(self.store)

    def at(self, now: int, rules: Rules = RULES) -> int:
        """Ask at a time; gives how many requests were made."""
        before = len(self.client.sent)
        renew(self.store, WriteLock(self.library.folder / "write.lock", lambda: None), self.client, rules, now)
        return len(self.client.sent) - before

    @property
    def known(self) -> Subscription:
        return self.store.subscriptions()[self.id]

    def confirm(self, now: int, lease: int = LEASE) -> bool:
        return self.callbacks.confirm(self.known, TOPIC, str(lease), now)

    def change(self, **columns: object) -> None:
        with self.store.transaction():
            for name, value in columns.items():
                self.store.connection.execute(f"UPDATE feed SET {name} = ? WHERE id = ?", (value, self.id))


@pytest.fixture
def round_(library: Library) -> Round:
    return Round(library)


def test_a_hub_is_asked_with_an_address_and_a_secret_that_only_it_knows(round_: Round):
    assert round_.at(NOW) == 1
    ((url, fields),) = round_.client.sent
    assert url == HUB
    assert fields == {
        "hub.callback": "https://site.example" + CALLBACK.format(token=round_.known.token),
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.lease_seconds": str(LEASE),
        "hub.secret": round_.known.secret,
    }
    assert round_.known.token != round_.known.secret
    assert min(len(round_.known.token), len(round_.known.secret)) >= 43  # 256 bits
    assert len(fields["hub.secret"].encode()) < 200  # section 5.1
    assert round_.known.until is None


def test_it_is_noted_before_the_hub_is_asked_as_that_may_call_back_before_it_answers(round_: Round):
    found: list[bool] = []
    send = round_.client.post

    def post(url: str, fields: dict[str, str]) -> int:
        found.append(round_.confirm(NOW))
        return send(url, fields)

    round_.client.post = post  # type: ignore[method-assign]
    round_.at(NOW)
    assert found == [True]
    assert round_.known.until == NOW + LEASE


def test_without_an_address_of_ours_no_hub_is_asked(round_: Round):
    assert round_.at(NOW, Rules()) == 0
    assert round_.store.subscriptions() == {}


@pytest.mark.parametrize(("hub", "topic"), [("", TOPIC), (HUB, ""), ("ftp://hub.example/", TOPIC), (HUB, "urn:x")])
def test_a_feed_without_a_hub_or_a_topic_is_not_asked_for(round_: Round, hub: str, topic: str):
    round_.change(hub=hub, topic=topic)
    assert round_.at(NOW) == 0


def test_a_feed_that_is_gone_is_not_asked_for(library: Library):
    unwell.put(library.store, "Gone", Standing(None, "gone"), hub=HUB, topic=TOPIC)
    renew(library.store, WriteLock(library.folder / "write.lock", lambda: None), client := Client(), RULES, NOW)
    assert client.sent == []


def test_what_is_agreed_is_renewed_once_two_thirds_of_it_are_over(round_: Round):
    round_.at(NOW)
    round_.confirm(NOW)
    first, third = round_.known, LEASE // 3
    assert round_.at(NOW + 2 * third - 1) == 0
    assert round_.at(NOW + 2 * third) == 1
    assert (round_.known.token, round_.known.secret, round_.known.until) == (first.token, first.secret, NOW + LEASE)
    assert round_.confirm(NOW + 2 * third)
    assert round_.known.until == NOW + 2 * third + LEASE


@pytest.mark.parametrize("way", ["silence", "refusal", "failure", "denial"])
def test_a_request_that_came_to_nothing_is_made_again_after_a_day(round_: Round, way: str):
    round_.client.fails, round_.client.status = way == "failure", 500 if way == "refusal" else 202
    assert round_.at(NOW) == 1
    if way == "denial":
        assert round_.callbacks.deny(round_.known, TOPIC)
    assert round_.at(NOW + PAUSE - 1) == 0
    assert round_.at(NOW + PAUSE) == 1
    assert round_.at(NOW + PAUSE + 1) == 0


def test_a_renewal_that_came_to_nothing_is_made_again_after_a_day(round_: Round):
    round_.at(NOW)
    round_.confirm(NOW, 3 * DAY)
    assert round_.at(NOW + 2 * DAY) == 1
    assert round_.at(NOW + 3 * DAY - 1) == 0
    assert round_.at(NOW + 3 * DAY) == 1


def test_a_hub_that_grants_an_hour_is_still_asked_but_once_a_day(round_: Round):
    round_.at(NOW)
    round_.confirm(NOW, 3_600)
    assert round_.at(NOW + PAUSE - 1) == 0
    assert round_.at(NOW + PAUSE) == 1


@pytest.mark.parametrize("other", [{"hub": "https://new.example/"}, {"topic": "https://a.example/new"}])
def test_another_hub_or_topic_gets_another_address_and_secret(round_: Round, other: dict[str, str]):
    round_.at(NOW)
    round_.confirm(NOW)
    former = round_.known
    round_.change(**other)
    assert round_.at(NOW + CHANGE_PAUSE - 1) == 0
    assert round_.at(NOW + CHANGE_PAUSE) == 1
    assert round_.known.token != former.token
    assert round_.known.secret != former.secret
    assert round_.known.until is None
    assert round_.callbacks.find(former.token) is None


def test_what_was_agreed_is_forgotten_with_the_hub_the_feed_or_its_end(round_: Round):
    for forget in (
        lambda: round_.change(hub=""),
        lambda: round_.store.connection.execute("UPDATE standing SET next = NULL"),
        lambda: round_.library.remove(round_.library.feed(str(round_.id))),
    ):
        round_.change(hub=HUB)
        round_.at(NOW)
        token = round_.known.token
        forget()
        round_.at(NOW + 1)
        assert round_.callbacks.find(token) is None
        round_.store.connection.execute("UPDATE standing SET next = 1")


def test_a_round_is_short_and_those_that_waited_longest_come_first(round_: Round):
    for number in range(MOST_ASKED + 5):
        unwell.put(round_.store, f"F{number}", hub=HUB, topic=TOPIC)
    assert round_.at(NOW) == MOST_ASKED
    assert round_.at(NOW + 1) == 6
    assert round_.at(NOW + 2) == 0
    assert len(round_.store.subscriptions()) == MOST_ASKED + 6
    assert round_.at(NOW + PAUSE + 1) == MOST_ASKED
    assert sum(known.asked == NOW + 1 for known in round_.store.subscriptions().values()) == 6


def test_a_hub_that_does_not_answer_is_asked_once_in_a_round_and_the_others_all_the_same(round_: Round):
    unwell.put(round_.store, "B", hub=HUB, topic=TOPIC)
    unwell.put(round_.store, "C", hub="https://other.example/", topic=TOPIC)
    round_.client.fails = True
    assert round_.at(NOW) == 2
    assert {url for url, _ in round_.client.sent} == {HUB, "https://other.example/"}


def test_what_is_logged_names_no_secret(round_: Round, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    round_.client.status = 403
    round_.at(NOW)
    round_.client.fails = True
    round_.at(NOW + PAUSE)
    round_.callbacks.deny(round_.known, TOPIC)
    assert len(caplog.messages) == 3
    for message in caplog.messages:
        assert not any(secret in message for secret in ("hush", round_.known.token, round_.known.secret, "/topic"))


# --- what hubs say ---


@pytest.mark.parametrize(
    ("topic", "lease", "after", "until"),
    [
        (TOPIC, "60", 0, NOW + 60),
        (TOPIC, "60", PAUSE, NOW + PAUSE + 60),
        (TOPIC, "9" * 15, 0, NOW + LONGEST_LEASE),
        (TOPIC, "60", PAUSE + 1, None),
        (TOPIC, "60", -1, None),
        (TOPIC + "/", "60", 0, None),
        ("", "60", 0, None),
        *((TOPIC, lease, 0, None) for lease in ("", "0", "-1", "1.5", "x", "٣", "²", "9" * 5_000)),
    ],
)
def test_only_what_was_asked_for_lately_is_confirmed(
    round_: Round, topic: str, lease: str, after: int, until: int | None
):
    round_.at(NOW)
    assert round_.callbacks.confirm(round_.known, topic, lease, NOW + after) == (until is not None)
    assert round_.known.until == until


def test_a_hub_that_speaks_of_another_topic_denies_nothing(round_: Round):
    round_.at(NOW)
    round_.confirm(NOW)
    assert not round_.callbacks.deny(round_.known, TOPIC + "/")
    assert round_.callbacks.is_agreed(round_.known, NOW)
    assert round_.callbacks.deny(round_.known, TOPIC)
    assert not round_.callbacks.is_agreed(round_.known, NOW)


def test_an_agreement_ends(round_: Round):
    round_.at(NOW)
    assert not round_.callbacks.is_agreed(round_.known, NOW)
    round_.confirm(NOW, 60)
    assert round_.callbacks.is_agreed(round_.known, NOW + 60)
    assert not round_.callbacks.is_agreed(round_.known, NOW + 61)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_holds_for_its_secret_and_its_message_alone(round_: Round, method: str):
    round_.at(NOW)
    good = hmac.new(round_.known.secret.encode(), b"body", method).hexdigest()
    is_signed = round_.callbacks.is_signed
    assert is_signed(round_.known, f"{method}={good}", b"body")
    assert is_signed(round_.known, f"{method}={good.upper()}", b"body")
    assert not is_signed(round_.known, f"{method}={good}", b"Body")
    other = hmac.new(b"another secret", b"body", method).hexdigest()
    assert not is_signed(round_.known, f"{method}={other}", b"body")


@pytest.mark.parametrize("signature", ["", "sha256", "sha256=", "=", "md5=", "sha256=é", "shake_128=x", "sha3_256=aa"])
def test_what_is_no_signature_is_none(round_: Round, signature: str):
    round_.at(NOW)
    assert not round_.callbacks.is_signed(round_.known, signature, b"")


@pytest.mark.parametrize("token", ["", "x", "é", "%", "' OR 1=1", "\0"])
def test_an_unknown_token_finds_nothing(round_: Round, token: str):
    round_.at(NOW)
    assert round_.callbacks.find(token) is None
