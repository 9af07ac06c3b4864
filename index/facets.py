"""Counts the values of facets: how many hits each thing that can be done with one gives. Called by the engine.

What a query asks of one facet is left out when another value would replace it (`_REPLACED`), so that each count is the
number that a click gives.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from index.columns import Columns, Ints, Mask, Selection, Values
from index.engine import Choice, FacetValue
from index.query import Query

_REPLACED = {"year": ("year", "month", "days"), "month": ("month", "days"), "author": ("author",), "feed": ("feed",)}


def filters(query: Query, columns: Columns) -> dict[str, Mask]:
    """Give the documents that each filter of the query leaves, by the name of its facet."""
    facets = columns.facets
    masks: dict[str, Mask] = {}
    if query.tags or query.excluded_tags:
        masks["tag"] = _tagged(query, facets["tag"])
    if query.year:
        masks["year"] = facets["year"].having([str(query.year)])
    if query.month:
        masks["month"] = facets["month"].having([str(query.month)])
    if query.author:
        masks["author"] = facets["author"].having([query.author])
    if query.feed:
        masks["feed"] = facets["feed"].having([query.feed])
    if query.since or query.until:
        masks["days"] = columns.between(query.days.first, query.days.last)
    return masks


def both(mask: Mask, *others: Mask) -> Mask:
    """Give the documents that are in all of the masks."""
    for other in others:
        mask = mask & other
    return mask


class Found:
    """What the words of a query find, and what is left of it by some of the filters; each is looked for once."""

    def __init__(self, mask: Mask, masks: Mapping[str, Mask]) -> None:
        """Take the documents that the words find, and what `filters` gave."""
        self._mask = mask
        self.masks = masks
        self._known: dict[tuple[str, ...], Selection] = {}

    @property
    def hits(self) -> Selection:
        """What the query finds."""
        return self.but(())

    def but(self, left_out: Collection[str]) -> Selection:
        """Give what it would find without some of the filters."""
        names = tuple(name for name in self.masks if name not in left_out)
        if names not in self._known:
            self._known[names] = Selection.of(both(self._mask, *(self.masks[name] for name in names)))
        return self._known[names]


def counted(name: str, query: Query, columns: Columns, found: Found, most: int | None) -> tuple[FacetValue, ...]:
    """Give the values of a facet: those chosen first, then the `most` with the largest counts, zeros at the end."""
    count = _count_tag if name == "tag" else _count_single
    return count(name, query, columns.facets[name], found, most)


def _count_single(name: str, query: Query, values: Values, found: Found, most: int | None) -> tuple[FacetValue, ...]:
    counts = values.counts(found.but(_REPLACED[name]))
    chosen = str(getattr(query, name) or "")
    place = values.place(chosen)
    selected = []
    if place is not None and values.overall[place]:
        without = len(found.but(_released(name)).numbers)
        selected.append(FacetValue(chosen, int(counts[place]), Choice.MUST, without))
    offered = [FacetValue(label, count) for label, count, _ in _largest(values, counts, most) if label != chosen]
    return (*selected, *offered)


def _released(name: str) -> tuple[str, ...]:
    """Give the filters that `Query.releasing` a value takes away."""
    return ("year", "month") if name == "year" else (name,)


def _count_tag(name: str, query: Query, values: Values, found: Found, most: int | None) -> tuple[FacetValue, ...]:
    base, total, with_ = found.but((name,)).mask, len(found.hits.numbers), values.counts(found.hits)
    beside = _beside(query, values, base)
    chosen = {key: Choice.ANY if len(group) > 1 else Choice.MUST for group in query.tags for key in group}
    chosen |= dict.fromkeys(query.excluded_tags, Choice.NOT)
    selected = [
        _chosen_tag(key, choice, query, values, base)
        for key, choice in sorted(chosen.items())
        if (place := values.place(key)) is not None and values.overall[place]
    ]
    offered = [
        FacetValue(label, count, any=None if beside is None else total + int(beside[code]), none=total - count)
        for label, count, code in _largest(values, with_, most)
        if label not in chosen
    ]
    return (*selected, *offered)


def _beside(query: Query, values: Values, base: Mask) -> Ints | None:
    """Give for each tag how many hits it would add as an alternative; None where there is nothing to be one to."""
    group = query.open_group
    if not group:
        return None
    return values.counts(Selection.of(base & _tagged(query.without_tag(group), values) & ~values.having(group)))


def _chosen_tag(key: str, choice: Choice, query: Query, values: Values, base: Mask) -> FacetValue:
    def number(state: Query) -> int:
        return int((base & _tagged(state, values)).sum())

    freed = query.releasing("tag", key)
    return FacetValue(
        key,
        number(query.with_tag(key)),
        choice,
        without=number(freed),
        any=number(query.with_any_tag(key)) if freed.tags else None,
        none=number(query.excluding_tag(key)),
    )


def _tagged(query: Query, values: Values) -> Mask:
    return both(~values.having(query.excluded_tags), *(values.having(group) for group in query.tags))


def _largest(values: Values, counts: Ints, most: int | None) -> list[tuple[str, int, int]]:
    """Give values with their counts and places, the largest first; of equal ones, by how many entries have them at all,
    then by name.
    """
    overall = values.overall
    codes = np.flatnonzero(counts)
    if most is None or len(codes) < most:  # those that would give nothing come after all others
        codes = np.flatnonzero(overall)
    if most is not None and len(codes) > most:
        # Only as many as can be among the first: their names are then few to compare.
        rank = counts[codes] * (values.most + 1) + overall[codes]
        codes = codes[rank >= np.partition(rank, -most)[-most]] if most else codes[:0]
    found = zip(counts[codes].tolist(), overall[codes].tolist(), codes.tolist(), strict=True)
    order = sorted((-count, -all, values.labels[code], code) for count, all, code in found)
    return [(label, -count, code) for count, _, label, code in order[:most]]
