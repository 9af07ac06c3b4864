"""Puts htmx into static/vendor/, from its npm package, checked against package-lock.json.

Git does not hold it; the sdist and the wheel do.
"""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from build_hooks import BuildError, one_line, replace_file

PACKAGE = "htmx.org"
VENDOR = "static/vendor"
# What is kept of the package: its name in the tarball, its name in static/vendor/.
KEPT = {"package/dist/htmx.min.js": "htmx.min.js", "package/LICENSE": "htmx.LICENSE"}
# Says which pin the files in static/vendor/ came from, so that they are not fetched again.
RECEIPT = "htmx.json"
FETCH_SECONDS = 120


class Pin(NamedTuple):
    """The version of htmx to ship and its tarball's Subresource Integrity string."""

    version: str
    integrity: str


def provide_htmx(project: Path) -> None:
    """Put the pinned htmx into static/vendor/, unless an intact copy is there."""
    if has_htmx(project):
        return
    pin = read_pin(project)
    tarball = fetch_tarball(pin)
    check_integrity(tarball, pin)
    files = extract(tarball)
    for name, content in files.items():
        replace_file(project / VENDOR / name, content)
    # Last, so that a build that was killed half-way leaves nothing that looks complete.
    replace_file(project / VENDOR / RECEIPT, receipt(pin, files))


def has_htmx(project: Path) -> bool:
    """Tell whether static/vendor/ holds the pinned htmx just as it was extracted."""
    pin = read_pin(project)
    vendor = project / VENDOR
    try:
        files = {name: (vendor / name).read_bytes() for name in KEPT.values()}
        return (vendor / RECEIPT).read_bytes() == receipt(pin, files)
    except FileNotFoundError:
        return False


def read_pin(project: Path) -> Pin:
    """Read the pin from package-lock.json; package.json has to agree with it."""
    try:
        wanted = json.loads((project / "package.json").read_bytes())["dependencies"][PACKAGE]
        lock = json.loads((project / "package-lock.json").read_bytes())
        locked = lock["packages"][f"node_modules/{PACKAGE}"]
        pin = Pin(locked["version"], locked["integrity"])
    except (KeyError, TypeError, ValueError):
        raise BuildError(f"package.json and package-lock.json must both name {PACKAGE}") from None
    if wanted != pin.version or not pin.integrity.startswith("sha512-"):
        raise BuildError(
            f"{PACKAGE} must be pinned by one version and its sha512: package.json says {wanted}, "
            f"package-lock.json {pin.version} with {pin.integrity}"
        )
    return pin


def find_npm() -> str | None:
    """Return the npm on the PATH, if the node that it runs on is there too."""
    return shutil.which("npm") if shutil.which("node") else None


def fetch_tarball(pin: Pin) -> bytes:
    """Return the package as npm delivers it; nothing of it is installed or run."""
    npm = find_npm()
    if npm is None:
        raise BuildError("npm was not found, and htmx has to be fetched (is build isolation off?)")
    spec = f"{PACKAGE}@{pin.version}"
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", spec, "--ignore-scripts", "--loglevel=error"]
        problem = run(command, Path(folder))
        tarballs = list(Path(folder).glob("*.tgz"))
        if problem or len(tarballs) != 1:
            raise BuildError(f"npm pack {spec} failed: {problem or 'it gave no tarball'}")
        return tarballs[0].read_bytes()


def run(command: list[str], folder: Path) -> str:
    """Run a command in a folder; return what went wrong in one line, or nothing."""
    try:
        subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=FETCH_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {FETCH_SECONDS} s"
    except subprocess.CalledProcessError as error:
        return one_line(error.stderr.decode(errors="replace"))[:400] or f"exit {error.returncode}"
    return ""


def check_integrity(tarball: bytes, pin: Pin) -> None:
    """Refuse a tarball that is not the one that was pinned."""
    found = f"sha512-{base64.b64encode(hashlib.sha512(tarball).digest()).decode()}"
    if found != pin.integrity:
        raise BuildError(
            f"{PACKAGE} {pin.version} is refused, since it is not what was pinned: "
            f"its integrity is {found}, package-lock.json says {pin.integrity}"
        )


def extract(tarball: bytes) -> dict[str, bytes]:
    """Return the kept files; no path of the archive is ever used as a path on disk."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        members = {member.name: member for member in archive if member.isreg()}
        for inside, name in KEPT.items():
            content = archive.extractfile(members[inside]) if inside in members else None
            if content is None:
                raise BuildError(f"{PACKAGE} has no file {inside}")
            files[name] = content.read()
    return files


def receipt(pin: Pin, files: dict[str, bytes]) -> bytes:
    """Return the JSON that ties the extracted files to their pin."""
    digests = {name: hashlib.sha512(content).hexdigest() for name, content in files.items()}
    text = json.dumps({"package": PACKAGE, **pin._asdict(), "sha512": digests}, indent=2)
    return f"{text}\n".encode()
