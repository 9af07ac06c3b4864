"""Marks what a query finds in plain text, and chooses the passage to show. Works for any engine.

Words are found by their stems, so a search for "run" marks "running"; a phrase marks the run of its words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index import analysis, syntax
from index.analysis import Token
from index.engine import Snippet

LENGTH = 280
"""Characters in a passage, about."""
BEFORE = 60
"""Characters of it that stand before its first mark, about."""
LONGEST_TEXT = 200_000
"""Characters of a text that are looked at."""


class Span(NamedTuple):
    """A place to mark, and the number of the wanted word that is found there."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Marker:
    """What to mark: words, phrases and prefixes of a query that concern some fields."""

    texts: tuple[syntax.Text, ...]
    prefixes: tuple[str, ...]

    @classmethod
    def of(cls, tree: syntax.Node, fields: frozenset[str]) -> Marker:
        """Take the words of a query that concern these fields (a word without a field concerns all)."""
        words = [node for node in syntax.wanted(tree) if not node.field or node.field in fields]
        return cls(
            tuple(node for node in words if isinstance(node, syntax.Text)),
            tuple(node.start for node in words if isinstance(node, syntax.Prefix)),
        )

    def spans(self, text: str, language: str) -> list[Span]:
        """Give the places to mark, in order, none overlapping; a word fits as it does for the engine."""
        if not self.texts and not self.prefixes:
            return []
        found = list(analysis.tokens(text[:LONGEST_TEXT]))
        folds = [token.form if token.form.isascii() else analysis.fold(token.form) for token in found]
        stems = analysis.stems(folds, language)
        spans: list[Span] = []
        for number, wanted in enumerate(self.texts):
            words, known = _wanted(wanted, language), folds if wanted.is_exact else stems
            spans += _phrase_spans(found, known, words, number)
        for number, prefix in enumerate(self.prefixes, len(self.texts)):
            spans += [
                Span(token.start, token.start + 1 if analysis.is_lone(prefix) else token.end, number)
                for token, fold in zip(found, folds, strict=True)
                if fold.startswith(prefix)
            ]
        return _disjoint(sorted(spans, key=lambda span: (span.start, -span.end, span.number)))


def passage(marker: Marker, text: str, language: str) -> Snippet:
    """Give the passage of `text` that holds most of what is wanted; its beginning where nothing is found."""
    spans = marker.spans(text, language)
    if len(text) <= LENGTH:
        return Snippet(_runs(text, 0, len(text), spans))
    start, end = _window(text, spans)
    return Snippet(_runs(text, start, end, spans), start > 0, end < len(text))


def whole(marker: Marker, text: str, language: str) -> Snippet:
    """Mark a whole text, such as a title."""
    return Snippet(_runs(text, 0, len(text), marker.spans(text, language)))


def _wanted(text: syntax.Text, language: str) -> tuple[str, ...]:
    folds = map(analysis.fold, text.forms)
    return tuple(folds) if text.is_exact else tuple(analysis.stem(fold, language) for fold in folds)


def _phrase_spans(found: list[Token], known: list[str], wanted: tuple[str, ...], number: int) -> list[Span]:
    length = len(wanted)
    return [
        Span(found[at].start, found[at + length - 1].end, number)
        for at in range(len(found) - length + 1)
        if known[at] == wanted[0] and all(map(_fits, known[at : at + length], wanted))
    ]


def _fits(known: str, wanted: str) -> bool:
    return known == wanted or (analysis.is_lone(wanted) and known.startswith(wanted))


def _disjoint(spans: list[Span]) -> list[Span]:
    """Of the spans that overlap, keep the first and longest: a phrase rather than its first word."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _window(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    """Choose the stretch of about LENGTH characters with the most different words, then the most marks."""
    best, best_score = 0, (0, 0)
    ends = [span[1] for span in spans]
    for at, (start, _, _) in enumerate(spans):
        inside = spans[at : bisect_left(ends, start + LENGTH - BEFORE, lo=at)]
        score = (len({number for _, _, number in inside}), len(inside))
        if score > best_score:
            best, best_score = start, score
    start = _word_start(text, max(0, min(best - BEFORE, len(text) - LENGTH)))
    end = min(len(text), start + LENGTH)
    last_space = text.rfind(" ", start, end + 1)
    return start, last_space if end < len(text) and last_space > start + LENGTH // 2 else end


def _word_start(text: str, at: int) -> int:
    if at == 0:
        return 0
    space = text.find(" ", at, at + BEFORE // 2)
    return space + 1 if space >= 0 else at


def _runs(text: str, start: int, end: int, spans: Sequence[Span]) -> tuple[tuple[str, bool], ...]:
    runs: list[tuple[str, bool]] = []
    at = start
    for first, last, _ in spans:
        if first < start or last > end:
            continue
        runs += [(text[at:first], False), (text[first:last], True)]
        at = last
    runs.append((text[at:end], False))
    return tuple(run for run in runs if run[0])
