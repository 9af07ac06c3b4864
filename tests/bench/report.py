"""Writes what a run has measured to a page in Markdown with charts. Called by the command."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench import charts, goals, peers
from tests.bench.goals import Results
from tests.bench.libraries import USUAL
from tests.bench.queries import KINDS
from tests.browser.browsers import find_browser

OURS = ("flask", "granian", "whoosh", "numpy")
HEAD = """# Performance

What follows was measured in one run on one machine by `make bench`; ratios first, as machines differ. `make bench
QUICK=1` takes three minutes, `make bench PART=http` measures one part alone.

How each figure comes about is said at the head of its module in `tests/bench/`. In short: libraries are made up by a
seeded generator with the statistics of a real weblog, but for those of real feeds; a fixed list of {queries} queries of
{kinds} kinds is asked; figures are those of whole processes; peers get what they need to give complete answers.
Datasette takes two pages for what stands in one here: a table's with counts, and that of a query with marked hits.
"""


def write(results: Results, page: Path, before: Results | None = None) -> None:
    """Write the page, and its charts into a folder of the same name beside it."""
    folder = page.with_suffix("")
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {name: chart for name, chart in drawings(results).items() if chart}
    for name, chart in drawn.items():
        (folder / f"{name}.svg").write_text(chart, encoding="utf-8")
    pictures = "\n\n".join(f"![{_title(chart)}]({folder.name}/{name}.svg)" for name, chart in drawn.items())
    measured = f"Measured {results['about']['date']} on {results['about']['machine']}; {results['about']['versions']}."
    head = HEAD.format(queries=sum(number for _, number, _ in KINDS), kinds=len(KINDS))
    parts = [head, goals.table(results, before), measured, pictures, "## In detail", details(results)]
    page.write_text("\n\n".join(part.strip() for part in parts if part) + "\n", encoding="utf-8")


def details(results: Results) -> str:
    """Give all lines that were printed."""
    return "\n\n".join(f"### {name}\n\n```text\n{chr(10).join(lines)}\n```" for name, lines in results["lines"].items())


def drawings(results: Results) -> dict[str, str]:
    """Draw what there is to draw; what was not measured is empty."""
    return {"pages": _pages(results), "growth": _growth(results)}


def about() -> dict[str, str]:
    """Say when and with what is measured, without naming the machine."""
    return {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "versions": versions()}


def machine() -> str:
    """Give cores, processor and memory."""
    model = re.search(r"model name\s*: (.+)", _read("/proc/cpuinfo"))
    memory = re.search(r"MemTotal: +(\d+) kB", _read("/proc/meminfo"))
    size = f", {int(memory[1]) / 1024 / 1024:.0f} GB of memory" if memory else ""
    return f"{os.cpu_count()} cores ({model[1].strip() if model else platform.machine()}){size}"


def versions() -> str:
    """Give the versions of what was measured."""
    found = {"Python": platform.python_version(), "SQLite": sqlite3.sqlite_version}
    found |= {name: version(name) for name in OURS}
    found |= peers.versions() if (peers.FOLDER / "bin" / "datasette").exists() else {}
    if browser := find_browser():
        said = subprocess.run([browser, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        found["Chromium"] = (re.findall(r"[0-9]+(?:\.[0-9]+)+", said) or ["?"])[0]
    return ", ".join(f"{name} {number}" for name, number in found.items())


def _pages(results: Results) -> str:
    rates = results.get("http", {}).get(USUAL)
    if not rates:
        return ""
    names = {
        "hello": "a hello page",
        "304": "Feedsift, 304",
        "repeated": "Feedsift, repeated",
        "repeated, gzip": "Feedsift, gzipped",
        "different": "Feedsift, different",
        "Datasette, two of it": "two of Datasette, different",
        "Datasette": "Datasette, different",
        "Datasette, nothing marked": "the same, nothing marked",
    }
    found = {name: rates[key]["rate"] for key, name in names.items() if key in rates}
    return charts.bars("Pages a second, 12,000 entries, 2 workers, 4 clients", found, "")


def _growth(results: Results) -> str:
    asked, entries = results.get("asking", {}), results.get("entries", {})
    sizes = sorted((entries[name], name) for name in asked)
    if len(sizes) < 2:
        return ""
    lines = {name: [1_000 * asked[library]["cold"][name] for _, library in sizes] for name in ("median", "p95")}
    return charts.growth("Processor for a different query, by size", [size for size, _ in sizes], lines, " ms")


def _title(chart: str) -> str:
    found = re.search(r"<desc[^>]*>(.*?)</desc>", chart)
    return found[1] if found else ""


def _read(path: str) -> str:
    return Path(path).read_text(encoding="utf-8") if Path(path).exists() else ""
