"""Finds the browser that the browser tests drive; run as a script, it installs one if need be.

The browser fixtures and the screenshots use find_browser(), a run in Firefox find_firefox(). `make test` runs the
script first, `make firefox` does so with the argument `firefox`.
"""

import functools
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_HELP = (
    "No browser for the browser tests: put chromium or google-chrome on the PATH, or run "
    f"'{sys.executable} -m playwright install --with-deps chromium', then start again."
)
FIREFOX_NAMES = ("firefox-esr", "firefox")
FIREFOX_HOW_TO_HELP = "No Firefox for the browser tests: put firefox-esr or firefox on the PATH, then start again."


def find_firefox() -> str | None:
    """Return the path of a Firefox on the PATH that starts."""
    found = (shutil.which(name) for name in FIREFOX_NAMES)
    return next((path for path in found if path and starts(path)), None)


@functools.cache
def find_browser() -> str | None:
    """Return the path of a browser on the PATH that starts, or None for Playwright's own."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and starts(path)), None)


def starts(path: str) -> bool:
    """Tell whether a browser runs here; some systems have only a stub under its name."""
    try:
        version = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return version.returncode == 0


def find_own_browser() -> str | None:
    """Return the path of the browser that Playwright installed for itself, if it did."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and starts(path) else None


def install_from_debian(package: str = "chromium") -> None:
    """Install a package of Debian's, where this is Debian and we may."""
    system = platform.freedesktop_os_release().get("ID") if Path("/etc/os-release").exists() else ""
    if system != "debian" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing Debian's {package} for the browser tests ...", flush=True)
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package]
    attempt(["apt-get", "update", "--quiet"])
    attempt(install)
    find_browser.cache_clear()


def install_with_playwright() -> None:
    """Let Playwright fetch its own browser."""
    print("Fetching Playwright's chromium for the browser tests ...", flush=True)
    attempt([sys.executable, "-m", "playwright", "install", "chromium"])


def attempt(command: list[str]) -> None:
    """Run a command without questions; show what it says only if it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stdout.strip().splitlines() or ["no reason given"]
        reason = next((line for line in lines if "rror" in line or line[:2] == "E:"), lines[-1])
        print(f"{' '.join(command)} failed: {reason.strip()}", file=sys.stderr)


def provide_browser() -> str | None:
    """Return the path of a browser, after installing one if there is none."""
    browser = find_browser() or find_own_browser()
    for install in (install_from_debian, install_with_playwright):
        if browser is None:
            install()
            browser = find_browser() or find_own_browser()
    return browser


def provide_firefox() -> str | None:
    """Return the path of a Firefox, after installing Debian's if there is none.

    Playwright's own is not the one that readers have.
    """
    if find_firefox() is None:
        install_from_debian("firefox-esr")
    return find_firefox()


if __name__ == "__main__":
    is_firefox = sys.argv[1:] == ["firefox"]
    browser = provide_firefox() if is_firefox else provide_browser()
    if browser is None:
        sys.exit(FIREFOX_HOW_TO_HELP if is_firefox else HOW_TO_HELP)
    print(f"Browser: {browser}")
