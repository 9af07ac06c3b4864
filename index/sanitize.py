"""Foreign HTML to HTML that is safe to show, and to plain text. Called once for each entry, at intake.

Two steps. `_prepared` rewrites the tree with an HTML5 parser (absolute links, headings below the page's own,
images that load late and tell nobody where they are shown). `nh3` then has the last word: nothing that is not on
the lists below comes out, whatever the first step did. Its output is stored and never made anew for one entry, as
the order of attributes in it is not fixed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin, urlsplit

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.entries import Body
from index.query import clean_text, sound

VERSION = 3
"""Grows with each change of what comes out, so that stored HTML can be told from an older kind."""
LARGEST_HTML = 512_000
"""Characters; a longer entry is shown as plain text."""
DEEPEST_HTML = 256
"""Nested elements; nh3's time is quadratic in this, so a deeper entry is shown as plain text."""
EXCERPT = 320
"""Characters of plain text that stand for an entry in a list."""

_TAGS = set(
    (
        "a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del details "
        "dfn div dl dt em figcaption figure footer h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p "
        "picture pre q rp rt ruby s samp section small source span strong sub summary sup table tbody td "
        "tfoot th thead time tr u ul var wbr audio video"
    ).split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href", "hreflang"},
    "audio": {"src", "controls", "preload"},
    "bdo": {"dir"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"src", "alt", "width", "height", "loading", "decoding", "referrerpolicy"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "source": {"src", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"src", "controls", "preload", "poster", "width", "height"},
}
_DROPPED_WHOLE = {"script", "style", "template", "noscript", "svg", "math", "iframe", "object", "title", "textarea"}
_NOT_TEXT = "script, style, template, noscript, svg, math, title, textarea, select, button"
_LINKS = {"href", "src", "cite", "poster"}
_BLOCKS = set(
    (
        "address article aside blockquote br caption dd details div dl dt figcaption figure footer h1 h2 h3 "
        "h4 h5 h6 header hr li ol p pre section summary table td th tr ul"
    ).split()
)
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WHOLE,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow ugc",
)
_HEADING = re.compile(r"<(/?)h([1-6])>")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\t\n\f\r />]*)")
_MARKUP = re.compile(r"<[^<>]*>")
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
        text = _stripped(html)
        return Body(f"<p>{_escape(text)}</p>", text)
    tree = _prepared(html, base)
    return Body(_CLEANER.clean(_lowered(tree.html or "")).strip(), _text(tree))


def plain(html: str) -> str:
    """Give the text of a piece of HTML, entities resolved: a title, a name."""
    if "<" not in html and "&" not in html:
        return clean_text(html)
    if _is_too_much(html):
        return _stripped(html)
    tree = LexborHTMLParser(html, is_fragment=True)
    _remove_hidden(tree)
    return _text(tree)


def escaped(text: str) -> str:
    """Make plain text into HTML, a paragraph for each run of lines."""
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{_escape(block)}</p>" for block in blocks if block)


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


def web_address(address: str, base: str = "") -> str:
    """Give an absolute http(s) address without blanks and control characters, or nothing."""
    address = re.sub(r"[\x00-\x20\x7f]+", "", sound(address))
    try:
        joined = urljoin(base, address) if address else ""
        parts = urlsplit(joined)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a bracket without its partner, a port that is no number
        return ""
    return joined if is_web else ""


def _is_too_much(html: str) -> bool:
    return len(html) > LARGEST_HTML or _depth(html) > DEEPEST_HTML


def _stripped(html: str) -> str:
    """Give the text of HTML that is too large or too deep for a parser."""
    return clean_text(unescape(_MARKUP.sub(" ", html[: 4 * LARGEST_HTML])))


def _depth(html: str) -> int:
    """Give how deep the elements of `html` nest at most, by a count of tags that no parser has to build."""
    opened: Counter[str] = Counter()
    depth = deepest = 0
    for closing, name in _TAG.findall(html.lower()):
        if name in _NOT_NESTING or (closing and not opened[name]):
            continue
        step = -1 if closing else 1
        opened[name] += step
        depth += step
        deepest = max(deepest, depth)
    return deepest


