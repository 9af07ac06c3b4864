"""`feedsift export`: the documents of the site, written to a file or a pipe. Called by the command line."""

from __future__ import annotations

from typing import IO
from urllib.parse import parse_qsl

from index import Library, from_pairs, lifted
from webapp.about import Site
from webapp.formats import FORMATS, document, feeds, numbered, opml
from webapp.formats.document import Part


def export(library: Library, site: Site, text: str, tags: tuple[str, ...], suffix: str, out: IO[bytes]) -> None:
    """Write all that a query finds, in one document; or the part that an address's parameters name.

    `text` is a query as for the search box or, with a question mark before them, the parameters of an address.
    """
    if suffix == "opml":
        out.write(opml.document(site.title, feeds(site, is_public=False)))
        return
    pairs = parse_qsl(text[1:]) if text.startswith("?") else [("q", text)]
    query, _ = from_pairs([*pairs, *(("tag", tag) for tag in tags)])
    part = numbered(dict(pairs))
    if part == Part():
        part = Part(is_all=True)
    form = FORMATS[suffix]
    form.write(document.build(library, site, library.meant(lifted(query)), suffix, part, form.shape), out)
