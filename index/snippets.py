"""Marks what a query finds in plain text, and chooses the passage to show. Works for any engine.

Words are found by their stems, so a search for "run" marks "running"; a phrase marks the run of its words.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, count, repeat
from typing import NamedTuple

from index import analysis, syntax
from index.engine import Snippet, Source

LENGTH = 280
"""Characters in a passage, about."""
BEFORE = 60
"""Characters of it that stand before its first mark, about."""
LONGEST_TEXT = 200_000
"""Characters of a text that are looked at."""
MOST_STARTS = 8
"""That words are looked for by: a text is gone through for each of them, and once for all words."""


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


class _Word(NamedTuple):
    """A word of a text that fits, as the bits of a number, any of those that are wanted."""

    bits: int
    start: int
    end: int
    follows: bool
    """Whether no word stands between it and the one before that fits."""


class _Words(NamedTuple):
    """What is known of the words of a language: sets of wanted words, as the bits of numbers."""

    known: dict[str, int]
    """By the forms that were met."""
    stems: dict[str, int]
    starts: tuple[str, ...]
    """With one of which every form of ASCII begins that fits any; none where that may be anything, or one of many."""


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

    def spans(self, sources: Sequence[Source]) -> list[list[Span]]:
        """Give the places to mark in each text, in order, none overlapping; a word fits as it does for the engine."""
        if not self._wanted:
            return [[] for _ in sources]
        found: dict[int, list[Span]] = {}
        for language in {source.language for source in sources}:
            found |= self._in_plain([n for n, source in enumerate(sources) if source.language == language], sources)
        return [
            _disjoint(found[number] if number in found else self._in_any(*source))
            for number, source in enumerate(sources)
        ]

    def _in_any(self, text: str, language: str) -> list[Span]:
        """Give what fits in a text."""
        forms, place = analysis.placed(text[:LONGEST_TEXT])
        fitting = self._known(set(forms), language)
        met = [(at, bits) for at, form in enumerate(forms) if (bits := fitting.get(form))]
        before = -1
        words = []
        for at, bits in met:
            words.append(_Word(bits, *place(at), follows=at == before + 1))
            before = at
        return self._fitting(words)

    def _in_plain(self, numbers: Sequence[int], sources: Sequence[Source]) -> dict[int, list[Span]]:
        """Give what fits in those of the texts, all of one language, that can be read in a simpler way."""
        language = sources[numbers[0]].language
        if not (starts := self._in(language).starts):
            return {}
        plain = ((number, analysis.plain(sources[number].text[:LONGEST_TEXT])) for number in numbers)
        found: dict[int, list[Span]] = {}
        for texts in _batches((number, text) for number, text in plain if text is not None):
            words = self._beginning(list(texts.values()), starts, language)
            found |= {
                number: self._fitting(known) for number, known in zip(texts, words, strict=True) if known is not None
            }
        return found

    def _beginning(self, texts: Sequence[str], begun: tuple[str, ...], language: str) -> list[list[_Word] | None]:
        """Give the words of plain texts that begin so and fit any; None of a text where that takes all words."""
        text, starts = "\n".join(texts), list(accumulate((len(text) + 1 for text in texts), initial=0))
        forms, place = analysis.beginning(text, begun)
        fitting = self._known(set(forms), language)
        met = sorted((*place(at), bits) for at, form in enumerate(forms) if (bits := fitting.get(form)))
        found: list[list[_Word] | None] = [[] for _ in texts]
        before = 0
        for start, end, bits in met:
            number = bisect_right(starts, start) - 1
            is_ending, words = analysis.is_ending(text, start), found[number]
            if is_ending is None:
                found[number] = None
            elif words is not None and not is_ending:
                follows = self._has_phrases and not analysis.is_between(text, before, start)
                words.append(_Word(bits, start - starts[number], end - starts[number], follows))
                before = end
        return found

    def _fitting(self, words: Sequence[_Word]) -> list[Span]:
        """Give what is wanted of words that fit any, in their order."""
        return [
            Span(word.start, word.start + 1 if is_cut else words[at + length - 1].end, number)
            for at, word in enumerate(words)
            for number, (first, length, is_cut) in enumerate(self._wanted)
            if word.bits >> first & 1 and (length == 1 or _goes_on(words[at + 1 : at + length], first + 1, length - 1))
        ]

    def _known(self, forms: set[str], language: str) -> dict[str, int]:
        """Give for forms, but for those that fit none, which of the wanted words each fits, as the bits of a number."""
        known, stems, starts = self._in(language)
        new = forms - known.keys()
        if starts:  # most words begin otherwise, and need not be stemmed
            new = {form for form in new if form.startswith(starts) or not form.isascii()}
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
            starts = [analysis.start_of_all(stem, language) for stem in stems]
            starts += [*self._exact, *(start for start, _ in self._starts)]
            self._languages[language] = _Words({}, stems, _shortest(starts) if all(starts) else ())
        return self._languages[language]


def passages(marker: Marker, sources: Mapping[int, Source]) -> dict[int, Snippet]:
    """Give the passage of each text that holds most of what is wanted; its beginning where nothing is found."""
    found = marker.spans(list(sources.values()))
    return {id: _passage(text, spans) for (id, (text, _)), spans in zip(sources.items(), found, strict=True)}


def whole(marker: Marker, sources: Mapping[int, Source]) -> dict[int, Snippet]:
    """Mark whole texts, such as titles."""
    found = marker.spans(list(sources.values()))
    return {
        id: Snippet(_runs(text, 0, len(text), spans))
        for (id, (text, _)), spans in zip(sources.items(), found, strict=True)
    }


def _shortest(starts: Iterable[str]) -> tuple[str, ...]:
    """Give the starts that a text of ASCII may have, without those that begin with another one; none of too many."""
    possible = sorted(start for start in set(starts) if start.isascii() and start[0].isalnum())
    found: list[str] = []
    for start in possible:  # what begins with another one comes behind it
        if not found or not start.startswith(found[-1]):
            found.append(start)
    return tuple(found) if len(found) <= MOST_STARTS else ()


def _goes_on(words: Sequence[_Word], first: int, length: int) -> bool:
    """Tell whether words follow each other that fit so many of the wanted ones, from one of them on."""
    are_there = len(words) == length
    return are_there and all(word.follows and word.bits >> (first + step) & 1 for step, word in enumerate(words))


def _batches(texts: Iterable[tuple[int, str]]) -> Iterator[dict[int, str]]:
    """Give texts in runs that are not much longer together than one may be."""
    batch: dict[int, str] = {}
    size = 0
    for number, text in texts:
        batch[number] = text
        size += len(text)
        if size >= LONGEST_TEXT:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


def _passage(text: str, spans: list[Span]) -> Snippet:
    if len(text) <= LENGTH:
        return Snippet(_runs(text, 0, len(text), spans))
    start, end = _window(text, spans)
    return Snippet(_runs(text, start, end, spans), start > 0, end < len(text))


def _disjoint(spans: list[Span]) -> list[Span]:
    """Put spans in order; of those that overlap, keep the first and longest: a phrase rather than its first word."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end, span.number)):
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
