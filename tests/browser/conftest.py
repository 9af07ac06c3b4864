"""One server and one browser for all browser tests, and for each test a browser context of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect, sync_playwright

from tests import packages
from tests.browser import browsers, corpus, hosts, media, servers
from tests.browser.servers import Server
from tests.browser.watch import SUPERSEDED, Watch
from tests.site import Site

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
PREFERENCES = {"accessibility.typeaheadfind.manual": False}
"""Of Firefox in all tests: its own keys for Quick Find would take signs that are typed on a page."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what fails in a browser once more, and list it (-rR): machines that are shared pause for seconds."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The site over the corpus. Tests do not change it."""
    with servers.running(tmp_path_factory.mktemp("site"), corpus.former(), corpus.feed()) as running:
        yield running


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A site over the corpus that the test may change."""
    with servers.running(tmp_path, corpus.feed()) as running:
        yield running


@pytest.fixture(scope="session")
def is_firefox(pytestconfig: pytest.Config) -> bool:
    """Whether the browser of the run is Firefox."""
    return bool(pytestconfig.getoption("browser_name") == "firefox")


@pytest.fixture(scope="session")
def launch(is_firefox: bool) -> Iterator[Launch]:
    """Start the browser of the run; `keeps_pages` gives it a back/forward cache, as readers' browsers have one."""
    path = browsers.find_firefox() if is_firefox else browsers.find_browser() or browsers.find_own_browser()
    if path is None:
        pytest.fail(browsers.FIREFOX_HOW_TO_HELP if is_firefox else browsers.HOW_TO_HELP)
    if is_firefox:  # which does not tell Playwright that a page which it kept is back, so that it would wait for ever
        os.environ["PLAYWRIGHT_SKIP_NAVIGATION_CHECK"] = "1"
    start = launch_firefox if is_firefox else launch_chromium
    with sync_playwright() as playwright:
        expect.set_options(timeout=WAIT_MILLISECONDS)
        yield lambda **options: start(playwright, path, **options)


def launch_chromium(playwright: Playwright, path: str, keeps_pages: bool = False) -> Browser:
    without = ["--disable-back-forward-cache"] if keeps_pages else None
    return playwright.chromium.launch(executable_path=path, args=OPTIONS, ignore_default_args=without)


def launch_firefox(
    playwright: Playwright, path: str, keeps_pages: bool = False, preferences: dict[str, int] | None = None
) -> Browser:
    """Start Firefox as it is installed, by WebDriver BiDi."""
    kept = {} if keeps_pages else {"browser.sessionhistory.max_total_viewers": 0}
    return playwright.firefox.launch(
        channel="moz-firefox", executable_path=path, firefox_user_prefs={**PREFERENCES, **kept, **(preferences or {})}
    )


@pytest.fixture(scope="session")
def browser(launch: Launch) -> Iterator[Browser]:
    with launch() as browser:
        yield browser


@pytest.fixture(scope="session")
def browser_with_cache(launch: Launch) -> Iterator[Browser]:
    """A browser that keeps pages to go back to (bfcache), as readers' browsers do."""
    with launch(keeps_pages=True) as browser:
        yield browser


def fulfil_with_htmx_4(route: Route) -> None:
    """Answer what was built with htmx 4 in the place of htmx 2."""
    script, former = route.fetch().text(), hosts.HTMX_2.read_text(encoding="utf-8").strip()
    assert script.startswith(former)
    body = packages.HTMX_4.read_text(encoding="utf-8") + script.removeprefix(former)
    route.fulfill(body=body, content_type="text/javascript; charset=utf-8")


@pytest.fixture
def new_page(
    browser: Browser,
    launch: Launch,
    server: Server,
    watches: list[Watch],
    is_firefox: bool,
    pytestconfig: pytest.Config,
) -> Iterator[NewPage]:
    """Open a page in a context of its own; takes `browser`, `server` and the options of Playwright's contexts."""
    with ExitStack() as stack:

        def new_page(browser: Browser = browser, server: Server = server, **options: Any) -> Page:
            if is_firefox and (preferences := media.preferences(options)):
                browser = stack.enter_context(launch(preferences=preferences))
            has_no_scripts = is_firefox and not options.pop("java_script_enabled", True)
            context = browser.new_context(base_url=server.address, **{"viewport": DESKTOP, **options})
            stack.callback(context.close)
            context.set_default_timeout(WAIT_MILLISECONDS)
            context.route(corpus.IMAGE, lambda route: route.fulfill(body=corpus.image(), content_type="image/png"))
            if pytestconfig.getoption("htmx") == "4":
                context.route("**/vendor/htmx.min.js", lambda route: route.fulfill(path=packages.HTMX_4))
                context.route("**/built/js/site.js", fulfil_with_htmx_4)
            if has_no_scripts:  # WebDriver BiDi cannot turn them off; all that there are stand in files
                context.route("**/*.js", lambda route: route.abort())
            # WebDriver BiDi types so slowly that a word may be asked for while it is typed.
            watches.append(Watch(context, server.host, [SUPERSEDED] if is_firefox else []))
            return context.new_page()

        yield new_page


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


@pytest.fixture(scope="session")
def host(server: Server) -> Iterator[Site]:
    """Another site, whose pages embed the site."""
    with hosts.running(server.address) as running:
        yield running


@pytest.fixture
def visit(new_page: NewPage, watches: list[Watch], host: Site) -> Any:
    """Open a page of the host; takes the options of a context."""

    def visit(path: str, **options: Any) -> Page:
        page = new_page(**options)
        watches[-1].allow(f"request: {re.escape(host.address)}")
        page.goto(host.url(path))
        return page

    return visit
