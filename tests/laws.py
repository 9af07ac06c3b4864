"""What may stand in HTML that was made fit to be shown, by checks that share no code with what makes it so."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from selectolax.lexbor import LexborHTMLParser

TAGS = set(
    (
        "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn "
        "div dl dt em figcaption figure footer h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p picture pre q rp rt "
        "ruby s samp section small source span strong sub summary sup table tbody td tfoot th thead time tr u ul var "
        "video wbr"
    ).split()
)
ATTRIBUTES = {
    "href": r"(https?://|(?i:mailto):|#note-[0-9a-f]{8}-[0-9]+$)",
    "src": "https://",
    "poster": "https://",
    "cite": "https?://",
    "srcset": r"https://\S+( [0-9.]+[wx])?(, https://\S+( [0-9.]+[wx])?)*$",
    "id": r"note-[0-9a-f]{8}-[0-9]+$",
    "rel": "noopener noreferrer nofollow ugc$",
    "loading": "lazy$",
    "decoding": "async$",
    "referrerpolicy": "no-referrer$",
    "preload": "none$",
    "controls": "$",
    "reversed": "$",
    "width": "[0-9]{1,4}$",
    "height": "[0-9]{1,4}$",
    "span": "[0-9]{1,3}$",
    "colspan": "[0-9]{1,3}$",
    "rowspan": "[0-9]{1,3}$",
    "start": "-?[0-9]{1,9}$",
    "value": "-?[0-9]{1,9}$",
    "dir": "(?i:ltr|rtl|auto)$",
    "scope": "(?i:row|col|rowgroup|colgroup)$",
    **dict.fromkeys("lang hreflang title alt sizes media datetime type".split(), ""),
}


class Reading(HTMLParser):
    """Reads what came out by the rules of Python's own parser, and writes down what is wrong with it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(tag)
        for name, value in attributes:
            if name not in ATTRIBUTES or not re.match(ATTRIBUTES[name], value or ""):
                self.wrong.append(f"{tag} {name}={value!r}")

    def handle_data(self, text: str) -> None:
        self.text += text

    def handle_comment(self, text: str) -> None:
        self.wrong.append(f"comment {text}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def canonical(html: str) -> str:
    """Write a tree the same way whatever the order of its attributes."""
    tree = LexborHTMLParser(html, is_fragment=True)
    for node in tree.css("*"):
        attributes = sorted((name, value or "") for name, value in node.attributes.items())
        for name, _ in attributes:
            del node.attrs[name]
        for name, value in attributes:
            node.attrs[name] = value
    return tree.html or ""


def bare(text: str) -> str:
    return re.sub(r"[\s\u202a-\u202e\u2066-\u2069]", "", text)
