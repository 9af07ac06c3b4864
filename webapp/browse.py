"""The browse page and the fragments that htmx swaps into it. The address decides which of the two is answered."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request
from htmx_flask import make_response
from werkzeug.wrappers import Response as BaseResponse

from index import ALIASES, LONGEST_TEXT, Query, from_pairs
from webapp import current, listing, urls

ENTRIES_SHOWN = 500
"""Entries that one full page shows at the most, in whole pages; earlier ones are behind a link."""

blueprint = Blueprint("browse", __name__)


@blueprint.get("/")
def page() -> str | BaseResponse:
    """Show all pages up to the one asked for, so that an address brings back what was on the screen."""
    query, notes = _query()
    if ALIASES.keys() & request.args.keys() or request.args.get("sort") == "date":
        return redirect(urls.page(query), 301)
    found = _pages(query, notes)
    return render_template("pages/browse.html", listing=found, canonical=urls.page(found.query))


@blueprint.get("/fragments/entries")
def fragment() -> Response:
    """Answer the part of the page that a change of state swaps, or with `after` the next batch alone."""
    query, notes = _query()
    if query.after:
        found = listing.build(current.library().search(query), notes)
        return _fragment("fragments/more.html", found, is_new_state=False)
    is_new_state = request.args.get("history") != "replace"
    return _fragment("fragments/browse.html", _pages(query, notes), is_new_state)


def _query() -> tuple[Query, tuple[str, ...]]:
    if any(len(value) > LONGEST_TEXT for name in ("q", *ALIASES) for value in request.args.getlist(name)):
        abort(413)
    return from_pairs(request.args.items(multi=True))


def _pages(query: Query, notes: tuple[str, ...]) -> listing.Listing:
    """Search for pages 1 to N, or the last of them that ENTRIES_SHOWN allows; past the end, up to the last page."""
    library = current.library()
    query = query.with_(page=query.page)
    first = max(0, query.page - max(1, ENTRIES_SHOWN // query.size)) * query.size
    found = library.search(query, first=first, limit=query.page * query.size - first)
    last = max(1, -(-found.total // query.size))
    if query.page > last:
        notes = (*notes, f"There is no page {query.page:,}: showing up to page {last:,}, the last.")
        return _pages(query.with_(page=last), notes)
    return listing.build(found, notes, first)


def _fragment(template: str, found: listing.Listing, is_new_state: bool) -> Response:
    address = urls.page(found.query)
    html = render_template(template, listing=found)
    # htmx shows this address; the page it names is what a reload, a bookmark and a crawler get.
    told = {"push_url": address} if is_new_state else {"replace_url": address}
    response: Response = make_response(html, **told)
    response.headers["Link"] = f'<{address}>; rel="canonical"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
