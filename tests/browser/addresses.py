"""The pages that are looked at one by one, by the names that their tests carry."""

from __future__ import annotations

import pytest

from tests.browser import corpus
from tests.browser.watch import Watch

PAGES = {
    "browse": "/",
    "results": "/?q=anchor&tag=weather&exclude.tag=crew",
    "one result": "/?q=zanzibar",
    "nothing found": "/?q=zanzibar&year=2024&tag=weather",
    "notes": f"/?year=1&page=99&tag=crew&q={'x' * 300}",
    "all loaded": "/?tag=weather&page=2",
    "wide entry": "/entries/1/",
    "right-to-left entry": "/entries/2/",
    "long title": "/entries/3/",
    "hostile entry": "/entries/4/",
    "plain entry": "/entries/9/",
    "changed entry": f"/entries/{corpus.CHANGED}/",
    "changes": f"/entries/{corpus.CHANGED}/changes/",
    "no changes": "/entries/9/changes/",
    "tags": "/tags/",
    "feeds": "/feeds/",
    "help": "/help/",
    "pins": "/pins/",
    "settings": "/settings/",
    "builder": "/embed/?q=anchor&tag=weather",
    "builder of an include": "/embed/?kind=include&search=1&theme=dark",
    "accessibility": "/accessibility/",
    "not found": "/nothing/here",
}
"""The hard entries come first in the corpus, so these are their numbers."""

NOT_FOUND = "console: Failed to load resource: the server responded with a status of 404"

each = pytest.mark.parametrize("address", PAGES.values(), ids=PAGES.keys())


def allow_not_found(watch: Watch, address: str) -> None:
    """Let the page that is not there say so."""
    if address == PAGES["not found"]:
        watch.allow(NOT_FOUND)
