"""Words as numbers, while an index is written. Called by the writers of posting lists and of words."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
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

    def numbers(self, forms: Iterable[str]) -> array[int]:
        """Give the number of each of these words."""
        return array("i", map(self.__getitem__, forms))

    @cached_property
    def order(self) -> tuple[NDArray[Any], list[bytes]]:
        """The place of each word in the order of words, by its number, and all words in that order.

        To be asked once all words are known.
        """
        numbers = sorted(self.items())
        ranks = np.empty(len(numbers), np.int64)
        ranks[[number for _, number in numbers]] = np.arange(len(numbers))
        return ranks, [form.encode() for form, _ in numbers]
