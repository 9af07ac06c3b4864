"""The custom element as one file, made of the modules in static/js/embed/ and its style sheet. Called by `embeds`.

One file, so that a page of another site needs one request for it; modules, so that each holds one behaviour.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from webapp import assets

_IMPORT = re.compile(r'^import .* from "\./(.+)";\n', re.MULTILINE)
_COMMENT = re.compile(r"^ *(//.*|/\*\*.*\*/)\n", re.MULTILINE)


@cache
def style() -> str:
    """Give the style sheet of embeds."""
    return (assets.folder("static") / "embed.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """Give the script: each module once, after those that it imports, with the style sheet as text inside."""
    text = "".join(_modules(assets.folder("static") / "js" / "embed", "start.js", set()))
    return text.replace('"embed.css"', json.dumps(style()), 1)


def _modules(folder: Path, name: str, done: set[str]) -> list[str]:
    if name in done:
        return []
    done.add(name)
    text = (folder / name).read_text(encoding="utf-8")
    before = [part for imported in _IMPORT.findall(text) for part in _modules(folder, imported, done)]
    return [*before, re.sub(r"^export ", "", _COMMENT.sub("", _IMPORT.sub("", text)), flags=re.MULTILINE)]
