"""The feeds and their health."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp import current

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feeds/")
def feeds() -> str:
    """List every feed: how many entries, when it was fetched, and what went wrong."""
    return render_template("pages/feeds.html", feeds=current.library().feeds())
