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

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent.parent))
from tests.browser.browsers import find_browser

FOLDER = Path(__file__).parent.parent.parent / "docs" / "screenshots"
PORT = 8765
SHOTS = [
    # name, address, width, height, colour scheme
    ("browse-light", "/", 1440, 900, "light"),
    ("search-dark", "/?q=search&tag=filters", 1440, 900, "dark"),
    ("entry-tablet", "/?q=title:feed+site", 768, 1024, "light"),
    ("browse-phone", "/?tag=keyboard", 320, 640, "light"),
    ("entry-phone-dark", "/?q=title:nginx", 320, 640, "dark"),
]


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
    with served() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        for name, address, width, height, scheme in SHOTS:
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(site + address)
            if name.startswith("entry"):
                page.locator("#feed h3 a").first.click()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
            print(f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
