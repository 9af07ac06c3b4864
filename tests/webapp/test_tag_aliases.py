from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index import Library
from tests.documents import atom, entry
from tests.webapp import pages
from tests.webapp.commands import Shell
from tests.webapp.conftest import MakeApp
from webapp import create_app, serving
from webapp.formats import FORMATS
from webapp.settings import Settings

ALIASES = "django-web -> Django # folded\nc plus -> C++\n"
FEED = atom(
    entry("urn:1", "One", "A rope.", tags=["django-web"]),
    entry("urn:2", "Two", "A sail.", tags=["django", "boats"]),
    entry("urn:3", "Three", "A sail.", tags=["c plus"]),
)


@pytest.fixture
def site(shell: Shell) -> Iterator[FlaskClient]:
    """The application over a library in which tags mean others."""
    aliases = shell.file("tags.txt", ALIASES.encode())
    assert shell.run("add", shell.file("feed.atom", FEED), FEEDSIFT_TAG_ALIASES=str(aliases)).code == 0
    app = create_app(Settings(data=shell.data))
    yield app.test_client()
    app.extensions["feedsift.library"].close()


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/?tag=django-web", "/?tag=django"),
        ("/?tag=Django-Web&page=2&sort=oldest", "/?tag=django&sort=oldest&page=2"),
        ("/?tag=boats&tag=django-web&q=sail", "/?q=sail&tag=boats&tag=django"),
        ("/?tag=boats,django-web", "/?tag=boats,django"),
        ("/?exclude.tag=django-web", "/?exclude.tag=django"),
        ("/?tags=django-web", "/?tag=django"),
        ("/?q=tag:django-web", "/?q=tag:django"),
        ("/tags/django-web/", "/?tag=django"),
        ("/tags/boats+django-web/", "/?tag=boats&tag=django"),
        ("/tags/c%20plus/", "/?tag=c%2B%2B"),
        ("/facets/tag/?tag=django-web", "/facets/tag/?tag=django"),
        *((f"/entries.{suffix}?tag=django-web&size=5", f"/entries.{suffix}?tag=django&size=5") for suffix in FORMATS),
    ],
)
def test_an_address_with_an_alias_leads_to_the_one_with_what_it_means(site: FlaskClient, address: str, leads_to: str):
    response = site.get(address)
    assert (response.status_code, response.headers["Location"]) == (301, leads_to)
    assert response.headers.get("Cache-Control") == "no-cache"  # the line may go again
    assert site.get(leads_to).status_code == 200


def test_fragments_and_embeds_answer_as_what_is_meant(site: FlaskClient):
    wanted = site.get("/fragments/entries?tag=django").text
    response = site.get("/fragments/entries?tag=django-web")
    assert (response.status_code, response.text) == (200, wanted)
    assert response.headers["HX-Push-Url"] == "/?tag=django"
    assert response.headers["Link"] == '</?tag=django>; rel="canonical"'
    for path in ("/embed/entries", "/embed/frame"):
        response = site.get(f"{path}?tag=django-web")
        assert (response.status_code, response.text) == (200, site.get(f"{path}?tag=django").text)
        assert response.headers["Link"] == '<http://localhost/?tag=django>; rel="canonical"'
    response = site.get("/fragments/facets/tag?exclude.tag=django-web")
    assert response.headers["HX-Replace-Url"] == "/facets/tag/?exclude.tag=django"


def test_the_next_batch_and_its_address_are_those_of_what_is_meant(site: FlaskClient):
    first = site.get("/fragments/entries?tag=django&size=1").text
    after = first.partition("after=")[2].partition('"')[0]
    response = site.get(f"/fragments/entries?tag=django-web&size=1&page=2&after={after}")
    assert response.headers["HX-Replace-Url"] == "/?tag=django&size=1&page=2"
    assert "Two" in response.text


@pytest.mark.parametrize("text", ["tag:django-web", "#django-web", "-tag:boats tag:django-web"])
def test_an_alias_typed_into_the_box_is_the_filter_that_it_means(site: FlaskClient, text: str):
    response = site.get(f"/fragments/entries?q={quote(text)}")
    assert "tag=django" in response.headers["HX-Push-Url"]
    assert "django-web" not in response.headers["HX-Push-Url"]


