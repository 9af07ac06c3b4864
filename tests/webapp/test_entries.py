from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from tests.documents import DAY, START, atom, entry
from tests.webapp import pages
from tests.webapp.conftest import MakeApp

RELATED_HEADING = "related-heading"
HTML = '<p>First <b>words</b> &amp; more.</p><script>alert(1)</script><p onclick="x()" data-hx-get="/">Last</p>'


@pytest.fixture
def three(make_app: MakeApp) -> FlaskClient:
    """Three entries, the second with everything that one can have."""
    feed = atom(
        entry("urn:e:1", "Older <one>", published=START),
        entry(
            "urn:e:2",
            "Größe & <b>Länge</b>",
            HTML,
            tags=["C++", "日本語"],
            published=START + DAY,
            link="https://www.example.com/original?a=1&b=2",
            author="Ada <Brook>",
            attributes='xml:lang="de"',
        ),
        entry("urn:e:3", "日本語", published=None),
        title="The feed",
    )
    return make_app(feed=feed).test_client()


def addresses(client: FlaskClient, state: str = "/") -> dict[str, str]:
    """Give the addresses of entries by their titles."""
    found = pages.get(client, state).css("article h3 a")
    return {node.text(): node.attributes["href"] or "" for node in found}


def test_every_entry_of_the_list_has_a_page_with_its_title(client: FlaskClient):
    for title, address in addresses(client).items():
        tree = pages.get(client, address)
        assert pages.one(tree, "h1").text() == title
        assert pages.title(tree).startswith(f"{title} – ")
        assert pages.canonical(tree) == address


def test_an_address_is_plain_ascii_and_ends_with_the_number(three: FlaskClient):
    found = addresses(three)
    assert re.fullmatch(
        r"/entries/grosse-lange-[0-9]+/|/entries/grosse-b-lange-b-[0-9]+/", found["Größe & <b>Länge</b>"]
    )
    assert re.fullmatch(r"/entries/[0-9]+/", found["日本語"])


def test_the_number_alone_and_an_old_title_lead_to_the_address(client: FlaskClient):
    address = addresses(client, "/?feed=2")["Loaf 4"]
    number = address.strip("/").rpartition("-")[2]
    for name in (
        number,
        f"old-title-{number}",
        f"-{number}",
        f"0{number}",
        f"x--{number}",
        f"LOAF-4-{number}",
        f"日本-{number}",
    ):
        response = client.get(f"/entries/{name}/")
        assert (response.status_code, response.headers["Location"]) == (301, address), name


def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client: FlaskClient):
    address = addresses(client, "/?feed=2")["Loaf 4"]
    response = client.get(address.rstrip("/"), headers={"Host": "evil.com"})
    assert response.status_code == 308
    assert response.headers["Location"] == address


@pytest.mark.parametrize(
    "name",
    [
        "0",
        "999999",
        "9" * 18,
        "9" * 19,
        "9" * 5_000,
        "no-number",
        "1x",
        "٣",
        "1%00",
        "%FF1",
        "1%0a",
        "1 ",
        "+1",
        "1.0",
    ],
)
def test_what_is_no_entry_is_not_found(client: FlaskClient, name: str):
    assert client.get(f"/entries/{name}/").status_code == 404


def test_everything_known_of_an_entry_is_shown(three: FlaskClient):
    tree = pages.get(three, addresses(three)["Größe & <b>Länge</b>"])
    article = pages.one(tree, "article")
    assert article.attributes["lang"] == "de"
    assert pages.words(pages.one(tree, "article time")) == "2 January 2010"
    assert pages.one(tree, "article time").attributes["datetime"] == "2010-01-02T00:00:00Z"
    assert pages.words(pages.one(tree, "article .by")) == "Ada <Brook>"
    assert [node.attributes["href"] for node in tree.css(".tags a")] == [
        "/?tag=c%2B%2B",
        "/?tag=%E6%97%A5%E6%9C%AC%E8%AA%9E",
    ]
    original = pages.one(tree, ".original a")
    assert original.attributes["href"] == "https://www.example.com/original?a=1&b=2"
    assert pages.words(original) == "Read the original at example.com"
    assert pages.words(pages.one(tree, ".from")) == "From The feed"
    assert "First words & more." in pages.words(pages.one(tree, ".prose"))


def test_foreign_html_is_sanitised_and_shut_off_from_htmx(three: FlaskClient):
    prose = pages.one(pages.get(three, addresses(three)["Größe & <b>Länge</b>"]), ".prose")
    assert "data-hx-disable" in prose.attributes
    inside = (prose.html or "").partition(">")[2]
    for evil in ("<script", "onclick", "hx-get"):
        assert evil not in inside
    assert "<b>words</b>" in inside


