"""The page on which any list is made fit for another site: choose how it looks, see it, copy what to paste.

A form that the server answers: without scripts by the button, with them (htmx) at each change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request

from index import LARGEST_SIZE
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
COUNTS = range(1, LARGEST_SIZE + 1)
WIDTHS, HEIGHTS = range(120, TALLEST + 1), range(80, TALLEST + 1)
"""Pixels of a frame."""
OWN_NAMES = ("kind", "width", "height", "follow")
PLAIN = "frame"

blueprint = Blueprint("builder", __name__)


class Note(NamedTuple):
    """A number that cannot be, and the one that is taken; static/js/builder.js puts it into the field."""

    field: str
    given: str
    taken: str
    """Empty where the number is left out."""
    text: str


@dataclass(frozen=True, slots=True)
class Built:
    """What the page prints."""

    kind: str
    shown: Shown
    notes: tuple[Note, ...] = ()

    @property
    def sentence(self) -> str:
        """What is shown, in words."""
        return wording.sentence(self.shown.page)

    @property
    def snippet(self) -> str:
        """What to copy."""
        return str(KINDS[self.kind][2](self.shown))

    @property
    def room(self) -> str:
        """What to copy into a style sheet; empty where nothing moves without it."""
        return snippets.room(self.shown) if self.kind == "element" else ""

    @property
    def alone(self) -> str:
        """The address of what other sites get."""
        return self.shown.fragment if self.kind == "include" else self.shown.frame

    @property
    def status(self) -> str:
        """What is said of a change."""
        entries = "1 entry" if self.shown.count == 1 else f"{self.shown.count} entries"
        changed = f"Preview and code changed: {KINDS[self.kind][0].lower()} with up to {entries}."
        return " ".join([*(note.text for note in self.notes), changed])

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
            ("follow", "1" * shown.is_followed),
        ]
        return urls.with_parameters(urls.BUILDER, [pair for pair in pairs if pair[1]])


@blueprint.get(urls.BUILDER)
def page() -> Response:
    """Show the page."""
    choices = {"kinds": KINDS, "themes": look.THEMES, "levels": look.LEVELS}
    ranges = {"counts": COUNTS, "widths": WIDTHS, "heights": HEIGHTS}
    html = render_template("pages/builder.html", built=_built(), **choices, **ranges)
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
    kind = kind if kind in KINDS else PLAIN
    shown = Shown(
        page=current.whole(current.state(query).with_(), limit=0),
        count=look.nearest(request.args.get("size", ""), COUNTS, COUNT),
        look=look.from_address(request.args),
        pixels=_pixels("width", WIDTHS),
        given_height=_pixels("height", HEIGHTS),
        is_followed=request.args.get("follow", "") == "1",
    )
    return Built(kind, shown, tuple(_notes(kind, shown)))


def _pixels(name: str, valid: range) -> int | None:
    """Read a number of pixels; None where none is given."""
    return look.nearest(request.args.get(name, ""), valid, 0) or None


def _notes(kind: str, shown: Shown) -> Iterator[Note]:
    """Say which numbers could not be taken as they were written; only a frame has a size."""
    fields = [("size", "Entries", "", COUNTS, shown.count)]
    if kind == "frame":
        fields.append(("width", "Width", " pixels", WIDTHS, shown.pixels or 0))
        fields.append(("height", "Height", " pixels", HEIGHTS, shown.given_height or 0))
    for name, label, unit, valid, number in fields:
        taken, given = str(number or ""), request.args.get(name)
        if given is not None and given.strip().lstrip("+0") != taken:
            instead = f"instead of {given[:20]}" if given.strip() else "where nothing is written"
            text = f"{label} can be {valid[0]:,} to {valid[-1]:,}{unit}: {taken or 'none'} is taken {instead}."
            yield Note(name, given, taken, text)
