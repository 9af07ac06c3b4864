"""The oEmbed provider (oEmbed 1.0, https://oembed.com): what can be embedded of an address of this site.

A list is `rich`: an iframe of its first entries. An entry is a `link`: it has no size of its own to promise, and
WordPress shows the title of a link but drops `rich` HTML without a frame when it comes from a site found by discovery.
"""

from __future__ import annotations

import json
import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from index import LONGEST_TEXT, Entry, Page, Query, sound
from webapp import browse, current, entries, sharing, snippets, tags, urls, wording
from webapp.look import COUNT, Look
from webapp.snippets import Shown

WIDTH = 640
"""Pixels, where the consumer names no smaller number."""
CACHE_SECONDS = 3_600
MOST_PAIRS = 200
"""Parameters that are read of the address asked for."""
FORMATS = ("json", "xml")
SENTENCES = {
    404: "This site has nothing at the address in url. It takes whole addresses of its lists and entries.",
    413: f"A search can have {LONGEST_TEXT:,} characters.",
    501: "This format is not known. There are json and xml.",
}

Answer = dict[str, str | int]
_ENTRY = re.compile(r"/entries/([^/]+)/?")
_TAGS = re.compile(r"/tags/([^/]+)/?")

blueprint = Blueprint("oembed", __name__)
sharing.open_to_all(blueprint)


@blueprint.get(urls.OEMBED)
def provider() -> Response:
    """Say how the page at `url` can be embedded."""
    format = request.args.get("format", "json")
    if format not in FORMATS:
        return _response({"error": SENTENCES[501]}, FORMATS[0], 501)
    try:
        return _response(_answer(request.args.get("url", "")), format)
    except HTTPException as error:
        status = error.code if error.code in SENTENCES else 404
        return _response({"error": SENTENCES[status]}, format, status)


def _answer(address: str) -> Answer:
    """Say how the page at an address can be embedded. Raises NotFound where it is none of this site's."""
    path, pairs = _taken_apart(address)
    if match := _ENTRY.fullmatch(path):
        return _of_entry(entries.named(unquote(match[1])) or abort(404))
    if match := _TAGS.fullmatch(path):
        return _of_list(tags.meant(unquote(match[1])))
    if path in ("", urls.BROWSE):
        return _of_list(current.state(browse.read(pairs)[0]))
    abort(404)


def _taken_apart(address: str) -> tuple[str, list[tuple[str, str]]]:
    """Give path and parameters of an address that has to begin as this site's do."""
    site = urlsplit(current.absolute(""))
    try:
        parts = urlsplit(address)
        pairs = parse_qsl(parts.query, max_num_fields=MOST_PAIRS)
        is_ours = _origin(parts) == _origin(site)
    except ValueError:  # no address, or too many parameters
        abort(404)
    if not is_ours:
        abort(404)
    return parts.path, pairs


def _origin(address: SplitResult) -> tuple[str, str]:
    """Give scheme and host as they can be compared (RFC 3986, 6.2.3). Raises ValueError where there is no such host."""
    usual = {"http": ":80", "https": ":443"}.get(address.scheme, "")
    return address.scheme, urls.ascii_host(address.netloc).lower().removesuffix(usual)


def _of_entry(entry: Entry) -> Answer:
    by = {"author_name": entry.author, "author_url": current.absolute(urls.page(Query(author=entry.author)))}
    author = by if entry.author else {}
    return {"type": "link", "title": entry.title, **author, **_common()}


def _of_list(query: Query) -> Answer:
    page = _page(query.with_())
    most = _limit("maxheight")
    count = _fitting(most)
    width, height = min(WIDTH, _limit("maxwidth")), min(snippets.height(count, Look()), most)
    html = str(snippets.iframe(Shown(page, count, Look(), width, height)))
    sized: Answer = {"html": html, "width": width, "height": height}
    return {"type": "rich", "title": wording.sentence(page), **_common(), **sized}


def _page(state: Query) -> Page:
    """Give the state that the page of a state shows, which may be in another spelling."""
    page = current.whole(state, limit=0)
    shown, _ = browse.corrected(state, page.total)
    return page if shown == state else current.whole(shown.with_(), limit=0)


def _fitting(height: int) -> int:
    """Give as many entries, up to the usual number, as need no more than a height; at least one."""
    counts = range(COUNT, 0, -1)
    return next((count for count in counts if snippets.height(count, Look()) <= height), 1)


def _limit(name: str) -> int:
    """Read a number of pixels; what is none limits nothing."""
    text = request.args.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) < 7
    return int(text) if is_number and int(text) else snippets.TALLEST


def _common() -> Answer:
    return {
        "version": "1.0",
        "provider_name": current.site_title(),
        "provider_url": current.absolute("/"),
        "cache_age": CACHE_SECONDS,
    }


def _response(answer: Answer, format: str, status: int = 200) -> Response:
    text = json.dumps(answer, ensure_ascii=False) if format == "json" else _xml(answer)
    response = Response(text, status, mimetype="application/json" if format == "json" else "text/xml")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _xml(answer: Answer) -> str:
    root = ElementTree.Element("oembed")
    for name, value in answer.items():
        ElementTree.SubElement(root, name).text = sound(str(value))
    declaration = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
    return declaration + ElementTree.tostring(root, encoding="unicode")
