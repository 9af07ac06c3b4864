"""Theme, paper and what else a page asks of its reader's system (CSS media features), in either browser.

Playwright sets them in Chromium at any time. For a Firefox that is driven by WebDriver BiDi it cannot, and does not say
so: there they are preferences of the browser from its start, or what the page would make of them is set in the page.
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

PREFERENCES: dict[tuple[str, str], dict[str, int]] = {
    ("color_scheme", "dark"): {"layout.css.prefers-color-scheme.content-override": 0},
    ("color_scheme", "light"): {"layout.css.prefers-color-scheme.content-override": 1},
    ("reduced_motion", "reduce"): {"ui.prefersReducedMotion": 1},
    ("forced_colors", "active"): {"browser.display.document_color_use": 2},
}
"""Firefox's own, for Playwright's options of a context."""

_PRINT = """
() => {
  const turn = (rule) => {
    if (rule.media?.mediaText === "print") rule.media.mediaText = "all";
    for (const inner of rule.cssRules ?? []) turn(inner);
  };
  for (const sheet of document.styleSheets) turn(sheet);
}
"""


def preferences(options: dict[str, Any]) -> dict[str, int]:
    """Take the options that are media features from those of a context; give them as preferences of Firefox."""
    names = {name for name, _ in PREFERENCES} & options.keys()
    asked = [(name, options.pop(name)) for name in names]
    return {preference: value for feature in asked for preference, value in PREFERENCES[feature].items()}


def is_firefox(page: Page) -> bool:
    """Tell whether a page is open in Firefox."""
    browser = page.context.browser
    return browser is not None and browser.browser_type.name == "firefox"


def set_theme(page: Page, theme: str) -> None:
    """Let the page be `light` or `dark`; in Firefox as if its style sheet allowed nothing else."""
    if is_firefox(page):
        page.evaluate("theme => void (document.documentElement.style.colorScheme = theme)", theme)
    else:
        page.emulate_media(color_scheme=theme)


def print_on_screen(page: Page) -> None:
    """Show the page that is open as it is printed; in Firefox by letting the rules for paper hold for all media."""
    if is_firefox(page):
        page.evaluate(_PRINT)
    else:
        page.emulate_media(media="print")
