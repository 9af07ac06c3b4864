"""Whether a generation that was just written holds what it has to and can be asked, before it is put in force.

Called by the Whoosh engine while it publishes. A generation is made by numbers of documents in the former one, so a
fault there would show as entries that are doubled or gone, and each later generation would have them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from index import evaluation, syntax
from index.budget import Budget
from index.columns import Ints
from index.engine import Document
from index.errors import IndexUnfitError
from index.searcher import Generation

NONE: Ints = np.zeros(0, np.int64)


class Expected:
    """What a generation has to hold: what stays of the former one, and the documents that it is given."""

    def __init__(self, total: int | None = None, kept: Ints = NONE) -> None:
        """Take how many documents it has to hold, None where nobody knows, and the ids that stay."""
        self._total = total
        self._kept = kept
        self._given: list[int] = []
        self._newest: dict[str, tuple[tuple[int, int], str]] = {}

    def noting(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Give the documents as they come, and note them."""
        for document in documents:
            self._given.append(document.id)
            word = next((form for form in (*document.title, *document.body[:1]) if form), "")
            self._note("word", document, word)
            self._note("tag", document, next(iter(document.tags), ""))
            yield document

    def prove(self, generation: Generation) -> None:
        """Compare a generation with what was noted, and ask it three things. Raises IndexUnfitError."""
        self._compare(generation)
        found = evaluation.evaluate(generation, syntax.parse("").tree, Budget()).mask
        _demand(int(found.sum()) == generation.total, "does not find all of its entries")
        if "word" in self._newest:
            (_, id), word = self._newest["word"]
            found = evaluation.holding(generation, word)
            is_known = word in generation.words.entries([word])
            _demand(is_known and id in generation.columns.ids[found], f"does not find entry {id} by a word of it")
        if "tag" in self._newest:
            (_, id), tag = self._newest["tag"]
            found = evaluation.evaluate(generation, syntax.Tagged((tag,)), Budget()).mask
            _demand(id in generation.columns.ids[found], f"does not find entry {id} by its tag")

    def _note(self, what: str, document: Document, value: str) -> None:
        key = document.time, document.id
        if value and (what not in self._newest or key >= self._newest[what][0]):
            self._newest[what] = key, value

    def _compare(self, generation: Generation) -> None:
        wanted = np.sort(np.concatenate([self._kept, np.array(self._given, np.int64)]))
        total = len(wanted) if self._total is None else self._total
        _demand(generation.total == total, f"holds {generation.total:,} entries and not {total:,}")
        held = np.sort(generation.columns.ids[generation.columns.live])
        doubled = generation.columns.doubled()
        _demand(not doubled, f"holds entry {next(iter(doubled), 0)} more than once")
        _demand(np.array_equal(held, wanted), "does not hold the entries that it was given")


def _demand(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise IndexUnfitError(f"The index that was built {otherwise}; the former one stays.")
