"""Answers queries from a generation: which documents match, and how well. Called by the engine.

A query's tree is evaluated over arrays of all documents, one boolean and one score each; that is exact for every
combination of AND, OR and NOT, and makes counts over all hits a matter of adding up. Where the time is used up, words
that were not looked at yet are left out, as if they had not been asked for; what is kept from before costs no time.
One list of the index, or AT_ONCE short ones, is always read to its end, so the budget may be exceeded by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import ranking, schema, syntax
from index.budget import Budget
from index.columns import DocumentNumbers, Floats, Ints, Mask
from index.postings import PLACE_BITS, Postings
from index.searcher import Generation, Hits, Match
from index.words import Expansion, Kind, Variant

MOST_NAMED = 5
"""Words that the note on what was left out repeats."""
RARE = 250
"""Entries with a word, up to which its list takes longer to find than to read."""
MANY = 10
"""Such words of which the lists are not read one by one."""
AT_ONCE = 100
"""Those of which they are read together."""


def evaluate(generation: Generation, node: syntax.Node, budget: Budget) -> Match:
    """Find what a query's tree matches, deleted documents excluded; where nothing was looked at, that is nothing."""
    evaluation = _Evaluation(generation, budget)
    with budget.running():
        found = evaluation.of(node) or evaluation.nothing()
    left_out = tuple(dict.fromkeys(evaluation.left_out))
    notes = (*dict.fromkeys(found.notes), *_told_as_left_out(left_out))
    return Match(found.mask & generation.columns.live, found.score, notes, is_partial=bool(left_out))


def holding(generation: Generation, form: str) -> Mask:
    """Find the entries that hold just this form of a word."""
    expansion = Expansion((Variant(form, Kind.EXACT, frozenset(schema.RANKED), 0),), 1)
    return _Evaluation(generation, Budget()).holders(expansion, "")


class _CutShortError(Exception):
    """There is no time for a leaf, or none any more."""


