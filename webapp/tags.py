"""All tags, and short addresses for states that are only tags."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from index import FacetValue, Query, as_value, from_pairs
from webapp import current, urls, wording

ONE_LIST = 100
"""Tags that are listed without being divided by their first letters."""

SIGNS = "0–9 and signs"

blueprint = Blueprint("tags", __name__)


@blueprint.get("/tags/")
def tags() -> str:
    """List every tag with its count; many are divided by first letter."""
    page = current.library().search(Query(), limit=1, facet_values=None)
    facet = page.facets["tag"]
    named = [(wording.label(facet, value.value), value) for value in sorted(facet.values, key=_place)]
    groups = [(letter, list(pairs)) for letter, pairs in groupby(named, key=lambda pair: _letter(pair[1].value))]
    letters = groups if len(named) > ONE_LIST else [("All tags", named)] if named else []
    return render_template("pages/tags.html", letters=letters, total=len(named))


@blueprint.get("/tags/<path:names>/")
def tagged(names: str) -> Response:
    """Lead `/tags/a+b/` to the entries with all of these tags."""
    return redirect(urls.page(meant(names)), 301)


def meant(names: str) -> Query:
    """Read `a+b` as it stands in an address: all of these tags; a tag that has a plus itself is taken whole."""
    whole, _ = from_pairs([("tag", as_value(names))])
    is_tag = current.library().search(whole, limit=1, facet_values=0).total > 0
    found, _ = from_pairs([("tag", as_value(name)) for name in names.split("+")])
    return current.library().meant(whole if is_tag else found)


def _place(value: FacetValue) -> tuple[str, str]:
    """Give what tags are sorted by, so that those of one letter stand together; signs come first."""
    return _letter(value.value), value.value


def _letter(key: str) -> str:
    return key[0].upper() if key[0].isalpha() else SIGNS
