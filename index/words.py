"""Which words a segment of the index holds, beside Whoosh's files: what a query's word may stand for.

One small SQLite file for each segment, written with it and never changed, so that generations share it by hard links.
It is asked by the letters of a word without accents, by its stem in a language, and by its beginning. Called by the
writer (WordsWriter) and by a generation (Words).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index import analysis, letters
from index.columns import Ints
from index.engine import Document
from index.kept import Kept
from index.letters import Letters
from index.vocabulary import Texts, Vocabulary

SUFFIX = ".words"
FIELDS = ("title", "tags", "body", "author", "url")
_RANKED = 0b111  # title, tags and body in FIELDS
MOST_EXPANSIONS = 1_000
"""Words that one word or prefix of a query may stand for; the most frequent count."""
LETTERS_KEPT = 1_000_000
"""Words whose letters a generation keeps at hand, four bytes each."""
_PENDING = 1_000_000  # words of documents kept in memory until they are counted
_BITS = 32  # below the number of a word in a key
_LOW = (1 << _BITS) - 1
_HIGHEST = "\U0010ffff"

_SCHEMA = """
    CREATE TABLE word (
        form    TEXT PRIMARY KEY,
        fold    TEXT NOT NULL,
        entries INTEGER NOT NULL,  -- that hold it in their title, tags or body
        fields  INTEGER NOT NULL   -- one bit for each of FIELDS
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE stem (
        stem     TEXT NOT NULL,
        language TEXT NOT NULL,
        form     TEXT NOT NULL,
        PRIMARY KEY (stem, language, form)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE letters (
        number INTEGER PRIMARY KEY,
        folds  TEXT NOT NULL  -- of so many letters, that an entry holds, one a line: a guess at a spelling wants all
    ) STRICT;
"""
_FINISH = """
    CREATE INDEX word_by_fold ON word (fold, entries);
    INSERT INTO letters
        SELECT length(fold), group_concat(fold, char(10))
        FROM (SELECT DISTINCT fold FROM word WHERE entries > 0) GROUP BY length(fold);
    ANALYZE;
"""


class Kind(IntEnum):
    """How a word of an entry fits one of a query, best first."""

    EXACT = 0
    FOLDED = 1
    STEMMED = 2


class Variant(NamedTuple):
    """A word of the index that a query's word stands for."""

    form: str
    kind: Kind
    fields: frozenset[str]
    """Where it occurs at all."""
    entries: int
    """How many hold it in their title, tags or body, in all languages; some may be deleted."""
    language: str = ""
    """Where not empty: it fits in entries of this language alone."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """All that a word or prefix stands for: at most MOST_EXPANSIONS variants, of `total`."""

    variants: tuple[Variant, ...]
    total: int


class WordsWriter:
    """Collects the words of the documents of one segment."""

    def __init__(self, folder: Path) -> None:
        """Prepare a file in `folder`; it gets its name with `finish`."""
        self._path = folder / f"new{SUFFIX}"
        self._path.unlink(missing_ok=True)
        self._connection = sqlite3.connect(self._path)
        # A file that is not finished is thrown away with its generation, so nothing is lost by this.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._numbers, self._names = Vocabulary(), Vocabulary()
        """Of words, and of languages."""
        self._texts = [Texts(self._numbers) for _ in FIELDS]
        """Those of the documents that were not counted yet."""
        self._languages: list[int] = []
        none = np.zeros(0, np.int64)
        self._counts = _Counts(none, none, none)

    def add(self, document: Document) -> None:
        """Note the words of a document."""
        fields = (document.title, document.tag_words, document.body, document.author_words, document.url)
        for texts, forms in zip(self._texts, fields, strict=True):
            texts.add(forms)
        self._languages.append(self._names[document.language])
        if sum(map(len, self._texts)) > _PENDING:
            self._count()

    def finish(self, segment: str) -> None:
        """Write what is left, and give the file the name of its segment."""
        self._count()
        self._write()
        self._connection.executescript(_FINISH)
        self._connection.close()
        self._path.rename(self._path.with_name(segment + SUFFIX))

    def discard(self) -> None:
        """Give up."""
        self._connection.close()
        self._path.unlink(missing_ok=True)

    def _count(self) -> None:
        """Count in how many documents of each language each word is."""
        languages = np.array(self._languages, np.int64)
        fields = [_holders(*texts.take()) for texts in self._texts]
        ranked = _once(np.concatenate([keys for bit, keys in enumerate(fields) if _RANKED >> bit & 1]))
        found = [_counted(keys, languages, 0, 1 << bit) for bit, keys in enumerate(fields)]
        self._counts = _summed([self._counts, *found, _counted(ranked, languages, 1, 0)])
        self._languages = []

    def _write(self) -> None:
        forms, languages, counts = list(self._numbers), list(self._names), self._counts
        folds = [analysis.fold(form) for form in forms]
        words = _summed([_Counts(counts.keys >> _BITS, counts.entries, counts.fields)])
        rows = zip(*(part.tolist() for part in words), strict=True)
        self._connection.executemany(
            "INSERT INTO word VALUES (?, ?, ?, ?)",
            sorted((forms[word], folds[word], entries, fields) for word, entries, fields in rows),
        )
        for number, language in enumerate(languages):
            found = (counts.keys[counts.keys & _LOW == number] >> _BITS).tolist()
            stems = analysis.stems([folds[word] for word in found], language)
            self._connection.executemany(
                "INSERT INTO stem VALUES (?, ?, ?)",
                sorted((stem, language, forms[word]) for stem, word in zip(stems, found, strict=True)),
            )
        self._connection.commit()


class _Counts(NamedTuple):
    """Of each word in each language, by the numbers of both in `keys`, in order."""

    keys: Ints
    entries: Ints
    """How many hold it in a ranked field."""
    fields: Ints
    """Where it occurs, one bit for each of FIELDS."""


def _holders(words: Ints, sizes: Ints) -> Ints:
    """Give every word of each document once: its number, and below that the document's."""
    return _once(words << _BITS | np.repeat(np.arange(len(sizes)), sizes))


def _once(keys: Ints) -> Ints:
    """Give each key once, in order: what np.unique does, which looks keys up one by one instead."""
    keys = np.sort(keys)
    return keys[np.diff(keys, prepend=-1) > 0]


def _counted(keys: Ints, languages: Ints, entries: int, fields: int) -> _Counts:
    """Give words of documents as words of their languages, each counting so much; the empty word is none."""
    keys = keys[keys >> _BITS > 0]
    keys = keys & ~_LOW | languages[keys & _LOW]
    return _Counts(keys, np.full(len(keys), entries), np.full(len(keys), fields))


def _summed(parts: Iterable[_Counts]) -> _Counts:
    """Add up what belongs to the same key."""
    keys, entries, fields = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
    return _Counts(
        keys[order][starts], np.add.reduceat(entries[order], starts), np.bitwise_or.reduceat(fields[order], starts)
    )


class Words:
    """The words of a generation: those of all its segments together. Safe to use from several threads."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Open the files."""
        self._guard = threading.Lock()
        self._letters: Kept[Letters] = Kept(LETTERS_KEPT, len)
        self._parts = [
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            for path in paths
        ]
        for part in self._parts:  # a damaged file is noticed now
            part.execute("SELECT * FROM word LIMIT 1").fetchone()

    def __del__(self) -> None:
        for part in getattr(self, "_parts", ()):
            part.close()

    def like(self, form: str, languages: Sequence[str]) -> Expansion:
        """Give what a word stands for: itself, other accents and, in each of these languages, the same stem."""
        fold = analysis.fold(form)
        rows = _by_frequency(self._words("w.fold = ?", (fold,)))
        folded = {row[0]: _variant(row, _kind(row[0], form)) for row in rows}
        stemmed = [
            _variant(row, Kind.STEMMED, language)
            for language in languages
            for row in _by_frequency(
                self._words("s.stem = ? AND s.language = ?", (analysis.stem(fold, language), language))
            )
            if row[0] not in folded
        ]
        return Expansion((*folded.values(), *stemmed)[:MOST_EXPANSIONS], len(folded) + len(stemmed))

    def starting(self, start: str) -> Expansion:
        """Give the words that begin so, accents aside."""
        rows = self._words("w.fold >= ? AND w.fold < ?", (start, start + _HIGHEST))
        first = _by_frequency(rows)[:MOST_EXPANSIONS]
        # A form of ASCII has no accents; that is told in a third of the time.
        folds = (row[0] if row[0].isascii() else analysis.fold(row[0]) for row in first)
        variants = [_variant(row, _kind(fold, start)) for row, fold in zip(first, folds, strict=True)]
        return Expansion(tuple(variants), len(rows))

    def frequent(self, start: str, most: int) -> list[tuple[str, int]]:
        """Give the most frequent words that begin so, with how many entries hold each."""
        rows = self._words("w.fold >= ? AND w.fold < ? AND w.entries > 0", (start, start + _HIGHEST))
        return [(row[0], row[1]) for row in _by_frequency(rows)[:most]]

    def near(self, word: str, edits: int) -> list[str]:
        """Give the words that an entry holds and that may be so many edits from this one, all without accents.

        Others may be among them, and one that several segments have comes as often.
        """
        statement = "SELECT number, folds FROM letters WHERE number BETWEEN ? AND ?"
        found: list[str] = []
        for part in self._parts:
            for length, folds in self._asked(part, statement, (len(word) - edits, len(word) + edits)):
                known = self._letters.get((part, length), partial(letters.letters, folds, length))
                found += letters.near(word, edits, folds, length, known)
        return found

    def usual(self, folds: Iterable[str]) -> dict[str, tuple[int, str]]:
        """Give for each of these words, which are without accents: the entries that hold it, and its usual form."""
        found: dict[str, tuple[int, str]] = {}
        for fold in folds:
            rows = _by_frequency(self._words("w.fold = ? AND w.entries > 0", (fold,)))
            if rows:
                found[fold] = (sum(entries for _, entries, _ in rows), rows[0][0])
        return found

    def entries(self, forms: Iterable[str]) -> dict[str, int]:
        """Give for each of these forms how many entries hold it; those that none holds are left out."""
        found = {}
        for form in forms:
            for row in self._words("w.form = ?", (form,)):
                found[form] = row[1]
        return found

    def _words(self, condition: str, values: tuple[object, ...]) -> list[tuple[str, int, int]]:
        """Give form, entries and fields of each word, summed over the segments."""
        source = "stem s JOIN word w USING (form)" if condition.startswith("s.") else "word w"
        statement = f"SELECT form, entries, fields FROM {source} WHERE {condition}"
        if len(self._parts) == 1:
            return self._asked(self._parts[0], statement, values)
        found: dict[str, tuple[str, int, int]] = {}
        for form, entries, fields in self._rows(statement, values):
            known = found.get(form, (form, 0, 0))
            found[form] = (form, known[1] + entries, known[2] | fields)
        return list(found.values())

    def _rows(self, statement: str, values: tuple[object, ...]) -> Iterator[Any]:
        for part in self._parts:
            yield from self._asked(part, statement, values)

    def _asked(self, part: sqlite3.Connection, statement: str, values: tuple[object, ...]) -> list[Any]:
        with self._guard:
            return part.execute(statement, values).fetchall()


def _by_frequency(rows: Iterable[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def _variant(row: tuple[str, int, int], kind: Kind, language: str = "") -> Variant:
    return Variant(row[0], kind, _fields(row[2]), row[1], language)


@cache
def _fields(bits: int) -> frozenset[str]:
    return frozenset(field for bit, field in enumerate(FIELDS) if bits >> bit & 1)


def _kind(found: str, wanted: str) -> Kind:
    return Kind.EXACT if found == wanted else Kind.FOLDED
