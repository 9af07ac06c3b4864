"""The states of the site for other programs: `/entries.atom` and so on take the parameters of `/`."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from webapp import browse, current, revalidation, sharing
from webapp.formats import FORMATS, document, feeds, numbered, opml
from webapp.formats.document import Document

blueprint = Blueprint("exports", __name__)
sharing.open_to_all(blueprint)


@blueprint.get(f"/entries.<any({','.join(FORMATS)}):suffix>")
def entries(suffix: str) -> BaseResponse:
    """Answer the entries of a state, all of them or in parts that name each other."""
    query, _ = browse.asked()
    shape = FORMATS[suffix].shape
    found = document.build(
        current.library(), current.site(), current.state(query), suffix, numbered(request.args), shape
    )
    if browse.is_other_address(query):
        return redirect(found.address(), 301)
    return _sent(found)


@blueprint.get("/feeds.opml")
def list_of_feeds() -> Response:
    """Answer the feeds of this site as a list that feed readers take in."""
    site = current.site()
    content = opml.document(site.title, feeds(site, is_public=True))
    changed = max([current.library().altered, *(feed.added for feed in site.feeds.values())])
    return revalidation.answer(revalidation.tag(content.decode()), changed, lambda: content, opml.CONTENT_TYPE)


def _sent(found: Document) -> Response:
    response = revalidation.answer(
        revalidation.tag(*found.identity()),
        found.changed,
        lambda: _written(found),
        f"{FORMATS[found.suffix].mimetype}; charset=utf-8",
    )
    for relation, address in found.links():
        response.headers.add("Link", f'<{address}>; rel="{relation}"')
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _written(found: Document) -> bytes:
    out = BytesIO()
    FORMATS[found.suffix].write(found, out)
    return out.getvalue()
