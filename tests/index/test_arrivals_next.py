"""What follows for the next fetch: when it may be, what is sent along, where the feed is then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Feed, Library, Limits, Rules
from index.bringing import Bringer, Brought, Wanted
from tests.clock import Clock
from tests.conftest import LOOPBACK
from tests.documents import atom, entry, rss
from tests.site import Reply, Site

NOW = 1_780_000_000
HOUR = 3_600
DAY = 24 * HOUR


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def library(tmp_path: Path, clock: Clock) -> Iterator[Library]:
    library = Library(tmp_path / "library", rules=Rules(hosts=LOOPBACK), clock=clock)
    yield library
    library.close()


def add(library: Library, url: str) -> Feed:
    list(library.add(url))
    return library.feeds()[0]


def refresh(library: Library) -> Feed:
    list(library.refresh(*library.feeds()))
    return library.feeds()[0]


# --- when ---


def test_a_feed_is_due_after_the_interval(library: Library, site: Site, clock: Clock) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    feed = add(library, site.url("/feed"))
    assert feed.fetched == feed.succeeded == NOW
    assert library.due() == []
    clock.now += (feed.standing.next or 0) - NOW - 1
    assert library.due() == []
    clock.now += 1
    assert [feed.url for feed in library.due()] == [site.url("/feed")]


def test_what_the_server_says_decides_and_is_kept_as_the_reason(library: Library, site: Site) -> None:
    site.pages["/feed"] = Reply(atom(entry()), headers={"ETag": '"x"', "Cache-Control": "max-age=7200"})
    feed = add(library, site.url("/feed"))
    assert feed.standing.next == NOW + 7_200
    assert "max-age=7200" in feed.standing.reason
    (attempt,) = library.attempts(feed)
    assert (attempt.time, attempt.status, attempt.outcome) == (NOW, 200, "1 new")
    assert (attempt.next, attempt.reason) == (feed.standing.next, feed.standing.reason)


def test_what_the_feed_itself_asks_for_still_holds_when_nothing_has_changed(
    library: Library, site: Site, clock: Clock
) -> None:
    site.pages["/feed"] = Reply(rss("<item><title>x</title></item>", head="<ttl>600</ttl>"), headers={"ETag": '"x"'})
    assert add(library, site.url("/feed")).standing.next == NOW + 600 * 60
    site.pages["/feed"] = Reply(status=304)
    clock.now += DAY
    assert refresh(library).standing.next == NOW + DAY + 600 * 60


def test_a_file_may_be_read_whenever_somebody_asks(library: Library, tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "feed.xml").write_bytes(atom(entry()))
    add(library, str(tmp_path / "feed.xml"))
    assert library.due() == []
    assert len(library.due(is_asked_for=True)) == 1
    clock.now += HOUR
    assert len(library.due()) == 1


def test_a_source_that_is_known_is_not_asked_again_because_of_a_start(library: Library, site: Site) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    add(library, site.url("/feed"))
    (intake,) = library.add(site.url("/feed"), is_start=True)
    assert intake.is_waiting
    assert len(site.requests) == 1
    (intake,) = library.add(site.url("/feed"))
    assert not intake.is_waiting
    assert len(site.requests) == 2


def test_a_feed_that_fails_waits_longer_each_time_and_keeps_what_it_has(
    library: Library, site: Site, clock: Clock
) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    add(library, site.url("/feed"))
    site.pages["/feed"] = Reply(status=500)
    waits = []
    for _ in range(3):
        clock.now += 2 * DAY
        feed = refresh(library)
        waits.append((feed.standing.next or 0) - clock.now)
    assert waits[0] < waits[1] < waits[2] <= DAY
    assert (feed.standing.failures, feed.standing.failing_since) == (3, NOW + 2 * DAY)
    assert (feed.entries, feed.succeeded) == (1, NOW)
    assert "500" in feed.error
    site.pages["/feed"] = Reply(atom(entry()))
    feed = refresh(library)
    assert (feed.error, feed.standing.failures, feed.standing.failing_since) == ("", 0, None)


def test_a_feed_that_is_gone_for_good_is_never_due_again(library: Library, site: Site, clock: Clock) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    add(library, site.url("/feed"))
    site.pages["/feed"] = Reply(status=410)
    feed = refresh(library)
    clock.now += 1_000 * DAY
    assert feed.standing.next is None
    assert library.due() == []
    assert feed.entries == 1


def test_the_last_attempts_are_kept_and_no_more(library: Library, site: Site, clock: Clock) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    add(library, site.url("/feed"))
    for _ in range(30):
        clock.now += DAY
        feed = refresh(library)
    attempts = library.attempts(feed)
    assert len(attempts) == 20
    assert [attempt.time for attempt in attempts] == [clock.now - n * DAY for n in range(20)]


# --- nothing new ---


def test_an_answer_without_change_writes_no_entry_and_no_index(library: Library, site: Site) -> None:
    site.pages["/feed"] = Reply(atom(entry()), headers={"ETag": '"1"'})
    add(library, site.url("/feed"))
    library.publish()
    sequence = library.store.sequence()
    site.pages["/feed"] = Reply(status=304, headers={"ETag": '"2"'})
    list(library.refresh(*library.feeds()))
    assert library.store.sequence() == sequence
    assert not library.publish()
    assert library.store.memory(site.url("/feed")).etag == '"2"'


def test_a_server_that_never_says_anything_new_is_asked_without_conditions_some_day(
    library: Library, site: Site, clock: Clock
) -> None:
    site.pages["/feed"] = Reply(atom(entry()), headers={"ETag": '"1"'})
    add(library, site.url("/feed"))
    site.pages["/feed"] = Reply(status=304)
    for _ in range(7):
        clock.now += DAY
        refresh(library)
    conditional = [headers.get("If-None-Match") == '"1"' for _, headers in site.requests]
    assert conditional == [False, *[True] * 6, False]


# --- where ---


def test_a_feed_that_has_moved_for_good_gets_its_new_address_after_a_day(
    library: Library, site: Site, clock: Clock
) -> None:
    site.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    site.pages["/new"] = Reply(atom(entry()))
    add(library, site.url("/old"))
    clock.now += HOUR
    refresh(library)
    assert library.feeds()[0].url == site.url("/old")
    clock.now += DAY
    (intake,) = library.refresh(*library.feeds())
    assert intake.moved_to == library.feeds()[0].url == site.url("/new")
    site.requests.clear()
    clock.now += DAY
    assert refresh(library).entries == 1
    assert [path for path, _ in site.requests] == ["/new"]


def test_a_former_address_still_means_the_feed(library: Library, site: Site, clock: Clock) -> None:
    site.pages |= {"/old": Reply(status=301, headers={"Location": "/new"}), "/new": Reply(atom(entry()))}
    add(library, site.url("/old"))
    for _ in range(2):
        clock.now += DAY
        refresh(library)
    assert library.feeds()[0].url == site.url("/new")
    site.requests.clear()
    (intake,) = library.add(site.url("/old"))
    assert (intake.feed, intake.unchanged) == (site.url("/new"), 1)
    assert [path for path, _ in site.requests] == ["/new"]
    assert len(library.feeds()) == 1
    assert library.feed(site.url("/old")).url == site.url("/new")


def test_a_feed_moves_only_once_it_was_read_there(library: Library, site: Site, clock: Clock) -> None:
    site.pages["/old"] = Reply(atom(entry()), headers={"ETag": '"x"'})
    add(library, site.url("/old"))
    site.pages |= {"/old": Reply(status=301, headers={"Location": "/new"}), "/new": Reply(status=304)}
    for _ in range(4):
        clock.now += DAY
        refresh(library)
    assert library.feeds()[0].url == site.url("/old")
    assert "If-None-Match" not in site.requests[-1][1]
    site.pages["/new"] = Reply(atom(entry()))
    clock.now += DAY
    assert refresh(library).url == site.url("/new")


def test_a_feed_that_turns_into_a_page_fails_and_nothing_else_is_taken_in(
    library: Library, site: Site, clock: Clock
) -> None:
    site.pages |= {"/feed": Reply(atom(entry())), "/other": Reply(atom(entry("urn:other")))}
    add(library, site.url("/feed"))
    site.pages["/feed"] = Reply(b'<!doctype html><link rel="alternate" type="application/atom+xml" href="/other">')
    site.requests.clear()
    clock.now += DAY
    feed = refresh(library)
    assert "page" in feed.error
    assert (feed.standing.next or 0) > clock.now
    assert [feed.url for feed in library.feeds()] == [site.url("/feed")]
    assert [path for path, _ in site.requests] == ["/feed"]


def test_a_page_that_led_to_a_feed_is_not_asked_again(library: Library, site: Site) -> None:
    site.pages["/"] = Reply(b'<!doctype html><link rel="alternate" type="application/atom+xml" href="/feed">')
    site.pages["/feed"] = Reply(atom(entry()), headers={"ETag": '"x"'})
    add(library, site.url("/"))
    site.requests.clear()
    (intake,) = library.add(site.url("/"), is_start=True)
    assert intake.is_waiting
    assert site.requests == []
    list(library.add(site.url("/")))
    assert [(path, headers.get("If-None-Match")) for path, headers in site.requests] == [("/feed", '"x"')]


def test_feeds_of_a_list_are_not_asked_again_because_of_a_start(library: Library, site: Site, tmp_path: Path) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    list_ = f'<opml><body><outline xmlUrl="{site.url("/feed")}"/></body></opml>'
    (tmp_path / "list.opml").write_text(list_, encoding="utf-8")
    add(library, str(tmp_path / "list.opml"))
    (intake,) = library.add(str(tmp_path / "list.opml"), is_start=True)
    assert intake.is_waiting
    assert len(site.requests) == 1


def test_a_file_that_is_gone_is_looked_for_again_after_the_interval(
    library: Library, tmp_path: Path, clock: Clock
) -> None:
    (tmp_path / "feed.xml").write_bytes(atom(entry()))
    add(library, str(tmp_path / "feed.xml"))
    (tmp_path / "feed.xml").unlink()
    assert refresh(library).standing.next == NOW + HOUR


def test_a_feed_does_not_move_to_where_another_one_is(library: Library, site: Site, clock: Clock) -> None:
    site.pages["/old"] = Reply(status=301, headers={"Location": "/new"})
    site.pages["/new"] = Reply(atom(entry()))
    add(library, site.url("/old"))
    add(library, site.url("/new"))
    site.pages["/new"] = Reply(atom(entry()), headers={"ETag": '"x"'})
    for _ in range(4):
        clock.now += DAY
        refresh(library)
    assert {feed.url for feed in library.feeds()} == {site.url("/old"), site.url("/new")}
    assert [headers.get("If-None-Match") for path, headers in site.requests if path == "/old"][-2:] == ['"x"'] * 2


def test_what_is_removed_while_it_is_fetched_stays_removed(library: Library, site: Site) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    add(library, site.url("/feed"))
    (feed,) = library.feeds()
    library.remove(feed)
    (intake,) = library.refresh(feed)
    assert library.feeds() == []
    assert "removed" in intake.error


# --- whatever happens to one feed ---


def test_what_nobody_thought_of_costs_only_one_feed(
    library: Library, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("/a", "/b"):
        site.pages[path] = Reply(atom(entry(f"urn:{path}"), title=path))
        add(library, site.url(path))
    real = Bringer._fetched

    def failing(self: Bringer, wanted: Wanted) -> Brought:
        if wanted.url.endswith("/a"):
            raise ZeroDivisionError
        return real(self, wanted)

    monkeypatch.setattr(Bringer, "_fetched", failing)
    intakes = {intake.feed: intake for intake in library.refresh(*library.feeds())}
    assert "ZeroDivisionError" in intakes[site.url("/a")].error
    assert intakes[site.url("/b")].unchanged == 1


def test_a_feed_without_end_is_given_up(tmp_path: Path, site: Site) -> None:
    library = Library(tmp_path / "library", rules=Rules(Limits(held=2), LOOPBACK))
    site.pages["/feed"] = Reply(atom(*(entry(f"urn:{n}") for n in range(3))))
    list(library.add(site.url("/feed")))
    site.pages["/feed"] = Reply(atom(*(entry(f"urn:{n}") for n in range(3, 6))))
    (intake,) = library.refresh(*library.feeds())
    assert "no more of one feed are kept" in intake.error
    assert library.feeds()[0].entries == 3
    library.close()


# --- what comes along ---


def test_a_list_of_feeds_puts_them_into_folders(library: Library, site: Site, tmp_path: Path) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    outline = (
        f'<outline text="a"><outline text="b"><outline type="rss" xmlUrl="{site.url("/feed")}"/></outline></outline>'
    )
    (tmp_path / "list.opml").write_text(f"<opml><body>{outline}</body></opml>", encoding="utf-8")
    assert add(library, str(tmp_path / "list.opml")).folder == "a/b"
    assert refresh(library).folder == "a/b"


def test_a_hub_is_named_by_the_feed_or_by_its_server(library: Library, site: Site) -> None:
    links = f'<{site.url("/hub")}>; rel="hub", <{site.url("/topic")}>; rel="self"'
    site.pages["/feed"] = Reply(atom(entry()), headers={"Link": links})
    feed = add(library, site.url("/feed"))
    assert (feed.hub, feed.topic) == (site.url("/hub"), site.url("/topic"))
    head = '<link rel="hub" href="https://hub.example/"/><link rel="self" href="https://self.example/"/>'
    site.pages["/feed"] = Reply(atom(entry(), head=head), headers={"Link": links})
    feed = refresh(library)
    assert (feed.hub, feed.topic) == ("https://hub.example/", "https://self.example/")


# --- one at a time ---


def test_one_of_many_keeps_a_library_fresh_until_it_falls_silent(tmp_path: Path, clock: Clock) -> None:
    one, other = (Library(tmp_path / "library", clock=clock) for _ in range(2))
    assert one.take_turn("one")
    assert not other.take_turn("other")
    assert one.take_turn("one")
    clock.now += 299
    assert not other.take_turn("other")
    clock.now += 2
    assert other.take_turn("other")
    assert not one.take_turn("one")
    one.end_turn("one")
    assert not one.take_turn("one")
    other.end_turn("other")
    assert one.take_turn("one")
    one.close()
    other.close()


def test_a_lease_of_a_time_that_has_not_come_holds_nobody_up(tmp_path: Path, clock: Clock) -> None:
    one, other = (Library(tmp_path / "library", clock=clock) for _ in range(2))
    clock.now += 10 * 365 * 86_400
    assert one.take_turn("one")
    clock.now -= 10 * 365 * 86_400
    assert other.take_turn("other")
    assert not one.take_turn("one")
    clock.now -= 50  # as the clocks of two machines may differ
    assert not one.take_turn("one")
    one.close()
    other.close()


def test_a_feed_that_was_fetched_in_time_to_come_is_due(library: Library, site: Site, clock: Clock) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    clock.now += 10 * 365 * 86_400
    add(library, site.url("/feed"))
    clock.now -= 10 * 365 * 86_400
    assert [feed.url for feed in library.due()] == [site.url("/feed")]
    assert refresh(library).standing.next == pytest.approx(clock.now, abs=2 * 86_400)
    assert library.due() == []


def test_news_that_a_hub_tells_of_is_fetched_soon(library: Library, site: Site, clock: Clock) -> None:
    site.pages["/feed"] = Reply(atom(entry()))
    feed = add(library, site.url("/feed"))
    library.expect(feed.id)
    clock.now += 60
    assert [feed.url for feed in library.due()] == [site.url("/feed")]
