from pathlib import Path

import pytest

from tests.browser import browsers


@pytest.fixture(autouse=True)
def forget_found_browser():
    find_browser = browsers.find_browser  # tests put another in its place
    find_browser.cache_clear()
    yield
    find_browser.cache_clear()


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


def test_a_firefox_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program(tmp_path, "firefox-esr", 1)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browsers.find_firefox() is None
    path = program(tmp_path, "firefox", 0)
    assert browsers.find_firefox() == path


def test_a_missing_firefox_comes_from_debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browsers, "install_from_debian", lambda package: program(tmp_path, package, 0))
    assert browsers.provide_firefox() == str(tmp_path / "firefox-esr")


def test_a_firefox_that_is_there_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = program(tmp_path, "firefox", 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browsers, "install_from_debian", lambda package: pytest.fail(f"{package} was installed"))
    assert browsers.provide_firefox() == path


def test_debian_is_asked_for_the_package_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    commands = []
    monkeypatch.setattr(browsers.platform, "freedesktop_os_release", lambda: {"ID": "debian"})
    monkeypatch.setattr(browsers.Path, "exists", lambda path: True)
    monkeypatch.setattr(browsers.os, "geteuid", lambda: 0)
    monkeypatch.setattr(browsers.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(browsers, "attempt", commands.append)
    browsers.install_from_debian("firefox-esr")
    assert [command[:2] for command in commands] == [["apt-get", "update"], ["apt-get", "install"]]
    assert commands[-1][-1] == "firefox-esr"
