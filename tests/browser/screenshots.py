"""Takes the pictures that the README shows, from the handbook: `make screenshots`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent.parent))
from tests import site
from tests.browser.browsers import find_browser
from tests.site import Reply

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
PORT = 8765
SHOTS = [
    # name, address, width, height, colour scheme
    ("browse-light", "/", 1440, 900, "light"),
    ("search-dark", "/?q=search&tag=filters", 1440, 900, "dark"),
    ("entry-tablet", "/?q=title:feed+site", 768, 1024, "light"),
    ("browse-phone", "/?tag=keyboard", 320, 640, "light"),
    ("entry-phone-dark", "/?q=title:nginx", 320, 640, "dark"),
    ("builder", "/embed/?tag=search&size=3", 1280, 900, "light"),
]
GUEST = """<!doctype html><html lang="en"><title>Ferry times</title>
<link rel="stylesheet" href="/host.css"><script type="module" src="{site}/static/embed.js"></script>
<main><h1>Ferry times</h1><p>The morning boat leaves at seven, the last one back at nine. In fog we ring the bell and
wait. What we have been reading between two crossings stands beside.</p><h2>In a frame</h2>
<iframe title="Entries on embedding" width="100%" height="520"
  src="{site}/embed/frame?tag=embedding&amp;size=2"></iframe>
</main><aside><h2>As an element</h2>
<feedsift-entries tag="search" count="3" search load-more>
<a href="{site}/?tag=search">Entries on search</a>
</feedsift-entries></aside></html>"""
"""A page of somebody else that shows entries in two ways."""
GUEST_STYLE = """body { display: grid; grid-template-columns: 1.2fr 1fr; gap: 3rem; max-width: 62rem; margin: 2rem auto;
  font: 1.05rem/1.6 Georgia, serif; color: #3b2b20; background: #fdf6ec } h1, h2 { color: #8a3b12 }
iframe { border: 0 } feedsift-entries { display: block; min-block-size: 40rem; --feedsift-accent: #8a3b12 }"""


@contextmanager
def served() -> Iterator[str]:
    """Serve the handbook from an empty library; gives the address."""
    command = [str(Path(sys.executable).with_name("feedsift")), "serve", "--port", str(PORT), "--workers", "1"]
    with tempfile.TemporaryDirectory() as data:
        environment = {**os.environ, "FEEDSIFT_DATA": data}
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(r"http://\S+/", line):
                    yield found.group().rstrip("/")
                    break
        finally:
            process.terminate()
            process.wait(timeout=20)


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        for name, path, width, height, scheme in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(address + path)
            if name.startswith("entry"):
                page.locator("#feed h3 a").first.click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
            print(f"{name}.png")
        take_guest(browser, address)
        browser.close()


def take_guest(browser: Browser, address: str) -> None:
    """Take a picture of GUEST, from a server of its own."""
    with site.running() as host:
        host.pages["/"] = Reply(GUEST.format(site=address).encode(), headers={"Content-Type": "text/html"})
        host.pages["/host.css"] = Reply(GUEST_STYLE.encode(), headers={"Content-Type": "text/css"})
        page = browser.new_page(viewport={"width": 1120, "height": 900})
        page.goto(host.url("/"))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=FOLDER / "embedded.png")
        page.close()
    print("embedded.png")


if __name__ == "__main__":
    main()
