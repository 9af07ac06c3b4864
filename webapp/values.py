"""The values of facets as controls: what each one does in words, and how many entries that gives."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

from index import Choice, Facet, FacetValue, Page, Query
from webapp import urls, wording
from webapp.controls import Control, short

SHOWN = {"tag": 15, "year": 12, "month": 12, "author": 8, "feed": 8}
"""Values that stand beside the results; the rest is behind "All …"."""
TITLES = {"feed": "Feeds", "tag": "Tags", "author": "Authors", "year": "Years", "month": "Months"}
_NAMES = {"feed": "feeds", "tag": "tags", "author": "authors", "year": "years", "month": "months"}


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet: `must` is all there is, but for tags, which can also be an alternative or be left out."""

    must: Control
    any: Control | None = None
    none: Control | None = None
    choice: Choice = Choice.NONE


@dataclass(frozen=True, slots=True)
class Box:
    """A facet beside the results."""

    name: str
    title: str
    values: tuple[Value, ...]
    all: str
    """The address of all values; empty where all are here."""
    all_label: str


def boxes(page: Page) -> tuple[Box, ...]:
    """Give the facets that there is something to choose from, or that something was chosen from."""
    found = [_box(page, name) for name in TITLES if _is_worth_showing(page, name)]
    return tuple(box for box in found if box.values)


def values(page: Page, name: str, first: int) -> list[Value]:
    """Give the first values of a facet, those chosen before all others."""
    return [shown(page, name, value) for value in in_order(page.facets[name])[:first]]


def shown(page: Page, name: str, value: FacetValue) -> Value:
    """Give a value of a facet with all that can be done with it."""
    return _tag(page, value) if name == "tag" else _single(page.query, page.facets[name], value)


def label(facet: Facet, value: str) -> str:
    """Give what readers see for a value: the name of a month, else what the store says."""
    return calendar.month_name[int(value)] if facet.name == "month" else wording.label(facet, value)


def _is_worth_showing(page: Page, name: str) -> bool:
    known = page.facets[name].values
    if name == "month":
        return bool(page.query.year or page.query.month)
    return bool(known) and (name in ("tag", "year") or len(known) > 1 or known[0].is_selected)


def _box(page: Page, name: str) -> Box:
    is_cut = len(page.facets[name].values) > SHOWN[name]
    address = urls.facet(name, page.query) if is_cut else ""
    return Box(name, TITLES[name], tuple(values(page, name, SHOWN[name])), address, f"All {_NAMES[name]}")


def in_order(facet: Facet) -> list[FacetValue]:
    """Put time in its order: years newest first, months as the year has them; what is chosen stays first."""
    if facet.name not in ("year", "month"):
        return list(facet.values)
    sign = -1 if facet.name == "year" else 1
    return sorted(facet.values, key=lambda value: (not value.is_selected, sign * int(value.value)))


def _tag(page: Page, value: FacetValue) -> Value:
    query, key = page.query, value.value
    facet = page.facets["tag"]
    name, id = label(facet, key), short(key)
    is_must, is_any, is_none = (value.choice is choice for choice in (Choice.MUST, Choice.ANY, Choice.NOT))
    freed = query.releasing("tag", key)

    def control(kind: str, is_on: bool, state: Query, count: int | None, words: str) -> Control:
        if is_on:
            return Control(f"{kind}-{id}", name, freed, value.without, True, "Remove tag")
        return Control(f"{kind}-{id}", name, state, count, before=words)

    others = wording.listed([label(facet, other) for other in freed.open_group], "or") if freed.tags else ""
    return Value(
        control("tag", is_must, query.with_tag(key), value.count, "Tag"),
        None if value.any is None else control("any", is_any, query.with_any_tag(key), value.any, f"{others} or"),
        control("not", is_none, query.excluding_tag(key), value.none, "Not"),
        value.choice,
    )


def _single(query: Query, facet: Facet, value: FacetValue) -> Value:
    id, name, what = f"{facet.name}-{short(value.value)}", label(facet, value.value), facet.name
    if facet.name in ("year", "month"):
        id = f"{facet.name}-{value.value}"
    if value.is_selected:
        state = query.releasing(facet.name, value.value)
        return Value(Control(id, name, state, value.without, True, f"Remove {what}"), choice=value.choice)
    state = query.choosing(facet.name, value.value)
    return Value(Control(id, name, state, value.count, before=what.capitalize()))
