"""Pinned searches: what is new in them, and all of them for feed readers. The browser keeps them and names them here.

A pin is what static/js/pinned.js keeps: a state and the newest entry that was known when it was last looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Blueprint, Response, render_template, request

from index import LONGEST_TEXT, Page, Query, Sort, from_pairs
from webapp import current, urls, wording
from webapp.controls import short
from webapp.formats import opml
from webapp.formats.opml import Outline

MOST = 100
"""Pins in one export; the rest is left out. static/js/pinned.js keeps no more."""
MOST_AT_ONCE = 25
"""Pins looked into for one request, as each takes a search; static/js/parts.js asks again for the rest."""

blueprint = Blueprint("pins", __name__)


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned search as it is shown."""

    given: str
    """Its state as the browser keeps it."""
    query: Query
    name: str
    total: int
    new: int
    """How many hits have come since it was last looked at."""

    @property
    def id(self) -> str:
        """What tells it from the others."""
        return short(self.given)

    @property
    def href(self) -> str:
        """The page of its state."""
        return urls.page(self.query)

    @property
    def newest_first(self) -> str:
        """The page that begins with what is new."""
        return urls.page(self.query.with_(order=Sort.NEWEST))

    @property
    def atom(self) -> str:
        """The address of its state for feed readers."""
        return urls.document(self.query, "atom")


@blueprint.get("/pins/")
def page() -> str:
    """Show the page; the browser fills it."""
    return render_template("pages/pins.html")


@blueprint.get("/fragments/pins")
def fragment() -> Response:
    """Answer what is new in each `pin=<id of the newest entry seen>:<state>`."""
    asked = (re.fullmatch(r"([0-9]{1,15}):(.*)", value) for value in request.args.getlist("pin")[:MOST_AT_ONCE])
    named = [(match[2], int(match[1])) for match in asked if match]
    pins = [_looked_into(given, query, seen) for given, seen in named if (query := _state(given))]
    response = Response(render_template("fragments/pins.html", pins=pins))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/pins.opml")
def export() -> Response:
    """Answer the states `pin=<state>` as a list of feeds (OPML 2.0)."""
    given = request.args.getlist("pin")[:MOST]
    states = dict.fromkeys(query for text in given if (query := _state(text)))
    title = f"Pinned searches – {current.site_title()}"
    response = Response(opml.document(title, _outlines(states)), content_type=opml.CONTENT_TYPE)
    response.headers["Content-Disposition"] = "attachment; filename=pins.opml"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _state(given: str) -> Query | None:
    """Read a state; None where its text is longer than a search may be."""
    query, _ = from_pairs(parse_qsl(given))
    return None if len(query.text) > LONGEST_TEXT else current.library().meant(query).with_(size=Query().size)


def _looked_into(given: str, query: Query, seen: int) -> Pin:
    found = current.whole(query, limit=0, facet_values=0)
    # Mostly there is nothing new at all, and nobody has to look which hits are.
    new = sum(id > seen for id in current.library().ids(query)) if found.newest_id > seen else 0
    return Pin(given, query, _name(found), found.total, new)


def _outlines(states: Iterable[Query]) -> Iterable[Outline]:
    for query in states:
        name = _name(current.library().search(query, limit=0, facet_values=0))
        title = f"{name} – {current.site_title()}"
        yield Outline(title, current.absolute(urls.document(query, "atom")), current.absolute(urls.page(query)))


def _name(page: Page) -> str:
    """Name a state apart from every other one, so with the order that was chosen for it."""
    order = f", {page.query.sort} first" if page.query.has_own_order else ""
    return (wording.name(page) or "All entries") + order