class _Evaluation:
    """One evaluation, within a budget."""

    def __init__(self, generation: Generation, budget: Budget) -> None:
        self.left_out: list[str] = []
        """Words that were not looked for, or not in full."""
        self._generation = generation
        self._columns = generation.columns
        self._budget = budget

    def of(self, node: syntax.Node) -> Match | None:
        """Find what a tree matches; None where there was no time for any word in it."""
        match node:
            case syntax.Text() | syntax.Prefix():
                return self._leaf(node)
            case syntax.Tagged(tags):
                return self._unscored(self._columns.facets["tag"].having(tags))
            case syntax.Dated(days):
                return self._unscored(self._columns.between(days.first, days.last))
            case syntax.And(parts):
                return self._all_of(parts)
            case syntax.Or(parts):
                return self._any_of(parts)
            case syntax.Not(part):
                found = self.of(part)
                return found and self._unscored(~found.mask, found.notes)

    def nothing(self) -> Match:
        """Give what matches nothing."""
        return self._unscored(np.zeros(self._columns.count, bool))

    def holders(self, expansion: Expansion, field: str) -> Mask:
        """Find the entries that hold anything that a word stands for."""
        mask = np.zeros(self._columns.count, bool)
        for variant in expansion.variants:
            for name in _fields(field):
                if name in variant.fields:
                    self._expect_time()
                    mask[self._documents(name, variant)[0]] = True
        mask &= self._columns.live
        return mask

    def _leaf(self, node: syntax.Text | syntax.Prefix) -> Match | None:
        try:
            found = self._generation.hits.get(node, lambda: self._looked_for(node))
        except _CutShortError:
            self.left_out.append(_name(node))
            return None
        if found.is_partial:
            self.left_out.append(_name(node))
        return found.among(self._columns.count)

    def _looked_for(self, node: syntax.Text | syntax.Prefix) -> Hits:
        self._expect_time()
        if isinstance(node, syntax.Text):
            return self._text(node.forms, node.field, node.is_exact)
        return self._word(self._generation.starting(node), node.field, _name(node))

    def _unscored(self, mask: Mask, notes: tuple[str, ...] = ()) -> Match:
        return Match(mask, np.zeros(self._columns.count, np.float32), notes)

    def _all_of(self, parts: tuple[syntax.Node, ...]) -> Match | None:
        known = [match for match in map(self.of, parts) if match]
        if parts and not known:
            return None
        found = known[0] if known else self._unscored(np.ones(self._columns.count, bool))
        for part in known[1:]:
            found = Match(found.mask & part.mask, found.score + part.score, found.notes + part.notes)
        return found

    def _any_of(self, parts: tuple[syntax.Node, ...]) -> Match | None:
        known = [match for match in map(self.of, parts) if match]
        found = self.nothing()
        for part in known:
            score = found.score + np.where(part.mask, part.score, np.float32(0))
            found = Match(found.mask | part.mask, score, found.notes + part.notes)
        return found if known else None

    # --- words and phrases --------------------------------------------------------------------------------------

    def _text(self, forms: tuple[str, ...], field: str, is_exact: bool) -> Hits:
        expansions = [self._like(form, is_exact) for form in forms]
        if len(forms) == 1:
            return self._word(expansions[0], field, forms[0])
        return self._phrase(expansions, field, forms)

    def _like(self, form: str, is_exact: bool) -> Expansion:
        self._expect_time()
        return self._generation.like(form, is_exact)

    def _word(self, expansion: Expansion, field: str, name: str) -> Hits:
        """Score the documents that hold any variant there is time for, as one word of the query."""
        documents, weights = self._of_hits(self._weights(expansion, field))
        rarity = ranking.rarity(len(documents), self._generation.total)
        scores = np.float32(rarity) * ranking.by_fit(weights)
        return Hits(documents, scores, _told_as_many(expansion, name), is_partial=self._budget.is_exceeded)

    def _weights(self, expansion: Expansion, field: str) -> list[tuple[Kind, Floats]]:
        """Give for each kind of fit the weighted frequencies of all variants that fit at least so well."""
        weight = np.zeros(self._columns.count, np.float32)
        found: list[tuple[Kind, Floats]] = []
        for kind in Kind:
            variants = [variant for variant in expansion.variants if variant.kind is kind]
            weight = weight.copy() if found and variants else weight
            one_by_one, at_once = _split(variants)
            for variant in one_by_one:
                if self._budget.allows_more():
                    self._add_weights(weight, variant, field)
            for start in range(0, len(at_once), AT_ONCE):
                if self._budget.allows_more():
                    self._add_all_weights(weight, at_once[start : start + AT_ONCE], field)
            found.append((kind, weight))
        return found

    def _add_weights(self, weight: Floats, variant: Variant, field: str) -> None:
        for name in _fields(field):
            if name in variant.fields:
                documents, frequencies = self._documents(name, variant)
                # Two to three times as fast as `+=`.
                np.add.at(weight, documents, self._weighted(name, documents, frequencies))

    def _add_all_weights(self, weight: Floats, variants: Sequence[Variant], field: str) -> None:
        for name in _fields(field):
            forms = tuple(variant.form for variant in variants if name in variant.fields)
            documents, frequencies = self._generation.postings.documents_of_all(name, forms)
            # In numbers of twice the length: so it does not matter in which order lists stand.
            found = np.bincount(documents, self._weighted(name, documents, frequencies), len(weight))
            weight += found.astype(np.float32)

    def _of_hits(self, weights: list[tuple[Kind, Floats]]) -> tuple[DocumentNumbers, list[tuple[Kind, Floats]]]:
        """Give the documents that have any weight at last, and the weights of these alone."""
        documents = np.flatnonzero((weights[-1][1] > 0) & self._columns.live).astype(np.int32)
        return documents, [(kind, weight[documents]) for kind, weight in weights]

    def _documents(self, field: str, variant: Variant) -> Postings:
        documents, frequencies = self._generation.postings.documents(field, variant.form)
        if not self._is_restricted(variant):
            return documents, frequencies
        fits = self._generation.languages[variant.language][documents]
        return documents[fits], frequencies[fits]

    def _weighted(self, field: str, documents: Ints | DocumentNumbers, frequencies: NDArray[Any]) -> Floats:
        name = field if field in schema.RANKED else "body"
        discounted = frequencies.astype(np.float32) / self._generation.discounts[name].take(documents)
        return np.float32(schema.RANKED[name]) * discounted

    def _phrase(self, expansions: list[Expansion], field: str, forms: tuple[str, ...]) -> Hits:
        """Score the documents that hold the words one after the other, as often as they do."""
        weights: list[tuple[Kind, Floats]] = []
        for kind in Kind:
            if kind is Kind.EXACT or any(v.kind is kind for expansion in expansions for v in expansion.variants):
                weight = self._phrase_weight(expansions, field, kind)
            weights.append((kind, weight))
        documents, weights = self._of_hits(weights)
        total = self._generation.total
        rarity = sum(ranking.rarity(int(self.holders(expansion, field).sum()), total) for expansion in expansions)
        notes = tuple(note for pair in zip(expansions, forms, strict=True) for note in _told_as_many(*pair))
        return Hits(documents, np.float32(rarity) * ranking.by_fit(weights), notes)

    def _phrase_weight(self, expansions: list[Expansion], field: str, worst: Kind) -> Floats:
        weight = np.zeros(self._columns.count, np.float32)
        for name in _fields(field):
            documents, counts = self._followed(expansions, name, worst)
            weight[documents] += self._weighted(name, documents, counts)
        return weight

    def _followed(self, expansions: list[Expansion], field: str, worst: Kind) -> tuple[Ints, Ints]:
        """Give the documents where these words follow each other in a field, and how often."""
        ends = self._places(expansions[0], field, worst)
        for expansion in expansions[1:]:
            if len(ends):
                ends = np.intersect1d(ends + 1, self._places(expansion, field, worst), assume_unique=True)
        return np.unique(ends >> PLACE_BITS, return_counts=True)

    def _places(self, expansion: Expansion, field: str, worst: Kind) -> Ints:
        """Give all places of a word's variants, in order."""
        found = [np.zeros(0, np.int64)]
        for variant in expansion.variants:
            if variant.kind <= worst and field in variant.fields:
                self._expect_time()
                places = self._generation.postings.places(field, variant.form)
                if self._is_restricted(variant):
                    places = places[self._generation.languages[variant.language][places >> PLACE_BITS]]
                found.append(places)
        # No place is that of two words, so none comes twice.
        return np.sort(np.concatenate(found))

    def _is_restricted(self, variant: Variant) -> bool:
        return bool(variant.language) and len(self._generation.languages) > 1

    def _expect_time(self) -> None:
        if not self._budget.allows_more():
            raise _CutShortError


def _split(variants: list[Variant]) -> tuple[list[Variant], list[Variant]]:
    """Give the words of which lists are read one by one, and those of which many are read at once, in order."""
    rare = [variant for variant in variants if variant.entries <= RARE and not variant.language]
    if len(rare) <= MANY:
        return variants, []
    return [variant for variant in variants if variant.entries > RARE or variant.language], sorted(rare)


def _told_as_many(expansion: Expansion, name: str) -> tuple[str, ...]:
    if expansion.total <= len(expansion.variants):
        return ()
    most = len(expansion.variants)
    return (f"“{name}” stands for {expansion.total:,} words; the {most:,} most frequent were searched.",)


def _told_as_left_out(names: Sequence[str]) -> tuple[str, ...]:
    """Say in one sentence what there was no time for."""
    if not names:
        return ()
    shown = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return (f"This search took too long: {shown}{more} could not be looked for in full. Search again to go on.",)


def _name(node: syntax.Text | syntax.Prefix) -> str:
    return f"{node.start}*" if isinstance(node, syntax.Prefix) else " ".join(node.forms)


def _fields(field: str) -> tuple[str, ...]:
    return (field,) if field else tuple(schema.RANKED)
