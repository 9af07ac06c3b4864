"""A page of results as templates print it: each control with its words, its count and its two addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from index import Facet, FacetValue, Hit, Page, Query, Sort
from webapp import urls, wording

TAGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Control:
    """A link that leads to another state."""

    id: str
    label: str
    state: Query
    count: int | None = None
    is_on: bool = False
    before: str = ""
    """What stands before the label for somebody who hears the link without its surroundings."""

    @property
    def href(self) -> str:
        """The state's page."""
        return urls.page(self.state)

    @property
    def fragment(self) -> str:
        """The state's fragment."""
        return urls.fragment(self.state)


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that the browse page and its fragments print."""

    page: Page
    sentence: str
    hits: tuple[Hit, ...]
    first: int
    """How many entries stand before the first one shown."""
    filters: tuple[Control, ...]
    clear: Control
    tags: tuple[Control, ...]
    years: tuple[Control, ...]
    feeds: tuple[Control, ...]
    sorts: tuple[Control, ...]
    more: Control | None
    earlier: Control | None
    notes: tuple[str, ...]

    @property
    def query(self) -> Query:
        """The state."""
        return self.page.query

    @property
    def shown(self) -> int:
        """How many entries are on the page once this batch is added."""
        return self.first + len(self.hits)

    @property
    def form_pairs(self) -> list[tuple[str, str]]:
        """What the search form has to keep of the state: the order only if it was chosen, the first page."""
        return [pair for pair in self.query.with_().pairs() if pair[0] != "q"]


def build(page: Page, notes: tuple[str, ...] = (), first: int = 0) -> Listing:
    """Make a listing of a page of results; `notes` are those of the address."""
    query = page.query
    return Listing(
        page=page,
        sentence=wording.sentence(page),
        hits=page.hits,
        first=page.hits[0].position - 1 if page.hits else first,
        filters=tuple(_filters(page)),
        clear=Control("clear", "Clear all", Query(size=query.size)),
        tags=tuple(_tag(page, value) for value in page.facets["tag"].values[:TAGS_SHOWN]),
        years=tuple(_year(query, value) for value in _newest_first(page.facets["year"])),
        feeds=tuple(_feed(page, value) for value in page.facets["feed"].values) if _has_several(page) else (),
        sorts=tuple(_sorts(query)),
        more=_more(page),
        earlier=_earlier(query, first),
        notes=(*notes, *page.notes),
    )


def _filters(page: Page) -> list[Control]:
    query, tags = page.query, page.facets["tag"]
    found = [_chip("q", f"“{query.text}”", query.with_(text=""))] if query.text else []
    for group in query.tags:
        names = wording.listed([wording.label(tags, key) for key in group], "or")
        found.append(_chip(f"tag-{_short(','.join(group))}", f"tag {names}", query.without_tag(group)))
    for key in query.excluded_tags:
        rest = tuple(other for other in query.excluded_tags if other != key)
        found.append(
            _chip(f"not-{_short(key)}", f"not tag {wording.label(tags, key)}", query.with_(excluded_tags=rest))
        )
    if query.author:
        found.append(_chip("author", f"by {query.author}", query.with_(author="")))
    if query.feed:
        name = wording.label(page.facets["feed"], query.feed)
        found.append(_chip("feed", f"from {name}", query.with_(feed="")))
    if query.year or query.month:
        found.append(_chip("year", wording.when(query), query.with_(year=None, month=None)))
    if query.since or query.until:
        found.append(_chip("dates", wording.dates(query), query.with_(since="", until="")))
    return found


def _chip(id: str, label: str, state: Query) -> Control:
    return Control(f"chip-{id}", label, state, before="Remove")


def _tag(page: Page, value: FacetValue) -> Control:
    query, key = page.query, value.value
    name = wording.label(page.facets["tag"], key)
    id = f"tag-{_short(key)}"
    if value.is_selected:
        groups = tuple(group for group in query.tags if key not in group)
        return Control(id, name, query.with_(tags=groups), None, True, "Remove tag")
    return Control(id, name, query.with_tag(key), value.count, before="Tag")


def _year(query: Query, value: FacetValue) -> Control:
    id = f"year-{value.value}"
    if value.is_selected:
        state = query.with_(year=None, month=None)
        return Control(id, value.value, state, None, True, "Remove year")
    state = query.with_(year=int(value.value))
    return Control(id, value.value, state, value.count, before="Year")


def _feed(page: Page, value: FacetValue) -> Control:
    name = wording.label(page.facets["feed"], value.value)
    id = f"feed-{value.value}"
    if value.is_selected:
        return Control(id, name, page.query.with_(feed=""), None, True, "Remove feed")
    state = page.query.with_(feed=value.value)
    return Control(id, name, state, value.count, before="Feed")


def _newest_first(facet: Facet) -> list[FacetValue]:
    return sorted(facet.values, key=lambda value: -int(value.value))


def _has_several(page: Page) -> bool:
    return len(page.facets["feed"].labels) > 1


def _sorts(query: Query) -> list[Control]:
    offered = [Sort.RELEVANCE] if query.default_sort is Sort.RELEVANCE else []
    names = {Sort.RELEVANCE: "Best match", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}
    return [
        Control(f"sort-{sort}", names[sort], query.with_(order=sort), is_on=query.sort is sort)
        for sort in [*offered, Sort.NEWEST, Sort.OLDEST]
    ]


def _more(page: Page) -> Control | None:
    if not page.cursor:
        return None
    left = page.total - (page.hits[-1].position if page.hits else 0)
    state = page.query.with_(page=page.query.page + 1, after=page.cursor)
    return Control("more", f"Load {min(left, page.query.size):,} more", state)


def _earlier(query: Query, first: int) -> Control | None:
    """Give the way back where the pages before were too many to show."""
    if first == 0:
        return None
    return Control("earlier", "Earlier entries", query.with_(page=max(1, first // query.size)))


def _short(text: str) -> str:
    """Give an id's part that is the same for the same text, whatever signs stand in it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
