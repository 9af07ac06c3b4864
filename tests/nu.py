"""Checks the markup of every kind of page and fragment with the Nu HTML checker: `make html`.

It takes Java (installed on Debian where it is missing) and the npm package vnu-jar (tests/packages.py).
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from flask.testing import FlaskClient

from index import Library
from tests import packages, unwell
from tests.browser import addresses, corpus, states
from webapp import create_app
from webapp.settings import Settings

TOO_LONG = f"/fragments/entries?q={'x' * 1_001}"
EMBED_TOO_LONG = f"/embed/frame?q={'x' * 1_001}"
EXPECTED = {EMBED_TOO_LONG: 413, addresses.PAGES["not found"]: 404, TOO_LONG: 413}
STATES = [*addresses.PAGES.values(), *(address for address, _ in states.STATES.values())]
FRAGMENTS = [
    *(f"/fragments/entries{address[1:]}" for address in STATES if address.startswith("/?")),
    "/fragments/entries?page=2",
    "/fragments/facets/tag?tag=crew&match=or",
    "/fragments/suggest?q=an",
    "/fragments/pins?pin=60:&pin=120:q%3Danchor%26tag%3Dweather",
    "/fragments/embed?q=%22%26&kind=element",
    TOO_LONG,
]
EMBEDS = [
    *(
        f"/embed/entries{address[1:]}{'&' if '?' in address else '?'}search=1&more=1"
        for address in ("/", "/?q=zyzzyva")
    ),
    "/embed/frame?tag=crew&search=1&more=1&theme=dark&h=2",
    "/embed/frame?size=100",
    EMBED_TOO_LONG,
]
IN_TROUBLE = ["/", "/feeds/"]
BESIDE = "/embed/entries?tag=crew&search=1&more=1"
"""Stands before each fragment of an embed in one page: no id may stand there twice."""
SHELLS = {
    "/embed/entries": "<main><h1>Two embeds</h1><h2>Entries</h2>{}</main>",
    "/fragments/suggest": '<ul role="listbox" aria-label="Suggestions">{}</ul>',
    "": '<form id="search" role="search" action="/" aria-label="Search"></form><main><h1>A fragment</h1>{}</main>',
}
"""What stands around a fragment in its page, by the beginning of its address."""
IGNORED = ("The “article” role is unnecessary", "This document appears to be written in")
"""Without the role, aria-posinset on an article is an error to the checker; and it guesses at languages."""
IGNORED_IN_EMBEDS = ("This document has heading elements but none of them", "Section lacks heading")
"""An embed's headings go below those of the page around; where it has no entries, it has none."""


def main() -> int:
    """Check everything; give the exit code."""
    if not java():
        print("The Nu HTML checker takes Java: install a package such as default-jre-headless.", file=sys.stderr)
        return 1
    packages.install(takes_all=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        documents = write(folder)
        found = [(documents.get(Path(message["url"]).name, ""), message) for message in check(folder)]
    found = [(place, message) for place, message in found if not _is_of_embeds(place, message)]
    for place, message in found:
        print(f"{place}: {message['type']}: {message['message']}: {message.get('extract', '')!r}")
    print(f"{len(documents)} documents, {len(found)} errors and warnings")
    return 1 if found else 0


def java() -> bool:
    """Tell whether Java is here, after installing it on Debian where that may be done."""
    release = platform.freedesktop_os_release().get("ID") if Path("/etc/os-release").exists() else ""
    if not shutil.which("java") and release == "debian" and os.geteuid() == 0:
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "default-jre-headless"]):
            subprocess.run(["apt-get", "--quiet=2", *arguments], stdin=subprocess.DEVNULL, check=False)
    return shutil.which("java") is not None


def write(folder: Path) -> dict[str, str]:
    """Write every page and fragment into a folder; give their addresses by the names of the files."""
    library = Library(folder / "library")
    for content, expected in ((corpus.former(), (corpus.ENTRIES, 0)), (corpus.feed(), (0, 1))):
        (folder / "feed.atom").write_bytes(content)
        (intake,) = library.add(str(folder / "feed.atom"))
        assert (intake.new, intake.updated) == expected, intake
    library.publish()
    library.close()
    app = create_app(Settings(data=folder / "library", contact="mailto:ada@example.org", rate_limit=0))
    client = app.test_client()
    documents = {}
    for number, address in enumerate([*dict.fromkeys(STATES), *dict.fromkeys(FRAGMENTS), *EMBEDS]):
        documents[f"{number}.html"] = address
        (folder / f"{number}.html").write_text(document(client, address), encoding="utf-8")
    # Everything was well so far; now the same pages with feeds in every state.
    unwell.fill(app.extensions["feedsift.library"].store, folder="News/Local")
    for address in IN_TROUBLE:
        documents[f"trouble-{len(documents)}.html"] = f"{address} with feeds in trouble"
        (folder / f"trouble-{len(documents) - 1}.html").write_text(document(client, address), encoding="utf-8")
    app.extensions["feedsift.library"].close()
    return documents


def document(client: FlaskClient, address: str) -> str:
    """Give a page as it is, and a fragment in a page around it."""
    response = client.get(address, follow_redirects=True)
    assert response.status_code == EXPECTED.get(address, 200), f"{address}: {response.status}"
    html = response.text
    if not address.startswith(("/fragments/", "/embed/entries")):
        return html
    if address.startswith("/embed/"):
        html = client.get(BESIDE).text + html
    before, title, after = html.partition("</title>")
    head, body = (before + title, after) if title else ("<title>A fragment</title>", html)
    shell = next(shell for start, shell in SHELLS.items() if address.startswith(start))
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{shell.format(body)}</body></html>'


def check(folder: Path) -> list[dict[str, str]]:
    """Give what the checker says of the documents in a folder, but for IGNORED."""
    command = ["java", "-jar", str(packages.VNU), "--format", "json", "--exit-zero-always"]
    done = subprocess.run([*command, *map(str, folder.glob("*.html"))], capture_output=True, text=True, check=True)
    messages = json.loads(done.stderr)["messages"]
    return [message for message in messages if not message["message"].startswith(IGNORED)]


def _is_of_embeds(place: str, message: dict[str, str]) -> bool:
    return place.startswith("/embed/") and message["message"].startswith(IGNORED_IN_EMBEDS)


if __name__ == "__main__":
    sys.exit(main())
