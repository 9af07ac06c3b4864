"""The page of a reader's own settings. The server only prints them: static/js/settings.js keeps what is chosen."""

from __future__ import annotations

from flask import Blueprint, render_template

CHOICES = {
    "theme": ("Theme", {"system": "As the system has it", "light": "Light", "dark": "Dark"}),
    "size": ("Size of text", {"normal": "Normal", "large": "Large", "largest": "Largest"}),
    "density": ("Spacing of lists", {"normal": "Normal", "compact": "Compact"}),
}
"""One of several: the names and values that static/js/stored.js keeps and static/site.css knows, and how they read."""
SWITCHES = {
    "auto": ("Load more automatically", "When you scroll to the end of a list, up to three times in a row."),
    "keys": ("Use single keys", "Such as j for the next entry; the list of them is on the help page."),
}
"""On or off."""

blueprint = Blueprint("reading", __name__)


@blueprint.get("/settings/")
def settings() -> str:
    """Show the page."""
    return render_template("pages/settings.html", choices=CHOICES, switches=SWITCHES)
