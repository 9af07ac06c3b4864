"""Pictures, films, sounds and frames in foreign HTML: loaded late, over https, telling nobody where they are shown.

Nothing is embedded: a frame or a player becomes a link to what it shows. A player that is loaded at a click would ask
for an opening in the policy of every page, and for trust in each of its makers; a link asks for neither. Called by
index.sanitize with a tree that is rewritten in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.addresses import candidates, page_of, secure_address, web_address
from index.query import clean_text

LONGEST_LABEL = 200
_DIMENSION = re.compile(r"\s*([0-9]{1,4})(?:\.[0-9]*)?\s*(?:px)?\s*")
_DECLARATION = re.compile(r"(?:^|;)\s*(width|height|display)\s*:\s*([\w.]{1,20})\s*(?:!\s*important\s*)?(?=;|$)")
_LONGEST_STYLE = 1_000
# A paragraph within these would end them, or stand where none may.
_PHRASES = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "a", "b", "i", "em", "strong", "summary", "dt", "pre"}


def prepare(tree: LexborHTMLParser, base: str) -> None:
    """Rewrite all of them; addresses are resolved against `base`."""
    for frame in outermost(tree.css("object, iframe, embed")):
        _link_instead(frame, base)
    for source in tree.css("source"):
        _prepare_source(source, base)
    for image in tree.css("img"):
        _prepare_image(image, base)
    for picture in tree.css("picture"):
        if picture.css_first("img") is None:
            for source in picture.css("source"):
                source.decompose()
            unwrap(picture)
    for medium in tree.css("audio, video"):
        _prepare_medium(medium, base)


def outermost(nodes: list[LexborNode]) -> list[LexborNode]:
    """Leave out nodes within others: one that went with its parent must not be touched again."""
    inside = {node.mem_id for node in nodes}
    return [node for node in nodes if not any(parent.mem_id in inside for parent in _ancestors(node))]


def unwrap(node: LexborNode) -> None:
    """Leave what is in an element in its place."""
    if node.child is None:
        node.decompose()
    else:
        node.unwrap()


def set_or_remove(node: LexborNode, name: str, value: str) -> None:
    """Set an attribute, or remove it where there is no value."""
    if value:
        node.attrs[name] = value
    elif name in node.attributes:
        del node.attrs[name]


def _prepare_image(image: LexborNode, base: str) -> None:
    said = image.attributes
    address = secure_address(said.get("src") or "", base) or secure_address(said.get("data-src") or "", base)
    sizes = candidates(said.get("srcset") or "", base)
    address = address or sizes.partition(", ")[0].partition(" ")[0]
    if not address or _is_unseen(image):
        image.decompose()
        return
    image.attrs["src"] = address
    set_or_remove(image, "srcset", sizes)
    for name in ("width", "height"):
        size = _DIMENSION.fullmatch(said.get(name) or "")
        set_or_remove(image, name, size[1] if size else "")
    image.attrs["alt"] = said.get("alt") or ""
    image.attrs["loading"] = "lazy"
    image.attrs["decoding"] = "async"
    image.attrs["referrerpolicy"] = "no-referrer"


def _is_unseen(image: LexborNode) -> bool:
    """Tell whether a picture is not there to be looked at: a tracking pixel, by its own size or style."""
    said = image.attributes
    style = dict(_DECLARATION.findall((said.get("style") or "").lower()[:_LONGEST_STYLE]))
    sizes = [_DIMENSION.fullmatch(style.get(name) or said.get(name) or "") for name in ("width", "height")]
    is_point = all(size and int(size[1]) <= 1 for size in sizes)
    return is_point or "hidden" in said or style.get("display") == "none"


def _prepare_source(source: LexborNode, base: str) -> None:
    """Keep what a picture, a film or a sound is chosen from."""
    around = source.parent.tag if source.parent is not None else ""
    name, others = ("srcset", ("src",)) if around == "picture" else ("src", ("srcset", "sizes", "media"))
    said = source.attributes.get(name) or ""
    address = candidates(said, base) if name == "srcset" else secure_address(said, base)
    if not address or around not in ("picture", "audio", "video"):
        source.decompose()
        return
    source.attrs[name] = address
    for other in others:
        set_or_remove(source, other, "")


def _prepare_medium(medium: LexborNode, base: str) -> None:
    """Let a film or a sound wait for the reader; what it holds for browsers that know neither goes."""
    address = secure_address(medium.attributes.get("src") or "", base)
    if not address and medium.css_first("source") is None:
        unwrap(medium)
        return
    for node in medium.iter(include_text=True):
        if node.tag != "source":
            node.decompose()
    set_or_remove(medium, "src", address)
    set_or_remove(medium, "poster", secure_address(medium.attributes.get("poster") or "", base))
    for name in ("width", "height"):
        size = _DIMENSION.fullmatch(medium.attributes.get(name) or "")
        set_or_remove(medium, name, size[1] if size else "")
    medium.attrs["controls"] = ""
    medium.attrs["preload"] = "none"


def _link_instead(frame: LexborNode, base: str) -> None:
    """Replace a frame or a player by a link to what it shows, named by its title, else by where it stands."""
    said = frame.attributes
    named = [said.get("src"), said.get("data-src"), said.get("data"), _parameter(frame)]
    address = page_of(next(filter(None, (web_address(name or "", base) for name in named)), ""))
    if not address:
        frame.decompose()
        return
    label = clean_text(said.get("title") or said.get("aria-label") or "")[:LONGEST_LABEL]
    link = f'<a href="{escape(address)}">{escape(label or urlsplit(address).hostname or address)}</a>'
    is_phrase = any(parent.tag in _PHRASES for parent in _ancestors(frame))
    made = LexborHTMLParser(link if is_phrase else f"<p>{link}</p>", is_fragment=True).css_first("p, a")
    if made is not None:
        frame.replace_with(made)


def _parameter(frame: LexborNode) -> str | None:
    """Give the address that stands within an object: of its film, or of what it falls back to."""
    for node in frame.css("param[name][value], embed[src], iframe[src]"):
        said = node.attributes
        if node.tag != "param":
            return said.get("src")
        if (said.get("name") or "").lower() in ("movie", "src"):
            return said.get("value")
    return None


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent
