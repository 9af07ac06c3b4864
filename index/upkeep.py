"""Whether a library is as it should be, and mending what can be mended: its index. Called by `writing`."""

from __future__ import annotations

from collections.abc import Callable

from index.engine import Engine
from index.errors import IndexMissingError
from index.results import Difference, Findings, Repair
from index.storage import faults
from index.storage.store import Store


def compared(store: Store, engine: Engine) -> Difference:
    """Compare the store with what the index says it holds. Raises IndexMissingError."""
    stored, indexed = store.times(), engine.times()
    return Difference(
        not_indexed=tuple(sorted(stored.keys() - indexed.keys())),
        not_stored=tuple(sorted(indexed.keys() - stored.keys())),
        differing=tuple(sorted(id for id in stored.keys() & indexed.keys() if stored[id] != indexed[id])),
        doubled=engine.doubled(),
    )


def examined(store: Store, engine: Engine) -> Findings:
    """Look for damage in both, and compare them; reads all of them. Raises StoreError."""
    if problems := store.problems():
        return Findings(store=tuple(problems))
    try:
        engine.verify()
        return Findings(difference=compared(store, engine))
    except IndexMissingError as error:
        return Findings(index=str(error))


def repaired(store: Store, engine: Engine, publish: Callable[[bool], bool]) -> Repair:
    """Mend the index; to be called by the one who may write.

    `publish` brings it up to date, or builds it from nothing where it is told True, and says if there was a change.
    Raises StoreError where the store itself is damaged: nothing is made of that.
    """
    found = examined(store, engine)
    if found.store:
        raise faults.damaged(store.path, found.store[0])
    is_updated, is_rebuilt = publish(False), bool(found.index)
    if compared(store, engine):  # in what the list of changes does not tell of
        is_rebuilt = publish(True)
    return Repair(is_updated and not is_rebuilt, is_rebuilt, tuple(engine.tidy()))
