"""HTML that other sites take in to show a list of ours: an iframe, a custom element, or a fragment by their server.

Called by the oEmbed provider and by the builder. All of it works pasted as it is: addresses are whole, text is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from index import Page, Query
from webapp import current, urls, wording

THEMES = ("auto", "light", "dark")
HIGHEST_HEADING, LOWEST_HEADING = 2, 6
MOST_ENTRIES = 100
# Pixels in a frame, measured at widths from 320 to 800: of what stands around the entries, and of one entry.
AROUND, SEARCH, MORE, ENTRY = 110, 100, 70, 200
TALLEST = 10_000


@dataclass(frozen=True, slots=True)
class Look:
    """How a list looks on another site."""

    count: int = 5
    heading: int = 3
    """The level of the entries' headings."""
    theme: str = "auto"
    has_search: bool = False
    has_more: bool = False

    def pairs(self) -> list[tuple[str, str]]:
        """Give the parameters that say so, without those that are default."""
        default = Look()
        pairs = [
            ("h", str(self.heading) if self.heading != default.heading else ""),
            ("theme", self.theme if self.theme != default.theme else ""),
            ("search", "1" if self.has_search else ""),
            ("more", "1" if self.has_more else ""),
            ("size", str(self.count) if self.count != default.count else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    @property
    def height(self) -> int:
        """The height in pixels of a frame in which, at usual widths, nothing has to be scrolled."""
        around = AROUND + SEARCH * self.has_search + MORE * self.has_more
        return min(around + ENTRY * self.count, TALLEST)


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown, and how: all that a snippet is made of."""

    page: Page
    look: Look

    @property
    def query(self) -> Query:
        """The state, without paging."""
        return self.page.query.with_(size=Query().size)

    @property
    def address(self) -> str:
        """The whole address of the list on this site."""
        return current.absolute(urls.page(self.query))

    @property
    def frame(self) -> str:
        """The address of the document for a frame, from the root."""
        return urls.embedded("frame", [*self.query.pairs(), *self.look.pairs()])

    @property
    def fragment(self) -> str:
        """The address of the bare list, from the root."""
        return urls.embedded("entries", [*self.query.pairs(), *self.look.pairs()])

    @property
    def title(self) -> str:
        """What a frame is called: no number, as that changes while the snippet stays."""
        return f"{current.site_title()}: {wording.described(self.page)}"

    @property
    def link(self) -> Markup:
        """An ordinary link to the list, for where the rest does not work."""
        return Markup('<a href="{}">{}</a>').format(self.address, self.title)


def iframe(shown: Shown, width: str, height: int) -> Markup:
    """Give a frame alone; `width` is a number of pixels or `100%`."""
    return Markup('<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>').format(
        current.absolute(shown.frame), shown.title, width, height
    )


def iframe_with_link(shown: Shown, width: str, height: int) -> Markup:
    """Give a frame and below it the link: in a frame, HTML allows none, and no browser of today shows it."""
    return Markup("{}\n<p>{}</p>").format(iframe(shown, width, height), shown.link)


def element(shown: Shown) -> Markup:
    """Give the custom element with the script that makes it work, and the link in it."""
    look = shown.look
    switches = Markup(" search") if look.has_search else "", Markup(" load-more") if look.has_more else ""
    return Markup(
        '<script type="module" src="{}"></script>\n'
        '<feedsift-entries query="{}" count="{}" theme="{}" heading-level="{}"{}{}>\n{}\n</feedsift-entries>'
    ).format(
        current.absolute("/static/embed.js"),
        urls.parameters(shown.query.pairs()),
        look.count,
        look.theme,
        look.heading,
        *switches,
        shown.link,
    )


def include(shown: Shown) -> str:
    """Give a directive of server-side includes, as nginx takes it, for pages under the same host as this site.

    What stands in it is no HTML, so nothing is escaped; an address has neither quotation marks nor `>`.
    """
    return f'<!--# include virtual="{shown.fragment}" -->'
