"""Looks for known holes in what is installed here and in what images are made of, and for secrets in git: `make audit`.

Advisories come from PyPI and, where that has none to give, from OSV (pip-audit); secrets are found by detect-secrets.
Exits with 1 where either finds something. Where no advisories can be had, that is said of each, and no reason to fail.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
OURS = "feedsift"
SERVICES = ("pypi", "osv")
LOCK = ROOT / "deploy" / "requirements.lock"
AUDITED = {
    "what is installed": ("--local", "--skip-editable"),
    # With its hashes it names all there is to look at: nothing is resolved, downloaded or installed for that.
    LOCK.name: ("--requirement", str(LOCK), "--no-deps", "--disable-pip"),
}
"""What is looked at, and how pip-audit is told so; of the lock, what this version of Python would get."""
MADE_UP = (r"(?i)^(secret|pass|t0p|hush-hush)$", r"^\{port\}")
"""What stands in tests in the places of passwords."""
SECONDS = 600


class Report(NamedTuple):
    """What a service knows of packages."""

    known: int
    """Packages that it has looked at."""
    unknown: tuple[str, ...]
    holes: tuple[str, ...]
    """One sentence for each hole."""


def main() -> int:
    """Look for both; gives the exit code."""
    return max(*(tell_holes(what) for what in AUDITED), tell_secrets())


def tell_holes(what: str, ask: Callable[[str, str], str] = lambda what, service: _pip_audit(what, service)) -> int:
    """Say which packages of one of AUDITED have known holes.

    `ask` gives what a service says of it, as pip-audit writes it in JSON.
    """
    for service in SERVICES:
        report = read(ask(what, service))
        if report.known:
            return _tell(what, service, report)
    print(
        f"Of {what}, NO package was looked at: no advisories could be had, as no service for them can be reached "
        "from here."
    )
    return 0


def read(text: str) -> Report:
    """Read the JSON of pip-audit; what is none knows nothing."""
    try:
        packages = json.loads(text)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Report(0, (), ())
    known = [package for package in packages if "vulns" in package]
    unknown = tuple(package["name"] for package in packages if "vulns" not in package and package["name"] != OURS)
    holes = tuple(_sentence(package, hole) for package in known for hole in package["vulns"])
    return Report(len(known), unknown, holes)


def tell_secrets(folder: Path = ROOT) -> int:
    """Say where in the files that git keeps something looks like a secret."""
    excluded = [option for pattern in MADE_UP for option in ("--exclude-secrets", pattern)]
    command = [_program("detect-secrets"), "scan", "--no-verify", *excluded]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=True)
    found = [secret for secrets in json.loads(done.stdout)["results"].values() for secret in secrets]
    for secret in found:
        print(f"{secret['filename']}:{secret['line_number']} looks like a secret: {secret['type']}.")
    print(f"Secrets in git: {len(found)}.")
    return min(1, len(found))


def _tell(what: str, service: str, report: Report) -> int:
    for hole in report.holes:
        print(hole)
    print(f"Known holes in {what} by {service}: {len(report.holes)} in {report.known} packages.")
    if report.unknown:
        print(f"Not known there, so not looked at: {', '.join(report.unknown)}.")
    return min(1, len(report.holes))


def _sentence(package: dict[str, str], hole: dict[str, list[str]]) -> str:
    mended = f"mended in {', '.join(hole['fix_versions'])}" if hole["fix_versions"] else "not mended yet"
    return f"{package['name']} {package['version']}: {hole['id']}, {mended}."


def _pip_audit(what: str, service: str) -> str:
    options = [*AUDITED[what], "--progress-spinner", "off", "--format", "json"]
    command = [_program("pip-audit"), *options, "--vulnerability-service", service]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False).stdout


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


if __name__ == "__main__":
    sys.exit(main())
