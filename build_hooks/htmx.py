"""Puts htmx into static/vendor/, from its npm package, checked against package-lock.json.

Git does not hold it; the sdist and the wheel do.
"""

import hashlib
import json
from pathlib import Path

from build_hooks import replace_file
from build_hooks.npm import Pin, fetch_files, read_pin

PACKAGE = "htmx.org"
VENDOR = "static/vendor"
# What is kept of the package: its name in the tarball, its name in static/vendor/.
KEPT = {"package/dist/htmx.min.js": "htmx.min.js", "package/LICENSE": "htmx.LICENSE"}
# Says which pin the files in static/vendor/ came from, so that they are not fetched again.
RECEIPT = "htmx.json"


def provide_htmx(project: Path) -> None:
    """Put the pinned htmx into static/vendor/, unless an intact copy is there."""
    if has_htmx(project):
        return
    pin = read_pin(project, PACKAGE)
    files = fetch_files(pin, KEPT)
    for name, content in files.items():
        replace_file(project / VENDOR / name, content)
    # Last, so that a build that was killed half-way leaves nothing that looks complete.
    replace_file(project / VENDOR / RECEIPT, receipt(pin, files))


def has_htmx(project: Path) -> bool:
    """Tell whether static/vendor/ holds the pinned htmx just as it was extracted."""
    pin = read_pin(project, PACKAGE)
    vendor = project / VENDOR
    try:
        files = {name: (vendor / name).read_bytes() for name in KEPT.values()}
        return (vendor / RECEIPT).read_bytes() == receipt(pin, files)
    except FileNotFoundError:
        return False


def receipt(pin: Pin, files: dict[str, bytes]) -> bytes:
    """Return the JSON that ties the extracted files to their pin."""
    digests = {name: hashlib.sha512(content).hexdigest() for name, content in files.items()}
    text = json.dumps({**pin._asdict(), "sha512": digests}, indent=2)
    return f"{text}\n".encode()
