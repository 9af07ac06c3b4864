"""One generation of the index, opened: what index.evaluation answers queries from. Called by the engine.

Whoosh finds the documents and places of a word (index.postings); its columns are arrays over all documents.
What a word stands for is looked up in the words of the generation (index.words). What was found out is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import analysis, ranking, schema, syntax, words
from index.columns import Columns, DocumentNumbers, Floats, Ints, Mask, Segment
from index.kept import Kept
from index.postings import PostingLists
from index.words import Expansion, Words

VARIANTS_KEPT = 20_000
"""Words of the index in the kept expansions of words and prefixes, about 300 bytes each: a prefix may have 1,000."""
SPELLINGS_KEPT = 10_000
HITS_KEPT, MATCHES_KEPT = 500_000, 4
"""Hits in the evaluated words that a generation keeps at hand, eight bytes each, or so many words that every document
holds, where that is more: a page asks for some often."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which documents match, and how well; documents that do not match have any score."""

    mask: Mask
    score: Floats
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    """Whether there was no time for all of it."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The same of a word or a phrase, as it is kept: for the documents alone that match."""

    documents: DocumentNumbers
    scores: Floats
    notes: tuple[str, ...] = ()
    is_partial: bool = False

    def among(self, count: int) -> Match:
        """Give it over all documents, of which there are so many."""
        mask, score = np.zeros(count, bool), np.zeros(count, np.float32)
        mask[self.documents] = True
        score[self.documents] = self.scores
        return Match(mask, score, self.notes, self.is_partial)


class Generation:
    """One generation, opened: arrays and lists shared by all threads."""

    def __init__(self, path: Path, segments: dict[str, Segment]) -> None:
        """Open the generation at `path`; `segments` are those already read by id, and new ones are added to it."""
        self.name = path.name
        self.postings = PostingLists(path)
        leaves = [leaf for leaf, _ in self.postings.segments()]
        self.segment_ids = [leaf.segment().segment_id() for leaf in leaves]
        for id, leaf in zip(self.segment_ids, leaves, strict=True):
            if id not in segments:
                segments[id] = Segment.read(leaf)
        self._read = [segments[id] for id in self.segment_ids]
        self.columns = Columns(self._read, [list(leaf.segment().deleted_docs()) for leaf in leaves])
        self.words = Words(path / f"{id}{words.SUFFIX}" for id in self.segment_ids)
        self.total = int(self.columns.live.sum())
        self.freshness = ranking.freshness(self.columns.times, self.columns.is_dated & self.columns.live)
        self.discounts = {
            field: ranking.discounts(self.columns.lengths[field], self.columns.average_length(field))
            for field in schema.RANKED
        }
        self.languages = {label: self.columns.language.having([label]) for label in self.columns.language.labels}
        self._expansions: Kept[Expansion] = Kept(VARIANTS_KEPT, lambda found: len(found.variants) + 5)
        self.hits: Kept[Hits] = Kept(
            max(HITS_KEPT, MATCHES_KEPT * self.columns.count),
            lambda hits: len(hits.documents) + 100,
            is_kept=lambda hits: not hits.is_partial,
        )
        self.spellings: Kept[list[str]] = Kept(SPELLINGS_KEPT)

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
        return {label: count for label, count in zip(values.labels, values.overall.tolist(), strict=True) if count}

    def like(self, form: str, is_exact: bool) -> Expansion:
        """Give what a word stands for: `is_exact` leaves out its other forms, but not those that differ by accents."""
        if analysis.is_lone(form):  # in an entry, more of the run may follow
            return self.starting(syntax.Prefix(form))
        languages = () if is_exact else tuple(label for label in self.languages if label in analysis.STEMMERS)
        return self._expansions.get((form, is_exact), lambda: self.words.like(form, languages))

    def starting(self, prefix: syntax.Prefix) -> Expansion:
        """Give what a prefix stands for."""
        return self._expansions.get(prefix, lambda: self.words.starting(prefix.start))
