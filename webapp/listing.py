"""A page of results as templates print it: each control with its words, its count and its two addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from index import Alternative, AlternativeKind, Hit, Page, Query, Sort, notes_on, written
from webapp import chart, urls, values, wording
from webapp.chart import Chart
from webapp.controls import Control, control, short
from webapp.formats import FORMATS
from webapp.values import Box


@dataclass(frozen=True, slots=True)
class Correction:
    """Another spelling: what is shown instead of what was typed, or only offered."""

    words: str
    typed: str
    control: Control
    """To the other spelling or, where that is shown, to what was typed."""
    is_shown: bool
    """True where the results are those of the other spelling."""


class Elsewhere(NamedTuple):
    """The state's address in a format."""

    suffix: str
    name: str
    mimetype: str
    address: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that the browse page and its fragments print."""

    page: Page
    typed: Query
    """The state as the reader asked for it: with tags and dates in its text, and not corrected."""
    sentence: str
    name: str
    """The state without count and order; empty where it is everything."""
    hits: tuple[Hit, ...]
    first: int
    """How many entries stand before the first one shown."""
    filters: tuple[Control, ...]
    clear: Control
    as_text: str
    """All of the state that can be typed into the search box; empty where that is what stands there."""
    boxes: tuple[Box, ...]
    chart: Chart | None
    sorts: tuple[Control, ...]
    more: Control | None
    earlier: Control | None
    notes: tuple[str, ...]
    correction: Correction | None
    alternatives: tuple[Control, ...]
    state: str
    """The parameters that bring this list back: by them it is known, whatever part of it is shown."""
    formats: tuple[Elsewhere, ...]
    """The same entries for other programs."""

    @property
    def query(self) -> Query:
        """The state that the results are those of."""
        return self.page.query

    @property
    def shown(self) -> int:
        """How many entries are on the page once this batch is added."""
        return self.first + len(self.hits)

    @property
    def address(self) -> str:
        """The page of the state that the results are those of, whatever was typed."""
        return urls.page(self.query)

    @property
    def status(self) -> str:
        """What is said of the page: `brief` and, where nothing is found, how many filters are on."""
        on = sum(chip.id != "chip-q" for chip in self.filters)
        is_stuck = on and not self.page.total
        return f"{self.brief} {on} filter{'s' * (on > 1)} on." if is_stuck else self.brief

    @property
    def brief(self) -> str:
        """The sentence, and how much of it is here: what is said where no filter is to be seen."""
        showing = f" Showing {self.first + 1:,} to {self.shown:,}." if self.page.total > 1 else ""
        partly = " Not all was looked for, as it took too long." if self.page.is_partial else ""
        return f"{self.sentence}.{showing}{partly}"

    @property
    def form_pairs(self) -> list[tuple[str, str]]:
        """What the search form has to keep of the state: the order only if it was chosen, the first page."""
        return [pair for pair in self.typed.with_().pairs() if pair[0] != "q"]

    @property
    def has_several_feeds(self) -> bool:
        """True where it has to be said which feed an entry comes from."""
        return len(self.page.facets["feed"].labels) > 1


def build(
    page: Page,
    notes: tuple[str, ...] = (),
    first: int = 0,
    *,
    typed: Query | None = None,
    correction: Alternative | None = None,
    alternatives: list[Alternative] | None = None,
    months: Page | None = None,
    is_batch: bool = False,
) -> Listing:
    """Make a listing of a page of results; `notes` are those of the address.

    `typed` is the state as the reader asked for it, where the page's is that made canonical, or corrected;
    `months` is for the chart (see chart.build). A batch that goes behind others (`is_batch`) shows hits alone.
    """
    query, typed = page.query, typed or page.query
    text, whole = written(query), urls.whole(query)
    return Listing(
        page=page,
        typed=typed,
        sentence=wording.sentence(page),
        name=wording.name(page),
        hits=page.hits,
        first=page.hits[0].position - 1 if page.hits else first,
        filters=tuple(_filters(page)),
        clear=control("clear", "Clear all", Query(size=query.size)),
        as_text=text if text != query.text else "",
        boxes=() if is_batch else values.boxes(page),
        chart=None if is_batch else chart.build(page, months),
        sorts=tuple(_sorts(query)),
        more=_more(page),
        earlier=_earlier(query, first),
        notes=tuple(dict.fromkeys((*notes, *notes_on(typed.text), *page.notes))),
        correction=_correction(page, typed, correction) if correction else None,
        alternatives=tuple(_alternative(page, option) for option in alternatives or ()),
        state=whole.removeprefix("?"),
        formats=_formats(whole),
    )


def _formats(parameters: str) -> tuple[Elsewhere, ...]:
    return tuple(
        Elsewhere(suffix, form.name, form.mimetype, urls.EXPORT + suffix + parameters)
        for suffix, form in FORMATS.items()
    )


def _filters(page: Page) -> list[Control]:
    query, tags = page.query, page.facets["tag"]
    found = [_chip("q", f"“{query.text}”", query.with_(text=""))] if query.text else []
    for group in query.tags:
        names = wording.listed([wording.label(tags, key) for key in group], "or")
        found.append(_chip(f"tag-{short(','.join(group))}", f"tag {names}", query.without_tag(group)))
    for key in query.excluded_tags:
        found.append(_chip(f"not-{short(key)}", f"not tag {wording.label(tags, key)}", query.admitting_tag(key)))
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
    return control(f"chip-{id}", label, state, before="Remove")


def _correction(page: Page, typed: Query, found: Alternative) -> Correction:
    """Say what is shown instead of what was typed, with a link to just that; or offer the other spelling."""
    names = [wording.label(page.facets["tag"], word) for word in found.subject]
    words = found.query.text if found.query.text != typed.text else wording.listed(names, "and")
    if page.query.with_() != found.query.with_():
        return Correction(words, "", control("did-you-mean", words, found.query, found.total), is_shown=False)
    return Correction(words, typed.text, control("as-typed", typed.text, found.exact or typed), is_shown=True)


def _alternative(page: Page, option: Alternative) -> Control:
    """Say what to leave out or change, and what that gives."""
    names = [wording.label(page.facets["tag"], key) for key in option.subject]
    id = f"try-{option.kind.replace(' ', '-')}-{short(','.join(option.subject))}"
    is_bare = (
        option.kind in (AlternativeKind.SPELLING, AlternativeKind.ANY_SPELLING)
        and not option.query.with_(text="").is_filtered
    )
    words = ", without any filter" if is_bare and page.query.with_(text="").is_filtered else ""
    return control(id, _advice(option, names) + words, option.query, option.total)


def _advice(option: Alternative, names: list[str]) -> str:
    match option.kind:
        case AlternativeKind.WORD:
            return f"without “{option.subject[0]}”"
        case AlternativeKind.TAG:
            return f"without the tag {wording.listed(names, 'or')}"
        case AlternativeKind.EXCLUDED_TAG:
            return f"with the tag {names[0]} let in"
        case AlternativeKind.SPELLING:
            return f"spelled {wording.listed(names, 'and')}"
        case AlternativeKind.ANY_SPELLING:
            return f"spelled {wording.listed(names, 'and')}, with any of the words"
    return _ADVICE[option.kind]


_ADVICE = {
    AlternativeKind.AUTHOR: "by anybody",
    AlternativeKind.FEED: "from any feed",
    AlternativeKind.DATE: "of any date",
    AlternativeKind.FILTERS: "without any filter",
    AlternativeKind.WORDS: "with these filters alone",
    AlternativeKind.LOOSE: "with the words of the phrase anywhere",
    AlternativeKind.ANY_WORD: "with any of the words",
    AlternativeKind.ANY_WORD_ALONE: "with any of the words, without any filter",
}


def _sorts(query: Query) -> list[Control]:
    offered = [Sort.RELEVANCE] if query.default_sort is Sort.RELEVANCE else []
    names = {Sort.RELEVANCE: "Best match", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}
    return [
        control(f"sort-{sort}", names[sort], query.with_(order=sort), is_on=query.sort is sort)
        for sort in [*offered, Sort.NEWEST, Sort.OLDEST]
    ]


def _more(page: Page) -> Control | None:
    if not page.cursor:
        return None
    left = page.total - (page.hits[-1].position if page.hits else 0)
    state = page.query.with_(page=page.query.page + 1, after=page.cursor)
    return Control("more", f"Load {min(left, page.query.size):,} more", urls.page(state), urls.fragment(state))


def _earlier(query: Query, first: int) -> Control | None:
    """Give the way back where the pages before were too many to show."""
    if first == 0:
        return None
    return control("earlier", "Earlier entries", query.with_(page=max(1, first // query.size)))
