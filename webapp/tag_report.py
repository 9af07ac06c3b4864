"""What `feedsift tags` prints: all tags, or those that are nearly the same, as lines for the file of tag aliases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from index import Similar, Tag, alias_line

NONE_SIMILAR = "No two tags are nearly the same."
NO_TAGS = "There are no tags yet."


def listed(tags: Iterable[tuple[Tag, int]]) -> Iterator[str]:
    """Give a line for each tag: its number of entries, its name."""
    for tag, entries in tags:
        yield f"{entries:>7,}  {tag.name}"


def suggested(found: Iterable[Similar]) -> Iterator[str]:
    """Give a line for each tag that is nearly the same as a more common one, as the file of aliases has it."""
    for one in found:
        line = alias_line(one.tag.name, one.target.name)
        yield f"{line}  # {one.entries:,} and {one.target_entries:,} entries, {one.likeness}"


def listed_as_json(tags: Iterable[tuple[Tag, int]]) -> list[dict[str, Any]]:
    """Give each tag with what addresses call it."""
    return [{"tag": tag.name, "key": tag.key, "entries": entries} for tag, entries in tags]


def suggested_as_json(found: Iterable[Similar]) -> list[dict[str, Any]]:
    """Give each tag with the more common one."""
    return [
        {
            "tag": one.tag.name,
            "entries": one.entries,
            "target": one.target.name,
            "target_entries": one.target_entries,
            "likeness": str(one.likeness),
        }
        for one in found
    ]
