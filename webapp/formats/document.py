"""What a state is to other programs: entries, whole and in order, with what has to be said about them.

One value for every format, made from a query for the site and the command line alike. Long results come in parts:
those in the default order as archives (RFC 5005, section 4), which are counted from the oldest entry on and so stay as
they are when newer ones arrive; those in another order as pages (section 3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from index import DEFAULT_SIZE, Entry, Library, Query, Revision, Sort
from webapp import urls, wording
from webapp.about import Site
from webapp.filters import moment

VERSION = version("feedsift"), 2
"""Of what is written; the number grows with each change of it between two releases."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a format is divided, and what it tells beside the entries."""

    whole: int
    """Entries; a result of so many comes in one document."""
    part: int
    """Entries in each document of a longer one."""
    has_archives: bool
    names_feeds: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a result is asked for; by default its beginning, as much as one document holds."""

    size: int = 0
    """Entries in each part; 0 is as many as the format sees fit."""
    page: int = 1
    archive: int = 0
    """The number of an archive, from 1, the oldest; 0 is none."""
    mark: str = ""
    """What this archive and all older ones hold: an archive in which an old entry arrives gets another address."""
    is_all: bool = False
    """All of it in one document, however long."""

    def pairs(self) -> list[tuple[str, str]]:
        """Give the parameters of an address that ask for this part."""
        named = [("size", self.size), ("page", self.page if self.page > 1 else 0), ("archive", self.archive)]
        pairs = [(name, str(number)) for name, number in named if number]
        return [*pairs, ("mark", self.mark)] if self.mark else pairs


@dataclass(frozen=True, slots=True)
class Run:
    """The hits of one document: which they are, and what would change if one of them did."""

    ids: tuple[int, ...]
    total: int
    revisions: tuple[Revision, ...]
    newest: datetime
    """When the newest of all hits (of an archive: of its own) was written or, where its feed says so, updated."""
    links: tuple[tuple[str, Part], ...]
    """The other parts, by their relation to this one."""

    @property
    def is_whole(self) -> bool:
        """True where no hit is left out."""
        return len(self.ids) == self.total


@dataclass(frozen=True, slots=True)
class Document:
    """A state in the making: what formats write."""

    site: Site
    query: Query
    part: Part
    suffix: str
    shape: Shape
    name: str
    """The state in words, without the number of its entries; empty where it is everything."""
    sentence: str
    run: Run
    library: Library

    @property
    def title(self) -> str:
        """What a reader's list of subscriptions says."""
        return f"{self.name} – {self.site.title}" if self.name else self.site.title

    @property
    def subtitle(self) -> str:
        """What the site says of itself or, of a filtered state, the sentence that its page has as heading.

        An archive does not count what is in the others.
        """
        return f"{self.sentence}." if self.name and not self.part.archive else self.site.subtitle

    @property
    def page(self) -> str:
        """The address of the state's page, which is also the feed's id."""
        return self.site.address + urls.page(self.query.with_(size=DEFAULT_SIZE))

    def address(self, part: Part | None = None) -> str:
        """Give the address of a part of this document; by default of this one."""
        return self.site.address + urls.document(self.query, self.suffix, (part or self.part).pairs())

    def links(self) -> Iterator[tuple[str, str]]:
        """Give relation and address of the other parts."""
        for relation, part in self.run.links:
            yield relation, self.address(part)

    @property
    def changed(self) -> int:
        """When anything changed in it or, as something may have gone from it, in what the library had before."""
        return max([self.library.altered, *(revision.changed for revision in self.run.revisions)])

    def identity(self) -> tuple[object, ...]:
        """Give what tells this document from any other, and from itself after a change."""
        feeds = [(feed.id, feed.title) for feed in self.site.feeds.values()] if self.shape.names_feeds else []
        site = (self.site.address, self.site.title, self.site.subtitle, self.site.language, feeds)
        revisions = [self.library.identity, *((revision.id, revision.number) for revision in self.run.revisions)]
        run = (self.run.is_whole, self.run.newest, revisions, list(self.links()))
        return VERSION, self.address(), site, self.title, self.subtitle, run

    def entries(self) -> Iterator[Entry]:
        """Give the entries, few at a time."""
        return self.library.entries(self.run.ids)


def build(library: Library, site: Site, query: Query, suffix: str, part: Part, shape: Shape) -> Document:
    """Find what belongs into a document; entries are read only when it is written."""
    query = query.with_()
    page, hits = library.search(query, limit=0, facet_values=1), library.ids(query)
    part = _marked(part, hits, shape)
    return Document(
        site=site,
        query=query,
        part=part,
        suffix=suffix,
        shape=shape,
        name=wording.name(page),
        sentence=wording.sentence(page),
        run=_run(library, query, part, hits, shape),
        library=library,
    )


Cut = tuple[int, int, list[tuple[str, Part]]]
"""How many hits stand before, how many there are at the most, and the other parts."""


def _run(library: Library, query: Query, part: Part, hits: tuple[int, ...], shape: Shape) -> Run:
    first, limit, links = _cut(query, part, len(hits), shape)
    ids = hits[first : first + limit]
    newest = library.newest(ids if part.archive else hits)
    marked = tuple((relation, _marked(other, hits, shape)) for relation, other in links)
    return Run(ids, len(hits), tuple(library.revisions(ids)), moment(newest) if newest else NEVER, marked)


def _marked(part: Part, hits: tuple[int, ...], shape: Shape) -> Part:
    """Give an archive with the mark of what is in it and all older ones now; any other part as it is."""
    if not part.archive:
        return part
    held = hits[max(0, len(hits) - part.archive * (part.size or shape.part)) :]
    return replace(part, mark=hashlib.sha256(repr(held).encode()).hexdigest()[:8])


def _cut(query: Query, part: Part, total: int, shape: Shape) -> Cut:
    is_chosen = part.size or part.page > 1 or part.archive
    if part.is_all or (not is_chosen and total <= shape.whole):
        return 0, total, []
    size = part.size or shape.part
    if shape.has_archives and query.sort is Sort.NEWEST and part.page == 1:
        return _archive(part, size, total) if part.archive else _newest(part, size, total)
    return _page(part, size, total)


def _newest(part: Part, size: int, total: int) -> Cut:
    """Give the document to subscribe to. It may overlap with the newest archive, so that there is no gap."""
    older = max(0, total - 1) // size
    return 0, size, [("prev-archive", Part(part.size, archive=older))] if older else []


def _archive(part: Part, size: int, total: int) -> Cut:
    """Give the archive of this number; newer entries that arrive do not move those in it."""
    number, last = part.archive, max(0, total - 1) // size
    links = [("current", Part(part.size))]
    older = min(number - 1, last)
    links += [("prev-archive", Part(part.size, archive=older))] if older else []
    links += [("next-archive", Part(part.size, archive=number + 1))] if number < last else []
    first = max(0, total - number * size)
    return first, max(0, total - (number - 1) * size - first), links


def _page(part: Part, size: int, total: int) -> Cut:
    last = max(1, -(-total // size))
    links = [("first", Part(part.size))]
    links += [("previous", Part(part.size, page=min(part.page - 1, last)))] if part.page > 1 else []
    links += [("next", Part(part.size, page=part.page + 1))] if part.page < last else []
    links += [("last", Part(part.size, page=last))]
    return (part.page - 1) * size, size, links
