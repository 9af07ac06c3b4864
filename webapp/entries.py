"""One entry, whole."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response

from index import Entry
from webapp import current, metadata, urls

RELATED = 6
"""Related entries that are shown below an entry."""

blueprint = Blueprint("entries", __name__)


@blueprint.get("/entries/<name>/")
def entry(name: str) -> str | Response:
    """Show the entry whose number ends the name; whatever stands before it is brought up to date."""
    library = current.library()
    found = named(name)
    if found is None:
        abort(404)
    if urls.entry(found) != f"/entries/{name}/":
        return redirect(urls.entry(found), 301)
    older, newer = library.neighbours(found)
    feeds = [feed for feed in library.feeds() if feed.id in found.feeds]
    related = library.related(found, RELATED)
    return render_template(
        "pages/entry.html",
        entry=found,
        metadata=metadata.of_entry(found),
        older=older,
        newer=newer,
        feeds=feeds,
        related=related,
    )


def named(name: str) -> Entry | None:
    """Find the entry whose number ends a name, as it stands in an address."""
    match = re.fullmatch(r"(?:.*-)?([0-9]{1,18})", name)
    return current.library().entry(int(match[1])) if match else None
