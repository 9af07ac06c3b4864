"""Marks what a query finds in plain text, and chooses the passage to show. Works for any engine.

Words are found by their stems, so a search for "run" marks "running"; a phrase marks the run of its words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import count, repeat
from typing import NamedTuple

from index import analysis, syntax
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


class Wanted(NamedTuple):
    """A word, phrase or prefix to mark: so many words from that one of the marker's on, and what the engine says."""

    first: int
    length: int
    is_cut: bool
    """Whether only the first character of what is found is meant."""


class _Words(NamedTuple):
    """What is known of the words of a language: sets of wanted words, as the bits of numbers."""

    known: dict[str, int]
    """By the forms that were met."""
    stems: dict[str, int]
    letters: str
    """With which every form begins that fits any, if it is of ASCII; empty where that may be any letter."""


class Marker:
    """What to mark: words, phrases and prefixes of a query that concern some fields. For one thread.

    It remembers which forms fit, as the texts of a page have most of them in common.
    """

    def __init__(self, texts: Sequence[syntax.Text], prefixes: Sequence[str]) -> None:
        """Take what is looked for; phrases are texts of several words."""
        self._wanted: list[Wanted] = []
        self._inexact: list[tuple[str, int]] = []
        """Words whose stem counts, folded, each with its bit."""
        self._exact: dict[str, int] = {}
        self._starts: list[tuple[str, int]] = []
        self._languages: dict[str, _Words] = {}
        bits = (1 << place for place in count())
        for text in texts:
            self._want(len(text.forms), is_cut=False)
            for word, bit in zip(map(analysis.fold, text.forms), bits, strict=False):
                if analysis.is_lone(word):
                    self._starts.append((word, bit))
                elif text.is_exact:
                    self._exact[word] = self._exact.get(word, 0) | bit
                else:
                    self._inexact.append((word, bit))
        for prefix, bit in zip(prefixes, bits, strict=False):
            self._want(1, is_cut=analysis.is_lone(prefix))
            self._starts.append((prefix, bit))
        self._has_phrases = any(wanted.length > 1 for wanted in self._wanted)

    def _want(self, length: int, is_cut: bool) -> None:
        self._wanted.append(Wanted(sum(wanted.length for wanted in self._wanted), length, is_cut))

    @classmethod
    def of(cls, tree: syntax.Node, fields: frozenset[str]) -> Marker:
        """Take the words of a query that concern these fields (a word without a field concerns all)."""
        words = [node for node in syntax.wanted(tree) if not node.field or node.field in fields]
        return cls(
            [node for node in words if isinstance(node, syntax.Text)],
            [node.start for node in words if isinstance(node, syntax.Prefix)],
        )

    def spans(self, text: str, language: str) -> list[Span]:
        """Give the places to mark, in order, none overlapping; a word fits as it does for the engine."""
        if not self._wanted:
            return []
        forms, place = self._read(text[:LONGEST_TEXT], language)
        fitting = self._known(set(forms), language)
        met = {at: bits for at, form in enumerate(forms) if (bits := fitting.get(form))}
        found = [
            Span(place(at)[0], place(at)[0] + 1 if is_cut else place(at + length - 1)[1], number)
            for at in met
            for number, (first, length, is_cut) in enumerate(self._wanted)
            if all(met.get(at + step, 0) >> (first + step) & 1 for step in range(length))
        ]
        return _disjoint(sorted(found, key=lambda span: (span.start, -span.end, span.number)))

    def _read(self, text: str, language: str) -> tuple[list[str], Callable[[int], tuple[int, int]]]:
        """Give the words of a text as analysis.placed does; where phrases don't matter, at least those that may fit."""
        letters = "" if self._has_phrases else self._in(language).letters
        found = analysis.beginning(text, letters) if letters else None
        if found is not None:
            return [token.form for token in found], lambda number: found[number][1:]
        return analysis.placed(text)

    def _known(self, forms: set[str], language: str) -> dict[str, int]:
        """Give for forms, but for those that fit none, which of the wanted words each fits, as the bits of a number."""
        known, stems, letters = self._in(language)
        new = forms - known.keys()
        if letters:  # most words begin otherwise, and need not be stemmed
            new = {form for form in new if form[0] in letters or not form.isascii()}
        if new:
            folds = [form if form.isascii() else analysis.fold(form) for form in new]
            known.update(zip(new, map(stems.get, analysis.stems(folds, language), repeat(0)), strict=False))
            if self._exact or self._starts:
                for form, fold in zip(new, folds, strict=True):
                    known[form] |= self._exact.get(fold, 0)
                    for start, bit in self._starts:
                        known[form] |= bit if fold.startswith(start) else 0
        return known

    def _in(self, language: str) -> _Words:
        if language not in self._languages:
            stems: dict[str, int] = {}
            for word, bit in self._inexact:
                stem = analysis.stem(word, language)
                stems[stem] = stems.get(stem, 0) | bit
            wanted = [*stems, *self._exact, *(start for start, _ in self._starts)]
            letters = {word[0] for word in wanted if word[:1].isascii() and word[:1].isalnum()}
            is_cut = language in analysis.CUT_AT_THE_END
            self._languages[language] = _Words({}, stems, "".join(sorted(letters)) if is_cut else "")
        return self._languages[language]


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
