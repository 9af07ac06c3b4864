"""A desktop of its own for a screen reader: display, window manager, message bus, AT-SPI, Firefox, and then Orca.

Nothing of it is seen or heard, nothing of the user's own desktop is used, and nothing is left in the end. The harness
starts one, and a new one when the old one has gone silent.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.browser.browsers import find_firefox

SCREEN = "1280x1000x24"
START_SECONDS = 60
STOP_SECONDS = 5
CUSTOMIZATIONS = Path(__file__).with_name("customizations.py")
QUIET_FIREFOX = {
    "accessibility.force_disabled": -1,  # never
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.sessionstore.resume_from_crash": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.urlbar.autoFill": False,
    "browser.urlbar.suggest.bookmark": False,
    "browser.urlbar.suggest.history": False,
    "browser.urlbar.suggest.searches": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
    "termsofuse.bypassNotification": True,
    "toolkit.telemetry.enabled": False,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}


class NoDesktopError(Exception):
    """A part of the desktop did not start."""


class Desktop:
    """Its processes, the folder that is their home, and the file with what Orca says."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="feedsift-orca-"))
        self._started: list[subprocess.Popen[str]] = []
        self.speech = self._folder / "speech.jsonl"
        self._environment = self._prepare()

    def start(self, address: str, title: str) -> None:
        """Start everything, with Firefox at an address whose window gets a title; Orca last, as it misses less so."""
        try:
            self._environment["DISPLAY"] = ":" + self._first_line("Xvfb", "-displayfd", "1", "-screen", "0", SCREEN)
            self._environment["DBUS_SESSION_BUS_ADDRESS"] = self._first_line(
                "dbus-daemon", "--session", "--nofork", "--print-address=1"
            )
            self._start("openbox")
            self._call("gsettings", "set", "org.gnome.desktop.interface", "toolkit-accessibility", "true")
            self._start("/usr/libexec/at-spi-bus-launcher", "--launch-immediately", "--screen-reader=1")
            self._start(find_firefox() or "firefox", "--no-remote", "--profile", str(self._folder / "profile"), address)
            self._await(f"a window of Firefox with {title}", lambda: self._window(title) != "")
            self.xdotool("windowactivate", "--sync", self._window(title))
            self._start("orca", "--user-prefs", str(self._folder / "preferences"))
            self._await("a word of Orca", lambda: self.speech.stat().st_size > 0)
        except BaseException:
            self.stop()
            raise

    def xdotool(self, *arguments: str) -> str:
        """Press keys, or ask the window manager; give what it prints."""
        return self._call("xdotool", *arguments)

    def output(self) -> str:
        """Give the end of what the programs printed."""
        return (self._folder / "output.log").read_text(errors="replace")[-2_000:]

    def stop(self) -> None:
        """End everything that was started here, and what that started in turn."""
        _end(self._processes(), signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while self._processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        _end(self._processes(), signal.SIGKILL)
        for process in self._started:
            process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _prepare(self) -> dict[str, str]:
        for name in ("run", "preferences", "profile", "bin"):
            (self._folder / name).mkdir(mode=0o700)
        self.speech.touch()
        # Orca looks by this for others of the same user, wherever they are: it would not start, or end them.
        (self._folder / "bin" / "pgrep").write_text("#!/bin/sh\nexit 1\n")
        (self._folder / "bin" / "pgrep").chmod(0o700)
        shutil.copy(CUSTOMIZATIONS, self._folder / "preferences" / "orca-customizations.py")
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in QUIET_FIREFOX.items())
        (self._folder / "profile" / "user.js").write_text("".join(lines))
        return {
            "PATH": f"{self._folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._folder / "run"),
            "FEEDSIFT_SPEECH": str(self.speech),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "NO_AT_BRIDGE": "0",
            "GTK_MODULES": "gail:atk-bridge",
            "GNOME_ACCESSIBILITY": "1",
            "ACCESSIBILITY_ENABLED": "1",
        }

    def _start(self, *command: str, stdout: int | None = None) -> subprocess.Popen[str]:
        with (self._folder / "output.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                text=True,
                start_new_session=True,  # Ctrl+C is for pytest, which then stops all in order
            )
        self._started.append(process)
        return process

    def _first_line(self, *command: str) -> str:
        process = self._start(*command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        with process.stdout:
            line = process.stdout.readline().strip()
        if not line:
            raise NoDesktopError(f"{command[0]} does not start: {self.output()}")
        return line

    def _call(self, *command: str) -> str:
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, timeout=START_SECONDS, check=False
        )
        return done.stdout.strip()

    def _window(self, title: str) -> str:
        return self.xdotool("search", "--onlyvisible", "--name", title).partition("\n")[0]

    def _await(self, what: str, is_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_there():
            if time.monotonic() > deadline:
                raise NoDesktopError(f"There is not {what} after {START_SECONDS} s: {self.output()}")
            time.sleep(0.1)

    def _processes(self) -> list[int]:
        """Find the processes that have this desktop's folder as their home, also those that have lost their parent."""
        mark = f"HOME={self._folder}".encode()
        return [int(path.name) for path in Path("/proc").glob("[0-9]*") if mark in _environment_of(path)]


def _environment_of(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _end(processes: list[int], how: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, how)
