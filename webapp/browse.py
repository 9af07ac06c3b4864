"""The browse page and the fragments that htmx swaps into it. The address decides which of the two is answered."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, Response, abort, redirect, render_template, request
from htmx_flask import make_response
from werkzeug.wrappers import Response as BaseResponse

from index import ALIASES, LONGEST_TEXT, Alternative, Page, Query, from_pairs, notes_on, stage
from webapp import chart, current, listing, standing, urls, values
from webapp.listing import Listing

ENTRIES_SHOWN = 500
"""Entries that one full page shows at the most, in whole pages; earlier ones are behind a link."""

blueprint = Blueprint("browse", __name__)


@blueprint.get("/")
def page() -> str | BaseResponse:
    """Show all pages up to the one asked for, so that an address brings back what was on the screen."""
    query, notes = asked()
    if is_other_address(query):
        return redirect(urls.page(current.library().meant(query)), 301)
    found, address = _answer(query, notes, is_typing=False)
    trouble = standing.unreachable(list(current.site().feeds.values()))
    with stage("page"):
        return render_template("pages/browse.html", listing=found, canonical=address, trouble=trouble)


@blueprint.get("/fragments/entries")
def fragment() -> Response:
    """Answer the part of the page that a change of state swaps, or with `after` the next batch alone."""
    query, notes = asked()
    if query.after:
        found = listing.build(current.whole(query, facet_values=values.ENOUGH), notes, is_batch=True)
        return _fragment("fragments/more.html", found, found.address, is_new_state=False)
    is_typing = request.args.get("history") == "replace"
    found, address = _answer(query, notes, is_typing)
    return _fragment("fragments/browse.html", found, address, not is_typing)


def is_other_address(query: Query) -> bool:
    """Tell whether a request for a query calls a parameter, a value or a tag otherwise: one state has one address."""
    is_otherwise_named = ALIASES.keys() & request.args.keys() or request.args.get("sort") == "date"
    return bool(is_otherwise_named) or current.library().meant(query) != query


def asked(without: Collection[str] = ()) -> tuple[Query, tuple[str, ...]]:
    """Give the query of this request's address, and what had to be corrected in it; `without` are no parts of it."""
    return read([(name, value) for name, value in request.args.items(multi=True) if name not in without])


def read(pairs: list[tuple[str, str]]) -> tuple[Query, tuple[str, ...]]:
    """Give the query of an address's parameters, and what had to be corrected in it; what is too long is 413."""
    if any(len(value) > LONGEST_TEXT for name, value in pairs if name == "q" or name in ALIASES):
        abort(413)
    return from_pairs(pairs)


def corrected(state: Query, total: int) -> tuple[Query, Alternative | None]:
    """Give the state whose entries stand for a state of which so many are found, and what is to be said of spelling.

    That is the state itself, but where it finds nothing and another spelling does. Pages follow this, and oEmbed, as
    it speaks of pages; embeds and the other formats stay with what they were asked for.
    """
    found = current.library().correction(state, total) if state.text or state.tags else None
    return (found.query if found and found.exact and not total else state), found


def _answer(query: Query, notes: tuple[str, ...], is_typing: bool) -> tuple[Listing, str]:
    """Give the listing and the canonical address of what was asked, or of a spelling that finds more.

    Tags and dates in the text become filters; while somebody is typing, they also stay where they are.
    """
    state = current.state(query)
    typed = query if is_typing else state
    page, first, more_notes = _pages(state)
    shown, correction = corrected(state, page.total)
    if shown != state:
        page, first, more_notes = _pages(shown)
    alternatives = current.library().alternatives(state, correction) if state.is_filtered and not page.total else []
    year = None if page.is_partial else chart.year_of(page.query)
    months = current.library().search(page.query.choosing("year", str(year)), limit=0, facet_values=1) if year else None
    notes = (*notes, *notes_on(query.text), *more_notes)
    found = listing.build(
        page, notes, first, typed=typed, correction=correction, alternatives=alternatives, months=months
    )
    is_shown = found.correction is not None and found.correction.is_shown
    return found, urls.page(state if is_shown else page.query)


def _pages(query: Query) -> tuple[Page, int, tuple[str, ...]]:
    """Search for pages 1 to N, or the last of them that ENTRIES_SHOWN allows; past the end, up to the last page.

    Gives the page, how many entries stand before it, and what is to be said of it.
    """
    query = query.with_(page=query.page)
    first = max(0, query.page - max(1, ENTRIES_SHOWN // query.size)) * query.size
    limit = query.page * query.size - first
    found = current.library().search(query, first=first, limit=limit, facet_values=values.ENOUGH)
    last = max(1, -(-found.total // query.size))
    if query.page <= last:
        return found, first, ()
    page, first, _ = _pages(query.with_(page=last))
    return page, first, (f"There is no page {query.page:,}: showing up to page {last:,}, the last.",)


def _fragment(template: str, found: Listing, address: str, is_new_state: bool) -> Response:
    with stage("page"):
        html = render_template(template, listing=found)
    # htmx shows this address; the page it names is what a reload, a bookmark and a crawler get.
    told = {"push_url": address} if is_new_state else {"replace_url": address}
    response: Response = make_response(html, **told)
    response.headers["Link"] = f'<{address}>; rel="canonical"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response
