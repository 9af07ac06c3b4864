"""A link that leads to another state, as templates print it: its words, its count and its two addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from index import Query
from webapp import urls


@dataclass(frozen=True, slots=True)
class Control:
    """A link that leads to another state; with a `count` of 0 it is shown, but leads nowhere."""

    id: str
    label: str
    state: Query
    count: int | None = None
    is_on: bool = False
    before: str = ""
    """What stands before the label for somebody who hears the link without its surroundings."""

    @property
    def href(self) -> str:
        """The state's page."""
        return urls.page(self.state)

    @property
    def fragment(self) -> str:
        """The state's fragment."""
        return urls.fragment(self.state)

    @property
    def is_dead(self) -> bool:
        """True where it would give nothing."""
        return self.count == 0


def short(text: str) -> str:
    """Give an id's part that is the same for the same text, whatever signs stand in it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
