"""Answers queries from one generation of the index: which documents match, how well, and how many of each facet.

Whoosh finds the documents and places of a word. A query's tree is evaluated over arrays of all documents, one boolean
and one score each; that is exact for every combination of AND, OR and NOT, and makes counts over all hits a matter of
adding up. What a word stands for is looked up in the words of the generation (index.words).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import analysis, ranking, schema, syntax, words
from index.columns import Columns, Floats, Ints, Mask, Segment
from index.kept import Kept
from index.postings import PLACE_BITS, PostingLists
from index.words import Expansion, Kind, Variant, Words

EXPANSIONS_KEPT = 10_000
DOCUMENTS_KEPT = 4_000_000
"""Documents in the evaluated words that a generation keeps at hand, five bytes each: a page asks for some often."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which documents match, and how well; documents that do not match have any score."""

    mask: Mask
    score: Floats
    notes: tuple[str, ...] = ()


class Generation:
    """One generation, opened: arrays and lists shared by all threads."""

    def __init__(self, path: Path, segments: dict[str, Segment]) -> None:
        """Open the generation at `path`; `segments` are those already read by id, and new ones are added to it."""
        self.name = path.name
        self._postings = PostingLists(path)
        leaves = [leaf.reader() for leaf, _ in self._postings.segments()]
        self.segment_ids = [leaf.segment().segment_id() for leaf in leaves]
        for id, leaf in zip(self.segment_ids, leaves, strict=True):
            if id not in segments:
                segments[id] = Segment.read(leaf)
        self._read = [segments[id] for id in self.segment_ids]
        self.columns = Columns(self._read, [list(leaf.segment().deleted_docs()) for leaf in leaves])
        self.words = Words(path / f"{id}{words.SUFFIX}" for id in self.segment_ids)
        self.total = int(self.columns.live.sum())
        self.freshness = ranking.freshness(self.columns.times, self.columns.is_dated & self.columns.live)
        self._averages = {field: self.columns.average_length(field) for field in schema.RANKED}
        self._languages = {label: self.columns.language.having([label]) for label in self.columns.language.labels}
        self._expansions: Kept[Expansion] = Kept(EXPANSIONS_KEPT)
        self._matches: Kept[Match] = Kept(DOCUMENTS_KEPT, lambda match: len(match.mask) + 1_000)
        self.spellings: Kept[list[str]] = Kept(EXPANSIONS_KEPT)

    def sizes(self) -> list[int]:
        """Give the number of documents in each segment, deleted ones included."""
        return [len(segment.ids) for segment in self._read]

    def live_ids(self) -> list[Ints]:
        """Give for each segment the ids of its documents that are not deleted."""
        ends = np.cumsum(self.sizes())[:-1]
        parts = zip(np.split(self.columns.ids, ends), np.split(self.columns.live, ends), strict=True)
        return [ids[live] for ids, live in parts] if self._read else []

    def tags(self) -> dict[str, int]:
        """Give every tag by key, with the number of its entries."""
        values = self.columns.facets["tag"]
        counts = values.counts(self.columns.live)
        return {label: int(count) for label, count in zip(values.labels, counts, strict=True) if count}

    def entries_with(self, form: str) -> int:
        """Give the number of entries that hold just this form of a word."""
        return self._holders(Expansion((Variant(form, Kind.EXACT, _fields("")),), 1), "")

    def evaluate(self, node: syntax.Node) -> Match:
        """Find what a query's tree matches, deleted documents excluded."""
        found = self._evaluate(node)
        return Match(found.mask & self.columns.live, found.score, tuple(dict.fromkeys(found.notes)))

    def _evaluate(self, node: syntax.Node) -> Match:
        match node:
            case syntax.Text() | syntax.Prefix():
                return self._matches.get(node, lambda: self._leaf(node))
            case syntax.Tagged(tags):
                return self._unscored(self.columns.facets["tag"].having(tags))
            case syntax.Dated(days):
                return self._unscored(self.columns.between(days.first, days.last))
            case syntax.And(parts):
                return self._all_of(parts)
            case syntax.Or(parts):
                return self._any_of(parts)
            case syntax.Not(part):
                found = self._evaluate(part)
                return self._unscored(~found.mask, found.notes)

    def _leaf(self, node: syntax.Text | syntax.Prefix) -> Match:
        if isinstance(node, syntax.Text):
            return self._text(node.forms, node.field, node.is_exact)
        return self._word(self._starting(node), node.field, f"{node.start}*")

    def _unscored(self, mask: Mask, notes: tuple[str, ...] = ()) -> Match:
        return Match(mask, np.zeros(self.columns.count, np.float32), notes)

    def _all_of(self, parts: tuple[syntax.Node, ...]) -> Match:
        found = self._unscored(np.ones(self.columns.count, bool))
        for part in map(self._evaluate, parts):
            found = Match(found.mask & part.mask, found.score + part.score, found.notes + part.notes)
        return found

    def _any_of(self, parts: tuple[syntax.Node, ...]) -> Match:
        found = self._unscored(np.zeros(self.columns.count, bool))
        for part in map(self._evaluate, parts):
            score = found.score + np.where(part.mask, part.score, np.float32(0))
            found = Match(found.mask | part.mask, score, found.notes + part.notes)
        return found

    # --- words and phrases --------------------------------------------------------------------------------------

    def _text(self, forms: tuple[str, ...], field: str, is_exact: bool) -> Match:
        expansions = [self._like(form, is_exact) for form in forms]
        if len(forms) == 1:
            return self._word(expansions[0], field, forms[0])
        return self._phrase(expansions, field, forms)

    def _word(self, expansion: Expansion, field: str, name: str) -> Match:
        """Score the documents that hold any variant, as one word of the query."""
        weights = [(kind, weight.copy()) for kind, weight in self._weights(expansion, field)]
        mask = (weights[-1][1] > 0) & self.columns.live
        rarity = ranking.rarity(int(mask.sum()), self.total)
        return Match(mask, np.float32(rarity) * ranking.by_fit(weights), _left_out(expansion, name))

    def _weights(self, expansion: Expansion, field: str) -> Iterator[tuple[Kind, Floats]]:
        """Give for each kind of fit the weighted frequencies of all variants that fit at least so well."""
        weight = np.zeros(self.columns.count, np.float32)
        for kind in Kind:
            for variant in expansion.variants:
                if variant.kind is kind:
                    for name in _fields(field) & variant.fields:
                        documents, frequencies = self._documents(name, variant)
                        weight[documents] += self._weighted(name, documents, frequencies)
            yield kind, weight

    def _documents(self, field: str, variant: Variant) -> tuple[Ints, Floats]:
        documents, frequencies = self._postings.documents(field, variant.form)
        if not self._is_restricted(variant):
            return documents, frequencies
        fits = self._languages[variant.language][documents]
        return documents[fits], frequencies[fits]

    def _weighted(self, field: str, documents: Ints, frequencies: Floats) -> Floats:
        name = field if field in schema.RANKED else "body"
        lengths = self.columns.lengths[name][documents]
        return np.float32(schema.RANKED[name]) * ranking.normalised(frequencies, lengths, self._averages[name])

    def _phrase(self, expansions: list[Expansion], field: str, forms: tuple[str, ...]) -> Match:
        """Score the documents that hold the words one after the other, as often as they do."""
        weights: list[tuple[Kind, Floats]] = []
        for kind in Kind:
            if kind is Kind.EXACT or any(v.kind is kind for expansion in expansions for v in expansion.variants):
                weight = self._phrase_weight(expansions, field, kind)
            weights.append((kind, weight))
        mask = (weight > 0) & self.columns.live
        rarity = sum(ranking.rarity(self._holders(expansion, field), self.total) for expansion in expansions)
        notes = tuple(note for pair in zip(expansions, forms, strict=True) for note in _left_out(*pair))
        return Match(mask, np.float32(rarity) * ranking.by_fit(weights), notes)

    def _phrase_weight(self, expansions: list[Expansion], field: str, worst: Kind) -> Floats:
        weight = np.zeros(self.columns.count, np.float32)
        for name in _fields(field):
            documents, counts = self._followed(expansions, name, worst)
            weight[documents] += self._weighted(name, documents, counts)
        return weight

    def _followed(self, expansions: list[Expansion], field: str, worst: Kind) -> tuple[Ints, Floats]:
        """Give the documents where these words follow each other in a field, and how often."""
        ends = self._places(expansions[0], field, worst)
        for expansion in expansions[1:]:
            if len(ends):
                ends = np.intersect1d(ends + 1, self._places(expansion, field, worst), assume_unique=True)
        documents, counts = np.unique(ends >> PLACE_BITS, return_counts=True)
        return documents, counts.astype(np.float32)

    def _places(self, expansion: Expansion, field: str, worst: Kind) -> Ints:
        """Give all places of a word's variants, in order."""
        found = [np.zeros(0, np.int64)]
        for variant in expansion.variants:
            if variant.kind <= worst and field in variant.fields:
                places = self._postings.places(field, variant.form)
                if self._is_restricted(variant):
                    places = places[self._languages[variant.language][places >> PLACE_BITS]]
                found.append(places)
        return np.unique(np.concatenate(found))

    def _holders(self, expansion: Expansion, field: str) -> int:
        mask = np.zeros(self.columns.count, bool)
        for variant in expansion.variants:
            for name in _fields(field) & variant.fields:
                mask[self._documents(name, variant)[0]] = True
        return int((mask & self.columns.live).sum())

    # --- what a word stands for ---------------------------------------------------------------------------------

    def _like(self, form: str, is_exact: bool) -> Expansion:
        if analysis.is_lone(form):  # in an entry, more of the run may follow
            return self._starting(syntax.Prefix(form))
        languages = () if is_exact else tuple(label for label in self._languages if label in analysis.STEMMERS)
        return self._expansions.get((form, is_exact), lambda: self.words.like(form, languages))

    def _starting(self, prefix: syntax.Prefix) -> Expansion:
        return self._expansions.get(prefix, lambda: self.words.starting(prefix.start))

    def _is_restricted(self, variant: Variant) -> bool:
        return bool(variant.language) and len(self._languages) > 1


def _left_out(expansion: Expansion, name: str) -> tuple[str, ...]:
    if expansion.total <= len(expansion.variants):
        return ()
    most = len(expansion.variants)
    return (f"“{name}” stands for {expansion.total:,} words; the {most:,} most frequent were searched.",)


def _fields(field: str) -> frozenset[str]:
    return frozenset([field] if field else schema.RANKED)
