"""Where the next run of hits begins: opaque text for an address. Called by the engine."""

from __future__ import annotations

import base64
import binascii
import json

import numpy as np

from index.columns import Floats, Ints
from index.query import Sort


class Cursor:
    """The place behind the last hit shown: its key and id, and the generation that it was met in."""

    def __init__(self, key: float = 0, id: int | None = None, generation: str = "") -> None:
        """Take what the hit was ordered by, the hit, and the generation; without an id it is the beginning."""
        self.key, self.id, self.generation = key, id, generation

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Read what `text` gave; anything else is the beginning."""
        if not text:
            return cls()
        try:
            key, id, generation = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if not -(2**63) < id < 2**63 or not isinstance(generation, str):
                return cls()
            return cls(float(key), int(id), generation)
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
            return cls()

    def text(self) -> str:
        """Give the cursor as opaque text for an address."""
        packed = json.dumps([self.key, self.id, self.generation], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    def position(self, sort: Sort, ids: Ints, keys: Ints | Floats) -> int:
        """Give how many hits stand before the cursor, itself included; it need not be among them any more.

        `ids` are the hits in order, `keys` what they are ordered by.
        """
        if self.id is None:
            return 0
        # By date, the place is told by the date: the entry itself may have got another one since.
        if sort is Sort.OLDEST:
            return int(((keys < self.key) | ((keys == self.key) & (ids >= self.id))).sum())
        if sort is Sort.NEWEST:
            return int(((keys > self.key) | ((keys == self.key) & (ids <= self.id))).sum())
        met = np.flatnonzero(ids == self.id)
        return int(met[0]) + 1 if len(met) else int((keys >= self.key).sum())
