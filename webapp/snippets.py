"""HTML that other sites take in to show a list of ours: an iframe, a custom element, or a fragment by their server.

Called by the oEmbed provider and by the builder. All of it works pasted as it is: addresses are whole, text is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from index import Page, Query
from webapp import current, embeds, urls, wording
from webapp.look import Look

# Pixels in a frame, measured at widths from 320 to 800: of what stands around the entries, and of one entry.
AROUND, SEARCH, MORE, ENTRY = 115, 90, 55, 205
TALLEST = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A list on another site: all that a snippet is made of."""

    page: Page
    """Of the state; how many hits it holds does not matter."""
    count: int
    look: Look
    pixels: int | None = None
    """The width of a frame; None takes all the room that there is."""
    given_height: int | None = None
    """Of a frame, in pixels; None takes what the entries need."""
    is_followed: bool = False
    """Whether a script makes a frame as high as what it shows."""

    @property
    def query(self) -> Query:
        """The state, with as many entries as are shown."""
        return self.page.query.with_(size=self.count)

    @property
    def address(self) -> str:
        """The address of the list on this site, from the root."""
        return urls.page(self.page.query.with_(size=Query().size))

    @property
    def frame(self) -> str:
        """The address of the document for a frame, from the root."""
        return embeds.address(embeds.FRAME, self.query, self.look)

    @property
    def fragment(self) -> str:
        """The address of the bare list, from the root."""
        return embeds.address(embeds.FRAGMENT, self.query, self.look)

    @property
    def width(self) -> str:
        """The width of a frame, as browsers take it: HTML asks for pixels, but a style would need leave of the host."""
        return str(self.pixels or "100%")

    @property
    def height(self) -> int:
        """The height of a frame: as said, else one in which, at usual widths, nothing has to be scrolled."""
        return self.given_height or height(self.count, self.look)

    @property
    def title(self) -> str:
        """What a frame is called: no number, as that changes while the snippet stays."""
        return f"{current.site_title()}: {wording.name(self.page) or 'All entries'}"

    @property
    def link(self) -> Markup:
        """An ordinary link to the list, for where the rest does not work."""
        return Markup('<a href="{}">{}</a>').format(current.absolute(self.address), self.title)


def height(count: int, look: Look) -> int:
    """Give the pixels that a frame of so many entries needs."""
    around = AROUND + SEARCH * look.has_search + MORE * look.has_more
    return min(around + ENTRY * count, TALLEST)


def iframe(shown: Shown) -> Markup:
    """Give a frame alone."""
    return Markup('<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>').format(
        current.absolute(shown.frame), shown.title, shown.width, shown.height
    )


def iframe_with_link(shown: Shown) -> Markup:
    """Give a frame and below it the link: in a frame, HTML allows none, and no browser of today shows it.

    The script that follows the height of the content comes last.
    """
    follower = Markup("\n") + script() if shown.is_followed else ""
    return Markup("{}\n<p>{}</p>{}").format(iframe(shown), shown.link, follower)


def script() -> Markup:
    """Give the script that makes custom elements work, and frames as high as what they show."""
    return Markup('<script type="module" src="{}"></script>').format(current.absolute("/static/embed.js"))


def element(shown: Shown) -> Markup:
    """Give the custom element with the script that makes it work, and the link in it."""
    look = shown.look
    switches = Markup(" search") if look.has_search else "", Markup(" load-more") if look.has_more else ""
    return Markup(
        '{}\n<feedsift-entries query="{}" count="{}" theme="{}" heading-level="{}"{}{}>\n  {}\n</feedsift-entries>'
    ).format(
        script(),
        urls.parameters([pair for pair in shown.query.pairs() if pair[0] != "size"]),
        shown.count,
        look.theme,
        look.level,
        *switches,
        shown.link,
    )


def room(shown: Shown) -> str:
    """Give a line of CSS by which nothing on a page moves when the entries of the custom element come."""
    return f"feedsift-entries {{ display: block; min-block-size: {height(shown.count, shown.look)}px; }}"


def include(shown: Shown) -> str:
    """Give a directive of server-side includes, as nginx takes it, for pages under the same host as this site.

    What stands in it is no HTML, so nothing is escaped; an address has neither quotation marks nor `>`.
    """
    return f'<!--# include virtual="{shown.fragment}" -->'
