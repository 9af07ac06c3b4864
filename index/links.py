"""Links in foreign HTML: absolute, or within the entry for its notes. Called by index.sanitize with a tree.

A link to a note (`#fn1`, or the entry's own address with it) is kept where the entry has that place. Places get new
names, numbered, after a prefix made of the entry's text: they can be no names of the page's own, nor another entry's.
"""

from __future__ import annotations

import hashlib
from urllib.parse import unquote, urldefrag

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.addresses import link_address, web_address
from index.pictures import set_or_remove, unwrap

Places = dict[str, str]
"""Number of each place that a link of the entry leads to, by its name there."""


def prefix(text: str) -> str:
    """Give what names of places begin with in an entry of this text."""
    return f"note-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}-"


def places(tree: LexborHTMLParser, base: str) -> Places:
    """Number the places that links of the tree lead to, in their order; mark them, and unmark all others."""
    wanted = {_fragment(link.attributes.get("href") or "", base) for link in tree.css("a[href]")} - {""}
    found: Places = {}
    for node in {node.mem_id: node for node in tree.css("[id], [name]")}.values():  # a node that has both comes twice
        names = [name for name in (node.attributes.get("id"), node.attributes.get("name")) if name in wanted]
        new = [name for name in names if name and name not in found]
        number = str(len(set(found.values())) + 1)
        found.update(dict.fromkeys(new, number))
        set_or_remove(node, "name", "")
        set_or_remove(node, "id", number if new else "")
    return found


def rewrite(tree: LexborHTMLParser, base: str, found: Places, prefix: str) -> None:
    """Make every link absolute or one to a place; a link that leads nowhere is the text in it."""
    for node in tree.css("[id]"):
        node.attrs["id"] = prefix + (node.attributes["id"] or "")
    for node in tree.css("[cite]"):
        set_or_remove(node, "cite", link_address(node.attributes.get("cite") or "", base))
    for link in tree.css("a"):
        _rewrite(link, base, found, prefix)


def _rewrite(link: LexborNode, base: str, found: Places, prefix: str) -> None:
    said = link.attributes.get("href") or ""
    number = found.get(_fragment(said, base))
    is_nowhere = said.strip().startswith("#")
    set_or_remove(link, "href", f"#{prefix}{number}" if number else "" if is_nowhere else link_address(said, base))
    if not {"href", "id"} & set(link.attributes):
        unwrap(link)


def _fragment(address: str, base: str) -> str:
    """Give the place that an address leads to within the entry, or nothing."""
    address = address.strip()
    if not address.startswith("#"):
        whole, _ = urldefrag(web_address(address, base))
        if not whole or whole != urldefrag(base)[0]:
            return ""
    return unquote(address.partition("#")[2])
