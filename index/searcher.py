"""Answers queries from one generation of the Whoosh index: which documents match, how well, and how many of each facet.

Whoosh is used narrowly: it finds the documents of a term or a phrase, with how often it stands in them. A query's
tree is evaluated over arrays of all documents, one boolean and one score each; that is exact for every combination
of AND, OR and NOT, and makes counts over all hits a matter of adding up.

Ranking is BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, 3.6):
how often a word stands in each field, divided by the field's relative length and weighted (schema.RANKED), is
summed before it is saturated.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cachetools import LRUCache
from whoosh import query as whoosh_query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.scoring import Frequency

from index import schema, syntax
from index.columns import Columns, Floats, Ints, Mask, Segment

K1, B = 1.2, 0.75
MOST_EXPANSIONS = 20_000
"""Terms that a prefix may stand for; two letters stand for some 2,000 in ten years of a weblog."""
CACHED_POSTINGS = 2_000_000
"""Documents in the posting lists that a generation keeps at hand: about 12 bytes each."""

Postings = tuple[Ints, Floats]


@dataclass(frozen=True, slots=True)
class Match:
    """Which documents match, and how well; documents that do not match have any score."""

    mask: Mask
    score: Floats


class Generation:
    """One generation, opened: arrays shared by all threads, and a Whoosh searcher for each."""

    def __init__(self, path: Path, segments: dict[str, Segment]) -> None:
        """Open the generation at `path`; `segments` are those already read by id, and new ones are added to it."""
        self.name = path.name
        self._path = path
        self._local = threading.local()
        self._guard = threading.Lock()
        self._postings: LRUCache[tuple[str, ...], Postings] = LRUCache(
            CACHED_POSTINGS, lambda found: len(found[0]) + 16
        )
        leaves = [leaf.reader() for leaf, _ in self._leaves()]
        self.segment_ids = [leaf.segment().segment_id() for leaf in leaves]
        for id, leaf in zip(self.segment_ids, leaves, strict=True):
            if id not in segments:
                segments[id] = Segment.read(leaf)
        deleted = [list(leaf.segment().deleted_docs()) for leaf in leaves]
        self._read = [segments[id] for id in self.segment_ids]
        self.columns = Columns(self._read, deleted)
        self._averages = {field: self.columns.average_length(field) for field in schema.RANKED}
        self._total = int(self.columns.live.sum())

    def sizes(self) -> list[int]:
        """Give the number of documents in each segment, deleted ones included."""
        return [len(segment.ids) for segment in self._read]

    def live_ids(self) -> list[Ints]:
        """Give for each segment the ids of its documents that are not deleted."""
        ends = np.cumsum(self.sizes())[:-1]
        parts = zip(np.split(self.columns.ids, ends), np.split(self.columns.live, ends), strict=True)
        return [ids[live] for ids, live in parts] if self._read else []

    def evaluate(self, node: syntax.Node) -> Match:
        """Find what a query's tree matches, deleted documents excluded."""
        found = self._evaluate(node)
        return Match(found.mask & self.columns.live, found.score)

    def _evaluate(self, node: syntax.Node) -> Match:
        match node:
            case syntax.Text(terms, field):
                return self._text(terms, field)
            case syntax.Prefix(start, field):
                return self._prefix(start, field)
            case syntax.Tagged(tags):
                return self._unscored(self.columns.facets["tag"].having(tags))
            case syntax.Dated(days):
                return self._unscored(self.columns.between(days.first, days.last))
            case syntax.And(parts):
                return self._all_of(parts)
            case syntax.Or(parts):
                return self._any_of(parts)
            case syntax.Not(part):
                return self._unscored(~self._evaluate(part).mask)

    def _unscored(self, mask: Mask) -> Match:
        return Match(mask, np.zeros(self.columns.count, np.float32))

    def _all_of(self, parts: tuple[syntax.Node, ...]) -> Match:
        found = self._unscored(np.ones(self.columns.count, bool))
        for part in map(self._evaluate, parts):
            found = Match(found.mask & part.mask, found.score + part.score)
        return found

    def _any_of(self, parts: tuple[syntax.Node, ...]) -> Match:
        found = self._unscored(np.zeros(self.columns.count, bool))
        for part in map(self._evaluate, parts):
            found = Match(found.mask | part.mask, found.score + np.where(part.mask, part.score, np.float32(0)))
        return found

    def _text(self, terms: tuple[str, ...], field: str) -> Match:
        words = [self._scored([(f, term) for f in _fields(field)]) for term in terms]
        mask = words[0].mask if len(terms) == 1 else self._phrase_mask(terms, field)
        return Match(mask, np.add.reduce([word.score for word in words]))

    def _phrase_mask(self, terms: tuple[str, ...], field: str) -> Mask:
        mask = np.zeros(self.columns.count, bool)
        for name in _fields(field):
            mask[self._postings_of(name, *terms)[0]] = True
        return mask

    def _prefix(self, start: str, field: str) -> Match:
        names = [name for f in _fields(field) for name in (f, schema.FORMS[f])]
        reader = self._searcher().reader()
        found = []
        for name in names:
            for text in reader.expand_prefix(name, start):
                found.append((name, text.decode()))
                if len(found) == MOST_EXPANSIONS:
                    return self._scored(found)
        return self._scored(found)

    def _scored(self, places: list[tuple[str, str]]) -> Match:
        """Score the documents that hold a term in any of these (field, term) places, as one word of the query."""
        weight = np.zeros(self.columns.count, np.float32)
        for field, term in places:
            documents, frequencies = self._postings_of(field, term)
            if len(documents):
                weight[documents] += self._weighted(field, documents, frequencies)
        mask = (weight > 0) & self.columns.live
        holders = int(mask.sum())
        rarity = np.float32(np.log(1 + (self._total - holders + 0.5) / (holders + 0.5)))
        return Match(mask, rarity * weight * np.float32(K1 + 1) / (weight + np.float32(K1)))

    def _weighted(self, field: str, documents: Ints, frequencies: Floats) -> Floats:
        field = field.removesuffix(schema.FORMS_SUFFIX)
        name = field if field in schema.RANKED else "body"
        relative = self.columns.lengths[name][documents] / np.float32(self._averages[name])
        norm = np.float32(1 - B) + np.float32(B) * relative
        return np.asarray(np.float32(schema.RANKED[name]) * frequencies / norm, np.float32)

    def _postings_of(self, field: str, *terms: str) -> Postings:
        """Give the documents with a term in a field, or with several that follow each other."""
        key = (field, *terms)
        with self._guard:
            found = self._postings.get(key)
        if found is None:
            is_phrase = len(terms) > 1
            found = self._matching(whoosh_query.Phrase(field, list(terms)) if is_phrase else whoosh_query.Term(*key))
            with self._guard:
                self._postings[key] = found
        return found

    def _matching(self, query: Any) -> Postings:
        """Give the documents that a Whoosh query matches, deleted ones perhaps among them, and its weight in each."""
        documents: list[int] = []
        weights: list[float] = []
        for leaf, offset in self._leaves():
            for number, weight in _walk(query.matcher(leaf)):
                documents.append(number + offset)
                weights.append(weight)
        return np.array(documents, np.int64), np.array(weights, np.float32)

    def _leaves(self) -> list[tuple[Any, int]]:
        leaves = self._searcher().leaf_searchers()
        return [(leaf, offset) for leaf, offset in leaves if leaf.reader().segment() is not None]

    def _searcher(self) -> Any:
        """Give this thread's Whoosh searcher: two threads must never share one."""
        if not hasattr(self._local, "searcher"):
            index = FileIndex(FileStorage(str(self._path)), schema=schema.SCHEMA)
            self._local.searcher = index.searcher(weighting=Frequency())
        return self._local.searcher


def _walk(matcher: Any) -> Iterator[tuple[int, float]]:
    while matcher.is_active():
        yield matcher.id(), matcher.weight()
        matcher.next()


def _fields(field: str) -> tuple[str, ...]:
    return (field,) if field else tuple(schema.RANKED)
