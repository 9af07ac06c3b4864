from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template

from index import Enclosure, Entry, Library, Query
from tests.webapp import pages
from webapp import assets, builder, facets, listing, pins, values
from webapp.embeds import Embed
from webapp.look import Look
from webapp.snippets import Shown

ENTRY = Entry(
    1, "E", "e", "", "", "", "", 0, False, None, enclosures=(Enclosure("https://a.example/a.mp3", "audio/mpeg"),)
)
FILES = sorted(assets.folder("templates").rglob("*.html"))
PARTIALS = [path for path in FILES if path.parent.name == "_partials"]
SCRIPTS = sorted((assets.folder("static") / "js").rglob("*.js"))


def context(library: Library, state: Query) -> dict[str, Any]:
    """Give what partials print."""
    found = library.search(state, facet_values=None)
    shown = tuple(values.values(found, "tag", 4))
    tags = facets.Values("tag", "Tags", state, "a", "All", shown, 9, "/facets/tag/?show=8")
    pin = pins.Pin("q=x", state, "Entries for <x>", 9, 3)
    shown_here = listing.build(found, ("A <note>.",))
    embed = Embed(shown_here, Look(level=4, has_search=True, has_more=True), is_frame=True)
    built = builder.Built("include", Shown(found, 5, Look()))
    return {"entry": ENTRY, "listing": shown_here, "facet": tags, "embed": embed, "built": built, "pins": [pin]}


def name(path: Path) -> str:
    return path.relative_to(assets.folder("templates")).as_posix()


@pytest.mark.parametrize("state", [Query(), Query(text="rope", size=3, page=2), Query(text="zyzzyva", year=1066)])
@pytest.mark.parametrize("path", PARTIALS, ids=name)
def test_every_partial_renders_alone(app: Flask, path: Path, state: Query):
    library: Library = app.extensions["feedsift.library"]
    known = context(library, state)
    with app.test_request_context():
        for hit in known["listing"].hits or [None]:
            if hit or path.stem not in ("embed_entry",):
                html = render_template(name(path), **known, hit=hit)
                assert len(pages.parsed(html).css("body > *")) >= 1


@pytest.mark.parametrize("path", PARTIALS, ids=name)
def test_a_partial_is_one_element(app: Flask, path: Path):
    library: Library = app.extensions["feedsift.library"]
    known = context(library, Query(size=3))
    with app.test_request_context():
        html = render_template(name(path), **known, hit=known["listing"].hits[0])
    body = pages.parsed(html).body
    assert body is not None
    assert len(list(body.iter())) == 1


@pytest.mark.parametrize("path", PARTIALS, ids=name)
def test_a_partial_is_small(path: Path):
    assert len(path.read_text().splitlines()) <= 40


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_template_needs_no_inline_script_or_style(path: Path):
    text = path.read_text()
    assert re.findall(r"<style|\sstyle=|\son[a-z]+\s*=|javascript:|hx-on", text) == []
    assert re.findall(r'<script(?![^>]*\ssrc=)(?! type="application/ld\+json">)', text) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_attributes_of_htmx_have_their_data_prefix(path: Path):
    assert re.findall(r"(?<!data-)\bhx-[a-z]+", path.read_text()) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_is_taken_from_another_site(path: Path):
    found = re.findall(r'(?<!<a )(?:src|href|action)="(?!\{\{|/|#)[^"]*"', path.read_text())
    assert found == []


def test_only_sanitised_html_is_trusted():
    trusted = {name(path): re.findall(r"\{\{[^}]*\|\s*safe\b[^}]*\}\}", path.read_text()) for path in FILES}
    assert {path: found for path, found in trusted.items() if found} == {"pages/entry.html": ["{{ entry.html|safe }}"]}
    for path in FILES:
        assert not re.search(r"autoescape|Markup|\{%\s*(filter|set)[^%]*safe", path.read_text()), name(path)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_link_that_scripts_follow_is_a_link_without_them(path: Path):
    for tag in re.findall(r"<a\s[^>]*(?:data-hx-get|swaps\()[^>]*>", path.read_text()):
        assert "href=" in tag


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_run_nothing_that_is_text(path: Path):
    text = path.read_text()
    assert (
        re.findall(
            r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|setTimeout\(['\"]", text
        )
        == []
    )
    assert len(text.splitlines()) <= 60
