"""The feeds and their health."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp import current, standing

ATTEMPTS = 5
"""Attempts that are shown of each feed."""

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feeds/")
def feeds() -> str:
    """List every feed: how it is doing, how many entries, when it was and will be fetched, and what went wrong."""
    library, now = current.library(), standing.now()
    reports = [
        standing.report(feed, library.attempts(feed)[:ATTEMPTS], now, is_public=True) for feed in library.feeds()
    ]
    return render_template(
        "pages/feeds.html",
        total=len(reports),
        summary=standing.summary(reports),
        groups=standing.groups(reports),
        folder=standing.folder,
    )
