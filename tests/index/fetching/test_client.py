import pytest

from index.errors import FetchError
from index.fetching import client as fetching
from index.fetching.client import Client, host
from index.rules import Rules
from tests.fetching import get
from tests.internet import Internet
from tests.site import Reply, Site


def test_a_body_comes_with_what_the_server_says_of_it(site: Site) -> None:
    headers = {"Content-Type": "application/atom+xml", "ETag": 'W/"x"', "Last-Modified": "today"}
    site.pages["/feed"] = Reply(b"<feed/>", headers=headers)
    response = get(site.url("/feed"))
    assert response.body == b"<feed/>"
    assert response.url == site.url("/feed")
    assert response.content_type == "application/atom+xml"
    assert (response.etag, response.modified) == ('W/"x"', "today")
    assert not response.is_not_modified
    assert (response.links, response.lifetime, response.moved_to) == ({}, None, "")


def test_the_server_is_told_who_asks_and_nothing_more(site: Site) -> None:
    site.pages["/feed"] = Reply(b"x")
    get(site.url("/feed"))
    ((_, headers),) = site.requests
    assert headers["User-Agent"].startswith("Feedsift/")
    assert headers.keys() == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


@pytest.mark.parametrize("etag", ['"x"', 'W/"é"', "unquoted", '"a" , b', '"' + "x" * 5_000 + '"'])
def test_validators_are_sent_byte_for_byte(site: Site, etag: str) -> None:
    modified = "Sat,  1 jan 2010 00:00 NOWHERE"
    site.pages["/feed"] = Reply(b"x", headers={"ETag": etag, "Last-Modified": modified})
    first = get(site.url("/feed"))
    site.pages["/feed"] = Reply(status=304)
    second = get(site.url("/feed"), first.etag, first.modified)
    assert second.is_not_modified
    assert second.body == b""
    sent = site.requests[1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == (etag, modified)


def test_redirects_are_followed_to_the_last_address(site: Site) -> None:
    site.pages["/a"] = Reply(status=301, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=307, headers={"Location": site.url("/c")})
    site.pages["/c"] = Reply(b"x")
    assert get(site.url("/a")).url == site.url("/c")


def test_a_redirect_loop_ends(site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=302, headers={"Location": "/a"})
    with pytest.raises(FetchError, match="redirects more than"):
        get(site.url("/a"))
    assert len(site.requests) == fetching.MOST_REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://[", "//", "gopher:x"])
def test_a_redirect_elsewhere_is_refused(site: Site, location: str) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": location})
    with pytest.raises(FetchError):
        get(site.url("/a"))


@pytest.mark.parametrize(("status", "words"), [(404, "404 Not Found"), (500, "500"), (599, "599"), (204, "204")])
def test_a_bad_status_is_named(site: Site, status: int, words: str) -> None:
    site.pages["/feed"] = Reply(b"<feed/>", status)
    with pytest.raises(FetchError, match=words):
        get(site.url("/feed"))


def test_a_host_that_does_not_answer_is_named_without_the_rest() -> None:
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 does not answer: the connection is refused$"):
        get("http://127.0.0.1:1/path?token=secret")


# --- what an answer means ---


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "120"}, 120),
        (503, {"Retry-After": "Sat, 01 Jan 2000 01:00:00 GMT", "Date": "Sat, 01 Jan 2000 00:00:00 GMT"}, 3_600),
        (503, {}, None),
        (410, {}, None),
    ],
)
def test_a_refusal_carries_its_status_and_when_to_come_again(
    site: Site, status: int, headers: dict[str, str], wait: int | None
) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    site.pages["/feed"] = Reply(f"HTTP/1.1 {status} No\r\n{head}\r\n".encode(), is_raw=True)
    with pytest.raises(FetchError) as caught:
        get(site.url("/feed"))
    error = caught.value
    assert (error.status, error.retry_after, error.is_gone) == (status, wait, status == 410)


def test_not_modified_is_an_answer_only_where_it_was_asked_for(site: Site) -> None:
    site.pages["/feed"] = Reply(status=304)
    assert get(site.url("/feed"), modified="today").status == 304
    with pytest.raises(FetchError, match="304 Not Modified"):
        get(site.url("/feed"))


