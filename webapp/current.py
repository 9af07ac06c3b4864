"""What the views of a request need from the application. Called by every blueprint."""

from __future__ import annotations

from flask import current_app, g, request

from index import Feed, Library
from webapp.settings import Settings

NAME = "Feedsift"


def library() -> Library:
    """Give the library that this application shows."""
    found: Library = current_app.extensions["feedsift.library"]
    return found


def settings() -> Settings:
    """Give this application's settings."""
    found: Settings = current_app.extensions["feedsift.settings"]
    return found


def absolute(path: str) -> str:
    """Give the whole address of a path on this site, for those who see it elsewhere."""
    return (settings().address or request.host_url.rstrip("/")) + path


def site_title() -> str:
    """Give the name of the site: as set, else that of its only feed, else ours."""
    feed = _only_feed()
    return settings().title or (feed.title if feed else NAME)


def site_subtitle() -> str:
    """Give what the site's only feed says of itself, or nothing."""
    feed = _only_feed()
    return feed.subtitle if feed else ""


def _only_feed() -> Feed | None:
    if "feeds" not in g:
        g.feeds = library().feeds()
    return g.feeds[0] if len(g.feeds) == 1 else None
