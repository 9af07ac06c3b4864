"""Thousands of pieces of hostile HTML, the same at every run: the cross product of what carries a trick and of tricks.

Each calls `alert` with its own number where it gets through (`{n}`), or asks a host that no picture stands on, which is
`evil.example`; pictures that may be asked for stand on `images.example`. All of them were written for this project;
`make vectors` brings those of other projects beside them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from html import escape

from tests import vector_parts


def all_of_them() -> list[str]:
    """Give every vector once. The number that one calls `alert` with is its place."""
    patterns = dict.fromkeys(_patterns())
    return [pattern.replace("\0N\0", str(number)) for number, pattern in enumerate(patterns)]


def some(number: int) -> list[tuple[int, str]]:
    """Give that many vectors with their places, the same at every run."""
    vectors = all_of_them()
    return [(place, vectors[place]) for place in sorted(random.Random(39).sample(range(len(vectors)), number))]


def _patterns() -> Iterator[str]:
    for pattern in (
        *_events(),
        *_addresses(),
        *_swallowed(),
        *_clobbering(),
        *_htmx(),
        *vector_parts.THEFTS,
        *vector_parts.POLYGLOTS,
    ):
        yield pattern.replace("{n}", "\0N\0").replace("{{", "{").replace("}}", "}")


def _events() -> Iterator[str]:
    for host in vector_parts.HOSTS_OF_EVENTS:
        yield from (host.replace("{e}", event).replace("{s}", vector_parts.SCRIPT) for event in vector_parts.EVENTS)
    for tag, event in vector_parts.SELF_FIRING:
        for syntax in vector_parts.SYNTAXES:
            named = syntax.replace("{e}", event).replace("{E}", event.upper())
            yield named.replace("{t}", tag).replace("{s}", vector_parts.SCRIPT)


def _addresses() -> Iterator[str]:
    for carrier in vector_parts.ADDRESSES:
        for scheme in vector_parts.SCHEMES:
            quoted = '"' + scheme.replace('"', "&quot;") + '"'
            yield carrier.replace("{u}", quoted).replace("{v}", scheme.replace("'", "&#39;"))


def _swallowed() -> Iterator[str]:
    for payload in vector_parts.PAYLOADS:
        wrappers = (family.replace("{w}", tag) for tag in vector_parts.SWALLOWERS for family in vector_parts.FAMILIES)
        for wrapper in (*wrappers, *vector_parts.BREAKOUTS):
            yield wrapper.replace("{p}", payload).replace("{q}", escape(payload))


def _clobbering() -> Iterator[str]:
    for pattern in vector_parts.CLOBBERS:
        yield from (pattern.replace("{i}", name) for name in vector_parts.NAMES)


def _htmx() -> Iterator[str]:
    for prefix in ("hx-", "data-hx-"):
        for attributes in vector_parts.HTMX:
            written = prefix + attributes.replace("{}", prefix)
            yield from (carrier.replace("{a}", written) for carrier in vector_parts.HTMX_CARRIERS)
        yield from (partial.replace("{}", prefix) for partial in vector_parts.PARTIALS)
