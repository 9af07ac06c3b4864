"""Takes files out of npm packages that are pinned by package.json and checked against package-lock.json.

Called by `htmx` and `bundles`. Nothing of a package is installed, and none of its scripts is run.
"""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from build_hooks import BuildError, one_line

FETCH_SECONDS = 120


class Pin(NamedTuple):
    """A package, its version and its tarball's Subresource Integrity string."""

    package: str
    version: str
    integrity: str


def read_pin(project: Path, package: str, named_by: str | None = None) -> Pin:
    """Read a pin from package-lock.json; package.json has to agree with it.

    `named_by` is the package that stands in package.json, where that is another one which needs this one.
    """
    name = named_by or package
    try:
        told = json.loads((project / "package.json").read_bytes())
        wanted = {**told.get("devDependencies", {}), **told["dependencies"]}[name]
        locked = json.loads((project / "package-lock.json").read_bytes())["packages"][f"node_modules/{package}"]
        pin = Pin(package, locked["version"], locked["integrity"])
    except (KeyError, TypeError, ValueError):
        raise BuildError(f"package.json must name {name}, and package-lock.json {package}") from None
    if wanted != pin.version or not pin.integrity.startswith("sha512-"):
        raise BuildError(
            f"{package} must be pinned by one version and its sha512: package.json says {wanted}, "
            f"package-lock.json {pin.version} with {pin.integrity}"
        )
    return pin


def find_npm() -> str | None:
    """Return the npm on the PATH, if the node that it runs on is there too."""
    return shutil.which("npm") if shutil.which("node") else None


def fetch_files(pin: Pin, kept: Mapping[str, str]) -> dict[str, bytes]:
    """Return files of a package; `kept` is the name of each in the tarball with the name that it gets."""
    tarball = fetch_tarball(pin)
    check_integrity(tarball, pin)
    return extract(tarball, pin, kept)


def fetch_tarball(pin: Pin) -> bytes:
    """Return the package as npm delivers it."""
    npm = find_npm()
    if npm is None:
        raise BuildError(f"npm was not found, and {pin.package} has to be fetched (is build isolation off?)")
    spec = f"{pin.package}@{pin.version}"
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
            f"{pin.package} {pin.version} is refused, since it is not what was pinned: "
            f"its integrity is {found}, package-lock.json says {pin.integrity}"
        )


def extract(tarball: bytes, pin: Pin, kept: Mapping[str, str]) -> dict[str, bytes]:
    """Return the kept files; no path of the archive is ever used as a path on disk."""
    files = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        members = {member.name: member for member in archive if member.isreg()}
        for inside, name in kept.items():
            content = archive.extractfile(members[inside]) if inside in members else None
            if content is None:
                raise BuildError(f"{pin.package} has no file {inside}")
            files[name] = content.read()
    return files
