"""Has a worker do once, as it starts, what its first reader would have to wait for: a tenth of a second or more.

That is to compile templates, to open the index, and all else that is done when it is first wanted. Called by each
worker before it takes requests.
"""

from __future__ import annotations

import logging
import threading
from contextlib import suppress

from flask import Flask

from index import FeedsiftError
from webapp import browse

WORD = "a"
"""Any will do: whether it is found or not, it is looked up."""
LONGEST_SECONDS = 2
"""That a worker waits for this: a large index on a slow disk is opened beside the first requests."""

_log = logging.getLogger(__name__)


def begin(app: Flask) -> None:
    """Warm up; what takes longer than LONGEST_SECONDS goes on in another thread."""
    thread = threading.Thread(target=warm_up, args=(app,), daemon=True)
    thread.start()
    thread.join(LONGEST_SECONDS)


def warm_up(app: Flask) -> None:
    """Make the first page, and what is swapped into it; what is wrong with the library is left to who asks for it."""
    pages = {"/": browse.page, f"/?q={WORD}": browse.page, f"/fragments/entries?q={WORD}": browse.fragment}
    try:
        for address, view in pages.items():
            with suppress(FeedsiftError, OSError), app.test_request_context(address):
                view()
    except Exception:
        _log.exception("warming up failed")
