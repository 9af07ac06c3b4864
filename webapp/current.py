"""What the views of a request need from the application. Called by every blueprint.

What a page asks for a dozen times is looked up in `g` once each time: each look goes through Flask's context.
"""

from __future__ import annotations

import math

from flask import current_app, g, request

from index import FACET_VALUES, Budget, Feed, Library, Page, Query, SearchTimeError, lifted
from webapp import about
from webapp.about import Site
from webapp.mending import Mender
from webapp.settings import Settings


def library() -> Library:
    """Give the library that this application shows; all searches of a request share the time that there is for it."""
    found: Library | None = g.get("library")
    if found is None:
        budget = Budget(settings().query_seconds or math.inf)
        found = current_app.extensions["feedsift.library"].within(budget)
        g.budget, g.library = budget, found
    return found


def whole(query: Query, limit: int | None = None, facet_values: int | None = FACET_VALUES) -> Page:
    """Search for what has no place to say that something was left out (see Library.search). Raises SearchTimeError."""
    page = library().search(query, limit=limit, facet_values=facet_values)
    if page.is_partial:
        raise SearchTimeError("This search takes too long; asked again, it goes on.")
    return page


def is_partial() -> bool:
    """Tell whether something had to be left out of what this request is answered."""
    return "budget" in g and g.budget.is_exceeded


def mender() -> Mender:
    """Give what builds the index anew where it cannot be used."""
    found: Mender = current_app.extensions["feedsift.mender"]
    return found


def state(query: Query) -> Query:
    """Give the one form of what a query asks for: tags and dates of its text as filters, tags as they are meant."""
    return library().meant(lifted(query))


def settings() -> Settings:
    """Give this application's settings."""
    found: Settings = current_app.extensions["feedsift.settings"]
    return found


def site() -> Site:
    """Give what the site says of itself, as of this request."""
    found: Site | None = g.get("site")
    if found is None:
        found = g.site = _site(library().feeds())
    return found


def forget_feeds() -> None:
    """Have the site go without the names of its feeds, where nobody has asked for them yet."""
    g.setdefault("site", _site([]))


def _site(feeds: list[Feed]) -> Site:
    return about.site(feeds, settings(), address())


def address() -> str:
    """Give scheme and host of the site: as set, else as this request has them."""
    found: str | None = g.get("address")
    if found is None:
        found = g.address = settings().address or request.host_url.rstrip("/")
    return found


def absolute(path: str) -> str:
    """Give the whole address of a path on this site, for those who see it elsewhere."""
    return address() + path


def site_title() -> str:
    """Give the name of the site: as set, else that of its only feed, else ours."""
    return site().title


def site_subtitle() -> str:
    """Give what the site's only feed says of itself, or nothing."""
    return site().subtitle