def _prepared(html: str, base: str) -> LexborHTMLParser:
    tree = LexborHTMLParser(html, is_fragment=True)
    _remove_hidden(tree)
    for node in tree.css("h1, h2, h3, h4, h5, h6"):
        for name in list(node.attributes):
            del node.attrs[name]
    for image in tree.css("img"):
        _prepare_image(image, base)
    for media in tree.css("audio, video"):
        media.attrs["controls"] = ""
        media.attrs["preload"] = "none"
    for frame in tree.css("iframe[src]"):
        _link_instead(frame, base)
    for node in tree.css("[href], [src], [cite], [poster]"):
        _resolve_links(node, base)
    for link in tree.css("a:not([href])"):
        # It led nowhere, or within its own page: its text stays.
        if link.child is None:
            link.decompose()
        else:
            link.unwrap()
    return tree


def _remove_hidden(tree: LexborHTMLParser) -> None:
    """Remove what is not text, outermost first: a node that went with its parent must not be touched again."""
    nodes = tree.css(_NOT_TEXT)
    inside = {node.mem_id for node in nodes}
    for node in [node for node in nodes if not _has_ancestor(node, inside)]:
        node.decompose()


def _has_ancestor(node: LexborNode, among: set[int]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id in among:
            return True
        parent = parent.parent
    return False


def _lowered(html: str) -> str:
    """Move headings so that the highest is an h2, below the title of the page. What nh3 gets: no need to be safe."""
    levels = [int(level) for _, level in _HEADING.findall(html)]
    shift = 2 - min(levels, default=2)
    return _HEADING.sub(lambda m: f"<{m[1]}h{max(2, min(6, int(m[2]) + shift))}>", html)


def _prepare_image(image: LexborNode, base: str) -> None:
    size = {image.attributes.get("width"), image.attributes.get("height")}
    if size <= {"0", "1"} or not web_address(image.attributes.get("src") or "", base):
        image.decompose()  # a tracking pixel, or nothing to show
        return
    image.attrs["alt"] = image.attributes.get("alt") or ""
    image.attrs["loading"] = "lazy"
    image.attrs["decoding"] = "async"
    image.attrs["referrerpolicy"] = "no-referrer"
    for name in ("width", "height"):
        if name in image.attributes and not (image.attributes[name] or "").isdecimal():
            del image.attrs[name]


def _link_instead(frame: LexborNode, base: str) -> None:
    """Replace an embedded frame by a link to what it shows."""
    address = web_address(frame.attributes.get("src") or "", base)
    if not address:
        frame.decompose()
        return
    label = (frame.attributes.get("title") or "").strip() or urlsplit(address).hostname or address
    link = LexborHTMLParser(f'<p><a href="{_escape(address)}">{_escape(label)}</a></p>', is_fragment=True)
    paragraph = link.css_first("p")
    if paragraph is not None:
        frame.replace_with(paragraph)


def _resolve_links(node: LexborNode, base: str) -> None:
    for name in _LINKS & set(node.attributes):
        value = (node.attributes[name] or "").strip()
        if name == "href" and value.lower().startswith("mailto:"):
            continue
        address = "" if value.startswith("#") else web_address(value, base)
        if not address:
            del node.attrs[name]
        elif name in ("src", "poster"):  # pages load pictures and media over https alone
            node.attrs[name] = re.sub(r"^http:", "https:", address)
        else:
            node.attrs[name] = address


def _text(tree: LexborHTMLParser) -> str:
    """Give the text of a prepared tree; blocks are kept apart by white space."""
    if tree.root is None:
        return ""
    pieces: list[str] = []
    node: LexborNode | None = tree.root
    while node is not None:
        if node.is_text_node:
            pieces.append(node.text_content or "")
        elif node.tag in _BLOCKS:
            pieces.append(" ")
        node = node.child or _after(node, pieces)
    return clean_text("".join(pieces))


def _after(node: LexborNode, pieces: list[str]) -> LexborNode | None:
    """Give what follows when all of a node has been seen; a block that ends here keeps words apart."""
    while node.next is None:
        if node.parent is None:
            return None
        node = node.parent
        if node.tag in _BLOCKS:
            pieces.append(" ")
    return node.next


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
