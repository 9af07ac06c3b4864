"""The keys that do what visible controls do. One table: the help page and the dialog print it, templates mark the
controls from it (aria-keyshortcuts), and static/js/shortcuts.js reads it from the dialog.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key as KeyboardEvent.key has it, and what it does."""

    key: str
    does: str
    control: str
    """What can be pressed or followed instead."""


SHORTCUTS = {
    "search": Shortcut("/", "Go to the search box", "the link “Skip to search”"),
    "next": Shortcut("j", "Next entry", "Tab, or the next heading; on an entry's page the link “Older”"),
    "previous": Shortcut("k", "Previous entry", "Shift and Tab; on an entry's page the link “Newer”"),
    "open": Shortcut("o", "Open the entry", "its title"),
    "original": Shortcut("v", "View the original", "its link “Original”"),
    "more": Shortcut("n", "Load more entries", "the link “Load more” at the end"),
    "filters": Shortcut("t", "Go to the filters", "the link “Skip to filters”; the button in a narrow window"),
    "help": Shortcut("?", "Show these keys", "the button “Keyboard shortcuts” at the end of the page"),
    "escape": Shortcut("Escape", "Close what is open, or empty the search box", "the button “Close”"),
}
"""By the name of what they do."""


def init_app(app: Flask) -> None:
    """Give templates the table, and `shortcut(name)` for a control's aria-keyshortcuts."""
    app.jinja_env.globals.update(shortcuts=SHORTCUTS, shortcut=lambda *names: " ".join(map(_key, names)))


def _key(name: str) -> str:
    return SHORTCUTS[name].key
