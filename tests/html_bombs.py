"""HTML that costs parsers and sanitisers more than its size, each as large as an entry may be.

Run as a module, it prints the seconds that each takes: `make bombs` does so.
"""

from __future__ import annotations

import time

from index import sanitize

LARGEST = sanitize.LARGEST_HTML


def filled(piece: str, before: str = "", after: str = "") -> str:
    """Give as many of a piece as there is room for."""
    return before + piece * ((LARGEST - len(before) - len(after)) // len(piece)) + after


BOMBS = {
    **{f"<{tag}> in itself": filled(f"<{tag}>") for tag in "div ul blockquote b span font a table select p".split()},
    "as deep as may be, again and again": filled("<div>" * 250 + "</div>" * 250),
    "lists in lists": filled("<ul><li>"),
    "cells in cells": filled("<table><tr><td>"),
    "text before a table": filled("a<i>", "<table>"),
    "formatting that is never closed": filled("<p>x", "<b><i><u><s><code><small><strong>" * 30),
    "formatting closed in the wrong order": filled("<b><i><u><div></b></i></u></div>"),
    "ends of other elements": filled("<div></x>"),
    "attributes": "<p " + " ".join(f"{number:x}" for number in range(52_000))[: LARGEST - 4] + ">",
    "options": filled("<option>", "<select>"),
    "entities": filled("&amp;"),
    "entities without an end": filled("&notit"),
    "comments in comments": filled("<!--"),
    "CDATA in CDATA": filled("<![CDATA["),
    "addresses in a style": filled("url(", '<img src=/a style="', '">'),
    "declarations in a style": filled("width:", '<img src=/a style="', '">'),
    "signs": filled("<"),
    "quotes": filled("<a b='"),
    "drawings": filled("<svg>"),
    "formulas": filled("<math><mi>"),
    "shapes": filled("<path/>", "<svg>"),
    "frames": filled("<iframe src=/a></iframe>"),
    "objects in objects": filled("<object data=/a>"),
    "pictures": filled("<img src=/a>"),
    "sizes of a picture": filled("a 1x,", '<img srcset="', '">'),
    "commas": filled(", ", '<img srcset="a', 'b">'),
    "films": filled("<video src=/a></video>"),
    "notes": filled("<a href=#a id=a>x</a>"),
    "many notes": "".join(f"<a href=#{number:x} id={number:x}>" for number in range(9_000)),
    "headings": filled("<h1>a</h1>"),
    "templates": filled("<template>"),
    "text that is not shown": filled("<script></script>"),
    "directions": filled("\u202e"),
}


def main() -> None:
    """Print seconds by bomb."""
    for name, html in BOMBS.items():
        start = time.perf_counter()
        body = sanitize.clean(html, "https://example.org/")
        middle = time.perf_counter()
        sanitize.plain(html)
        end = time.perf_counter()
        sizes = f"{len(html) / 1000:6.0f} KB in{len(body.html) / 1000:8.0f} KB out"
        print(f"{name:40}{sizes}{middle - start:8.2f} s as an entry{end - middle:8.2f} s as a title")


if __name__ == "__main__":
    main()
