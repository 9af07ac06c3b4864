"""The public addresses and what each takes and gives, as one table: what `/openapi.json` is made of.

A new address is one row here. A test compares the table with the routes of the application, in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp import schemas
from webapp.formats import FORMATS
from webapp.urls import BUILDER, BUILDER_FRAGMENT, OEMBED

HTML, TEXT = "text/html", "text/plain"
STATE = ("q", "tag", "exclude.tag", "author", "feed", "year", "month", "from", "to", "sort")
"""The parameters that make a state; components of the description, by name."""
LOOK = (*STATE, "size", "h", "theme", "search", "more", "id")
"""Those of an embed: a state, and how it looks."""
BUILDING = (*LOOK, "kind", "width", "height", "follow")
"""Those of the builder: an embed, and how a page takes it in."""
KEPT = (200, 304)
"""Of what has an ETag; 304 is for those who have it."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address: its path with names in braces, and what can come back from it beside 400, 429 and 503."""

    path: str
    summary: str
    takes: tuple[str, ...] = ()
    """Query parameters, by their names in `openapi.PARAMETERS`."""
    gives: tuple[str, ...] = (HTML,)
    """Content types of 200."""
    statuses: tuple[int, ...] = KEPT
    """Those of section 15 of RFC 9110 that the address has of its own."""
    schema: Mapping[str, Any] | None = None
    """Of the body; none is text."""
    problem: tuple[str, ...] = (HTML,)
    """Content types of what says that something went wrong."""
    posted: tuple[int, ...] = ()
    """What comes back from POST; nothing where it is not taken."""


def _format(suffix: str) -> Address:
    form = FORMATS[suffix]
    return Address(
        f"/entries.{suffix}",
        f"The entries of a state as {form.name}",
        (*STATE, "size", "page", "archive", "mark") if form.shape.has_archives else (*STATE, "size", "page"),
        (form.mimetype,),
        (*KEPT, 301, 413),
        {"json": schemas.JSON_FEED, "ndjson": schemas.ROWS}.get(suffix),
        (TEXT,),
    )


ADDRESSES = [
    # Pages
    Address("/", "The entries of a state", (*STATE, "size", "page"), statuses=(*KEPT, 301, 413)),
    Address("/entries/{name}/", "One entry; its number alone leads there", statuses=(*KEPT, 301, 404)),
    Address("/entries/{name}/changes/", "What was changed in an entry", statuses=(*KEPT, 301, 404)),
    Address("/tags/", "All tags with their counts"),
    Address("/tags/{names}/", "Leads to the entries with these tags, joined by +", statuses=(301, 404)),
    Address("/facets/{facet}/", "All values of a facet", (*STATE, "match", "show"), statuses=(*KEPT, 301, 404, 413)),
    Address("/feeds/", "The feeds and their health"),
    Address("/help/", "What can be asked, and the keys"),
    Address("/settings/", "A reader's own settings, kept in the browser"),
    Address("/accessibility/", "The accessibility statement"),
    Address("/pins/", "The searches that a reader has pinned, kept in the browser"),
    Address(BUILDER, "Makes a list fit for another site", BUILDING, statuses=(*KEPT, 413)),
    # Parts of pages
    Address(
        "/fragments/entries",
        "The changing part of the browse page, or with `after` the next batch alone",
        (*STATE, "size", "page", "after", "history"),
        statuses=(*KEPT, 413),
    ),
    Address(
        "/fragments/facets/{facet}",
        "The changing part of a facet's page",
        (*STATE, "match", "show"),
        statuses=(*KEPT, 404, 413),
    ),
    Address("/fragments/suggest", "Suggestions, as options of a list", STATE, statuses=(*KEPT, 413)),
    Address("/fragments/pins", "What is new in pinned searches", ("pin",)),
    Address(BUILDER_FRAGMENT, "The changing part of that page", BUILDING, statuses=(*KEPT, 413)),
    # For other sites
    Address("/embed/entries", "Entries as a piece of HTML", (*LOOK, "after"), statuses=(*KEPT, 413)),
    Address("/embed/frame", "The same as a small page, for an iframe", (*LOOK, "after"), statuses=(*KEPT, 413)),
    Address("/static/embed.js", "The element <feedsift-entries>", gives=("text/javascript",)),
    Address("/static/embed.css", "The style sheet of embeds", gives=("text/css",)),
    Address(
        OEMBED,
        "How a list or an entry can be embedded (oEmbed 1.0)",
        ("url", "format", "maxwidth", "maxheight"),
        ("application/json", "text/xml"),
        (200, 404, 413, 501),
        schemas.OEMBED,
        ("application/json", "text/xml", HTML),
    ),
    # For other programs
    *map(_format, FORMATS),
    Address("/feeds.opml", "The feeds as a list for feed readers", gives=("text/x-opml",), problem=(TEXT,)),
    Address(
        "/pins.opml", "Pinned searches as a list for feed readers", ("pin",), gives=("text/x-opml",), statuses=(200,)
    ),
    Address(
        "/suggest",
        "Suggestions for a text (OpenSearch Suggestions 1.0)",
        ("q",),
        ("application/x-suggestions+json",),
        (200, 413),
        schemas.SUGGESTIONS,
    ),
    Address(
        "/opensearch.xml",
        "How to search the site (OpenSearch 1.1)",
        gives=("application/opensearchdescription+xml",),
        statuses=(200,),
    ),
    Address("/openapi.json", "This description", gives=("application/json",), schema=schemas.ANY_OBJECT),
    # For hubs
    Address(
        "/websub/{token}/",
        "Where a hub confirms that it tells of news in a feed, and tells of it (WebSub)",
        ("hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds"),
        (TEXT,),
        (200, 404),
        problem=(TEXT,),
        posted=(202, 410, 413),
    ),
    # For those who watch the service
    Address("/healthz", "The process answers", gives=(TEXT,), statuses=(200,)),
    Address("/readyz", "Store and index can be used", gives=(TEXT,), statuses=(200,), problem=(TEXT,)),
]
