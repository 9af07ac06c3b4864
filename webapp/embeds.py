"""Entries in the pages of other sites: the bare fragment, the frame around it, and the files of the custom element."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from index import DEFAULT_SIZE, LARGEST_SIZE, Query
from webapp import browse, bundle, current, listing, look, urls
from webapp.controls import short
from webapp.listing import Listing
from webapp.look import Look
from webapp.revalidation import SHARED

FRAGMENT, FRAME = "/embed/entries", "/embed/frame"
FILE_KEPT = 3_600
"""Seconds that the script and the style sheet are kept: their addresses never change."""

blueprint = Blueprint("embeds", __name__)


@dataclass(frozen=True, slots=True)
class Embed:
    """What an embed's templates print."""

    listing: Listing
    look: Look
    is_frame: bool

    @property
    def id(self) -> str:
        """What all ids begin with: different embeds have different ones."""
        pairs = [*self.listing.query.pairs(), *self.look.pairs()]
        return self.look.id or f"feedsift-{short(repr(pairs))}"

    @property
    def page(self) -> str:
        """The page of the site that shows the same entries."""
        return urls.page(_of_site(self.listing.query))

    @property
    def next(self) -> str:
        """The fragment with the entries that follow; empty where none do."""
        page = self.listing.page
        return address(FRAGMENT, page.query.with_(after=page.cursor), self.look) if self.listing.more else ""

    @property
    def next_page(self) -> str:
        """The page of the site at the entry that follows."""
        page = _of_site(self.listing.query).with_(page=self.listing.shown // DEFAULT_SIZE + 1)
        return f"{urls.page(page)}#entry-{self.listing.page.next_id}"

    @property
    def form_action(self) -> str:
        """Where the search box leads: a frame shows what was found itself."""
        return FRAME if self.is_frame else urls.BROWSE

    @property
    def form_pairs(self) -> list[tuple[str, str]]:
        """What the search box keeps of the state."""
        query = self.listing.query.with_(text="")
        return _pairs(query, self.look) if self.is_frame else _of_site(query).pairs()


@blueprint.get(FRAGMENT)
def entries() -> Response:
    """Answer the entries as a bare piece of HTML, without a script or a style."""
    return _answer("_partials/embed.html", is_frame=False)


@blueprint.get(FRAME)
def frame() -> Response:
    """Answer the same piece in a document of its own, for an iframe."""
    return _answer("embed.html", is_frame=True)


@blueprint.get("/static/embed.js")
def script() -> Response:
    """Answer the custom element with its style sheet inside: one request, at an address that stays."""
    return _file(bundle.script(), "text/javascript")


@blueprint.get("/static/embed.css")
def style() -> Response:
    """Answer the style sheet for pages that include the fragment and want its looks too."""
    return _file(bundle.style(), "text/css")


def address(path: str, query: Query, look: Look) -> str:
    """Give the address of an embed of a state: FRAGMENT or FRAME."""
    return urls.with_parameters(path, _pairs(query, look))


def _answer(template: str, is_frame: bool) -> Response:
    shown = listing.build(current.whole(_asked()))
    embed = Embed(shown, look.from_address(_given()), is_frame)
    response = Response(render_template(template, embed=embed, listing=shown), content_type="text/html; charset=utf-8")
    response.headers["Link"] = f'<{current.absolute(embed.page)}>; rel="canonical"'
    response.headers["Cache-Control"] = SHARED
    return response


def _asked() -> Query:
    """Give the query of this request: of a few entries, beginning where its cursor says."""
    query, _ = browse.asked(without=look.NAMES)
    size = look.nearest(_given().get("size", ""), range(1, LARGEST_SIZE + 1), look.COUNT)
    return current.state(query).with_(size=size, after=query.after)


def _given() -> dict[str, str]:
    """Give the parameters of this request: the last where one is repeated, as a query does."""
    return dict(request.args.items(multi=True))


def _pairs(query: Query, look: Look) -> list[tuple[str, str]]:
    """Give all parameters of an embed: the count is always said, as its default is not a page's."""
    pairs = [pair for pair in query.pairs() if pair[0] != "size"]
    return [*pairs, ("size", str(query.size)), *look.pairs()]


def _of_site(query: Query) -> Query:
    return query.with_(size=DEFAULT_SIZE)


def _file(text: str, kind: str) -> Response:
    headers = {"Cross-Origin-Resource-Policy": "cross-origin"}
    response = Response(text, content_type=f"{kind}; charset=utf-8", headers=headers)
    response.cache_control.public = True
    response.cache_control.max_age = FILE_KEPT
    response.add_etag()
    response.make_conditional(request)
    return response