def test_not_modified_carries_what_its_headers_say(site: Site) -> None:
    headers = {"ETag": '"2"', "Cache-Control": "max-age=60", "Link": "</hub>; rel=hub"}
    site.pages["/feed"] = Reply(status=304, headers=headers)
    response = get(site.url("/feed"), '"1"')
    assert (response.etag, response.lifetime, response.links) == ('"2"', 60, {"hub": site.url("/hub")})


def test_links_and_lifetime_are_read(site: Site) -> None:
    headers = {"Link": '</b>; rel="next"', "Cache-Control": "max-age=1800", "Age": "300"}
    site.pages["/a/feed"] = Reply(b"x", headers=headers)
    response = get(site.url("/a/feed"))
    assert (response.links, response.lifetime) == ({"next": site.url("/b")}, 1_500)


# --- redirects ---

# Steps are status and scheme://host that it leads to; all begin at http://a.example/.
MOVES = [
    ([(301, "http://b.example")], "http://b.example/1"),
    ([(308, "http://b.example"), (301, "http://c.example")], "http://c.example/2"),
    ([(302, "http://b.example")], ""),
    ([(303, "http://b.example")], ""),
    ([(307, "http://b.example"), (301, "http://c.example")], ""),
    ([(301, "http://b.example"), (302, "http://c.example")], "http://b.example/1"),
    ([(301, "http://b.example"), (302, "http://c.example"), (301, "http://d.example")], "http://b.example/1"),
]


@pytest.mark.parametrize(("steps", "moved_to"), MOVES)
def test_only_permanent_redirects_from_the_first_on_move_a_feed(
    site: Site, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[int, str]], moved_to: str
) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0)
    world = Internet()
    for number, name in enumerate("abcd", 1):
        world.host(f"{name}.example", f"8.8.8.{number}", site)
    for number, (status, where) in enumerate(steps):
        site.pages[f"/{number}"] = Reply(status=status, headers={"Location": f"{where}/{number + 1}#part"})
    site.pages[f"/{len(steps)}"] = Reply(b"x")
    response = Client(Rules(), world.resolve, world.connect).get("http://a.example/0")
    assert response.moved_to == moved_to
    assert response.url == f"{steps[-1][1]}/{len(steps)}"


@pytest.mark.parametrize(
    ("urls", "moved_to"),
    [
        (["http://a/", "https://a/"], "https://a/"),
        (["https://a/", "https://b/"], "https://b/"),
        (["https://a/", "http://a/"], ""),
        (["http://a/", "https://a/", "http://b/"], "https://a/"),
        (["HTTPS://a/", "http://a/", "https://b/"], ""),
    ],
)
def test_a_feed_never_moves_from_https_to_http(urls: list[str], moved_to: str) -> None:
    assert fetching._moved_to([(0, urls[0]), *((301, url) for url in urls[1:])]) == moved_to


@pytest.mark.parametrize("sent", ["/ä b", "/%C3%A4%20b"])
def test_where_a_redirect_leads_may_be_written_in_any_letters(site: Site, sent: str) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": sent.encode().decode("latin-1")})
    site.pages["/%C3%A4%20b"] = Reply(b"x")
    assert get(site.url("/a")).body == b"x"


@pytest.mark.parametrize("headers", [{}, {"Location": ""}, {"Location": " "}])
def test_a_redirect_to_nowhere_is_named(site: Site, headers: dict[str, str]) -> None:
    site.pages["/a"] = Reply(status=301, headers=headers)
    with pytest.raises(FetchError, match=r"^127\.0\.0\.1 redirects to what is no http or https address$"):
        get(site.url("/a"))


@pytest.mark.parametrize(
    ("address", "shown"),
    [("https://user:secret@a.example:8/x?token=y", "a.example"), ("nothing", "nothing"), ("http://[", "http://[")],
)
def test_only_the_host_of_an_address_is_shown(address: str, shown: str) -> None:
    assert host(address) == shown
