"""What has not changed is not sent again."""

from __future__ import annotations

from email.utils import format_datetime, parsedate_to_datetime

import pytest
from flask.testing import FlaskClient

from index import Library
from tests.documents import DAY, START, atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp
from webapp import create_app, revalidation
from webapp.formats import FORMATS
from webapp.settings import Settings

ADDRESSES = [*(f"/entries.{suffix}?tag=boats" for suffix in FORMATS), "/feeds.opml", "/?tag=boats", "/tags/", "/feeds/"]
ADDRESSES += ["/fragments/entries?tag=boats", "/help/", "/settings/"]
GZIP = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize("coding", [{}, GZIP])
@pytest.mark.parametrize("address", ADDRESSES)
def test_what_a_client_has_is_not_sent_again(client: FlaskClient, address: str, coding: dict[str, str]) -> None:
    first = client.get(address, headers=coding)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(address, headers={"If-None-Match": f'"other", {tag}', **coding})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    for name in ("Vary", "Cache-Control", "Content-Security-Policy"):
        assert again.headers[name] == first.headers[name]
    assert client.get(address, headers={"If-None-Match": "*", **coding}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"', **coding}).status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_coding_has_a_tag_of_its_own(client: FlaskClient, address: str) -> None:
    plain, packed = client.get(address), client.get(address, headers=GZIP)
    assert (plain.headers["ETag"] == packed.headers["ETag"]) == ("Content-Encoding" not in packed.headers)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_says_what_get_says(client: FlaskClient, address: str) -> None:
    got, head = client.get(address), client.head(address)
    assert head.data == b""
    assert dict(pages.headers(head)) == dict(pages.headers(got))


@pytest.mark.parametrize("address", [*(f"/entries.{suffix}" for suffix in FORMATS), "/feeds.opml"])
def test_a_date_alone_is_enough(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    changed = parsedate_to_datetime(first.headers["Last-Modified"])
    since = {"If-Modified-Since": format_datetime(changed, usegmt=True)}
    assert client.get(address, headers=since).status_code == 304
    before = {"If-Modified-Since": format_datetime(changed.replace(year=2001), usegmt=True)}
    assert client.get(address, headers=before).status_code == 200


def test_two_processes_give_the_same_tags(make_app: MakeApp) -> None:
    app = make_app(feed=atom(entry(), title="F"))
    other = create_app(Settings(data=app.extensions["feedsift.settings"].data))
    for address in ("/entries.atom", "/entries.csv", "/", "/feeds.opml"):
        assert app.test_client().get(address).headers["ETag"] == other.test_client().get(address).headers["ETag"]
    other.extensions["feedsift.library"].close()


class Growing:
    """A site whose feed changes."""

    def __init__(self, make_app: MakeApp, tmp_path) -> None:
        self.path = tmp_path / "growing.atom"
        self.entries = [entry(f"urn:{n}", f"N {n}", tags=["a" if n % 2 else "b"]) for n in range(6)]
        self.path.write_bytes(atom(*self.entries, title="G"))
        self.app = make_app()
        self.take_in()

    def take_in(self, *entries: str) -> None:
        self.path.write_bytes(atom(*entries, *self.entries, title="G"))
        library = Library(self.app.extensions["feedsift.settings"].data)
        assert all(not intake.error for intake in library.add(str(self.path)))
        library.publish()
        library.close()

    def tags(self, address: str) -> dict[str, str]:
        found = {s: self.app.test_client().get(f"/entries.{s}{address}") for s in FORMATS}
        return {suffix: response.headers["ETag"] for suffix, response in found.items()}


@pytest.fixture
def growing(make_app: MakeApp, tmp_path) -> Growing:
    return Growing(make_app, tmp_path)


def test_an_entry_that_does_not_match_changes_nothing(growing: Growing) -> None:
    before = growing.tags("?tag=a")
    growing.take_in(entry("urn:new", "New", tags=["b"], published=START + DAY))
    assert growing.tags("?tag=a") == before


@pytest.mark.parametrize(
    "change",
    [
        entry("urn:new", "New", tags=["a"], published=START + DAY),
        entry("urn:old", "New, of old", tags=["a"], published=START - DAY),
        entry("urn:1", "Another title", tags=["a"], updated=START + DAY),
        entry("urn:1", "N 1", tags=["b"], updated=START + DAY),
    ],
)
def test_a_new_or_changed_entry_that_matches_changes_every_format(growing: Growing, change: str) -> None:
    before = growing.tags("?tag=a")
    growing.take_in(change)
    after = growing.tags("?tag=a")
    assert [suffix for suffix in FORMATS if after[suffix] == before[suffix]] == []


def test_an_entry_that_goes_changes_every_format(growing: Growing) -> None:
    library: Library = growing.app.extensions["feedsift.library"]
    before = growing.tags("?tag=a")
    library.remove(library.feed("1"))
    library.publish()
    after = growing.tags("?tag=a")
    assert [suffix for suffix in FORMATS if after[suffix] == before[suffix]] == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_date_alone_is_not_enough_once_something_has_gone(growing: Growing, suffix: str) -> None:
    library: Library = growing.app.extensions["feedsift.library"]
    with library.store.transaction():  # as if all that had been long ago
        library.store.connection.execute("UPDATE entry SET changed = 1600000000")
        library.store.connection.execute("UPDATE library SET altered = 1600000000")
    client = growing.app.test_client()
    since = {"If-Modified-Since": client.get(f"/entries.{suffix}?tag=a").headers["Last-Modified"]}
    assert client.get(f"/entries.{suffix}?tag=a", headers=since).status_code == 304
    growing.take_in(entry("urn:new", "New", tags=["b"]))
    assert client.get(f"/entries.{suffix}?tag=a", headers=since).status_code == 304
    growing.take_in(entry("urn:1", "N 1", tags=["b"], updated=START + DAY))
    assert client.get(f"/entries.{suffix}?tag=a", headers=since).status_code == 200


def test_a_library_made_anew_is_another_one(make_app: MakeApp, tmp_path) -> None:
    document = atom(entry("urn:1", "Same number, other text"), title="F")
    first = make_app(feed=document).test_client().get("/entries.atom").headers["ETag"]
    (tmp_path / "library").rename(tmp_path / "former")
    assert make_app(feed=document).test_client().get("/entries.atom").headers["ETag"] != first


@pytest.mark.parametrize("address", ["/embed/entries?tag=a&size=1&more=1", "/embed/frame?tag=a&size=1&more=1&search=1"])
def test_nor_does_it_change_an_embed_with_more_to_come(growing: Growing, address: str) -> None:
    before = growing.app.test_client().get(address).headers["ETag"]
    growing.take_in(entry("urn:new", "New", tags=["b"]))
    assert growing.app.test_client().get(address).headers["ETag"] == before


def test_nothing_is_written_for_a_client_that_has_it(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = client.get("/entries.atom").headers["ETag"]
    monkeypatch.setattr(Library, "entries", None)
    assert client.get("/entries.atom", headers={"If-None-Match": tag}).status_code == 304


def test_caches_may_keep_what_is_for_programs_and_ask_anew_for_pages(client: FlaskClient) -> None:
    assert client.get("/entries.atom").headers["Cache-Control"] == revalidation.SHARED
    assert client.get("/").headers["Cache-Control"] == "no-cache"


# --- other sites' scripts (CORS) ---

PREFLIGHT = {
    "Origin": "https://host.example",
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "hx-current-url,hx-request,hx-target,hx-trigger",
}


@pytest.mark.parametrize("address", [*(f"/entries.{suffix}" for suffix in FORMATS), "/feeds.opml"])
def test_scripts_of_other_sites_may_read_every_format(client: FlaskClient, address: str) -> None:
    asked = client.get(address, headers={"Origin": "https://host.example"})
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    preflight = client.options(address, headers=PREFLIGHT)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    allowed = {name.strip() for name in preflight.headers["Access-Control-Allow-Headers"].split(",")}
    assert allowed >= set(PREFLIGHT["Access-Control-Request-Headers"].split(","))


@pytest.mark.parametrize("address", ["/", "/fragments/entries", "/entries/1/", "/settings/", "/healthz"])
def test_scripts_of_other_sites_may_read_nothing_else(client: FlaskClient, address: str) -> None:
    for response in (client.get(address, headers=PREFLIGHT), client.options(address, headers=PREFLIGHT)):
        assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_error_is_a_sentence_that_scripts_may_read(client: FlaskClient, suffix: str) -> None:
    response = client.get(f"/entries.{suffix}?q={'x' * 1_001}", headers={"Origin": "https://host.example"})
    assert (response.status_code, response.mimetype) == (413, "text/plain")
    assert "too long" in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
