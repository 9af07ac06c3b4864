"""An engine that tells what each question to it has taken, whichever engine it is. Made by the library."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from index.budget import Budget
from index.engine import Answer, Engine

Told = Callable[[float, int | None], None]
"""Takes the seconds of an answer, and its number of hits where it was a search."""
ASKING = frozenset(
    [
        *("search", "count", "words", "tags", "spellings", "tag_spellings"),
        *("related", "snippets", "marked", "times", "doubled"),
    ]
)


def metered(engine: Engine, told: Told) -> Engine:
    """Give an engine that calls `told`, in the thread that asks, after each question."""
    return cast(Engine, _Metered(engine, told))


class _Metered:
    def __init__(self, engine: Engine, told: Told) -> None:
        self._engine = engine
        self._told = told

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._engine, name)
        return self._timed(method) if name in ASKING else method

    def within(self, budget: Budget) -> _Metered:
        return _Metered(self._engine.within(budget), self._told)

    def _timed(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def timed(*args: Any, **kwargs: Any) -> Any:
            began, hits = time.perf_counter(), None
            try:
                answer = method(*args, **kwargs)
                hits = answer.total if isinstance(answer, Answer) else None
                return answer
            finally:
                self._told(time.perf_counter() - began, hits)

        return timed
