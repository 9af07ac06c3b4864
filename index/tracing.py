"""Where the time of a question goes, stage by stage, for whoever wants to know it.

A stage names itself where it runs (`stage`); nothing is noted unless somebody listens (`recorded`). What one thread
listens to is of that thread alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Trace:
    """What was noted so far, in the order in which the stages first began."""

    seconds: dict[str, float] = field(default_factory=dict)
    """By the clock, of each stage without those within it."""
    total: float = 0.0
    """From the beginning to the end of listening, in seconds of the clock."""
    within: list[float] = field(default_factory=list)
    """Of the stages that have begun, the outermost first: the seconds of those that have ended within each."""


_listening: ContextVar[Trace | None] = ContextVar("listening", default=None)


@contextmanager
def recorded() -> Iterator[Trace]:
    """Note what the stages in the block take; whoever listened before hears nothing of it."""
    trace, began = Trace(), time.perf_counter()
    token = _listening.set(trace)
    try:
        yield trace
    finally:
        _listening.reset(token)
        trace.total = time.perf_counter() - began


class stage:  # noqa: N801 - used as a function is; a generator would cost three times as much where nobody listens
    """Call the block a stage of what is asked, such as `words`."""

    __slots__ = ("_began", "_name", "_trace")

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._trace = _listening.get()
        if self._trace is not None:
            self._trace.seconds.setdefault(self._name, 0.0)
            self._trace.within.append(0.0)
            self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        if self._trace is not None:
            taken = time.perf_counter() - self._began
            self._trace.seconds[self._name] += taken - self._trace.within.pop()
            if self._trace.within:
                self._trace.within[-1] += taken
