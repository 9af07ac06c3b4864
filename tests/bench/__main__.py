"""The command: `make bench`, or `python -m tests.bench [--part NAME] [--quick] [--also 1000000] [--before FILE]`.

All parts together write docs/performance.md with its charts; a quick run writes the same below build/bench/. One part
alone prints what it measures. The results are kept in build/bench/results.json: a copy of it is what `--before` takes,
to be shown beside those of this run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench import goals, lighthouse, parts, report
from tests.bench.libraries import KEPT, ROOT
from tests.bench.parts import PARTS, Effort

RESULTS = KEPT / "results.json"
PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str]) -> None:
    """Run what is asked for."""
    options = _options(arguments)
    if options.feeds:
        os.environ["FEEDS"] = options.feeds  # for the processes that are started
    effort = Effort(options.quick, tuple(options.also))
    if options.part:
        parts.run([options.part], effort)
        return
    results = parts.run(list(PARTS), effort) | {"about": report.about(), "lighthouse": lighthouse.kept()}
    RESULTS.write_text(json.dumps(results, indent=1), encoding="utf-8")
    before = json.loads(options.before.read_text(encoding="utf-8")) if options.before else None
    page = KEPT / "performance.md" if options.quick else PAGE
    report.write(results, page, before)
    print(f"\n{goals.table(results, before)}\n\nWritten to {page.relative_to(ROOT)}.")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Feedsift beside its peers.")
    parser.add_argument("--part", choices=[*PARTS], help="only this part")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no large library")
    parser.add_argument("--also", nargs="+", default=[], help="further libraries: numbers of made-up entries")
    parser.add_argument("--feeds", help="the folder of real feeds")
    parser.add_argument("--before", type=Path, help="results of an earlier run")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
