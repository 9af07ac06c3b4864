"""What was changed in an entry: each version beside the one that took its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response

from index import Entry, Version
from webapp import current, differences, urls
from webapp.differences import Budget, Run
from webapp.entries import named
from webapp.filters import moment

LONGEST_SHOWN = 20_000
"""Characters of each of two texts that are too long to compare."""

blueprint = Blueprint("changes", __name__)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an entry."""

    time: datetime
    """When it was seen."""
    title: list[Run]
    """How the title was changed; empty where it was not."""
    text: list[Run] | None
    """How the text was; empty where it was not, None where it is too long for that."""
    before: str
    after: str
    has_gap: bool
    """True where changes after this one were not kept."""


@blueprint.get("/entries/<name>/changes/")
def changes(name: str) -> str | Response:
    """Show the changes of the entry whose number ends the name."""
    entry = named(name)
    if entry is None:
        abort(404)
    if urls.changes(entry) != f"/entries/{name}/changes/":
        return redirect(urls.changes(entry), 301)
    return render_template("pages/changes.html", entry=entry, changes=of_entry(entry))


def of_entry(entry: Entry) -> list[Change]:
    """Give the changes of an entry, newest first."""
    versions = current.library().versions(entry)
    last = Version(versions[-1].number + 1 if versions else 0, 0, entry.title, entry.html, entry.text)
    budget = Budget()
    return [_change(old, new, budget) for old, new in [*pairwise([*versions, last])][::-1]]


def _change(old: Version, new: Version, budget: Budget) -> Change:
    return Change(
        time=moment(old.replaced),
        title=differences.compare(old.title, new.title, budget) or [] if old.title != new.title else [],
        text=differences.compare(old.text, new.text, budget) if old.text != new.text else [],
        before=_cut(old.text),
        after=_cut(new.text),
        has_gap=new.number > old.number + 1,
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rsplit(" ", 1)[0] + " …"
