"""What the Orca tests need beside Python; run as a script, it installs from Debian's packages what is missing.

`make orca` runs the script first.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from tests.browser.browsers import attempt, find_firefox

PACKAGES = {
    "orca": "orca",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "openbox": "openbox",
    "dbus-daemon": "dbus-daemon",
    "gsettings": "libglib2.0-bin",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "/usr/lib/python3/dist-packages/pyatspi/__init__.py": "python3-pyatspi",
    "/usr/lib/python3/dist-packages/speechd/__init__.py": "python3-speechd",
}
"""Debian's package for each program or file."""
ALONGSIDE = ["gir1.2-wnck-3.0", "gsettings-desktop-schemas", "fonts-dejavu-core"]
"""What these use where it is there."""


def missing() -> list[str]:
    """Name the programs and files that are not here."""
    names = [name for name in PACKAGES if shutil.which(name) is None and not Path(name).is_absolute()]
    files = [name for name in PACKAGES if Path(name).is_absolute() and not Path(name).exists()]
    return [*names, *files, *([] if find_firefox() else ["firefox-esr"])]


def packages(names: list[str]) -> list[str]:
    """Give the packages that bring what is missing."""
    return sorted({PACKAGES.get(name, name) for name in names})


def install_from_debian(names: list[str]) -> None:
    """Install what is missing, where this is Debian and we may."""
    system = platform.freedesktop_os_release().get("ID") if Path("/etc/os-release").exists() else ""
    if system != "debian" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    wanted = packages(names)
    print(f"Installing Debian's {' '.join(wanted)} for the Orca tests ...", flush=True)
    attempt(["apt-get", "update", "--quiet"])
    attempt(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *wanted, *ALONGSIDE])


def how_to_help(names: list[str]) -> str:
    """Say what to do about what is missing."""
    return (
        f"The Orca tests miss {', '.join(names)}. As root on Debian 'make orca' installs it; "
        f"elsewhere install what Debian calls {' '.join(packages(names))}, then start again."
    )


def version() -> str:
    """Say which Orca is here."""
    done = subprocess.run(["orca", "--version"], capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() or "of an unknown version"


if __name__ == "__main__":
    if missing():
        install_from_debian(missing())
    if lacking := missing():
        sys.exit(how_to_help(lacking))
    print(f"Orca: {version()}; Firefox: {find_firefox()}")
