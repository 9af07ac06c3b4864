"""The help page: the query language, and how to get about."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("guide", __name__)


@blueprint.get("/help/")
def help() -> str:
    """Show the help page."""
    return render_template("pages/help.html")
