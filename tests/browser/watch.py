"""Watches what a browser says behind a test's back: each complaint fails the test that did not ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request

from tests.browser import corpus

# The browser says of a violation in the console what the console of the page may not show.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


SUPERSEDED = r"console: htmx:(afterRequest|sendAbort), "
"""What htmx 2 says of a request that a newer one replaced; htmx 4 says nothing."""
UNREACHED = r"htmx:(afterRequest|sendError), |htmx: htmx:error: Failed to fetch "
"""What htmx 2 and 4 say of a request that nobody answered, for a pattern that begins with "console: "."""
FAILED = rf"console: (Failed to load resource|Response Status Error Code|{UNREACHED})"
"""What the browser and htmx say of a request that failed; of an answer that is an error htmx 4 says nothing."""


class Watch:
    """The complaints of one browser context, and the requests that it made for fragments."""

    def __init__(self, context: BrowserContext, host: str, allowed: Iterable[str] = ()) -> None:
        self._host = host
        self._complaints: list[str] = []
        self._allowed = list(allowed)
        self.fragments: list[str] = []
        """Addresses of fragments of entries, in the order in which they were asked for."""
        self.suggestions: list[str] = []
        """Those of suggestions, likewise."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._complaints.append(f"error: {error.error}"))
        context.on("dialog", lambda dialog: self._complaints.append(f"dialog: {dialog.message}"))
        context.on("request", self._see)

    def allow(self, pattern: str) -> None:
        """Let complaints pass that begin so: a test that breaks something causes them."""
        self._allowed.append(pattern)

    def complaints(self) -> list[str]:
        """Give what nobody allowed."""
        return [said for said in self._complaints if not any(re.match(p, said) for p in self._allowed)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(f"console: {message.text}")

    def _see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.netloc != self._host and request.url != corpus.IMAGE and parts.scheme not in ("data", "blob"):
            self._complaints.append(f"request: {request.url}")
        if parts.path.startswith("/fragments/entries"):
            self.fragments.append(request.url)
        elif parts.path == "/fragments/suggest":
            self.suggestions.append(request.url)
