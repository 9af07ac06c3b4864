"""What the site says of itself, for its pages, for what it gives to other programs, and for the command line."""

from __future__ import annotations

from dataclasses import dataclass

from index import Feed
from webapp.settings import Settings

NAME = "Feedsift"


@dataclass(frozen=True, slots=True)
class Site:
    """A site; `address` is scheme and host, `subtitle` and `language` may be empty."""

    address: str
    title: str
    subtitle: str
    language: str
    feeds: dict[int, Feed]


def site(feeds: list[Feed], settings: Settings, address: str) -> Site:
    """Describe the site: by what is set, else by its only feed."""
    only = feeds[0] if len(feeds) == 1 else None
    return Site(
        address=settings.address or address,
        title=settings.title or (only.title if only else NAME),
        subtitle=only.subtitle if only else "",
        language=only.language if only else "",
        feeds={feed.id: feed for feed in feeds},
    )
