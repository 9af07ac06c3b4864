"""Help while typing: suggestions for the search box, for browsers' own search fields, and how these find the site.

OpenSearch 1.1 (description documents) and its Suggestions extension 1.0.
"""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template

from index import Query
from webapp import browse, current, urls, wording

blueprint = Blueprint("suggest", __name__)


@blueprint.get("/suggest")
def suggest() -> Response:
    """Answer what browsers ask: the text, how it may go on, what that gives, and where."""
    query, _ = browse.asked()
    query = Query(text=query.text)  # what a browser asks knows of no filters
    found = current.library().suggestions(query)
    answer = [
        query.text,
        [suggestion.text for suggestion in found],
        [wording.count(suggestion.total) for suggestion in found],
        [current.absolute(urls.page(current.state(Query(text=suggestion.text)))) for suggestion in found],
    ]
    return Response(json.dumps(answer, ensure_ascii=False), mimetype="application/x-suggestions+json")


@blueprint.get("/fragments/suggest")
def fragment() -> Response:
    """Answer the options of the list under the search box."""
    query, _ = browse.asked()
    response = Response(render_template("fragments/suggestions.html", options=current.library().suggestions(query)))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """Tell browsers how to search this site, and where suggestions are."""
    html = render_template("opensearch.xml")
    return Response(html, mimetype="application/opensearchdescription+xml")
