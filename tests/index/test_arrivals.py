"""Feeds that come in parts (RFC 5005)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index import Library, Limits, Rules
from tests.conftest import LOOPBACK
from tests.documents import atom, entry
from tests.site import Reply, Site

FEED = {"Content-Type": "application/atom+xml"}


def part(*numbers: int, older: str = "", relation: str = "prev-archive") -> Reply:
    link = f'<link rel="{relation}" href="{older}"/>' if older else ""
    return Reply(atom(*(entry(f"urn:e:{n}", f"Entry {n}") for n in numbers), head=link), headers=FEED)


def add(library: Library, url: str) -> tuple[int, list[str]]:
    (intake,) = library.add(url)
    assert intake.error == ""
    return intake.new, [skipped.reason for skipped in intake.skipped]


@pytest.mark.parametrize("relation", ["prev-archive", "next"])
def test_older_parts_of_a_new_feed_are_taken_in_to_the_last(library: Library, site: Site, relation: str) -> None:
    site.pages["/feed"] = part(5, 4, older="/2", relation=relation)
    site.pages["/2"] = part(4, 3, older=site.url("/1"), relation=relation)
    site.pages["/1"] = part(2, 1)
    assert add(library, site.url("/feed")) == (5, [])
    assert [feed.entries for feed in library.feeds()] == [5]


def test_known_parts_are_not_asked_for_again(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(3, older="/2"), "/2": part(2, older="/1"), "/1": part(1)}
    add(library, site.url("/feed"))
    site.requests.clear()
    add(library, site.url("/feed"))
    assert [path for path, _ in site.requests] == ["/feed"]
    site.pages["/feed"] = part(4, older="/2")
    assert add(library, site.url("/feed")) == (1, [])
    assert [path for path, _ in site.requests] == ["/feed", "/feed", "/2"]


def test_a_part_that_failed_is_asked_for_again(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(3, older="/2"), "/2": part(2, older="/1"), "/1": Reply(b"busy", 503)}
    assert add(library, site.url("/feed"))[0] == 2
    site.pages["/1"] = part(1)
    assert add(library, site.url("/feed")) == (1, [])


def test_a_changed_archive_has_another_address_and_is_taken_in(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(9, older="/2?mark=a"), "/2?mark=a": part(5, older="/1"), "/1": part(1)}
    add(library, site.url("/feed"))
    site.pages |= {"/feed": part(9, older="/2?mark=b"), "/2?mark=b": part(5, 4, older="/1")}
    assert add(library, site.url("/feed")) == (1, [])


def test_where_all_is_new_there_may_be_more_behind_a_known_part(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(2, 1, older="/?page=2", relation="next"), "/?page=2": part(0)}
    add(library, site.url("/feed"))
    site.pages |= {"/feed": part(6, 5, older="/?page=2", relation="next"), "/?page=2": part(4, 3, 2)}
    assert add(library, site.url("/feed")) == (4, [])


def test_relative_links_mean_the_same_in_every_part(library: Library, site: Site) -> None:
    linkless = entry("urn:e:1", "One", '<a href="x">x</a>')
    site.pages["/feed"] = Reply(atom(linkless, head='<link rel="prev-archive" href="/archive?n=1"/>'), headers=FEED)
    site.pages["/archive?n=1"] = Reply(atom(linkless), headers=FEED)
    (intake,) = library.add(site.url("/feed"))
    assert (intake.new, intake.updated, intake.unchanged) == (1, 0, 1)


def test_parts_that_lead_in_a_circle_end(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(2, older="/1"), "/1": part(1, older="/feed")}
    assert add(library, site.url("/feed")) == (2, [])
    assert len(site.requests) == 2


def test_no_more_than_so_many_parts_are_followed_at_a_time(tmp_path: Path, site: Site) -> None:
    library = Library(tmp_path / "library", rules=Rules(Limits(parts=3), LOOPBACK))
    site.pages |= {f"/{n}": part(n, older=f"/{n + 1}", relation="next") for n in range(6)} | {"/6": part(6)}
    assert add(library, site.url("/0")) == (4, [])
    assert add(library, site.url("/0")) == (3, [])
    site.requests.clear()
    assert add(library, site.url("/0")) == (0, [])
    assert [path for path, _ in site.requests] == ["/0"]
    library.close()


def test_a_way_that_was_cut_short_is_gone_on_with_even_if_nothing_else_is_new(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(3, older="/2", relation="next"), "/2": Reply(b"busy", 503)}
    assert add(library, site.url("/feed"))[0] == 1
    site.pages |= {"/feed": Reply(status=304), "/2": part(2, older="/1", relation="next"), "/1": part(1)}
    with library.store.transaction():
        library.store.connection.execute("UPDATE feed SET etag = 'x'")
    assert add(library, site.url("/feed")) == (2, [])
    site.requests.clear()
    assert add(library, site.url("/feed")) == (0, [])
    assert [path for path, _ in site.requests] == ["/feed"]


def test_a_process_that_is_killed_on_the_way_leaves_where_to_go_on(
    library: Library, site: Site, tmp_path: Path
) -> None:
    site.pages |= {"/feed": part(3, older="/2", relation="next"), "/2": part(2, older="/1", relation="next")}
    site.pages["/1"] = part(1)
    taking_in = library.add(site.url("/feed"), progress=lambda what, done, total: kill(len(site.requests)))

    def kill(requests: int) -> None:
        if requests == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(taking_in)
    assert library.store.count() == 1
    again = Library(library.folder, rules=library.rules)
    assert add(again, site.url("/feed")) == (2, [])
    again.close()


def test_a_part_that_is_not_there_is_not_asked_for_again(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(3, older="/2", relation="next")}
    assert add(library, site.url("/feed"))[0] == 1
    site.requests.clear()
    add(library, site.url("/feed"))
    assert [path for path, _ in site.requests] == ["/feed"]


@pytest.mark.parametrize("relation", ["next", "prev-archive"])
def test_parts_may_be_named_by_the_server(library: Library, site: Site, relation: str) -> None:
    def linked(older: str, reply: Reply) -> Reply:
        return replace(reply, headers={**FEED, "Link": f'<{older}>; rel="{relation}", <x>; rel="last"'})

    site.pages |= {"/feed": linked("/feed?page=2", part(9, 8)), "/feed?page=2": linked("?page=3", part(7, 6))}
    site.pages["/feed?page=3"] = part(5)
    assert add(library, site.url("/feed")) == (5, [])
    site.pages["/feed"] = linked("/feed?page=2", part(10, 9, 8))
    site.requests.clear()
    assert add(library, site.url("/feed")) == (1, [])
    assert [path for path, _ in site.requests] == ["/feed"]


def test_after_a_long_time_pages_are_followed_as_far_as_most_in_them_is_new(library: Library, site: Site) -> None:
    def page(*numbers: int, older: int) -> Reply:
        return part(*numbers, older=f"/?page={older}", relation="next")

    site.pages |= {"/": page(3, 2, 1, older=2), "/?page=2": part(0)}
    assert add(library, site.url("/"))[0] == 4
    site.pages |= {"/": page(9, 8, 1, older=2), "/?page=2": page(7, 6, 5, older=3)}  # an old one stays in front
    site.pages |= {"/?page=3": page(4, 3, 2, older=4), "/?page=4": page(1, 0, older=5)}
    site.requests.clear()
    assert add(library, site.url("/")) == (6, [])
    assert [path for path, _ in site.requests] == ["/", "/?page=2", "/?page=3"]


def test_a_part_that_cannot_be_read_costs_nothing_that_is_there(library: Library, site: Site) -> None:
    site.pages |= {"/feed": part(2, older="/1"), "/1": Reply(b"gone", 410)}
    new, reasons = add(library, site.url("/feed"))
    assert (new, len(reasons)) == (1, 1)
    assert "an older part cannot be read" in reasons[0]


@pytest.mark.parametrize("older", ["http://localhost:{port}/1", "file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_a_part_elsewhere_is_not_asked_for(library: Library, site: Site, older: str) -> None:
    port = site.address.rpartition(":")[2]
    site.pages |= {"/feed": part(2, older=older.format(port=port)), "/1": part(1)}
    assert add(library, site.url("/feed")) == (1, [])
    assert len(site.requests) == 1
