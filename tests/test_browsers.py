from pathlib import Path

import pytest

from tests.browser import browsers


@pytest.fixture(autouse=True)
def forget_found_browser():
    browsers.find_browser.cache_clear()
    yield
    browsers.find_browser.cache_clear()


def program(folder: Path, name: str, exit_code: int) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return str(path)


def test_a_browser_on_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = program(tmp_path, "google-chrome", 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browsers.find_browser() == path


def test_a_stub_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program(tmp_path, "chromium", 1)
    path = program(tmp_path, "google-chrome", 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browsers.find_browser() == path


def test_none_means_the_one_that_playwright_brings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browsers.find_browser() is None


def test_debian_is_asked_before_playwright(monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(browsers, "find_browser", lambda: None)
    monkeypatch.setattr(browsers, "find_own_browser", lambda: None)
    monkeypatch.setattr(browsers, "install_from_debian", lambda: asked.append("debian"))
    monkeypatch.setattr(browsers, "install_with_playwright", lambda: asked.append("playwright"))
    assert browsers.provide_browser() is None
    assert asked == ["debian", "playwright"]


def test_nothing_is_installed_where_a_browser_is(monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(browsers, "find_browser", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(browsers, "install_from_debian", lambda: asked.append("debian"))
    assert browsers.provide_browser() == "/usr/bin/chromium"
    assert asked == []
