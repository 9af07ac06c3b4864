"""Has a worker do once, as it starts, what its first reader would have to wait for: a tenth of a second.

That is to compile templates, to open the index, and all else that is done when it is first wanted. Called by each
worker before it takes requests.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Flask

from index import FeedsiftError
from webapp import browse

WORD = "a"
"""Any will do: whether it is found or not, it is looked up."""


def warm_up(app: Flask) -> None:
    """Make the first page, and what is swapped into it; what is wrong with the library is left to who asks for it."""
    pages = {"/": browse.page, f"/?q={WORD}": browse.page, f"/fragments/entries?q={WORD}": browse.fragment}
    for address, view in pages.items():
        with suppress(FeedsiftError, OSError), app.test_request_context(address):
            view()
