"""The engine that answers from Whoosh: opens the newest generation, counts, orders and pages. See index.engine."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from index import analysis, evaluation, facets, ranking, related, snippets, spelling, syntax, writer
from index.budget import Budget
from index.columns import Columns, DocumentNumbers, Floats, Ints, Mask, Selection
from index.cursor import Cursor
from index.engine import FACETS, Answer, Document, FacetValue, Snippet, Source
from index.errors import FeedsiftError, IndexMissingError, IndexReadError, IndexWriteError
from index.generations import Generations
from index.opened import OpenGenerations
from index.proof import Expected
from index.query import Query, Sort
from index.schema import VERSION
from index.searcher import Generation, Match
from index.snippets import Marker
from index.tracing import stage

MOST_SEGMENTS = 8
SMALL_SEGMENT = 2_000
"""Documents; a segment with fewer is written anew rather than kept apart."""
LARGEST_REWRITE = 0.25
"""Part of the documents that may be deleted or changed before a whole rebuild is the better way."""
P = ParamSpec("P")
R = TypeVar("R")


def _asking(method: Callable[Concatenate[WhooshEngine, P], R]) -> Callable[Concatenate[WhooshEngine, P], R]:
    """Have a method raise IndexMissingError where it fails because the index is damaged.

    An older generation may be removed while it is asked, before this thread has opened its files: asked again, the
    newest one answers.
    """

    @wraps(method)
    def asked(engine: WhooshEngine, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with engine._opened.explaining():
            try:
                return method(engine, *args, **kwargs)
            except FeedsiftError:
                raise
            except Exception:  # of SQLite, Whoosh or the system
                return method(engine, *args, **kwargs)

    return asked


class WhooshEngine:
    """An `index.engine.Engine` over a folder of generations."""

    def __init__(self, folder: Path, prefer_newer: float = ranking.PREFERENCE) -> None:
        """Take the folder; it need not be there yet. `prefer_newer`: see index.ranking, 0 is not at all."""
        self._prefer_newer = prefer_newer
        self._generations = Generations(folder)
        self._opened = OpenGenerations(self._generations)
        self._budget = Budget()

    def within(self, budget: Budget) -> WhooshEngine:
        """See Engine.within. All that is open is shared."""
        engine = copy(self)
        engine._budget = budget
        return engine

    # --- asking -------------------------------------------------------------------------------------------------

    @_asking
    def search(self, query: Query, *, limit: int, facet_values: int | None) -> Answer:
        """See Engine.search."""
        cursor = Cursor.read(query.after)
        generation = self._opened.newest(cursor.generation if query.sort is Sort.RELEVANCE else "")
        columns = generation.columns
        found, masks = self._found(query, generation)
        chosen = facets.Found(found.mask, masks)
        with stage("order"):
            order, key = self._ordered(query.sort, generation, chosen.hits, found.score)
        first = cursor.position(query.sort, columns.ids[order], key)
        run = order[first : first + limit]
        following = order[first + limit : first + limit + 1]
        # By date the place is told without the generation, so that the same answer has the same cursor after a change.
        met_in = generation.name if query.sort is Sort.RELEVANCE else ""
        last = Cursor(float(key[first + len(run) - 1]), int(columns.ids[run[-1]]), met_in) if len(run) else None
        return Answer(
            ids=tuple(columns.ids[run].tolist()),
            first=first,
            total=len(order),
            facets=_facets(query, columns, chosen, facet_values),
            cursor=last.text() if last and len(following) and not found.is_partial else "",
            next_id=int(columns.ids[following[0]]) if len(following) and not found.is_partial else None,
            generation=generation.name,
            newest_id=columns.newest_id,
            notes=found.notes,
            is_partial=found.is_partial,
        )

    @_asking
    def count(self, query: Query) -> int:
        """See Engine.count."""
        found, masks = self._found(query, self._opened.newest())
        return int(np.count_nonzero(facets.both(found.mask, *masks.values())))

    @_asking
    def words(self, start: str, most: int) -> list[tuple[str, int]]:
        """See Engine.words."""
        generation = self._opened.newest()
        return self._budget.spend(lambda: self._words(generation, start, most), [])

    def _words(self, generation: Generation, start: str, most: int) -> list[tuple[str, int]]:
        # The words of a segment count entries that are gone since; twice as many are enough for some to be left.
        found = [form for form, _ in generation.words.frequent(analysis.fold(start), 2 * most)]
        counted = ((form, int(evaluation.holding(generation, form).sum())) for form in found)
        return sorted((pair for pair in counted if pair[1]), key=lambda pair: (-pair[1], pair[0]))[:most]

    @_asking
    def tags(self, start: str, most: int) -> list[tuple[str, int]]:
        """See Engine.tags."""
        counts, start = self._opened.newest().tags(), analysis.fold(start)
        # Of thousands, most do not even hold it: only the others are taken apart.
        held = ((key, name) for key in counts if start in (name := analysis.fold(key)))
        found = [key for key, name in held if any(part.startswith(start) for part in _beginnings(name))]
        return [(key, counts[key]) for key in sorted(found, key=lambda key: (-counts[key], key))[:most]]

    @_asking
    def spellings(self, word: str, most: int) -> list[str]:
        """See Engine.spellings."""
        generation = self._opened.newest()
        known = generation.spellings
        return self._budget.spend(
            lambda: known.get((word, most), lambda: self._spellings(generation, analysis.fold(word), most)), []
        )

    def _spellings(self, generation: Generation, word: str, most: int) -> list[str]:
        words, usual = generation.words, dict[str, str]()

        def counted(folds: Collection[str]) -> dict[str, int]:
            known = words.usual(folds)
            usual.update((fold, form) for fold, (_, form) in known.items())
            return {fold: entries for fold, (entries, _) in known.items()}

        edits = spelling.reach(word)
        found = spelling.likeliest(word, words.near(word, edits) if edits else [], most, counted)
        return [usual[fold] for fold in found]

    @_asking
    def tag_spellings(self, key: str, most: int) -> list[str]:
        """See Engine.tag_spellings."""
        tags = self._opened.newest().tags()
        return self._budget.spend(lambda: spelling.nearest(key, tags, most), [])

    @_asking
    def related(self, document: Document, most: int) -> tuple[int, ...]:
        """See Engine.related."""
        return related.related(self._opened.newest(), document, most, self._budget)

    def snippets(self, query: Query, texts: Mapping[int, Source]) -> dict[int, Snippet]:
        """See Engine.snippets."""
        marker = Marker.of(syntax.parse(query.text).tree, frozenset({"body"}))
        return snippets.passages(marker, texts)

    def marked(self, query: Query, texts: Mapping[int, Source]) -> dict[int, Snippet]:
        """See Engine.marked."""
        marker = Marker.of(syntax.parse(query.text).tree, frozenset({"title"}))
        return snippets.whole(marker, texts)

    @_asking
    def times(self) -> dict[int, int]:
        """See Engine.times."""
        columns = self._opened.newest().columns
        live = columns.live
        return dict(zip(columns.ids[live].tolist(), columns.times[live].tolist(), strict=True))

    @_asking
    def doubled(self) -> tuple[int, ...]:
        """See Engine.doubled."""
        return self._opened.newest().columns.doubled()

    @_asking
    def verify(self) -> None:
        """See Engine.verify."""
        self._opened.verify()
        self._opened.newest()

    # --- publishing ---------------------------------------------------------------------------------------------

    @_asking
    def sequence(self) -> int | None:
        """See Engine.sequence."""
        name = self._generations.current()
        about = self._generations.about(name) if name else None
        return about.sequence if about and about.schema == VERSION else None

    def published(self) -> int | None:
        """See Engine.published."""
        return self._generations.published()

    def edition(self) -> Hashable:
        """See Engine.edition."""
        edition = self._generations.edition()
        return edition and (edition, self._opened.fallbacks)

    @_asking
    def plan(self, changed: Collection[int]) -> Collection[int] | None:
        """See Engine.plan. Small segments are written anew once there are many, so that they become one."""
        try:
            generation = self._opened.newest()
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

    def update(
        self, documents: Iterable[Document], gone: Collection[int], sequence: int, total: int | None = None
    ) -> None:
        """See Engine.update."""
        name = self._generations.current()
        if name is None:
            raise IndexMissingError("There is no index to update.")
        documents = list(documents)
        generation = self._opened.newest(name)
        if generation.name != name:  # what the system refuses to open must not be changed by the numbers of another
            raise IndexReadError(f"{name} of the index cannot be read.")
        columns = generation.columns
        stale = columns.numbers({*gone, *(document.id for document in documents)})
        expected = Expected(total, columns.ids[np.setdiff1d(np.flatnonzero(columns.live), stale)])
        with self._explained():
            writer.extend(
                self._generations, name, expected.noting(documents), stale.tolist(), sequence, self._proof(expected)
            )

    def rebuild(self, documents: Iterable[Document], sequence: int, total: int | None = None) -> None:
        """See Engine.rebuild."""
        expected = Expected(total)
        with self._explained():
            writer.rebuild(self._generations, expected.noting(documents), sequence, self._proof(expected))

    def tidy(self) -> list[str]:
        """See Engine.tidy."""
        return self._generations.tidy()

    # --- private ------------------------------------------------------------------------------------------------

    def _proof(self, expected: Expected) -> Callable[[str], None]:
        return lambda name: self._opened.proven(name, expected)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            reason = getattr(error, "strerror", None) or error
            raise IndexWriteError(f"The index at {self._generations.folder} cannot be written: {reason}.") from error

    def _found(self, query: Query, generation: Generation) -> tuple[Match, dict[str, Mask]]:
        """Give what the words of a query find, and what each of its filters leaves."""
        with stage("words"):
            found = evaluation.evaluate(generation, syntax.parse(query.text).tree, self._budget)
        with stage("filters"):
            return found, facets.filters(query, generation.columns)

    def _ordered(
        self, sort: Sort, generation: Generation, hits: Selection, score: Floats
    ) -> tuple[DocumentNumbers, Ints | Floats]:
        """Give the hits in order, and what they are ordered by."""
        columns = generation.columns
        newest = columns.newest_of(hits)
        if sort is Sort.NEWEST:
            return newest, columns.times[newest]
        if sort is Sort.OLDEST:
            return newest[::-1], columns.times[newest[::-1]]
        scores = score[newest] * (1 + np.float32(self._prefer_newer) * generation.freshness[newest])
        order = ranking.best_first(scores)
        return newest[order], scores[order]


def _facets(query: Query, columns: Columns, found: facets.Found, most: int | None) -> dict[str, tuple[FacetValue, ...]]:
    with stage("facets"):
        return {name: facets.counted(name, query, columns, found, _most(name, most)) for name in FACETS}


def _most(facet: str, wanted: int | None) -> int | None:
    """Years and months are few, and are wanted all or not at all."""
    return None if facet in ("year", "month") and wanted else wanted


def _beginnings(key: str) -> tuple[str, ...]:
    """Give a tag's name, and what follows each space or hyphen in it."""
    return key, *(part for part in re.split(r"[\s_-]+", key) if part)
