"""Foreign HTML to HTML that is safe to show, and to plain text. Called once for each entry, where it is read.

Three steps. `allowlist.narrowed` leaves what the second knows what to do with, and keeps huge attributes and lists of
choices from its parser, whose time is quadratic in them. `_rewrite` makes it fit for readers: absolute links, headings
below the page's own, pictures that load late and tell nobody where they are shown, a link for what would be embedded,
text for drawings. `allowlist.last` then has the last word: nothing that is not on its lists comes out, whatever the
others did. What it gives is stored and never made anew for one entry, as the order of attributes in it is not fixed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import escape, unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index import allowlist, links, pictures
from index.addresses import web_address
from index.entries import Body
from index.query import clean_text, sound

__all__ = ["EXCERPT", "VERSION", "clean", "escaped", "excerpt", "plain", "web_address"]

VERSION = 5
"""Grows with each change of what comes out, so that stored HTML can be told from an older kind."""
LARGEST_HTML = 262_144
"""Characters; a longer entry is shown as plain text, beside the link to the original."""
LARGEST_RESULT = 2 * LARGEST_HTML
"""Characters; an entry of so many links and pictures that it grows beyond this is shown as plain text as well."""
LONGEST_TEXT = 8 * LARGEST_HTML
"""Characters that are read of an entry that is shown as plain text."""
DEEPEST_HTML = 256
"""Nested elements; nh3's time is quadratic in this, so a deeper entry is shown as plain text."""
EXCERPT = 320
"""Characters of plain text that stand for an entry in a list."""

_NOT_TEXT = "script, style, template, noscript, svg, math, title, textarea, select, button"
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*)")
_MARKUP = re.compile(r"<[^<>]*>")
_UNREAD = re.compile(r"<(script|style|template|textarea|title)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_LEAVES = re.compile(r"<(?:circle|ellipse|image|line|path|polygon|polyline|rect|stop|use)\b[^<>]*/>")
"""Shapes of a drawing that hold nothing."""
# Elements without content, and those whose end tag may be left out because they cannot hold each other.
_NOT_NESTING = set(
    (
        "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody "
        "tfoot colgroup caption option"
    ).split()
)


def clean(html: str, base: str = "") -> Body:
    """Make foreign HTML fit to be shown; relative links are resolved against `base` (an address, or empty)."""
    html = sound(html)
    if _is_too_much(html):
        return _text_alone(html)
    tree = LexborHTMLParser(allowlist.narrowed(html), is_fragment=True)
    prefix = _rewrite(tree, base)
    shown = sound(_lowered(allowlist.last(tree.html or "", prefix))).strip()  # references may name what has no place
    if len(shown) > LARGEST_RESULT:
        return _text_alone(html)
    return Body(shown, _text(LexborHTMLParser(shown, is_fragment=True)))


def plain(html: str) -> str:
    """Give the text of a piece of HTML, entities resolved: a title, a name."""
    if "<" not in html and "&" not in html:
        return clean_text(html)
    if _is_too_much(html):
        return _stripped(html)
    return _text(LexborHTMLParser(allowlist.blocks(html), is_fragment=True))


def escaped(text: str) -> str:
    """Make plain text into HTML, a paragraph for each run of lines."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{escape(block)}</p>" for block in blocks if block)


def excerpt(text: str, title: str = "", tags: Iterable[str] = ()) -> str:
    """Give the beginning of a text, cut between words.

    What a list shows beside it anyway is left out: the title at its start, and a line of all tags at its end.
    """
    text = text.removesuffix(f"Tags: {', '.join(tags)}").rstrip()
    if title and text.startswith(f"{title} "):
        text = text[len(title) :].lstrip(" :–—-.")
    if len(text) <= EXCERPT:
        return text
    head = text[:EXCERPT]
    return (head[: head.rfind(" ")] if " " in head else head).rstrip(" ,;:–—-") + "…"


def _is_too_much(html: str) -> bool:
    return len(html) > LARGEST_HTML or _depth(html) > DEEPEST_HTML


def _text_alone(html: str) -> Body:
    text = _stripped(html)
    return Body(f"<p>{escape(text, quote=False)}</p>", text)


def _stripped(html: str) -> str:
    """Give the text of HTML that is too large or too deep for a parser."""
    return clean_text(unescape(_MARKUP.sub(" ", _UNREAD.sub(" ", html[:LONGEST_TEXT]))))


def _depth(html: str) -> int:
    """Give how deep the elements of `html` nest at most, by a count of tags that no parser has to build."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for closing, name in _TAG.findall(_LEAVES.sub("", html.lower())):
        if name in _NOT_NESTING or (closing and not opened[name]):
            continue
        step = -1 if closing else 1
        opened[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _rewrite(tree: LexborHTMLParser, base: str) -> str:
    """Rewrite what has to be for readers; gives what names of places within the entry begin with, if there are any."""
    _write_out(tree)
    pictures.prepare(tree, base)
    _remove_hidden(tree)
    places = links.places(tree, base)
    prefix = links.prefix(_text(tree)) if places else ""
    links.rewrite(tree, base, places, prefix)
    return prefix


def _write_out(tree: LexborHTMLParser) -> None:
    """Put the text that stands for a formula or a drawing in its place."""
    for drawing in pictures.outermost(tree.css("math, svg")):
        text = clean_text(_formula(drawing) if drawing.tag == "math" else _name(drawing))
        if text:
            drawing.replace_with(text)
        else:
            drawing.decompose()


def _formula(math: LexborNode) -> str:
    """Give the alternative text of a formula, else its source, else its signs."""
    source = math.css_first("annotation")
    return math.attributes.get("alttext") or (source or math).text()


def _name(drawing: LexborNode) -> str:
    if drawing.attributes.get("aria-hidden") == "true":
        return ""
    title = drawing.css_first("title")
    return drawing.attributes.get("aria-label") or (title.text() if title else "")


def _remove_hidden(tree: LexborHTMLParser) -> None:
    for node in pictures.outermost(tree.css(_NOT_TEXT)):
        node.decompose()


def _lowered(html: str) -> str:
    """Move headings so that the highest is an h2, below the title of the page; signs in attributes are escaped."""
    levels = [int(level) for _, level in _HEADING.findall(html)]
    shift = 2 - min(levels, default=2)
    return _HEADING.sub(lambda m: f"<{m[1]}h{max(2, min(6, int(m[2]) + shift))}", html)


def _text(tree: LexborHTMLParser) -> str:
    """Give the text of a prepared tree; blocks are kept apart by white space."""
    if tree.root is None:
        return ""
    pieces: list[str] = []
    node: LexborNode | None = tree.root
    while node is not None:
        if node.is_text_node:
            pieces.append(node.text_content or "")
        elif node.tag in allowlist.BLOCKS:
            pieces.append(" ")
        node = node.child or _after(node, pieces)
    return clean_text("".join(pieces))


def _after(node: LexborNode, pieces: list[str]) -> LexborNode | None:
    """Give what follows when all of a node has been seen; a block that ends here keeps words apart."""
    while node.next is None:
        if node.parent is None:
            return None
        node = node.parent
        if node.tag in allowlist.BLOCKS:
            pieces.append(" ")
    return node.next
