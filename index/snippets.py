"""Marks what a query finds in plain text, and chooses the passage to show. Works for any engine.

Words are found by their terms, so a search for "run" marks "running"; a phrase marks the run of its words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from index import analysis, syntax
from index.analysis import Token
from index.engine import Snippet

LENGTH = 280
"""Characters in a passage, about."""
BEFORE = 60
"""Characters of it that stand before its first mark, about."""
LONGEST_TEXT = 200_000
"""Characters of a text that are looked at."""


@dataclass(frozen=True, slots=True)
class Marker:
    """What to mark: phrases (one term or several that follow each other) and prefixes."""

    phrases: tuple[tuple[str, ...], ...]
    prefixes: tuple[str, ...]

    @classmethod
    def of(cls, tree: syntax.Node, fields: frozenset[str]) -> Marker:
        """Take the words of a query that concern these fields (a word without a field concerns all)."""
        words = [node for node in syntax.wanted(tree) if not node.field or node.field in fields]
        return cls(
            tuple(node.terms for node in words if isinstance(node, syntax.Text)),
            tuple(node.start for node in words if isinstance(node, syntax.Prefix)),
        )

    def spans(self, text: str) -> list[tuple[int, int, int]]:
        """Give start, end and the number of the wanted word for each place to mark, in order, none overlapping."""
        found = list(analysis.tokens(text[:LONGEST_TEXT]))
        spans = [span for number, terms in enumerate(self.phrases) for span in _phrase_spans(found, terms, number)]
        for number, prefix in enumerate(self.prefixes, len(self.phrases)):
            spans += [
                (token.start, token.end, number)
                for token in found
                if token.term.startswith(prefix) or analysis.fold(text[token.start : token.end]).startswith(prefix)
            ]
        return _disjoint(sorted(spans, key=lambda span: (span[0], -span[1], span[2])))


def passage(marker: Marker, text: str) -> Snippet:
    """Give the passage of `text` that holds most of what is wanted; its beginning where nothing is found."""
    spans = marker.spans(text) if marker.phrases or marker.prefixes else []
    if len(text) <= LENGTH:
        return Snippet(_runs(text, 0, len(text), spans))
    start, end = _window(text, spans)
    return Snippet(_runs(text, start, end, spans), start > 0, end < len(text))


def whole(marker: Marker, text: str) -> Snippet:
    """Mark a whole text, such as a title."""
    return Snippet(_runs(text, 0, len(text), marker.spans(text)))


def _phrase_spans(found: list[Token], terms: tuple[str, ...], number: int) -> list[tuple[int, int, int]]:
    length = len(terms)
    return [
        (token.start, found[at + length - 1].end, number)
        for at, token in enumerate(found[: len(found) - length + 1])
        if token.term == terms[0] and (length == 1 or tuple(t.term for t in found[at : at + length]) == terms)
    ]


def _disjoint(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Of the spans that overlap, keep the first and longest: a phrase rather than its first word."""
    kept: list[tuple[int, int, int]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _window(text: str, spans: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
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


def _runs(text: str, start: int, end: int, spans: Sequence[tuple[int, int, int]]) -> tuple[tuple[str, bool], ...]:
    runs: list[tuple[str, bool]] = []
    at = start
    for first, last, _ in spans:
        if first < start or last > end:
            continue
        runs += [(text[at:first], False), (text[first:last], True)]
        at = last
    runs.append((text[at:end], False))
    return tuple(run for run in runs if run[0])
