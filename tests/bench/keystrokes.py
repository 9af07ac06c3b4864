"""How long a reader waits for results after a key, in Chromium on this machine: from the key until they are painted.

Words are typed a letter at a time into the search box of a running server, each letter once the results of the last one
are there. The page notes when the browser took the key, and when the next frame after the swap was on its way to the
screen; what is told is the time between, less the pause in which the page waits for further keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, sync_playwright

from tests.bench import vocabulary
from tests.bench.figures import median, p95
from tests.bench.libraries import Measured
from tests.browser.browsers import find_browser
from tests.webapp.servers import running

KEYS = 180
PAUSE = 0.3
"""Seconds: see data-hx-trigger in templates/_partials/search.html."""
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WATCH = """() => {
  let pressed = 0;
  let tell, painted;
  const wait = () => void (painted = new Promise((resolve) => (tell = resolve)));
  window.untilPainted = () => painted.finally(wait);
  wait();
  document.addEventListener("input", (event) => { if (event.target.id === "q") pressed = event.timeStamp; }, true);
  new MutationObserver((records) => {
    const isSwapped = records.some((record) => [...record.addedNodes].some((node) => node.id === "browse"));
    if (!isSwapped || !pressed) return;
    const since = pressed;
    pressed = 0;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => tell(performance.now() - since);
      channel.port2.postMessage(0);
    });
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""What is posted while a frame is made comes back once it has been painted. Playwright waits for a promise: to ask at
each frame would keep the browser busy."""


@dataclass(frozen=True)
class Keystrokes:
    """Seconds from each key to its results, less the pause."""

    seconds: list[float]

    def line(self) -> str:
        """Sum up."""
        middle, high = 1_000 * median(self.seconds), 1_000 * p95(self.seconds)
        return f"{len(self.seconds)} keys: median {middle:.0f} ms, p95 {high:.0f} ms beyond the pause"


def measured(library: Measured, keys: int = KEYS) -> Keystrokes | None:
    """Measure with a library; None where there is no Chromium."""
    path = find_browser()
    if path is None:
        print("There is no Chromium, so keystrokes are left out.", flush=True)
        return None
    with (
        running(library.folder, "--workers", "2", FEEDSIFT_RATE_LIMIT="0", FEEDSIFT_QUERY_SECONDS="") as server,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=OPTIONS) as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"http://127.0.0.1:{server.port}/")
        page.evaluate(WATCH)
        return Keystrokes(list(_typed(page, letters(vocabulary.of(library), keys))))


def letters(words: vocabulary.Vocabulary, keys: int) -> list[str]:
    """Give what stands in the box after each key: usual words, and now and then two."""
    found: list[str] = []
    for place in range(keys):
        text = words.words[(40 + 37 * place) % len(words.words)]
        if place % 3 == 2:
            text = f"{words.words[(10 + place) % len(words.words)]} {text}"
        start = text.rfind(" ") + 1
        found += [text[:end] for end in range(start + 1, len(text) + 1)]
    return found[:keys]


def _typed(page: Page, texts: list[str]) -> Iterator[float]:
    box = page.locator("#q")
    typed = ""
    for text in texts:
        if not text.startswith(typed) or len(text) != len(typed) + 1:
            box.evaluate("(box, text) => { box.value = text; }", text[:-1])
        box.press("End")
        box.press(text[-1])
        typed = text
        yield page.evaluate("window.untilPainted()") / 1_000 - PAUSE
