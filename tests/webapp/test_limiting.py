"""One client gets so many answers a minute, and a page, a fragment or a line that says when there will be more."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from tests.webapp.servers import running
from tests.webapp.test_errors import expect_page, expect_sentence
from webapp import assets
from webapp.security import HEADERS

MOST = 20
SEARCHES, DOCUMENTS, EMBEDS = 2, 4, 4
"""Of those, for the same client."""
HERE, THERE = {"REMOTE_ADDR": "203.0.113.7"}, {"REMOTE_ADDR": "203.0.113.8"}


@pytest.fixture
def client(make_app: MakeApp) -> FlaskClient:
    """A client of a site that gives few answers a minute."""
    client = make_app(one=atom(entry(), title="The feed"), rate_limit=MOST).test_client()
    client.environ_base.update(HERE)
    return client


def use_up(client: FlaskClient, address: str = "/help/", most: int = MOST, **environment: str) -> None:
    for _ in range(most):
        assert client.get(address, environ_overrides=environment).status_code == 200


def test_who_asks_for_too_much_is_told_when_there_is_more(client: FlaskClient) -> None:
    use_up(client)
    response = client.get("/?q=rope")
    expect_page(response, 429, "Too many requests")
    seconds = int(response.headers["Retry-After"])
    assert 0 < seconds <= 61
    assert f"Try again in {seconds} second" in response.text
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert response.headers["Cache-Control"] == "no-cache"
    assert "ETag" not in response.headers
    assert not [name for name, _ in response.headers if name.startswith("X-RateLimit")]


def test_a_fragment_an_embed_and_a_format_are_refused_in_their_own_manner(client: FlaskClient) -> None:
    use_up(client)
    expect_sentence(client.get("/fragments/entries?q=x"), 429, "Too many requests.")
    response = client.get("/entries.atom")
    assert response.status_code == 429
    assert response.content_type == "text/plain; charset=utf-8"
    assert "Retry-After" in response.headers
    use_up(client, "/embed/entries", EMBEDS)
    response = client.get("/embed/entries", headers={"Origin": "https://a.example"})
    assert response.status_code == 429
    assert "data-problem" in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]


def test_every_kind_of_page_counts_and_so_does_what_is_not_there(client: FlaskClient) -> None:
    for address in ("/", "/fragments/entries", "/tags/", "/nothing", "/entries/1/") * (MOST // 5):
        assert client.get(address).status_code != 429
    assert client.get("/feeds/").status_code == 429
    assert client.get("/nothing").status_code == 429


def test_each_client_has_a_count_of_its_own(client: FlaskClient) -> None:
    use_up(client)
    assert client.get("/help/").status_code == 429
    assert client.get("/help/", environ_overrides=THERE).status_code == 200


def test_one_household_with_ipv6_is_one_client(client: FlaskClient) -> None:
    for number in range(MOST):
        assert client.get("/help/", environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2:{number}::1"}).status_code == 200
    assert client.get("/help/", environ_overrides={"REMOTE_ADDR": "2001:db8:1:2::"}).status_code == 429
    assert client.get("/help/", environ_overrides={"REMOTE_ADDR": "2001:db8:1:3::"}).status_code == 200


def test_an_address_of_ipv4_is_one_client_however_it_is_written(client: FlaskClient) -> None:
    use_up(client, REMOTE_ADDR="203.0.113.9")
    assert client.get("/help/", environ_overrides={"REMOTE_ADDR": "::ffff:203.0.113.9"}).status_code == 429
    assert client.get("/help/", environ_overrides={"REMOTE_ADDR": "::ffff:203.0.113.10"}).status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz", f"/static/{assets.checksum()}/site.css", "/static/x/y"])
def test_files_and_checks_of_health_are_free(client: FlaskClient, address: str) -> None:
    use_up(client)
    for _ in range(2 * MOST):
        with client.get(address) as response:
            assert response.status_code in (200, 404)


def test_what_a_client_has_already_is_free(client: FlaskClient) -> None:
    tag = client.get("/help/").headers["ETag"]
    for _ in range(2 * MOST):
        assert client.get("/help/", headers={"If-None-Match": tag}).status_code == 304
    for _ in range(MOST - 1):
        assert client.get("/help/").status_code == 200
    assert client.get("/help/").status_code == 429


@pytest.mark.parametrize("address", ["/?q=rope", "/entries.atom?q=rope"])
def test_what_had_to_be_looked_up_counts_though_nothing_is_sent(client: FlaskClient, address: str) -> None:
    for _ in range(SEARCHES):
        assert client.get(address, headers={"If-None-Match": "*"}).status_code == 304
    assert client.get(address, headers={"If-None-Match": "*"}).status_code == 429


def test_being_refused_makes_nobody_wait_longer(client: FlaskClient) -> None:
    use_up(client)
    waits = [int(client.get("/").headers["Retry-After"]) for _ in range(3 * MOST)]
    assert waits == sorted(waits, reverse=True)


def test_embeds_are_counted_apart(client: FlaskClient) -> None:
    use_up(client, "/embed/entries", EMBEDS)
    assert client.get("/embed/frame").status_code == 429
    use_up(client)


@pytest.mark.parametrize("address", ["/?q=rope", "/fragments/entries?q=rope&tag=boats", "/entries.json?q=rope"])
def test_searches_for_words_are_fewer(client: FlaskClient, address: str) -> None:
    use_up(client, address, SEARCHES)
    assert client.get("/?q=tide").status_code == 429
    by_alias = ("/fragments/entries?s=tide", "/fragments/facets/tag?keywords=tide", "/?q=&q=tide")
    for hidden in (*by_alias, "/fragments/pins?pin=0:q%3Dtide", "/pins.opml?pin=q%3Dtide", "/oembed?url=x"):
        assert client.get(hidden).status_code == 429, hidden
    for other in ("/?q=+", "/?tag=boats", "/fragments/suggest?q=ro", "/tags/", "/embed/entries?q=rope"):
        assert client.get(other).status_code == 200


def test_whole_documents_are_fewer(client: FlaskClient) -> None:
    use_up(client, "/entries.csv", DOCUMENTS)
    assert client.get("/entries.atom").status_code == 429
    assert client.get("/").status_code == 200


def test_with_0_there_is_no_limit(make_app: MakeApp) -> None:
    client = make_app(one=atom(entry()), rate_limit=0).test_client()
    assert {client.get("/help/").status_code for _ in range(50)} == {200}


@pytest.mark.parametrize("proxies", [0, 1])
def test_one_address_cannot_be_forged(make_app: MakeApp, proxies: int) -> None:
    client = make_app(one=atom(entry()), rate_limit=MOST, proxies=proxies).test_client()
    client.environ_base.update(HERE)
    told = {"X-Forwarded-For": "203.0.113.50"} if proxies else {}
    for number in range(MOST):
        claimed = ", ".join([f"198.51.100.{number}", *told.values()]) if proxies else f"198.51.100.{number}"
        assert client.get("/help/", headers={"X-Forwarded-For": claimed}).status_code == 200
    last = ", ".join(["198.51.100.99", *told.values()])
    assert client.get("/help/", headers={"X-Forwarded-For": last}).status_code == 429


def test_readers_behind_a_proxy_that_was_told_of_are_counted_one_by_one(make_app: MakeApp) -> None:
    client = make_app(one=atom(entry()), rate_limit=MOST, proxies=1).test_client()
    for _ in range(MOST):
        assert client.get("/help/", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 200
    assert client.get("/help/", headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 429
    assert client.get("/help/", headers={"X-Forwarded-For": "203.0.113.2"}).status_code == 200


@pytest.mark.parametrize("headers", [{"X-Forwarded-For": "203.0.113.1"}, {"Host": "feeds.example"}])
def test_behind_a_proxy_on_this_machine_that_nobody_told_of_readers_are_not_taken_for_one(
    make_app: MakeApp, headers: dict[str, str]
) -> None:
    client = make_app(one=atom(entry()), rate_limit=MOST).test_client()
    for _ in range(2 * MOST):
        assert client.get("/help/", headers=headers).status_code == 200
    use_up(client)
    assert client.get("/help/").status_code == 429


def test_a_real_server_limits_each_of_its_workers_for_itself(tmp_path: Path) -> None:
    document = tmp_path / "a.atom"
    document.write_bytes(atom(entry()))
    environment = {"FEEDSIFT_RATE_LIMIT": str(MOST), "FEEDSIFT_PROXIES": "1"}
    with running(tmp_path / "library", document, "--workers", "1", **environment) as server:
        one, other = ({"X_Forwarded_For": f"192.0.2.1, 203.0.113.{number}"} for number in (1, 2))
        assert [server.get("/help/", **one).status for _ in range(MOST + 1)] == [200] * MOST + [429]
        refused = server.get("/fragments/entries", **one)
        assert refused.status == 429
        assert 0 < int(refused.headers["retry-after"]) <= 61
        assert pages.words(pages.one(pages.parsed(refused.text), "p.note")).startswith("Too many requests.")
        assert {name: refused.headers[name.lower()] for name in HEADERS} == HEADERS
        assert server.get("/help/", **other).status == 200
        assert [server.get("/help/").status for _ in range(MOST + 1)] == [200] * MOST + [429]
        assert server.get("/healthz", **one).status == 200