def test_the_builder_oembed_and_pins_speak_of_what_is_meant(site: FlaskClient):
    assert site.get("/fragments/embed?tag=django-web").headers["HX-Replace-Url"] == "/embed/?tag=django"
    told = json.loads(site.get("/oembed?url=http://localhost/%3Ftag%3Ddjango-web").text)
    assert told["title"] == json.loads(site.get("/oembed?url=http://localhost/%3Ftag%3Ddjango").text)["title"]
    assert "2 entries" in told["title"]
    assert "/entries.atom?tag=django&" not in site.get("/pins.opml?pin=tag%3Ddjango-web").text
    assert "/entries.atom?tag=django" in site.get("/pins.opml?pin=tag%3Ddjango-web").text
    assert 'href="/?tag=django"' in site.get("/fragments/pins?pin=0:tag%3Ddjango-web").text


def test_all_tags_are_listed_as_they_are_meant(site: FlaskClient):
    tree = pages.get(site, "/tags/")
    listed = {pages.words(node.css("a")[0]): pages.words(node.css(".count")[0]) for node in tree.css(".all-tags li")}
    assert listed == {"boats": "1", "C++": "1", "Django": "2"}


def test_formats_and_commands_name_what_is_meant(site: FlaskClient, shell: Shell):
    rows = [json.loads(line) for line in site.get("/entries.ndjson").text.splitlines()]
    assert sorted(tag for row in rows for tag in row["tags"]) == ["C++", "Django", "Django", "boats"]
    assert json.loads(shell.run("search", "", "--tag", "django-web", "--json").out)["total"] == 2
    assert shell.run("search", "-tag:django-web").out.endswith("1 of 1 entries.\n")
    exported = shell.run("export", "?tag=django-web", "--format", "atom", "--address", "http://localhost").out
    assert exported == site.get("/entries.atom?tag=django").text


def test_a_line_that_goes_brings_the_old_tag_back(site: FlaskClient, shell: Shell):
    other = shell.file("tags.txt", b"c plus -> C++\n")
    etag = site.get("/entries.atom?tag=django").headers["ETag"]
    assert shell.run("refresh", FEEDSIFT_TAG_ALIASES=str(other)).code == 0
    assert pages.total(pages.get(site, "/?tag=django-web")) == 1
    assert site.get("/entries.atom?tag=django", headers={"If-None-Match": etag}).status_code == 200


def test_the_index_knows_what_tags_mean_before_anything_is_fetched(site: FlaskClient, shell: Shell):
    other = shell.file("tags.txt", b"boats -> ships\n")
    assert shell.run("refresh", "no-such-feed", FEEDSIFT_TAG_ALIASES=str(other)).code == 1
    assert pages.total(pages.get(site, "/?tag=ships")) == 1
    assert pages.total(pages.get(site, "/?tag=django-web")) == 1


def test_without_the_setting_tags_mean_what_they_did(site: FlaskClient, shell: Shell):
    assert shell.run("refresh").code == 0
    assert site.get("/?tag=django-web").status_code == 301
    assert shell.run("reindex", FEEDSIFT_TAG_ALIASES=str(shell.file("none.txt", b"# none\n"))).code == 0
    assert site.get("/?tag=django-web").status_code == 200


@pytest.mark.parametrize("command", [["add", "feed.atom"], ["refresh"], ["reindex"], ["serve"]])
def test_a_wrong_file_is_wrong_usage_and_changes_nothing(
    shell: Shell, tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(serving, "free_address", lambda settings: "127.0.0.1")
    wrong = shell.file("tags.txt", b"a -> b\nb -> a\n")
    shell.file("feed.atom", FEED)
    done = shell.run(
        *(str(tmp_path / word) if "." in word else word for word in command), FEEDSIFT_TAG_ALIASES=str(wrong)
    )
    assert done.code == 2
    assert f"FEEDSIFT_TAG_ALIASES: {wrong}, line 2: the aliases lead in a circle, “a” -> “b” -> “a”." in done.err
    assert not shell.data.exists()


def test_a_file_that_is_not_there_is_wrong_usage(shell: Shell, tmp_path: Path):
    done = shell.run("refresh", FEEDSIFT_TAG_ALIASES=str(tmp_path / "nowhere"))
    assert (done.code, f"There is no file of tag aliases {tmp_path / 'nowhere'}." in done.err) == (2, True)


def test_commands_that_only_read_do_not_mind_the_file(shell: Shell, tmp_path: Path):
    assert shell.run("feeds", FEEDSIFT_TAG_ALIASES=str(tmp_path / "nowhere")).code == 0


def test_no_alias_costs_a_query_without_tags_no_question_to_the_store(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
):
    app = make_app(one=atom(entry(tags=["a"])))
    library: Library = app.extensions["feedsift.library"]
    monkeypatch.setattr(library.store, "tag_meanings", lambda keys: pytest.fail("asked"))
    assert app.test_client().get("/?q=rope").status_code == 200
