"""Text to index terms, the same for entries and for queries, whatever the engine.

A term is a word without case and accents, reduced to its English stem (Snowball "english", Porter2).
Called by the writer (entries), the query parser (words) and the snippets (what to mark).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

ACCENTS_FROM = 200
"""Canonical combining classes from here on sit above or below a letter: accents, not vowel signs."""
LONGEST_WORD = 64
"""Longer runs of letters are cut: nobody searches for them, and each would be a term of its own."""

# Letters and digits, with apostrophes inside; and the names of languages that end in a sign.
_WORD = re.compile(r"[a-z](?:\+\+|\#)(?!\w)|[^\W_]+(?:['’][^\W_]+)*", re.IGNORECASE)
_local = threading.local()  # a Stemmer keeps a cache that two threads must not share


class Token(NamedTuple):
    """A term and where it stands in the text: `text[start:end]`."""

    term: str
    start: int
    end: int


def tokens(text: str) -> Iterator[Token]:
    """Give the terms of `text` in order, with their places."""
    for match in _WORD.finditer(text):
        yield Token(term(match.group()), match.start(), match.end())


def terms(text: str) -> list[str]:
    """Give the terms of `text` in order."""
    return [term(word) for word in _WORD.findall(text)]


def other_forms(text: str) -> list[str]:
    """Give the folded words of `text` that are not their own term, each once: what a prefix may also begin."""
    words = {fold(word)[:LONGEST_WORD] for word in set(_WORD.findall(text))}
    return sorted(word for word in words if word != term(word))


@lru_cache(maxsize=100_000)
def term(word: str) -> str:
    """Give the one term of a word: folded, cut to `LONGEST_WORD` letters, stemmed."""
    return str(_stemmer().stemWord(fold(word)[:LONGEST_WORD].replace("’", "'")))


def fold(text: str) -> str:
    """Take case, width and accents away: `Café` becomes `cafe`."""
    if text.isascii():
        return text.lower()
    # Taken apart first: bold and other styled letters have no case of their own.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = (letter for letter in decomposed if unicodedata.combining(letter) < ACCENTS_FROM)
    return unicodedata.normalize("NFKC", "".join(bare))


def tag_key(name: str) -> str:
    """Give what two spellings of one tag share: case, width and runs of white space do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _stemmer() -> Stemmer.Stemmer:
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer
