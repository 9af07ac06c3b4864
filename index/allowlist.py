"""What of foreign HTML may be shown: elements, attributes, and values of attributes. Called by index.sanitize.

`narrowed` comes first and leaves only what the rewriting knows what to do with; `last` has the last word. Both are
nh3, whose time is nearly linear where elements do not nest deeply.
"""

from __future__ import annotations

import re
from functools import cache

import nh3

_TAGS = set(
    (
        "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details "
        "dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p picture "
        "pre q rp rt ruby s samp section small source span strong sub summary sup table tbody td tfoot th thead "
        "time tr u ul var video wbr"
    ).split()
)
BLOCKS = set(
    (
        "address article aside blockquote br caption dd details div dl dt figcaption figure footer h1 h2 h3 "
        "h4 h5 h6 header hr li ol p pre section summary table td th tr ul"
    ).split()
)
"""Elements that words do not go across."""
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    "audio": {"src", "controls", "preload"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {
        *("src", "srcset", "sizes", "alt", "width", "height"),
        *("loading", "decoding", "referrerpolicy"),
    },
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "srcset", "sizes", "media", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"src", "controls", "preload", "poster", "width", "height"},
}
_REL = "noopener noreferrer nofollow ugc"
_SIGN = r"[^\s\x00-\x20\"<>`\\]"
_CANDIDATE = rf"https://{_SIGN}*{_SIGN}(?<!,)(?: [0-9]{{1,6}}(?:\.[0-9]{{1,4}})?[wx])?"
_VALUES = {
    name: re.compile(pattern)
    for names, pattern in {
        "alt title": r"(?s:.*)",
        "cite": rf"https?://{_SIGN}+",
        "colspan rowspan span": r"[1-9][0-9]{0,2}",
        "controls reversed": r"",
        "datetime": r"[0-9A-Za-z:.+ -]{1,40}",
        "decoding": r"async",
        "dir": r"(?i:ltr|rtl|auto)",
        "height width": r"[0-9]{1,4}",
        "href": rf"(?:https?://|(?i:mailto):){_SIGN}+|#note-[0-9a-f]{{8}}-[0-9]{{1,6}}",
        "id": r"note-[0-9a-f]{8}-[0-9]{1,6}",
        "lang hreflang": r"[a-zA-Z0-9-]{1,35}",
        "loading": r"lazy",
        "media sizes": r"[\w\s().,:<>=+*/%-]{1,500}",
        "poster src": rf"https://{_SIGN}+",
        "preload": r"none",
        "referrerpolicy": r"no-referrer",
        "rel": _REL,
        "scope": r"(?i:row|col|rowgroup|colgroup)",
        "srcset": rf"{_CANDIDATE}(?:, {_CANDIDATE}){{0,31}}",
        "start value": r"-?[0-9]{1,9}",
        "type": r"[1aAiI]|[\w.+-]{1,60}/[\w.+-]{1,60}(?:;[\w\s=.,\"'+-]{0,120})?",
    }.items()
    for name in names.split()
}
_WITHOUT_CONTENT = set(
    "script style template noscript title textarea select button noembed noframes xmp plaintext".split()
)
"""Not text, or not text that anybody would want to read here."""
_FOREIGN = {"iframe", "object", "svg", "math"}
"""Gone in the end; the rewriting puts text or a link in their place."""


def narrowed(html: str) -> str:
    """Leave the elements and attributes that the rewriting looks at: what comes out is not safe yet."""
    return _narrow().clean(html)


def last(html: str, prefix: str = "") -> str:
    """Leave what may be shown. Ids begin with `prefix`; without one there are none."""
    cleaner = _made(prefix) if prefix else _without_ids()
    return cleaner.clean(html)


def blocks(html: str) -> str:
    """Leave the elements that keep words apart, and text."""
    return _blocks().clean(html)


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    pattern = _VALUES.get(attribute)
    return value if pattern and pattern.fullmatch(value) else None


def _within(address: str) -> str | None:
    return address if address.startswith("#") else None


def _made(prefix: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_WITHOUT_CONTENT | _FOREIGN,
        attributes={**_ATTRIBUTES, "*": _ATTRIBUTES["*"] | {"id"}} if prefix else _ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto"},
        url_relative=_within if prefix else "deny",
        link_rel=_REL,
        id_prefix=prefix or None,
    )


@cache
def _without_ids() -> nh3.Cleaner:
    return _made("")


@cache
def _blocks() -> nh3.Cleaner:
    return nh3.Cleaner(tags=BLOCKS, clean_content_tags=_WITHOUT_CONTENT | _FOREIGN, attributes={})


@cache
def _narrow() -> nh3.Cleaner:
    looked_at = "id name style hidden title aria-label aria-hidden data-src src data href alttext value encoding type"
    return nh3.Cleaner(
        tags=_TAGS | _FOREIGN | {"embed", "param", "annotation", "title"},
        clean_content_tags=_WITHOUT_CONTENT - {"title"},
        attributes={**_ATTRIBUTES, "*": _ATTRIBUTES["*"] | set(looked_at.split())},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
