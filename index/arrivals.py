"""From what somebody names to rows of the store: fetch, read, merge, go on to older parts. Called by the library.

Documents of different hosts are fetched and read at the same time, in threads that do not look at the store; here they
are merged one after the other, each in a transaction of its own. With it goes what was decided about the next fetch.

A feed may come in parts: the one that is subscribed to names an older one, and that the next (RFC 5005; RFC 8288 for
feeds that say so in a Link header). A new feed is followed to its end. The store notes the part that comes next with
each that was taken in, so a way that was cut short is gone on with at the next fetch. After that only the front is
looked at, and older parts as long as most in them is new, or where an archive has changed its address as it changed.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace

from index import sources
from index.bringing import Bringer, Brought, Progress, Wanted
from index.entries import Feed, FeedHead, FoundFeed, Intake, Memory, SkippedEntry, Standing
from index.errors import FeedsiftError, FetchError, SeveralFeedsError, SourceError
from index.fetching import policy
from index.fetching.client import Response
from index.intake import Merger
from index.lock import WriteLock
from index.reading.process import FeedReading, ListReading
from index.recognition import host_of
from index.round import Round
from index.rules import OWN, Rules
from index.storage.store import Store

_log = logging.getLogger(__name__)
NOT_ON_THE_WEB = "only addresses on the web (http, https) are taken from a list"
ONCE = Standing(next=None, reason="it came by standard input, which is read once")


@dataclass(slots=True)
class _Journey:
    """A feed on its way in, document by document."""

    found: FoundFeed
    is_alone: bool
    """Named on its own: may turn out to be a list of feeds, or a page with several to choose from."""
    memory: Memory
    intake: Intake
    feed_id: int = 0
    base: str = ""
    part: str = ""
    """The older document that is on its way; empty: the newest."""
    next: str = ""
    """The one after that, where it is worth going there."""
    met: set[str] = field(default_factory=set)
    goes_to_the_end: bool = False
    was_conditional: bool = False
    now: int = 0
    """When the document that is being taken in arrived."""


class Arrivals:
    """Takes feeds in."""

    def __init__(
        self, store: Store, lock: WriteLock, bringer: Bringer, rules: Rules, clock: Callable[[], float]
    ) -> None:
        """Take where to, who brings documents, and what time it is (seconds since 1970)."""
        self._store = store
        self._lock = lock
        self._bringer = bringer
        self._rules = rules
        self._clock = clock
        self._dice = random.Random()  # noqa: S311 - so that feeds that failed together are not asked together again

    def add(self, url: str, progress: Progress | None = None, *, is_start: bool = False) -> Iterator[Intake]:
        """Take in a feed, or the feeds of a list. Raises SeveralFeedsError where a page leads to several.

        With `is_start`, what is known is not asked for before its time.
        """
        journey = self._journey(FoundFeed(url), is_alone=True)
        if is_start and self._is_waiting(journey):
            yield journey.intake
        else:
            yield from self._taken_in([journey], progress, is_start=is_start)

    def refresh(self, feeds: Collection[Feed], progress: Progress | None = None) -> Iterator[Intake]:
        """Fetch feeds again."""
        journeys = [self._journey(FoundFeed(feed.url)) for feed in feeds]
        for journey, feed in zip(journeys, feeds, strict=True):
            journey.memory = replace(
                journey.memory, feed=journey.memory.feed or feed
            )  # removed just now: see _put_feed
        yield from self._taken_in(journeys, progress)

    # --- documents come and are merged ----------------------------------------------------------------------------

    def _taken_in(
        self, journeys: list[_Journey], progress: Progress | None, *, is_start: bool = False
    ) -> Iterator[Intake]:
        total, done = len(journeys), 0
        progress_of_one = progress if total == 1 else None
        round = Round[tuple[_Journey, Wanted], Brought](
            lambda item: self._bringer.bring(item[1]), self._rules.connections
        )
        for journey in journeys:
            self._send(round, journey, progress_of_one)
        for (journey, _), brought in round:
            if isinstance(brought.reading, ListReading) and journey.is_alone:
                listed = [self._journey(found) for found in brought.reading.feeds]
                waiting = [journey for journey in listed if is_start and self._is_waiting(journey)]
                yield from (journey.intake for journey in waiting)
                yield from (Intake(other, error=NOT_ON_THE_WEB) for other in brought.reading.others)
                listed = [journey for journey in listed if journey not in waiting]
                total += len(listed) - 1
                for another in listed:
                    self._send(round, another, None)
                continue
            self._arrived(journey, brought, progress_of_one)
            if journey.part:
                self._send(round, journey, progress_of_one)
                continue
            done += 1
            if progress and total > 1:
                progress("Fetching", done, total)
            yield journey.intake

    def _is_waiting(self, journey: _Journey) -> bool:
        """Tell whether a known feed is not due yet, and note that."""
        feed = journey.memory.feed
        at = feed.due(0, self._now()) if feed else 0
        journey.intake.is_waiting = at is None or at > self._now()
        journey.intake.standing = feed.standing if feed else None
        return journey.intake.is_waiting

    def _journey(self, found: FoundFeed, *, is_alone: bool = False) -> _Journey:
        memory = self._store.memory(found.url)
        url = memory.feed.url if memory.feed else found.url  # not the page that led there, nor a former address
        return _Journey(replace(found, url=url), is_alone, memory, Intake(url))

    def _send(
        self, round: Round[tuple[_Journey, Wanted], Brought], journey: _Journey, progress: Progress | None
    ) -> None:
        """Have the journey's next document brought."""
        url, feed = journey.part or journey.found.url, journey.memory.feed
        known = self._store.known_digests(journey.feed_id or (feed.id if feed else 0))
        wanted = Wanted(url, journey.base, known=known, is_known=feed is not None, progress=progress)
        # Where it is to be asked under a new address from now on, a whole document has to come from there first.
        moves_to = policy.adopted(feed.standing, self._now()) if feed else ""
        if feed and not journey.part and (not moves_to or self._store.feed(moves_to)):
            etag, modified = policy.conditions(feed.standing, journey.memory.etag, journey.memory.modified, self._now())
            wanted = replace(wanted, etag=etag, modified=modified)
            journey.was_conditional = bool(etag or modified)
        round.put(sources.site(url)[1], (journey, wanted))

    def _arrived(self, journey: _Journey, brought: Brought, progress: Progress | None) -> None:
        """Take in what came, and set the journey's next part; none ends it."""
        part, journey.part, journey.next, journey.now = journey.part, "", "", self._now()
        try:
            self._take_in(journey, part, brought, progress)
        except SeveralFeedsError as error:
            if journey.is_alone:
                raise
            self._failed(journey, part, error)
        except SourceError as error:
            self._failed(journey, part, error)
        except FeedsiftError:  # of the store: no feed can be taken in
            raise
        except Exception as error:  # whatever happens to one feed, the others go on
            _log.exception("a feed cannot be taken in")
            self._failed(journey, part, SourceError(f"it cannot be taken in ({type(error).__name__})"))
        else:
            journey.part = journey.next

    def _take_in(self, journey: _Journey, part: str, brought: Brought, progress: Progress | None) -> None:
        if brought.error:
            raise brought.error
        if isinstance(brought.reading, ListReading):
            raise SourceError("it is a list of feeds, not a feed")
        if brought.reading is None:
            self._not_modified(journey, brought)
            return
        with brought.reading as reading, self._lock.held(), self._store.transaction():
            before = (journey.intake.new, journey.intake.unchanged)
            if not part:
                self._put_feed(journey, brought, reading.head)
            self._merge(journey, reading, progress)
            is_news = journey.intake.new - before[0] > journey.intake.unchanged - before[1]
            following = self._following(journey, part, reading.head, brought.response, is_news=is_news)
            self._store.note_part(journey.feed_id, part, following)
            journey.next = following if len(journey.met) <= self._rules.limits.parts else ""
            if not part:
                self._decide(journey, brought.response, _outcome(journey.intake))

    def _put_feed(self, journey: _Journey, brought: Brought, head: FeedHead) -> None:
        """Write what the newest document says of the feed."""
        url, response = sources.lasting_name(brought.url, head.identity), brought.response
        if journey.memory.feed and not self._store.feed(str(journey.memory.feed.id)):
            raise SourceError("it was removed while it was fetched")
        is_page = url != journey.found.url and not sources.is_own(url)
        if url != journey.found.url:  # found by way of a page, or by what it says of itself
            journey.memory = self._store.memory(url)
        head = replace(head, title=head.title or journey.found.title or sources.public_name(url))
        links = response.links if response else {}
        head = replace(head, hub=head.hub or links.get("hub", ""), topic=head.topic or links.get("self", ""))
        etag, modified = (response.etag, response.modified) if response else ("", "")
        journey.feed_id = self._store.put_feed(url, head, etag, modified, journey.now)
        if is_page:
            self._store.note_address(journey.found.url, journey.feed_id)
        if journey.found.folder:
            self._store.put_folder(journey.feed_id, journey.found.folder)
        journey.intake.feed, journey.base = url, response.url if response else url
        journey.goes_to_the_end = journey.memory.feed is None
        standing = journey.memory.feed.standing if journey.memory.feed else Standing()
        journey.intake.standing = replace(standing, asked=head.interval)

    def _merge(self, journey: _Journey, reading: FeedReading, progress: Progress | None) -> None:
        own = sources.is_own(journey.intake.feed)
        feed = self._store.feed(str(journey.feed_id))
        most = (OWN if own else self._rules.limits).held
        if feed is None or feed.entries >= most:
            raise SourceError(f"it has brought {most:,} entries, and no more of one feed are kept")
        merger = Merger(self._store, feed.id, journey.intake, journey.now, host_of(feed.url, feed.site))
        merger.bury(reading.tombstones)
        for done, batch in enumerate(reading, 1):
            merger.merge(batch.entries)
            journey.intake.skipped += batch.skipped
            if progress:
                progress("Taking in", done, reading.batches)
        if reading.left_out:
            reason = f"{reading.left_out:,} more are in the document than are read of one"
            journey.intake.skipped.append(SkippedEntry(0, reason))

    # --- older parts ----------------------------------------------------------------------------------------------

    def _following(
        self, journey: _Journey, part: str, head: FeedHead, response: Response | None, *, is_news: bool
    ) -> str:
        """Give the part to go on to: the older one, or the one at which the last way was cut short."""
        journey.met.add(part or journey.base)
        older = self._older(journey, head, response, is_news=is_news)
        if older or not journey.memory.resume or journey.memory.resume in journey.met:
            return older
        journey.goes_to_the_end = True
        return journey.memory.resume

    def _older(self, journey: _Journey, head: FeedHead, response: Response | None, *, is_news: bool) -> str:
        links = response.links if response else {}
        older = head.older or links.get("prev-archive") or links.get("next") or ""
        is_archive = head.older_is_archive if head.older else "prev-archive" in links
        # Of the feed's own site alone, as the address was written by a stranger.
        if not older or older in journey.met or sources.site(older) != sources.site(journey.base):
            return ""
        is_changed = is_archive and older not in self._store.parts(journey.feed_id)
        return older if journey.goes_to_the_end or is_news or is_changed else ""

    # --- what follows for the next fetch --------------------------------------------------------------------------

    def _not_modified(self, journey: _Journey, brought: Brought) -> None:
        feed, response = journey.memory.feed, brought.response
        if feed is None or response is None:
            raise SourceError("its server says that nothing has changed, although nothing is known of it")
        journey.feed_id, journey.base, journey.intake.standing = feed.id, response.url, feed.standing
        with self._lock.held(), self._store.transaction():
            self._store.note_fetch(feed.id, "", journey.now, response.etag, response.modified)
            self._decide(journey, response, "not modified")
        journey.intake.is_not_modified = True
        journey.next, journey.goes_to_the_end = journey.memory.resume, True

    def _decide(self, journey: _Journey, response: Response | None, outcome: str) -> None:
        """Note when to fetch next, after all went well, and under which address."""
        now, interval = journey.now, self._rules.interval
        standing = journey.intake.standing or Standing()
        if journey.intake.feed.startswith(sources.STDIN):
            standing = ONCE
        elif response is None:
            answer = policy.Answer(200, None, "", 0, was_conditional=False, is_own_file=True)
            standing = policy.after_answer(standing, answer, interval, now)
        else:
            answer = policy.Answer(
                response.status,
                response.lifetime,
                response.moved_to,
                standing.asked,
                journey.was_conditional,
                is_comparable=bool(response.etag or response.modified or response.is_not_modified),
            )
            standing = policy.after_answer(standing, answer, interval, now)
            if not response.is_not_modified:  # only what was read there shows that the feed is there
                standing = self._moved(journey, standing, now)
        journey.intake.standing = standing
        self._store.put_standing(journey.feed_id, standing, now, outcome)

    def _moved(self, journey: _Journey, standing: Standing, now: int) -> Standing:
        url = policy.adopted(standing, now)
        if not url or not self._store.move_feed(journey.feed_id, url):
            return standing
        journey.intake.moved_to = url
        return replace(standing, moved_to="", moved_since=None, moves=0)

    def _failed(self, journey: _Journey, part: str, error: SourceError) -> None:
        if part:
            self._part_failed(journey, part, error)
            return
        journey.intake.error = str(error)
        feed = journey.memory.feed
        if feed is None:
            return
        now = journey.now
        standing = policy.after_failure(feed.standing, error, self._rules.interval, now, self._dice)
        if sources.is_own(feed.url):
            standing = replace(standing, next=now + self._rules.interval, reason="it is a file")
        journey.intake.standing = standing
        with self._lock.held(), self._store.transaction():
            if self._store.feed(str(feed.id)):
                self._store.note_fetch(feed.id, str(error), now)
                self._store.put_standing(feed.id, journey.intake.standing, now, str(error))

    def _part_failed(self, journey: _Journey, part: str, error: SourceError) -> None:
        """Go on another time where an older part may be there again; one that is not there is given up."""
        is_missing = isinstance(error, FetchError) and error.status in (404, 410)
        journey.intake.skipped.append(SkippedEntry(0, f"an older part cannot be read: {error}"))
        with self._lock.held(), self._store.transaction():
            if self._store.feed(str(journey.feed_id)):
                self._store.note_part(journey.feed_id, "", "" if is_missing else part)

    def _now(self) -> int:
        return int(self._clock())


def _outcome(intake: Intake) -> str:
    counts = [(intake.new, "new"), (intake.updated, "updated"), (intake.unchanged, "unchanged")]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "no entries"
