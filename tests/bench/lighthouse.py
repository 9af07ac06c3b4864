"""Lighthouse's scores for the first page, on a mobile device as it simulates one: `make lighthouse`.

Lighthouse comes from npm into build/bench/lighthouse/, of the version that stands here; it drives the Chromium that the
browser tests drive. The scores are kept for the report of `make bench`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.bench import libraries
from tests.bench.libraries import KEPT, USUAL
from tests.browser.browsers import HOW_TO_HELP, find_browser
from tests.webapp.servers import running

VERSION = "13.5.0"
FOLDER = KEPT / "lighthouse"
KEPT_AS = KEPT / "lighthouse.json"
FLAGS = "--headless=new --no-sandbox --disable-gpu"
PERFORMANCE = "performance"
CATEGORIES = (PERFORMANCE, "accessibility", "best-practices", "seo")


def kept() -> dict[str, float] | None:
    """Give the scores of the last time: that of performance, and the lowest of the others."""
    if not KEPT_AS.exists():
        return None
    found: dict[str, float] = json.loads(KEPT_AS.read_text(encoding="utf-8"))
    return {PERFORMANCE: found[PERFORMANCE], "others": min(found[name] for name in found if name != PERFORMANCE)}


def scores(report: dict[str, Any]) -> dict[str, float]:
    """Give the score of each category of a report, of 100."""
    return {name: round(100 * category["score"]) for name, category in report["categories"].items()}


def faults(report: dict[str, Any]) -> list[str]:
    """Name what cost points."""
    weighed = {
        item["id"] for category in report["categories"].values() for item in category["auditRefs"] if item["weight"]
    }
    audits = (audit for name, audit in report["audits"].items() if name in weighed)
    return [
        f"{audit['id']}: {audit['title']} {audit.get('explanation', '')}".strip()
        for audit in audits
        if audit["score"] is not None and audit["score"] < 1
    ]


def program() -> Path:
    """Give the program, which is installed where it is not there yet."""
    path = FOLDER / "node_modules" / ".bin" / "lighthouse"
    if not path.exists():
        print("Installing Lighthouse into build/bench/lighthouse/ ...", flush=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        install = ["npm", "install", "--prefix", FOLDER, "--no-fund", "--no-audit", "--silent"]
        subprocess.run([*install, f"lighthouse@{VERSION}"], check=True)
    return path


def main() -> None:
    """Measure the first page."""
    browser, library = find_browser(), libraries.ready(USUAL)
    if browser is None or library is None:
        sys.exit(HOW_TO_HELP)
    written = FOLDER / "report.json"
    with running(library.folder, "--workers", "2", FEEDSIFT_RATE_LIMIT="0") as server:
        command = [program(), f"http://127.0.0.1:{server.port}/", "--quiet", f"--chrome-flags={FLAGS}"]
        output = [f"--only-categories={','.join(CATEGORIES)}", "--output=json", f"--output-path={written}"]
        subprocess.run([*command, *output], env=os.environ | {"CHROME_PATH": browser}, check=True)
    report = json.loads(written.read_text(encoding="utf-8"))
    KEPT_AS.write_text(json.dumps(scores(report)), encoding="utf-8")
    print("\n".join([*(f"{name}: {score}" for name, score in scores(report).items()), *faults(report)]))


if __name__ == "__main__":
    main()
