"""Does something in a process of its own, forked, so that what is taken from it is taken from nobody else."""

from __future__ import annotations

import os
from collections.abc import Callable

from index import FeedsiftError


def said(work: Callable[[], str], first: Callable[[], object] = lambda: None) -> str:
    """Call `first` and then `work` in a child; gives what `work` gives, or the kind and sentence of its error."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            first()
            try:
                words = work()
            except FeedsiftError as error:
                words = f"{type(error).__name__}: {error}"
            except BaseException as error:
                words = f"not on purpose: {error!r}"
            os.write(writing, words.encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as file:
        words = file.read()
    os.waitpid(child, 0)
    return words
