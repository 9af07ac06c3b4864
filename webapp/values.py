"""The values of facets as controls: what each one does in words, and how many entries that gives."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index import Choice, Facet, FacetValue, Page, Query
from webapp import urls, wording
from webapp.controls import Control, control, leading, short

SHOWN = {"tag": 15, "year": 12, "month": 12, "author": 8, "feed": 8}
"""Values that stand beside the results; the rest is behind "All …"."""
ENOUGH = max(SHOWN.values()) + 1
"""Values to ask for, to show these and to know whether there are more."""
TITLES = {"feed": "Feeds", "tag": "Tags", "author": "Authors", "year": "Years", "month": "Months"}
_NAMES = {"feed": "feeds", "tag": "tags", "author": "authors", "year": "years", "month": "months"}


class Value(NamedTuple):
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
    parameters = urls.of(page.query.with_())
    found = [_box(page, name, parameters) for name in TITLES if _is_worth_showing(page, name)]
    return tuple(box for box in found if box.values)


def values(page: Page, name: str, first: int) -> list[Value]:
    """Give the first values of a facet, those chosen before all others."""
    return list(shown(page, name, in_order(page.facets[name])[:first]))


def shown(page: Page, name: str, found: Sequence[FacetValue]) -> Iterator[Value]:
    """Give values of a facet with all that can be done with each."""
    make = _Tags(page) if name == "tag" else _Singles(page, name)
    return map(make.value, found)


def label(facet: Facet, value: str) -> str:
    """Give what readers see for a value: the name of a month, else what the store says."""
    return calendar.month_name[int(value)] if facet.name == "month" else wording.label(facet, value)


def _is_worth_showing(page: Page, name: str) -> bool:
    known = page.facets[name].values
    if name == "month":
        return bool(page.query.year or page.query.month)
    return bool(known) and (name in ("tag", "year") or len(known) > 1 or known[0].is_selected)


def _box(page: Page, name: str, parameters: str) -> Box:
    is_cut = len(page.facets[name].values) > SHOWN[name]
    address = urls.FACET.format(name) + parameters if is_cut else ""
    return Box(name, TITLES[name], tuple(values(page, name, SHOWN[name])), address, f"All {_NAMES[name]}")


def in_order(facet: Facet) -> list[FacetValue]:
    """Put time in its order: years newest first, months as the year has them; what is chosen stays first."""
    if facet.name not in ("year", "month"):
        return list(facet.values)
    sign = -1 if facet.name == "year" else 1
    return sorted(facet.values, key=lambda value: (not value.is_selected, sign * int(value.value)))


class _Tags:
    """Makes what can be done with tags in a state."""

    def __init__(self, page: Page) -> None:
        self._query, self._facet = page.query, page.facets["tag"]
        self._others = self._named(page.query)
        self._address = urls.Tagging(page.query)

    def value(self, value: FacetValue) -> Value:
        return self._chosen(value) if value.is_selected else self._offered(value)

    def _offered(self, value: FacetValue) -> Value:
        key, address = value.value, self._address
        name, id = label(self._facet, key), short(key)
        return Value(
            leading(f"tag-{id}", name, address.must(key), value.total, before="Tag"),
            self._alternative(id, name, address.any(key), value.any) if value.any is not None else None,
            leading(f"not-{id}", name, address.none(key), value.none, before="Not"),
        )

    def _alternative(self, id: str, name: str, parameters: str, count: int) -> Control:
        return leading(f"any-{id}", name, parameters, count, before=f"{self._others} or")

    def _chosen(self, value: FacetValue) -> Value:
        query, key = self._query, value.value
        freed = query.releasing("tag", key)
        name, id, others = label(self._facet, key), short(key), self._named(freed)

        def made(kind: str, choice: Choice, state: Query, count: int | None, words: str) -> Control:
            if value.choice is choice:
                return control(f"{kind}-{id}", name, freed, value.without, True, "Remove tag")
            return control(f"{kind}-{id}", name, state, count, before=words)

        return Value(
            made("tag", Choice.MUST, query.with_tag(key), value.total, "Tag"),
            None if value.any is None else made("any", Choice.ANY, query.with_any_tag(key), value.any, f"{others} or"),
            made("not", Choice.NOT, query.excluding_tag(key), value.none, "Not"),
            value.choice,
        )

    def _named(self, state: Query) -> str:
        """Give the tags that another one can be an alternative to, in words."""
        return wording.listed([label(self._facet, key) for key in state.open_group], "or") if state.tags else ""


class _Singles:
    """Makes what can be done with the values of a facet of which one can be chosen, in a state."""

    def __init__(self, page: Page, name: str) -> None:
        self._query, self._facet = page.query, page.facets[name]
        self._parameters: Callable[[str], str] | None = None

    def value(self, value: FacetValue) -> Value:
        facet, chosen, what = self._facet, value.value, self._facet.name
        id, name = f"{what}-{chosen if what in ('year', 'month') else short(chosen)}", label(facet, chosen)
        if value.is_selected:
            state = self._query.releasing(what, chosen)
            return Value(control(id, name, state, value.without, True, f"Remove {what}"), choice=value.choice)
        if self._parameters is None:
            self._parameters = urls.varying(urls.of(self._query.choosing(what, chosen)), what, chosen)
        return Value(leading(id, name, self._parameters(chosen), value.total, before=what.capitalize()))
