"""What is given to be read. A module of its own, as both sides of the process that reads need it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Material:
    """A document as it came, and from where: `url` is the base of relative links (also file: and stdin:)."""

    body: bytes
    url: str
    content_type: str = ""
