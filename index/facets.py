"""Counts the values of facets: how many hits each thing that can be done with one gives. Called by the engine.

What a query asks of one facet is left out when another value would replace it (`_REPLACED`), so that each count is the
number that a click gives.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from index.columns import Columns, Ints, Mask, Values
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


def counted(
    name: str, query: Query, columns: Columns, found: Mask, masks: Mapping[str, Mask], most: int | None
) -> tuple[FacetValue, ...]:
    """Give the values of a facet: those chosen first, then the `most` with the largest counts, zeros at the end.

    `found` are the documents that the query's words find, `masks` what `filters` gave.
    """
    replaced = _REPLACED.get(name, ("tag",))
    base = both(found, *(mask for facet, mask in masks.items() if facet not in replaced))
    count = _count_tag if name == "tag" else _count_single
    return count(name, query, columns, base, masks, most)


def _count_single(
    name: str, query: Query, columns: Columns, base: Mask, masks: Mapping[str, Mask], most: int | None
) -> tuple[FacetValue, ...]:
    values = columns.facets[name]
    counts = values.counts(base)
    chosen = str(getattr(query, name) or "")
    place = values.place(chosen)
    kept = [mask for facet, mask in masks.items() if facet in _REPLACED[name] and facet not in _released(name)]
    selected = []
    if place is not None and values.overall[place]:
        without = int(both(base, *kept).sum())
        selected.append(FacetValue(chosen, int(counts[place]), Choice.MUST, without))
    offered = [FacetValue(values.labels[code], int(counts[code])) for code in _largest(values, counts, most)]
    return (*selected, *(value for value in offered if value.value != chosen))


def _released(name: str) -> tuple[str, ...]:
    """Give the filters that `Query.releasing` a value takes away."""
    return ("year", "month") if name == "year" else (name,)


def _count_tag(
    name: str, query: Query, columns: Columns, base: Mask, masks: Mapping[str, Mask], most: int | None
) -> tuple[FacetValue, ...]:
    values = columns.facets[name]
    now = both(base, *(mask for facet, mask in masks.items() if facet == "tag"))
    total, with_ = int(now.sum()), values.counts(now)
    beside = _beside(query, values, base)
    chosen = {key: Choice.ANY if len(group) > 1 else Choice.MUST for group in query.tags for key in group}
    chosen |= dict.fromkeys(query.excluded_tags, Choice.NOT)
    selected = [
        _chosen_tag(key, choice, query, values, base)
        for key, choice in sorted(chosen.items())
        if (place := values.place(key)) is not None and values.overall[place]
    ]
    offered = [
        FacetValue(
            values.labels[code],
            int(with_[code]),
            any=None if beside is None else total + int(beside[code]),
            none=total - int(with_[code]),
        )
        for code in _largest(values, with_, most)
    ]
    return (*selected, *(value for value in offered if value.value not in chosen))


def _beside(query: Query, values: Values, base: Mask) -> Ints | None:
    """Give for each tag how many hits it would add as an alternative; None where there is nothing to be one to."""
    group = query.open_group
    if not group:
        return None
    return values.counts(base & _tagged(query.without_tag(group), values) & ~values.having(group))


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


def _largest(values: Values, counts: Ints, most: int | None) -> list[int]:
    """Give the values by their counts; of equal ones, by how many entries have them at all, then by name."""
    overall = values.overall
    codes = np.flatnonzero(overall)
    if most is not None and len(codes) > most:
        # Only as many as can be among the first: their names are then few to compare.
        rank = counts[codes] * (int(overall.max()) + 1) + overall[codes]
        codes = codes[rank >= np.partition(rank, -most)[-most]] if most else codes[:0]
    found: list[int] = sorted(codes.tolist(), key=lambda code: (-counts[code], -overall[code], values.labels[code]))
    return found[:most]
