"""Words as numbers, while an index is written. Called by the writers of posting lists and of words."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Vocabulary(defaultdict[str, int]):
    """A number for each word, from 1 on; 0 is that of the empty one."""

    def __init__(self) -> None:
        super().__init__(count(1).__next__)
        self[""] = 0

    @cached_property
    def order(self) -> tuple[NDArray[Any], list[bytes]]:
        """The place of each word in the order of words, by its number, and all words in that order.

        To be asked once all words are known.
        """
        numbers = sorted(self.items())
        ranks = np.empty(len(numbers), np.int64)
        ranks[[number for _, number in numbers]] = np.arange(len(numbers))
        return ranks, [form.encode() for form, _ in numbers]


class Texts:
    """Texts as the numbers of their words, one after the other."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Take the numbers of words, to which new ones are added."""
        self._vocabulary = vocabulary
        self._words, self._sizes = array("i"), array("i")

    def __len__(self) -> int:
        """Give how many words all texts have."""
        return len(self._words)

    def add(self, forms: Sequence[str]) -> None:
        """Take a text."""
        self._words.extend(map(self._vocabulary.__getitem__, forms))
        self._sizes.append(len(forms))

    def take(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give all words and how many each text has, and begin anew."""
        words, sizes = np.array(self._words, np.int64), np.array(self._sizes, np.int64)
        self._words, self._sizes = array("i"), array("i")
        return words, sizes
