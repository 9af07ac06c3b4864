"""A link that leads to another state, as templates print it: its words, its count and its two addresses."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import NamedTuple

from index import Query
from webapp import urls


class Control(NamedTuple):
    """A link that leads to another state; with a `total` of 0 it is shown, but leads nowhere.

    A tuple, as a page has a hundred of them, and they are made and unpacked faster so.
    """

    id: str
    label: str
    href: str
    """The state's page."""
    fragment: str
    """The state's fragment."""
    total: int | None = None
    """How many entries that gives."""
    is_on: bool = False
    before: str = ""
    """What stands before the label for somebody who hears the link without its surroundings."""


def control(
    id: str, label: str, state: Query, total: int | None = None, is_on: bool = False, before: str = ""
) -> Control:
    """Make a control that leads to a state."""
    return leading(id, label, urls.of(state), total, is_on, before)


def leading(
    id: str, label: str, parameters: str, total: int | None = None, is_on: bool = False, before: str = ""
) -> Control:
    """Make a control that leads to the state with these parameters, as `urls.of` gives them."""
    return Control(id, label, urls.BROWSE + parameters, urls.FRAGMENT + parameters, total, is_on, before)


@lru_cache(maxsize=4_096)
def short(text: str) -> str:
    """Give an id's part that is the same for the same text, whatever signs stand in it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
