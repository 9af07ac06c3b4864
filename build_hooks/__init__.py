"""What hatch_build.py does at build time, and what its two steps share."""

import os
from pathlib import Path


class BuildError(Exception):
    """The build cannot go on; the message is one line for whoever started it."""


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step, so that nobody reads half of it; leave it alone if it is right."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def one_line(text: str) -> str:
    """Join the lines of a message."""
    return " ".join(text.split())
