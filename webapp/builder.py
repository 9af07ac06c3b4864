"""The page on which any list is made fit for another site: choose how it looks, see it, copy what to paste.

A form that the server answers: without scripts by the button, with them (htmx) at each change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from index import LARGEST_SIZE, lifted
from webapp import browse, current, look, security, snippets, urls, wording
from webapp.look import COUNT
from webapp.snippets import TALLEST, Shown

KINDS: dict[str, tuple[str, str, Callable[[Shown], str]]] = {
    "frame": ("A frame", "Works wherever HTML can be pasted, and needs no script.", snippets.iframe_with_link),
    "element": (
        "A custom element",
        "Becomes a part of your page, as high as its entries; needs a script from this site.",
        snippets.element,
    ),
    "include": (
        "An include",
        "Your own server puts the entries in, without any style; for pages under the same host as this site.",
        snippets.include,
    ),
}
"""The ways to take a list in: what they are called, what is to be known of them, and what makes the snippet."""
LEVELS = range(2, 7)
NARROWEST, LOWEST = 120, 80
"""Pixels of a frame."""
OWN_NAMES = ("kind", "width", "height")
PLAIN = "frame"

blueprint = Blueprint("builder", __name__)


@dataclass(frozen=True, slots=True)
class Built:
    """What the page prints."""

    kind: str
    shown: Shown

    @property
    def sentence(self) -> str:
        """What is shown, in words."""
        return wording.sentence(self.shown.page)

    @property
    def snippet(self) -> str:
        """What to copy."""
        return str(KINDS[self.kind][2](self.shown))

    @property
    def alone(self) -> str:
        """The address of what other sites get."""
        return self.shown.fragment if self.kind == "include" else self.shown.frame

    @property
    def status(self) -> str:
        """What is said of a change."""
        entries = "1 entry" if self.shown.count == 1 else f"{self.shown.count} entries"
        return f"Preview and code changed: {KINDS[self.kind][0].lower()} with up to {entries}."

    @property
    def state_pairs(self) -> list[tuple[str, str]]:
        """What the form keeps of the state: all but the count, which it asks for."""
        return [pair for pair in self.shown.query.pairs() if pair[0] != "size"]

    @property
    def address(self) -> str:
        """The canonical address of this page."""
        shown = self.shown
        pairs = [*self.state_pairs, ("kind", self.kind if self.kind != PLAIN else "")]
        pairs += [("size", str(shown.count) if shown.count != COUNT else ""), *shown.look.pairs()]
        pairs += [
            ("width", str(shown.pixels or "")),
            ("height", str(shown.given_height or "")),
        ]
        return urls.with_parameters(urls.BUILDER, [pair for pair in pairs if pair[1]])


@blueprint.get(urls.BUILDER)
def page() -> Response:
    """Show the page."""
    html = render_template("pages/builder.html", built=_built(), kinds=KINDS, themes=look.THEMES, levels=LEVELS)
    response = Response(html)
    response.headers["Content-Security-Policy"] = security.policy(frame_src="'self'")  # the preview
    return response


@blueprint.get(urls.BUILDER_FRAGMENT)
def fragment() -> Response:
    """Answer the part of the page that a choice changes."""
    built = _built()
    response = Response(render_template("_partials/built.html", built=built))
    response.headers["HX-Replace-Url"] = built.address
    response.headers["Link"] = f'<{built.address}>; rel="canonical"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _built() -> Built:
    query, _ = browse.asked(without=(*look.NAMES, *OWN_NAMES))
    kind = request.args.get("kind", PLAIN)
    shown = Shown(
        page=current.library().search(lifted(query).with_(), limit=0),
        count=look.nearest(request.args.get("size", ""), range(1, LARGEST_SIZE + 1), COUNT),
        look=look.from_address(request.args),
        pixels=_pixels("width", NARROWEST),
        given_height=_pixels("height", LOWEST),
    )
    return Built(kind if kind in KINDS else PLAIN, shown)


def _pixels(name: str, least: int) -> int | None:
    """Read a number of pixels; None where none is given."""
    return look.nearest(request.args.get(name, ""), range(least, TALLEST + 1), 0) or None
