"""Which of very many words may be a few edits from another one: told by the letters that they have, all at once.

An edit takes away one letter, adds one, does both, or neither. So two words that differ in more letters than that need
not be compared any more, which leaves about one in a hundred. Called by index.words.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Letters = NDArray[np.uint32]
"""Of each word, the letters that it has: a bit for each, which letters of other scripts may share."""


def letters(words: str, length: int) -> Letters:
    """Give those of words of so many letters each, which stand one a line."""
    codes = np.frombuffer(f"{words}\n".encode("utf-32-le"), np.uint32).reshape(-1, length + 1)[:, :length]
    found: Letters = np.bitwise_or.reduce(np.uint32(1) << (codes & np.uint32(31)), axis=1)
    return found


def near(word: str, edits: int, words: str, length: int, known: Letters) -> list[str]:
    """Give those of the words that may be so many edits from `word`, and some others; `known` are their letters."""
    # Each letter that one is longer by is an edit which only adds, or only takes away.
    most = 2 * edits - abs(len(word) - length)
    places = np.flatnonzero(np.bitwise_count(known ^ letters(word, len(word))[0]) <= most)
    return [words[at : at + length] for at in (places * (length + 1)).tolist()]
