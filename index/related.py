"""Entries that share most of what is particular to one: its tags, and the rarest of its words. Called by the engine.

Each tag and word counts by how few entries have it, as in BM25 (Robertson and Zaragoza 2009, 3.2); words of the title
count for more than those of the body.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from index import evaluation, ranking
from index.budget import Budget
from index.columns import DocumentNumbers, Floats
from index.engine import Document
from index.searcher import Generation
from index.syntax import Text

WORDS = 12
"""The words of an entry that others are compared by."""
TITLE = 3.0
"""How often a word counts that stands in the title."""
TAGS = 1.5
"""What a shared tag counts for beside a shared word that is as rare."""
_ORDINARY = re.compile(r"[^\W\d_].*[^\W_]")


def related(generation: Generation, document: Document, most: int, budget: Budget) -> tuple[int, ...]:
    """Give the ids of the entries that fit best by what there is time for, best first; none that shares nothing."""
    columns = generation.columns
    score = _by_tags(generation, document)
    for form in _telling_words(generation, document):
        found = evaluation.evaluate(generation, Text((form,)), budget)
        score += np.where(found.mask, found.score, np.float32(0))
    score[~columns.live | (columns.ids == document.id)] = 0
    order: DocumentNumbers = columns.newest[np.argsort(-score[columns.newest], kind="stable")][:most]
    return tuple(int(columns.ids[number]) for number in order if score[number] > 0)


def _by_tags(generation: Generation, document: Document) -> Floats:
    tags, live = generation.columns.facets["tag"], generation.columns.live
    score = np.zeros(generation.columns.count, np.float32)
    for key in document.tags:
        mask = tags.having([key]) & live
        score[mask] += np.float32(TAGS * ranking.rarity(int(mask.sum()), generation.total))
    return score


def _telling_words(generation: Generation, document: Document) -> list[str]:
    """Give the words that tell this entry from others: often in it, and in few others, but not in it alone."""
    counts = Counter(form for form in document.body if _ORDINARY.fullmatch(form))
    for form in document.title:
        if _ORDINARY.fullmatch(form):
            counts[form] += int(TITLE)
    holders = generation.words.entries(counts)
    weights = {
        form: np.log1p(count) * ranking.rarity(holders[form], generation.total)
        for form, count in counts.items()
        if holders.get(form, 0) > 1
    }
    return sorted(weights, key=lambda form: (-weights[form], form))[:WORDS]
