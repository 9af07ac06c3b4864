"""The help page (the query language, and how to get about), and what is true of accessibility."""

from __future__ import annotations

from flask import Blueprint, render_template

from webapp import current

blueprint = Blueprint("guide", __name__)


@blueprint.get("/help/")
def help() -> str:
    """Show the help page."""
    return render_template("pages/help.html")


@blueprint.get("/accessibility/")
def accessibility() -> str:
    """Show the accessibility statement, with where to report a barrier."""
    return render_template("pages/accessibility.html", contact=current.settings().contact)