def test_an_undated_entry_says_so(three: FlaskClient):
    tree = pages.get(three, addresses(three)["日本語"])
    assert "Undated" in pages.words(pages.one(tree, "header .about"))
    assert tree.css("article time") == []


def test_neighbours_lead_through_all_entries_and_back(client: FlaskClient):
    tree = pages.get(client, "/?sort=oldest&size=1")
    address = pages.one(tree, "article h3 a").attributes["href"] or ""
    path = [address]
    while newer := pages.get(client, path[-1]).css("a[rel=next]"):
        path.append(newer[0].attributes["href"] or "")
    oldest_first = [node.attributes["href"] for node in pages.get(client, "/?sort=oldest&size=100").css("article h3 a")]
    assert path == oldest_first
    back = [path[-1]]
    while older := pages.get(client, back[-1]).css("a[rel=prev]"):
        back.append(older[0].attributes["href"] or "")
    assert back == path[::-1]


def test_a_lone_entry_has_no_neighbours_and_no_empty_landmark(make_app: MakeApp):
    client = make_app(one=atom(entry())).test_client()
    assert pages.get(client, next(iter(addresses(client).values()))).css("nav.neighbours") == []


def test_an_entry_of_two_feeds_names_both(make_app: MakeApp):
    same = entry("https://both.example/1", "Both")
    client = make_app(a=atom(same, title="Feed A"), b=atom(same, title="Feed B")).test_client()
    tree = pages.get(client, addresses(client)["Both"])
    assert [pages.words(node) for node in tree.css(".from")] == ["From Feed A", "From Feed B"]


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "//evil", "mailto:a@b.example", " https://ok.example/ "]
)
def test_only_web_addresses_become_links_to_the_original(make_app: MakeApp, link: str):
    client = make_app(one=atom(entry("urn:e:1", "One", link=link))).test_client()
    found = [node.attributes["href"] for node in pages.get(client, addresses(client)["One"]).css(".original a")]
    assert found in ([], ["https://ok.example/"])


def test_related_entries_share_most_with_this_one_and_lead_to_their_pages(client: FlaskClient):
    tree = pages.get(client, addresses(client, "/?feed=2")["Loaf 4"])
    links = {pages.words(node): node.attributes["href"] or "" for node in tree.css(".related li a")}
    assert {f"Loaf {number}" for number in range(4)} <= set(links)
    assert "Loaf 4" not in links
    assert len(links) <= 6
    for title, address in links.items():
        assert pages.one(pages.get(client, address), "h1").text() == title
    assert pages.words(pages.one(tree, f"#{RELATED_HEADING}")) == "Related entries"
    assert pages.one(tree, "section.related").attributes["aria-labelledby"] == RELATED_HEADING
    assert len(tree.css(".related .about time")) == len(links)


def test_entries_that_share_nothing_are_not_related(make_app: MakeApp):
    feed = atom(entry("urn:e:1", "Boats", "<p>Sails.</p>"), entry("urn:e:2", "Bread", "<p>Rye.</p>"))
    client = make_app(feed=feed).test_client()
    for address in addresses(client).values():
        assert pages.get(client, address).css(".related") == []


def test_a_related_entry_has_its_own_language_and_its_title_is_only_text(make_app: MakeApp):
    odd = entry("urn:e:2", "<i>שלום</i> & co", "<p>x</p>", tags=["Shared"], attributes='xml:lang="he"', published=None)
    client = make_app(feed=atom(entry("urn:e:1", "One", tags=["Shared"]), odd)).test_client()
    tree = pages.get(client, addresses(client)["One"])
    link = pages.one(tree, ".related a")
    assert (link.attributes["lang"], link.attributes["dir"]) == ("he", "auto")
    assert pages.words(link) == "<i>שלום</i> & co"
    assert pages.words(pages.one(tree, ".related .about")) == "Undated"


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "auto"), ("de", "auto")],
)
def test_title_snippet_and_text_have_the_direction_of_the_language(make_app: MakeApp, language: str, direction: str):
    one = entry("urn:e:1", "2010: Hello", "<p>Some words.</p>", attributes=f'xml:lang="{language}"')
    client = make_app(feed=atom(one)).test_client()
    listed = pages.get(client, "/?q=words")
    for selector in ("article h3", "article .snippet"):
        assert pages.one(listed, selector).attributes["dir"] == direction
    tree = pages.get(client, addresses(client)["2010: Hello"])
    for selector in ("h1", ".prose"):
        assert pages.one(tree, selector).attributes["dir"] == direction
