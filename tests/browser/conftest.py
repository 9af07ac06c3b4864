"""One server and one browser for all browser tests, and for each test a browser context of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import packages
from tests.browser import browsers, corpus, servers
from tests.browser.servers import Server
from tests.browser.watch import Watch

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 800}
WAIT_MILLISECONDS = 10_000

Launch = Callable[..., Browser]
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site over the corpus. Tests do not change it."""
    with servers.running(tmp_path_factory.mktemp("site"), corpus.feed()) as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A site over the corpus that the test may change."""
    with servers.running(tmp_path, corpus.feed()) as running:
        yield running


@pytest.fixture(scope="session")
def launch(pytestconfig: pytest.Config) -> Iterator[Launch]:
    """Start the browser of the run, with whatever else Playwright's `launch` takes."""
    name = pytestconfig.getoption("browser_name")
    path = browsers.find_firefox() if name == "firefox" else browsers.find_browser() or browsers.find_own_browser()
    if path is None:
        pytest.fail(browsers.HOW_TO_HELP)
    with sync_playwright() as playwright:
        expect.set_options(timeout=WAIT_MILLISECONDS)
        if name == "firefox":  # as it is installed, by WebDriver BiDi
            yield lambda **options: playwright.firefox.launch(channel="moz-firefox", executable_path=path, **options)
        else:
            yield lambda **options: playwright.chromium.launch(executable_path=path, args=OPTIONS, **options)


@pytest.fixture(scope="session")
def browser(launch: Launch) -> Iterator[Browser]:
    with launch() as browser:
        yield browser


@pytest.fixture(scope="session")
def browser_with_cache(launch: Launch) -> Iterator[Browser]:
    """A browser that keeps pages to go back to (bfcache), as readers' browsers do."""
    with launch(ignore_default_args=["--disable-back-forward-cache"]) as browser:
        yield browser


@pytest.fixture
def new_page(browser: Browser, server: Server, watches: list[Watch], pytestconfig: pytest.Config) -> Iterator[NewPage]:
    """Open a page in a context of its own; takes `browser`, `server` and the options of Playwright's contexts."""
    contexts = []

    def new_page(browser: Browser = browser, server: Server = server, **options: Any) -> Page:
        context = browser.new_context(base_url=server.address, **{"viewport": DESKTOP, **options})
        context.set_default_timeout(WAIT_MILLISECONDS)
        context.route(corpus.IMAGE, lambda route: route.fulfill(body=corpus.image(), content_type="image/png"))
        if pytestconfig.getoption("htmx") == "4":
            context.route("**/vendor/htmx.min.js", lambda route: route.fulfill(path=packages.HTMX_4))
        contexts.append(context)
        watches.append(Watch(context, server.host))
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def watches() -> Iterator[list[Watch]]:
    """The watch of each context; none may have anything to complain of in the end."""
    watches: list[Watch] = []
    yield watches
    assert [watch.complaints() for watch in watches if watch.complaints()] == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page in a wide window, with JavaScript."""
    return new_page()


@pytest.fixture
def watch(page: Page, watches: list[Watch]) -> Watch:
    """The watch of `page`."""
    return watches[0]


@pytest.fixture
def plain_page(new_page: NewPage) -> Page:
    """A page without JavaScript."""
    return new_page(java_script_enabled=False)
