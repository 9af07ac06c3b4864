"""The engine that answers from Whoosh: opens the newest generation, counts, orders and pages. See index.engine."""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np

from index import snippets, syntax, writer
from index.columns import Floats, Ints, Mask, Segment
from index.engine import FACETS, Answer, Document, FacetValue, Snippet
from index.errors import IndexMissingError
from index.generations import About, Generations
from index.query import Query, Sort
from index.schema import VERSION
from index.searcher import Generation, Match
from index.snippets import Marker

OPEN_GENERATIONS = 2
MOST_SEGMENTS = 8
SMALL_SEGMENT = 2_000
"""Documents; a segment with fewer is written anew rather than kept apart."""
LARGEST_REWRITE = 0.25
"""Part of the documents that may be deleted or changed before a whole rebuild is the better way."""


class WhooshEngine:
    """An `index.engine.Engine` over a folder of generations."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it need not be there yet."""
        self._generations = Generations(folder)
        # An index that was deleted and built anew may give the same name to something else.
        self._open: OrderedDict[tuple[str, About], Generation] = OrderedDict()
        self._segments: dict[str, Segment] = {}
        self._guard = threading.Lock()

    # --- asking -------------------------------------------------------------------------------------------------

    def search(self, query: Query, *, limit: int, facet_values: int | None) -> Answer:
        """See Engine.search."""
        cursor = _Cursor.read(query.after)
        generation = self._generation(cursor.generation if query.sort is Sort.RELEVANCE else "")
        found = generation.evaluate(syntax.parse(query.text).tree)
        filters = _filters(query, generation)
        hits = Match(_all(found.mask, *filters.values()), found.score)
        order, key = _ordered(query.sort, generation, hits)
        first = _position(cursor, query.sort, generation, order, key)
        run = order[first : first + limit]
        following = order[first + limit : first + limit + 1]
        return Answer(
            ids=tuple(generation.columns.ids[run].tolist()),
            first=first,
            total=len(order),
            facets={name: _facet(name, query, generation, found.mask, filters, facet_values) for name in FACETS},
            cursor=_Cursor.at(generation, run[-1], key[first + len(run) - 1]).text()
            if len(run) and len(following)
            else "",
            next_id=int(generation.columns.ids[following[0]]) if len(following) else None,
            generation=generation.name,
        )

    def snippets(self, query: Query, texts: Mapping[int, str]) -> dict[int, Snippet]:
        """See Engine.snippets."""
        marker = Marker.of(syntax.parse(query.text).tree, frozenset({"body"}))
        return {id: snippets.passage(marker, text) for id, text in texts.items()}

    def marked(self, query: Query, texts: Mapping[int, str]) -> dict[int, Snippet]:
        """See Engine.marked."""
        marker = Marker.of(syntax.parse(query.text).tree, frozenset({"title"}))
        return {id: snippets.whole(marker, text) for id, text in texts.items()}

    def times(self) -> dict[int, int]:
        """See Engine.times."""
        columns = self._generation().columns
        live = columns.live
        return dict(zip(columns.ids[live].tolist(), columns.times[live].tolist(), strict=True))

    # --- publishing ---------------------------------------------------------------------------------------------

    def sequence(self) -> int | None:
        """See Engine.sequence."""
        name = self._generations.current()
        about = self._generations.about(name) if name else None
        return about.sequence if about and about.schema == VERSION else None

    def plan(self, changed: Collection[int]) -> Collection[int] | None:
        """See Engine.plan. Small segments are written anew once there are many, so that they become one."""
        try:
            generation = self._generation()
        except IndexMissingError:
            return None
        sizes = generation.sizes()
        live = [ids.tolist() for ids in generation.live_ids()]
        stale = sum(sizes) - sum(map(len, live)) + len(changed)
        if stale > LARGEST_REWRITE * sum(sizes):
            return None
        if len(sizes) < MOST_SEGMENTS:
            return changed
        small = [ids for ids, size in zip(live, sizes, strict=True) if size < SMALL_SEGMENT]
        if len(sizes) - len(small) >= MOST_SEGMENTS:
            return None
        return {*changed, *(id for ids in small for id in ids)}

    def update(self, documents: Iterable[Document], gone: Collection[int], sequence: int) -> None:
        """See Engine.update."""
        name = self._generations.current()
        if name is None:
            raise IndexMissingError("There is no index to update.")
        documents = list(documents)
        numbers = self._generation(name).columns.numbers()
        replaced = {id for id in (*gone, *(document.id for document in documents)) if id in numbers}
        writer.extend(self._generations, name, documents, replaced, numbers, sequence)

    def rebuild(self, documents: Iterable[Document], sequence: int) -> None:
        """See Engine.rebuild."""
        writer.rebuild(self._generations, documents, sequence)

    # --- private ------------------------------------------------------------------------------------------------

    def _generation(self, wanted: str = "") -> Generation:
        """Open the newest generation, or the wanted one while it is there."""
        if wanted and self._generations.is_there(wanted):
            with suppress(IndexMissingError):  # it may be removed at this moment
                return self._opened(wanted)
        return self._opened(self._generations.current())

    def _opened(self, name: str | None) -> Generation:
        about = self._generations.about(name) if name else None
        if name is None or about is None or about.schema != VERSION:
            raise IndexMissingError("There is no index yet; `feedsift reindex` builds it.")
        key = (name, about)
        with self._guard:
            if key not in self._open:
                self._open[key] = self._read(name)
                while len(self._open) > OPEN_GENERATIONS:
                    self._open.popitem(last=False)
                self._forget_segments()
            self._open.move_to_end(key)
            return self._open[key]

    def _read(self, name: str) -> Generation:
        try:
            return Generation(self._generations.path(name), self._segments)
        except Exception as error:  # damaged files fail in many ways, and can be made anew from the store
            raise IndexMissingError("The index is damaged; `feedsift reindex` builds it anew.") from error

    def _forget_segments(self) -> None:
        used = {id for generation in self._open.values() for id in generation.segment_ids}
        for id in self._segments.keys() - used:
            del self._segments[id]


