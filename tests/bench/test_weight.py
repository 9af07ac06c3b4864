"""Everything that a page needs is weighed, once; and the first page keeps to its budget."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from index import Library
from tests.bench import libraries
from tests.bench.weblog import Weblog
from tests.bench.weight import Sent, unpacked, weighed
from webapp import create_app
from webapp.settings import Settings

PAGE = """<!doctype html><link rel="stylesheet" href="/static/1/site.css"><link rel="icon" href="/static/1/icon.svg">
<link rel="modulepreload" href="/static/1/js/events.js"><script src="/static/1/js/head.js"></script>
<script type="module" src="/static/1/js/site.js"></script>"""
FILES = {
    "/": Sent("text/html", PAGE, 1_000),
    "/static/1/site.css": Sent("text/css", '@import url("more.css"); a { color: red }', 100),
    "/static/1/more.css": Sent("text/css", "", 10),
    "/static/1/js/head.js": Sent("text/javascript", "", 1),
    "/static/1/js/site.js": Sent("text/javascript", 'import "./search.js";\nimport {\n  on,\n} from "./events.js";', 2),
    "/static/1/js/search.js": Sent("text/javascript", 'import { on } from "./events.js"; on("./no.js");', 4),
    "/static/1/js/events.js": Sent("text/javascript", 'export * from "../vendor/htmx.js";', 8),
    "/static/1/vendor/htmx.js": Sent("text/javascript", "", 16),
}


def test_all_that_is_needed_is_weighed_once() -> None:
    assert weighed(FILES.__getitem__) == {"HTML": 1_000, "CSS": 110, "JS": 31}


@pytest.mark.parametrize(
    ("script", "is_import"),
    [
        ('import"./a.js";', True),
        ("import { b, c } from './a.js'", True),
        ('import b from "./a.js"', True),
        ('export { b } from "./a.js";', True),
        ('const b = "./a.js";', False),
        ('important("./a.js")', False),
    ],
)
def test_what_a_module_imports_is_found(script: str, is_import: bool) -> None:
    files = {
        "/": Sent("text/html", '<script type="module" src="/x.js"></script>', 0),
        "/x.js": Sent("text/javascript", script, 1),
        "/a.js": Sent("text/javascript", "", 2),
    }
    assert weighed(files.__getitem__)["JS"] == (3 if is_import else 1)


BUDGET = {"HTML": 25_000, "CSS": 8_000, "JS": 22_000}
"""Bytes as they are sent, gzipped. What goes beyond belongs to a page of its own, or comes once it is needed."""


def test_the_first_page_keeps_to_its_budget(tmp_path: Path) -> None:
    with closing(Library(tmp_path)) as library:
        for path in libraries.written(Weblog(1_000), tmp_path):
            (intake,) = library.add(str(path))
            assert intake.new == 1_000
        library.publish()
    client = create_app(Settings(data=tmp_path, rate_limit=0)).test_client()

    def fetch(address: str) -> Sent:
        with client.get(address, headers={"Accept-Encoding": "gzip"}) as sent:
            assert sent.status_code == 200
            text = unpacked(sent.data, sent.headers.get("Content-Encoding"))
            return Sent(sent.mimetype, text, len(sent.data))

    found = weighed(fetch)
    assert found.keys() == BUDGET.keys()
    assert {kind: size for kind, size in found.items() if size > BUDGET[kind]} == {}, found
    # A page of a larger library differs in numbers alone: 40 entries and as many values of facets stand on each.
    assert found["HTML"] > 5_000
