"""Batches of a feed as lines of JSON, between the process that reads and the one that asked for it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from index.entries import (
    Body,
    Enclosure,
    FeedHead,
    FoundFeed,
    ParsedEntry,
    ParsedFeed,
    SkippedEntry,
    Tag,
    Tombstone,
)


def line(value: object) -> bytes:
    """Write a value that JSON has a place for."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def batch_line(batch: ParsedFeed) -> bytes:
    """Write a batch."""
    return line(asdict(batch))


def batch(text: bytes) -> ParsedFeed:
    """Read a batch. Raises ValueError, TypeError or KeyError for anything else."""
    raw = json.loads(text)
    return ParsedFeed(
        head=FeedHead(**raw["head"]),
        entries=tuple(map(_entry, raw["entries"])),
        skipped=tuple(SkippedEntry(**each) for each in raw["skipped"]),
        batches=raw["batches"],
        left_out=raw["left_out"],
    )


def found(raw: list[dict[str, Any]]) -> tuple[FoundFeed, ...]:
    """Give what a page or a list names."""
    return tuple(FoundFeed(**each) for each in raw)


def tombstones(raw: list[dict[str, Any]]) -> tuple[Tombstone, ...]:
    """Give what a feed has taken back."""
    return tuple(Tombstone(**each) for each in raw)


def _entry(raw: dict[str, Any]) -> ParsedEntry:
    body = raw.pop("body")
    return ParsedEntry(
        **{
            **raw,
            "tags": tuple(Tag(*tag) for tag in raw["tags"]),
            "enclosures": tuple(Enclosure(**each) for each in raw["enclosures"]),
            "body": Body(**body) if body else None,
        }
    )