def _filters(query: Query, generation: Generation) -> dict[str, Mask]:
    """Give the documents that each filter of the query leaves, by the name of its facet."""
    columns = generation.columns
    facets = columns.facets
    masks: dict[str, Mask] = {}
    if query.tags or query.excluded_tags:
        tags = facets["tag"]
        wanted = [tags.having(group) for group in query.tags]
        masks["tag"] = _all(np.ones(columns.count, bool), *wanted, ~tags.having(query.excluded_tags))
    if query.year:
        masks["year"] = facets["year"].having([str(query.year)])
    if query.month:
        masks["month"] = columns.months == query.month
    if query.author:
        masks["author"] = facets["author"].having([query.author])
    if query.feed:
        masks["feed"] = facets["feed"].having([query.feed])
    if query.since or query.until:
        masks["days"] = columns.between(query.days.first, query.days.last)
    return masks


def _all(mask: Mask, *others: Mask) -> Mask:
    for other in others:
        mask = mask & other
    return mask


def _facet(
    name: str, query: Query, generation: Generation, found: Mask, filters: dict[str, Mask], most: int | None
) -> tuple[FacetValue, ...]:
    """Count the values of a facet as a click would: a tag is added to those chosen, other values replace theirs."""
    others = [mask for facet, mask in filters.items() if facet != name or name == "tag"]
    values = generation.columns.facets[name]
    counts = values.counts(_all(found, *others))
    selected = {
        "tag": {key for group in query.tags for key in group},
        "year": {str(query.year)},
        "author": {query.author},
        "feed": {query.feed},
    }[name]
    chosen = [
        FacetValue(label, int(counts[code]), True)
        for label in sorted(selected)
        if (code := values.vocabulary.get(label)) is not None
    ]
    offered = [FacetValue(values.labels[code], int(counts[code])) for code in _largest(counts, most)]
    offered.sort(key=lambda value: (-value.count, value.value))
    return (*chosen, *[value for value in offered[:most] if value.value not in selected])


def _largest(counts: Ints, most: int | None) -> list[int]:
    """Give the positions of the largest counts above 0: at least `most` of them, more where the least are equal."""
    codes: Ints = np.flatnonzero(counts)
    if most is not None and len(codes) > most:
        least = np.partition(counts[codes], -most)[-most]
        codes = codes[counts[codes] >= least]
    return list(codes.tolist())


def _ordered(sort: Sort, generation: Generation, hits: Match) -> tuple[Ints, Ints | Floats]:
    """Give the hits in order, and what they are ordered by."""
    columns = generation.columns
    newest = columns.newest[hits.mask[columns.newest]]
    if sort is Sort.NEWEST:
        return newest, columns.times[newest]
    if sort is Sort.OLDEST:
        return newest[::-1], columns.times[newest[::-1]]
    scores = hits.score[newest]
    order = np.argsort(-scores, kind="stable")
    return newest[order], scores[order]


def _position(cursor: _Cursor, sort: Sort, generation: Generation, order: Ints, key: Ints | Floats) -> int:
    """Give how many hits stand before the cursor, itself included; it need not be among them any more."""
    if cursor.id is None:
        return 0
    ids = generation.columns.ids[order]
    # By date, the place is told by the date: the entry itself may have got another one since.
    if sort is Sort.OLDEST:
        return int(((key < cursor.key) | ((key == cursor.key) & (ids <= cursor.id))).sum())
    if sort is Sort.NEWEST:
        return int(((key > cursor.key) | ((key == cursor.key) & (ids >= cursor.id))).sum())
    met = np.flatnonzero(ids == cursor.id)
    return int(met[0]) + 1 if len(met) else int((key >= cursor.key).sum())


class _Cursor:
    """The place behind the last hit shown: its key and id, and the generation that it was met in."""

    def __init__(self, key: float = 0, id: int | None = None, generation: str = "") -> None:
        self.key, self.id, self.generation = key, id, generation

    @classmethod
    def at(cls, generation: Generation, number: int, key: float) -> _Cursor:
        return cls(float(key), int(generation.columns.ids[number]), generation.name)

    @classmethod
    def read(cls, text: str) -> _Cursor:
        """Read what `text` gave; anything else is the beginning."""
        try:
            key, id, generation = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if not -(2**63) < id < 2**63 or not isinstance(generation, str):
                return cls()
            return cls(float(key), int(id), generation)
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
            return cls()

    def text(self) -> str:
        """Give the cursor as opaque text for an address."""
        packed = json.dumps([self.key, self.id, self.generation], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")
