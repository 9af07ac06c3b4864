"""The command: `make bench`, or `python -m tests.bench [--part asking] [--quick]`. Runs the parts."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from tests.bench import asking, libraries

SIZES = ("small", "real", "12000", "100000")
QUICK_SIZES = ("small", "12000")


def main(arguments: Sequence[str]) -> None:
    """Run what is asked for."""
    options = _options(arguments)
    if options.feeds:
        os.environ["FEEDS"] = options.feeds  # for the processes that are started
    for library in libraries.every(options.libraries or (QUICK_SIZES if options.quick else SIZES)):
        print("\n".join(asking.lines(library, asking.measured(library, 1 if options.quick else asking.ROUNDS))))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure Feedsift beside its peers.")
    parser.add_argument("--part", choices=["asking"], help="only this part")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no large library")
    parser.add_argument("--libraries", nargs="+", help="small, real, or numbers of made-up entries")
    parser.add_argument("--feeds", help="the folder of real feeds")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
