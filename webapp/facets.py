"""All values of one facet on a page of their own, with a box to filter them by name."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from index import Page, Query, folded
from webapp import browse, current, urls, values, wording
from webapp.values import TITLES, Value

VALUES_SHOWN = 200
"""Values on one page; "Show more" adds as many."""
MOST_SHOWN = 10_000

blueprint = Blueprint("facets", __name__)


@dataclass(frozen=True, slots=True)
class Values:
    """What the page prints: the values whose name holds what was typed, as many as are shown."""

    name: str
    title: str
    query: Query
    match: str
    sentence: str
    """What can be chosen from, in words."""
    values: tuple[Value, ...]
    total: int
    more: str
    """The address of the page with more of them; empty where all are shown."""

    @property
    def address(self) -> str:
        """The canonical address of this page."""
        return urls.facet(self.name, self.query, **({"match": self.match} if self.match else {}))

    @property
    def form_pairs(self) -> list[tuple[str, str]]:
        """What the form that filters has to keep of the state."""
        return self.query.pairs()


@blueprint.get("/facets/<name>/")
def page(name: str) -> str | BaseResponse:
    """Show the values of a facet, each with what it gives in the state that the parameters tell."""
    asked, _ = browse.asked()
    found = _values(name, asked)
    if browse.is_other_address(asked):
        return redirect(found.address, 301)
    return render_template("pages/facet.html", facet=found)


@blueprint.get("/fragments/facets/<name>")
def fragment(name: str) -> Response:
    """Answer the part of the page that filtering changes."""
    found = _values(name, browse.asked()[0])
    response = Response(render_template("_partials/facet_values.html", facet=found))
    response.headers["HX-Replace-Url"] = found.address
    response.headers["Link"] = f'<{found.address}>; rel="canonical"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _values(name: str, asked: Query) -> Values:
    if name not in TITLES:
        abort(404)
    query = current.state(asked).with_()
    match = " ".join(request.args.get("match", "").split())[:100]
    found = current.whole(query, limit=0, facet_values=None)
    facet, part = found.facets[name], folded(match)
    fitting = [value for value in values.in_order(facet) if part in folded(values.label(facet, value.value))]
    number = _number(request.args.get("show", ""))
    more = {"match": match, "show": str(number + VALUES_SHOWN)} if match else {"show": str(number + VALUES_SHOWN)}
    return Values(
        name=name,
        title=TITLES[name],
        query=query,
        match=match,
        sentence=_sentence(found),
        values=tuple(values.shown(found, name, fitting[:number])),
        total=len(fitting),
        more=urls.facet(name, query, **more) if number < min(len(fitting), MOST_SHOWN) else "",
    )


def _sentence(page: Page) -> str:
    return wording.sentence(page) if page.query.is_filtered else wording.count(page.total)


def _number(text: str) -> int:
    return min(int(text), MOST_SHOWN) if text.isascii() and text.isdecimal() and len(text) < 7 else VALUES_SHOWN
